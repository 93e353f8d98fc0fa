/**
 * Measures shrinking: for each fault of the catalogue it shrinks failing traces of many seeds, and compares them with
 * `fc.commands` on the same faults and seeds; then come pairs of faults planted together; then a small allocator that
 * Hypothesis and rapid also test. `npm run bench:shrink -- --help`.
 */
import { Command } from 'commander';
import { readCatalogue } from '../faults/catalogue';
import { RowStore } from './rowStore';
import { PAIRS, pairRow, type PairRow } from './pairs';
import { rowOf, type Row } from './shrinkRow';
import { shrinkText, totals, writeShrinkDocs } from './shrinkText';
import { benchSlab, type SlabRow } from './slab';
import { at } from '../properties/at';

interface Options {
  readonly seeds: number;
  readonly faults: number;
  readonly only?: string;
  readonly certify: boolean;
  readonly peerSeeds: number;
  readonly pairs: number;
  readonly slab: number;
  readonly resume?: string;
  readonly json?: boolean;
  readonly docs?: boolean;
}

void new Command('bench:shrink')
  .option('--seeds <n>', 'seeds for each fault', Number, 100)
  .option('--faults <n>', 'faults, spread over the catalogue; all of them: 0', Number, 0)
  .option('--only <regexp>', 'faults whose name matches')
  .option('--no-certify', 'without certificates')
  .option('--peer-seeds <n>', 'seeds for fc.commands; none: 0', Number, 100)
  .option('--pairs <n>', 'seeds for each pair of faults at once; none: 0', Number, 20)
  .option('--slab <n>', 'seeds for the small allocator that all libraries are asked about; none: 0', Number, 100)
  .option('--resume <file>', 'note each row in this file, and take those that are there from it')
  .option('--json', 'print the rows as JSON')
  .option('--docs', 'write the tables into README.md and docs/shrinking.md')
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  const { seeds, certify, peerSeeds } = options;
  const notes = new RowStore(options.resume);
  const rows: Row[] = [];
  for (const name of chosen(options)) {
    say(`${rows.length} ${name}`);
    const row = await notes.row(`fault ${name} ${seeds}`, () =>
      rowOf(name, { seeds, certify, peerSeeds: Math.min(seeds, peerSeeds) }),
    );
    if (row !== undefined) rows.push(row);
  }
  const pairs: PairRow[] = [];
  for (const pair of options.pairs === 0 ? [] : PAIRS) {
    say(pair.join(' + '));
    pairs.push(await notes.row(`pair ${pair.join(' ')} ${options.pairs}`, () => pairRow(pair, options.pairs)));
  }
  const slab: readonly SlabRow[] =
    options.slab === 0 ? [] : await notes.row(`slab ${options.slab}`, () => benchSlab(options.slab, say));
  say('');
  if (options.json === true)
    process.stdout.write(
      `${JSON.stringify({ bench: 'shrink', version: 2, ...totals(rows), rows, pairs, slab }, null, 2)}\n`,
    );
  else process.stdout.write(shrinkText(rows, pairs, slab));
  if (options.docs === true) writeShrinkDocs(rows, pairs, slab);
}

function chosen({ faults, only }: Options): readonly string[] {
  const names = readCatalogue()
    .map(({ name }) => name)
    .filter((name) => only === undefined || new RegExp(only).test(name));
  if (faults === 0 || faults >= names.length) return names;
  return Array.from({ length: faults }, (_, i) => at(names, Math.floor((i * names.length) / faults)));
}

/** The line that says how far it is, on a terminal. */
function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
}
