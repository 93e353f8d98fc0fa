/** Returns the word as a POSIX shell takes it on a command line: quoted if it holds anything that a shell reads. */
export function shellWord(word: string): string {
  return /^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
