/** `spancheck list`: what there is to choose from. */
import Table from 'cli-table3';
import { Argument, Command } from 'commander';
import { CHECKS } from '../../properties/checks/checks';
import { readCatalogue } from '../../faults/catalogue';
import { OPS } from '../../properties/trace/command';
import { SYSTEMS } from '../input/openSystem';

export function listVerb(): Command {
  const kinds = ['checks', 'commands', 'systems', 'faults'] as const;
  return new Command('list')
    .description('the checks, commands, systems or faults that there are, with one line each')
    .addArgument(new Argument('<kind>', 'what to list').choices(kinds))
    .option('--json', 'print them as JSON on standard output')
    .addHelpText('after', '\nExamples:\n  spancheck list checks\n  spancheck list commands --json')
    .action((kind: (typeof kinds)[number], { json }: { readonly json?: boolean }) => {
      const rows = rowsOf(kind);
      process.stdout.write(json === true ? `${JSON.stringify(rows, null, 2)}\n` : `${tableOf(rows)}\n`);
    });
}

type Row = Readonly<Record<string, string>>;

function rowsOf(kind: 'checks' | 'commands' | 'systems' | 'faults'): readonly Row[] {
  switch (kind) {
    case 'checks':
      return CHECKS.map(({ name, statement, needs }) => ({
        check: name,
        statement,
        needs: needs.join(', ') || 'published statistics',
      }));
    case 'commands':
      return Object.entries(OPS).map(([command, text]) => ({ command, text }));
    case 'systems':
      return Object.entries(SYSTEMS).map(([system, text]) => ({ system, text }));
    case 'faults': {
      return readCatalogue().map(({ name, origin, text }) => ({ fault: name, text, origin }));
    }
  }
}

/** A table without lines, which can be cut and pasted. */
function tableOf(rows: readonly Row[]): string {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  };
  const table = new Table({ chars: none, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  for (const row of rows) table.push(Object.values(row));
  return table.toString();
}
