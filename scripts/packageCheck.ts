/** Packs the package as npm would publish it, and checks the tarball: `npm run package:check`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../packageRoot';
import { packageProblems } from './packageProblems';

/** Packs into a temporary folder, runs publint and attw on the tarball, and returns what is wrong with its files. */
function check(): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'spancheck-pack-'));
  try {
    const [packed] = JSON.parse(
      run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
    ) as readonly { readonly filename: string; readonly files: readonly { readonly path: string }[] }[];
    if (packed === undefined) return ['npm pack: made no tarball'];
    const tarball = join(folder, packed.filename);
    process.stdout.write(run(bin('publint'), ['run', tarball, '--strict']));
    process.stdout.write(run(bin('attw'), [tarball, '--profile', 'node16', '--format', 'ascii']));
    run('tar', ['-xzf', tarball, '-C', folder]);
    const root = join(folder, 'package');
    const problems = packageProblems(
      packed.files.map(({ path }) => path),
      (path) => readFileSync(join(root, path), 'utf8'),
    );
    return problems.length > 0 ? problems : loadProblems(root);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Loads the library and the command from the unpacked tarball, with this checkout's dependencies. */
function loadProblems(root: string): readonly string[] {
  const env = { ...process.env, NODE_PATH: join(packageRoot(), 'node_modules') };
  const { verify } = JSON.parse(
    run(process.execPath, ['-p', 'JSON.stringify({ verify: typeof require(process.argv[1]).verify })', root], env),
  ) as { readonly verify: string };
  const version = run(process.execPath, [join(root, 'dist', 'cli', 'main.js'), '--version'], env);
  return [
    ...(verify === 'function' ? [] : [`index: verify is ${verify}`]),
    ...(version.trim() === '' ? ['spancheck --version: printed nothing'] : []),
  ];
}

function bin(name: string): string {
  let folder = packageRoot();
  while (!existsSync(join(folder, 'node_modules', '.bin', name)) && folder !== dirname(folder))
    folder = dirname(folder);
  return join(folder, 'node_modules', '.bin', name);
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  try {
    return execFileSync(command, args, {
      cwd: packageRoot(),
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    process.stdout.write((error as { readonly stdout?: string }).stdout ?? '');
    throw error;
  }
}

const problems = check();
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(problems.length === 0 ? 'the tarball is sound\n' : '');
process.exitCode = problems.length === 0 ? 0 : 1;
