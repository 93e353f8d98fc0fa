/**
 * Kills the programs of this process when it dies without a chance to do so itself (kill -9, out of memory). A shell
 * waits for the end of its input, which only this process holds open, and then kills the process groups it was given.
 * Without /bin/sh, a program notices the death only by the end of its own input.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/** Has the group killed when this process dies. */
export function guardGroup(group: number): void {
  groups.add(group);
  if (guard !== undefined) return void guard.stdin?.write(`+ ${group}\n`);
  guard = startGuard();
  guard.stdin?.write([...groups].map((each) => `+ ${each}\n`).join(''));
}

/** Forgets a group that is gone, since another may get its number. */
export function forgetGroup(group: number): void {
  if (groups.delete(group)) guard?.stdin?.write(`- ${group}\n`);
}

const groups = new Set<number>();
let guard: ChildProcess | undefined;

const SCRIPT = `
groups=
while read -r mark group; do
  others=
  for each in $groups; do [ "$each" = "$group" ] || others="$others $each"; done
  groups=$others
  [ "$mark" = + ] && groups="$groups $group"
done
for each in $groups; do kill -s KILL -- "-$each"; done`;

function startGuard(): ChildProcess {
  // A group of its own, so that Ctrl-C does not reach it.
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'spancheck-guard'], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  const forget = (): void => {
    if (guard === child) guard = undefined;
  };
  child.on('error', forget).on('exit', forget);
  child.stdin?.on('error', () => undefined);
  return child;
}
