/** `spancheck interleave`: every interleaving of the runtime's statistics protocols, and of slips in them. */
import { Command, Option } from 'commander';
import type { Exploration } from '../../interleave/explore';
import { lanesText } from '../../interleave/lanesText';
import { PROTOCOLS, type Search, type SearchedProtocol } from '../../interleave/protocols';
import { didYouMean } from '../../properties/input/didYouMean';
import { BadInputError } from '../../properties/input/badInput';
import { formatNumber, pluralize } from '../../properties/formatNumber';
import type { ViewData } from '../../view/viewData';
import { viewExecution } from '../../view/viewExecution';
import { viewHtml } from '../../view/viewHtml';
import { writeFileAtomically } from '../input/files';
import { EXIT_FOUND, EXIT_HELD } from '../output/exitCodes';
import { shardItems, SHARD_HELP, shardText, shardValue, type Shard } from '../shards/shard';
import { searchDigest, writeShard } from '../shards/shardFile';
import { printable } from '../output/printable';

interface InterleaveOptions {
  readonly protocol?: string;
  readonly slip?: string;
  readonly slips?: boolean;
  readonly json?: boolean;
  readonly shard?: Shard;
  readonly out: string;
  readonly html?: string;
}

/** A search and what it came to. */
interface Row {
  readonly protocol: string;
  readonly kind: 'scope' | 'slip' | 'equivalent';
  readonly search: Search;
  readonly result: Exploration;
}

