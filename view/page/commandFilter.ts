import type { ViewCommands } from '../viewData';

/** A choice of commands; -1 and the empty text let all through. */
export interface CommandFilter {
  readonly text: string;
  readonly p: number;
  readonly class: number;
}

export const EMPTY_FILTER: CommandFilter = { text: '', p: -1, class: -1 };

/** Reports whether the command passes. `o3` means the object 3, wherever a command names it. */
export function matches(commands: ViewCommands, index: number, { text, p, class: sizeclass }: CommandFilter): boolean {
  if (p >= 0 && commands.p[index] !== p) return false;
  if (sizeclass >= 0 && commands.class[index] !== sizeclass) return false;
  const name = /^[os](\d+)$/.exec(text.trim());
  if (name !== null) return commands.born[index] === Number(name[1]) || commands.object[index] === Number(name[1]);
  return (commands.text[index] ?? '').toLowerCase().includes(text.trim().toLowerCase());
}
