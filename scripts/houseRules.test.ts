/** The lint rules on folder boundaries bite: each arrow that goes the wrong way is refused, and the right ones are not. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../packageRoot';

/** Files with an import that their folder must not have. */
const WRONG = [
  ['model/a.ts', '../properties/x'],
  ['model/b.ts', 'node:fs'],
  ['model/c.ts', 'fast-check'],
  ['model/valid/a.ts', '../../properties/x'],
  ['properties/a.ts', '../shrinkers/x'],
  ['properties/b.ts', '../testing/x'],
  ['properties/c.ts', '../index'],
  ['properties/checks/a.ts', '../../systems/x'],
  ['properties/input/a.ts', '../trace/x'],
  ['properties/input/b.ts', 'fast-check'],
  ['shrinkers/a.ts', '../systems/x'],
  ['shrinkers/b.ts', '../faults/x'],
  ['shrinkers/c.ts', '../testing/x'],
  ['shrinkers/passes/a.ts', '../certify/x'],
  ['shrinkers/passes/b.ts', '../explain/x'],
  ['shrinkers/passes/c.ts', '../export/x'],
  ['shrinkers/passes/d.ts', '../shrink'],
  ['shrinkers/passes/e.ts', '../../systems/x'],
  ['shrinkers/certify/a.ts', '../explain/x'],
  ['shrinkers/certify/b.ts', '../export/x'],
  ['shrinkers/explain/a.ts', '../export/x'],
  ['systems/a.ts', '../shrinkers/x'],
  ['systems/go/a.ts', '../../faults/x'],
  ['faults/a.ts', '../cli/x'],
  ['faults/kill/a.ts', '../../bench/x'],
  ['systems/c.ts', '../interleave/x'],
  ['interleave/a.ts', '../model/x'],
  ['cli/verbs/a.ts', '../../bench/x'],
  ['cli/search/a.ts', '../verbs/x'],
  ['cli/input/a.ts', '../search/x'],
  ['cli/output/a.ts', '../verbs/x'],
  ['verify.ts', './testing/x'],
] as const;

/** Files with an import that they may have. */
const RIGHT = [
  ['model/d.ts', './x'],
  ['model/valid/b.ts', '../x'],
  ['properties/d.ts', '../model/x'],
  ['properties/input/c.ts', 'zod'],
  ['properties/input/d.ts', 'node:crypto'],
  ['properties/e.test.ts', '../testing/x'],
  ['shrinkers/d.ts', '../properties/x'],
  ['shrinkers/passes/f.ts', '../edit'],
  ['shrinkers/explain/b.ts', '../certify/x'],
  ['shrinkers/export/a.ts', '../explain/x'],
  ['systems/b.ts', '../properties/x'],
  ['faults/b.ts', '../systems/x'],
  ['interleave/b.ts', './x'],
  ['cli/verbs/b.ts', '../search/x'],
  ['cli/verbs/c.ts', '../../interleave/x'],
  ['cli/search/b.ts', '../output/x'],
  ['cli/search/c.ts', '../../faults/x'],
  ['bench/a.ts', '../testing/x'],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'spancheck-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('each import is refused or allowed as its folder says', () => {
  copyFileSync(join(packageRoot(), '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const [path, imported] of [...WRONG, ...RIGHT]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `import { x } from '${imported}';\n\nexport const y = x;\n`);
  }
  expect(refused()).toEqual(WRONG.map(([path]) => path).toSorted());
});

/** Returns the files that break the rule on imports. */
function refused(): readonly string[] {
  const { diagnostics } = JSON.parse(lintOutput()) as {
    readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
  };
  return diagnostics
    .filter(({ code }) => code.includes('no-restricted-imports'))
    .map(({ filename }) => filename)
    .toSorted();
}

function lintOutput(): string {
  try {
    const oxlint = join(packageRoot(), 'node_modules', 'oxlint', 'bin', 'oxlint');
    return execFileSync(process.execPath, [oxlint, '--format', 'json', '.'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}
