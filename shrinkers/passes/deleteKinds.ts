/**
 * Deletes all commands of one op, of one size class or on one P: what has nothing to do with the bug goes in one try.
 *
 *     allocStack 1 pages → s1; P0 gcStart; allocStack 2 pages → s2; readMemStats
 *     P0 gcStart; readMemStats
 */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { deletion } from '../edit';
import type { Candidates } from '../pass';

export function* deleteKinds(trace: Trace): Candidates {
  for (const kind of kindsIn(trace)) {
    const last = trace.commands.length - 1;
    trace = yield* deletion(trace, (i, command) => i !== last && isOfKind(command, kind));
  }
}

type Kind = readonly ['op' | 'class' | 'p', string | number];

function kindsIn({ commands }: Trace): readonly Kind[] {
  const ops = new Set(commands.map(({ op }) => op));
  const classes = new Set(commands.flatMap((command) => ('class' in command ? [command.class] : [])));
  const ps = new Set(commands.flatMap((command) => ('p' in command ? [command.p] : [])));
  return [
    ...[...ops].map((op) => ['op', op] as const),
    ...[...classes].map((sizeclass) => ['class', sizeclass] as const),
    ...[...ps].map((p) => ['p', p] as const),
  ];
}

function isOfKind(command: Command, [field, value]: Kind): boolean {
  return Object.entries(command).some(([key, argument]) => key === field && argument === value);
}
