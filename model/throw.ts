/** The runtime's `throw`: an invariant that the allocator itself asserts does not hold. */
export class RuntimeThrow extends Error {
  override readonly name = 'RuntimeThrow';
}

/** Ends the command with the runtime's own words. */
export function throw_(message: string): never {
  throw new RuntimeThrow(message);
}