export function interleaveVerb(): Command {
  return new Command('interleave')
    .description("visit every state of the runtime's statistics protocols: all interleavings of their atomic steps")
    .addOption(new Option('--protocol <name>', 'only this one').choices(PROTOCOLS.map(({ name }) => name)))
    .option('--slips', 'plant every slip, one at a time: each must break a rule, and each equivalent none')
    .option('--slip <name>', 'plant this slip and show the shortest execution that breaks a rule')
    .option('--shard <i/n>', SHARD_HELP, shardValue)
    .addOption(new Option('--out <dir>', 'folder for the result of a shard').default('.spancheck'))
    .option('--html <file>', 'with --slip: write a page of the execution, a lane for each participant')
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  spancheck interleave                                  both protocols, in scopes that grow
  spancheck interleave --slips                          what each slip breaks, and in how many steps
  spancheck interleave --slip pair-in-two-windows       golang #67019, one column a participant

Exit status: 0 every rule holds (with --slips: every slip was killed), 1 one is broken, 2 bad input.`,
    )
    .action(async (options: InterleaveOptions) => {
      process.exitCode = await interleave(options);
    });
}

async function interleave(options: InterleaveOptions): Promise<number> {
  if (options.html !== undefined && options.slip === undefined)
    throw new BadInputError('--html shows one execution; name a slip with --slip');
  const { shard } = options;
  const protocols = PROTOCOLS.filter(({ name }) => options.protocol === undefined || name === options.protocol);
  if (options.slip !== undefined && shard !== undefined)
    throw new BadInputError(`--shard ${shardText(shard)}: one slip cannot be shared; leave out --slip`);
  if (options.slip !== undefined) return showSlip(protocols, options.slip, options);
  const searches = protocols.flatMap((protocol) => searchesOf(protocol, options.slips === true));
  const rows = shardItems(searches, shard).map((search): Row => ({ ...search, result: search.search.run() }));
  const failed = rows.filter((row) => !isAsItShould(row));
  if (options.json === true) process.stdout.write(jsonText(rows));
  else process.stdout.write(`${screen(protocols, rows)}\n`);
  if (shard !== undefined) {
    const { protocol, slips } = options;
    const search = searchDigest({ verb: 'interleave', protocol, slips });
    const table = rows.map((row) => ({
      name: `${row.protocol} ${row.kind} ${row.search.name}`,
      isGood: isAsItShould(row),
      text: `${pluralize(row.result.states, 'state')}, ${row.result.failure?.rule ?? 'every rule holds'}`,
    }));
    await writeShard(options.out, { verb: 'interleave', shard, search, seed: 0, rows: table });
  }
  return failed.length === 0 ? EXIT_HELD : EXIT_FOUND;
}

function searchesOf(
  { name, scopes, slips, equivalents }: SearchedProtocol,
  withSlips: boolean,
): readonly Omit<Row, 'result'>[] {
  const row = (kind: Row['kind']) => (search: Search) => ({ protocol: name, kind, search });
  if (!withSlips) return scopes.map(row('scope'));
  return [...slips.map(row('slip')), ...equivalents.map(row('equivalent'))];
}

/** A search that was cut short shows nothing, whichever way it ended. */
function isAsItShould({ kind, result }: Row): boolean {
  return kind === 'slip' ? result.failure !== undefined : result.failure === undefined && result.isComplete;
}

function screen(protocols: readonly SearchedProtocol[], rows: readonly Row[]): string {
  const lines: string[] = [];
  for (const { name, text } of protocols) {
    lines.push(`${name}: ${text}`, ...rows.filter(({ protocol }) => protocol === name).flatMap(rowLines), '');
  }
  const slips = rows.filter(({ kind }) => kind === 'slip');
  if (slips.length > 0) {
    const killed = slips.filter(isAsItShould).length;
    lines.push(`${killed} of ${slips.length} slips killed, each by the shortest execution that shows it`);
  }
  return lines.join('\n').trimEnd();
}

function rowLines(row: Row): readonly string[] {
  const { kind, search, result } = row;
  const states = pluralize(result.states, 'state');
  if (kind === 'scope') {
    if (result.failure === undefined) return [`  holds   ${search.text}: ${states}, every one that can be reached`];
    return [
      `  BROKEN  ${search.text}: ${result.failure.rule}`,
      ...lanesText(search.participants, result.failure.steps),
    ];
  }
  const name = search.name.padEnd(28);
  if (kind === 'equivalent') {
    return [`  ${isAsItShould(row) ? 'equal ' : 'BROKEN'}  ${name} ${states}: ${search.because ?? ''}`];
  }
  if (result.failure === undefined) return [`  SURVIVED  ${name} ${states}`];
  return [`  killed  ${name} in ${formatNumber(result.failure.steps.length)} steps: ${result.failure.rule}`];
}

async function showSlip(
  protocols: readonly SearchedProtocol[],
  name: string,
  { json, html }: InterleaveOptions,
): Promise<number> {
  const all = protocols.flatMap((protocol) => [...protocol.slips, ...protocol.equivalents]);
  const search = all.find((slip) => slip.name === name);
  if (search === undefined) {
    const names = all.map((slip) => slip.name);
    throw new BadInputError(`--slip ${name}: not a slip${didYouMean(name, names)}; see spancheck interleave --slips`);
  }
  const result = search.run();
  if (html !== undefined && result.failure !== undefined) await writePage(html, search, result.failure);
  if (json === true) {
    process.stdout.write(jsonText([{ protocol: name, kind: 'slip', search, result }]));
  } else if (result.failure === undefined) {
    process.stdout.write(`${search.name}: no execution breaks a rule (${pluralize(result.states, 'state')} visited)\n`);
  } else {
    const { rule, steps } = result.failure;
    const head = `${search.name}: ${search.text}\n${rule}, after ${pluralize(steps.length, 'step')}; no shorter execution breaks a rule`;
    process.stdout.write(`${head}\n\n${lanesText(search.participants, steps).join('\n')}\n`);
  }
  return result.failure === undefined ? EXIT_HELD : EXIT_FOUND;
}

async function writePage(path: string, search: Search, failure: NonNullable<Exploration['failure']>): Promise<void> {
  const { name, text, participants } = search;
  const run = viewExecution({ ...failure, participants });
  const data: ViewData = { spancheck: 'view', version: 1, title: name, system: 'protocol', note: text, runs: [run] };
  await writeFileAtomically(path, await viewHtml(data));
  process.stderr.write(`${printable(path)}\n`);
}

function jsonText(rows: readonly Row[]): string {
  const plain = rows.map(({ protocol, kind, search: { name, text, origin, because }, result }) => {
    return { protocol, kind, name, text, origin, because, ...result };
  });
  return `${JSON.stringify({ spancheck: 'interleave', version: 1, rows: plain }, null, 2)}\n`;
}
