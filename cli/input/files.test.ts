import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BadInputError } from '../../properties/input/badInput';
import { MAX_FILE_BYTES } from '../../properties/input/parseJson';
import { readTextFile, writeFileAtomically } from './files';

const folder = mkdtempSync(join(tmpdir(), 'spancheck-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a written file reads back, its folder made on the way', async () => {
  const path = join(folder, 'a', 'b', 'trace.json');
  await writeFileAtomically(path, 'one\n');
  await writeFileAtomically(path, 'zwei – ü\n');
  expect(await readTextFile(path)).toBe('zwei – ü\n');
  expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['trace.json']);
});

test('an unreadable file is refused in one line', async () => {
  const binary = join(folder, 'binary');
  writeFileSync(binary, Buffer.of(0xff, 0xfe, 0x41));
  const large = join(folder, 'large');
  writeFileSync(large, '');
  truncateSync(large, MAX_FILE_BYTES + 1);
  await refused(readTextFile(join(folder, 'missing')), `${folder}/missing: no such file`);
  await refused(readTextFile(folder), `${folder}: is a directory, not a file`);
  await refused(readTextFile(join(binary, 'x')), `${binary}/x: a part of the path is not a directory`);
  await refused(readTextFile(binary), `${binary}: not a text file in UTF-8`);
  await refused(readTextFile(large), `${large}: too large (16 MiB at most)`);
  await refused(readTextFile('/dev/zero'), '/dev/zero: too large (16 MiB at most)');
});

test('an unwritable file is refused in one line', async () => {
  await refused(writeFileAtomically(folder, 'x'), `${folder}: cannot be written: is a directory, not a file`);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await refused(
    writeFileAtomically(join(file, 'x'), 'x'),
    `${file}/x: cannot be written: a part of the path is not a directory`,
  );
  await refused(writeFileAtomically('/proc/x/y', 'x'), '/proc/x/y: cannot be written: no such file');
});

test('a kill while a file is written leaves the last whole one', { timeout: 60_000 }, async () => {
  const path = join(folder, 'killed.json');
  for (let round = 0; round < 4; round++) {
    const writer = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', WRITER, path], {
      cwd: resolve(__dirname, '..', '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((done) => writer.once('exit', done));
    await new Promise((wrote) => writer.stdout.once('data', wrote));
    await new Promise((later) => setTimeout(later, 7 * round));
    writer.kill('SIGKILL');
    await ended;
    const { length, text } = JSON.parse(readFileSync(path, 'utf8')) as { length: number; text: string };
    expect(text.length).toBe(length);
  }
});

/** Writes files of many megabytes, so most kills come in the middle of one. */
const WRITER = `
const { writeFileAtomically } = require('./cli/input/files');
(async () => {
  const texts = [8_000_000, 10_000_000].map((length) => JSON.stringify({ length, text: 'x'.repeat(length) }));
  for (let i = 0; ; i++) {
    await writeFileAtomically(process.argv[1], texts[i % 2]);
    console.log(i);
  }
})();
`;

async function refused(attempt: Promise<unknown>, message: string): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BadInputError);
  expect((error as BadInputError).message).toBe(message);
}
