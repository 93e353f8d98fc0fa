/** `spancheck list`: the checks, commands, systems and faults to choose from. */
import { Argument, Command } from 'commander';
import { readCatalogue } from '../../faults/catalogue';
import { CHECKS } from '../../properties/checks/checks';
import { drawProbabilities } from '../../properties/draw/drawProbabilities';
import { OPS } from '../../properties/trace/command';
import { SYSTEMS } from '../input/openSystem';
import { definitionList } from '../output/definitionList';
import { EXIT_HELD } from '../output/exitCodes';
import { printableJson } from '../output/printable';

type Row = Readonly<Record<string, string>>;

/** A kind of thing: its rows as `--json` has them, and each as a name and a text on the screen. */
interface Kind {
  readonly rows: () => readonly Row[];
  /** Printed by `--json` instead of the rows. */
  readonly json?: unknown;
  readonly definition: (row: Row) => readonly [name: string, text: string];
}

const KINDS: Readonly<Record<string, Kind>> = {
  checks: {
    rows: () =>
      CHECKS.map(({ name, statement, needs }) => ({
        check: name,
        statement,
        needs: needs.join(', ') || 'published statistics',
      })),
    definition: ({ check = '', statement = '', needs = '' }) => [check, `${statement} (needs ${needs})`],
  },
  commands: {
    rows: () => Object.entries(OPS).map(([command, text]) => ({ command, text })),
    definition: ({ command = '', text = '' }) => [command, text],
  },
  systems: {
    rows: () => Object.entries(SYSTEMS).map(([system, text]) => ({ system, text })),
    definition: ({ system = '', text = '' }) => [system, text],
  },
  draw: {
    rows: () =>
      Object.entries(drawProbabilities).map(([name, value]) => ({
        name,
        value: JSON.stringify(value).replaceAll(',', ', '),
      })),
    json: drawProbabilities,
    definition: ({ name = '', value = '' }) => [name, value],
  },
  faults: {
    rows: () => readCatalogue().map(({ name, origin, text }) => ({ fault: name, text, origin })),
    definition: ({ fault = '', text = '', origin = '' }) => [fault, `${text} (${origin})`],
  },
};

export function listVerb(): Command {
  const kinds = Object.keys(KINDS);
  return new Command('list')
    .description(`list ${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}, with one line on each`)
    .addArgument(new Argument('<kind>', 'what to list').choices(kinds))
    .option('--json', 'print them as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  spancheck list checks
  spancheck list commands --json

Exit status: 0 listed, 2 bad input.`,
    )
    .action((name: string, { json }: { readonly json?: boolean }) => {
      const kind = KINDS[name];
      if (kind === undefined) throw new Error(`no such kind: ${name}`);
      const rows = kind.rows();
      process.stdout.write(
        `${json === true ? printableJson(kind.json ?? rows) : definitionList(rows.map(kind.definition))}\n`,
      );
      process.exitCode = EXIT_HELD;
    });
}
