/** Generates the parts of the README that come from the code: `npm run docs`. A test fails when they are out of date. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { packageRoot } from '../packageRoot';
import { CHECKS } from '../properties/checks/checks';
import { OPS } from '../properties/trace/command';

/** Returns the README with its generated blocks replaced. Needs the built command. */
export function withBlocks(readme: string): string {
  const blocks = { example: example(), checks: checks(), commands: commands() };
  return Object.entries(blocks).reduce((text, [name, block]) => replaceBlock(text, name, block), readme);
}

/** Replaces the text between `<!-- name: begin -->` and `<!-- name: end -->`. */
export function replaceBlock(text: string, name: string, block: string): string {
  const begin = `<!-- ${name}: begin -->`;
  const end = `<!-- ${name}: end -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the text has no block ${name}`);
  return `${text.slice(0, from + begin.length)}\n${block}\n${text.slice(to)}`;
}

/** Returns what a run prints when it finds something, without its speed. */
function example(): string {
  const root = packageRoot();
  const plant = relative(process.cwd(), join(root, 'faults', 'canary.json'));
  const words = ['run', '--system', 'model', '--seed', '7', '--plant', plant];
  const out = join(tmpdir(), 'spancheck-readme');
  const { stdout } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...words, '--out', out], {
    encoding: 'utf8',
  });
  const text = stdout
    .replace(` --out ${out}`, '')
    .replaceAll(out, '.spancheck')
    .replace(/ {2}[\d,]+ steps\/s/, '');
  return ['```', `$ npx spancheck ${words.join(' ')}`, text.trimEnd(), '```'].join('\n');
}

function checks(): string {
  const rows = CHECKS.map(({ name, statement }) => `| \`${name}\` | ${statement.replaceAll('|', '\\|')} |`);
  return ['| check | what must hold |', '| --- | --- |', ...rows].join('\n');
}

function commands(): string {
  const rows = Object.entries(OPS).map(([op, text]) => `| \`${op}\` | ${text} |`);
  return ['| command | what it does |', '| --- | --- |', ...rows].join('\n');
}

if (require.main === module) {
  const path = join(packageRoot(), 'README.md');
  writeFileSync(path, withBlocks(readFileSync(path, 'utf8')));
}
