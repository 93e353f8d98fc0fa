/** The runtime's `throw`: an invariant that the allocator itself asserts is violated. The message is the runtime's. */
export class RuntimeThrow extends Error {
  override readonly name = 'RuntimeThrow';
}

/** Ends the command with the runtime's own words (`throw`). */
export function throw_(message: string): never {
  throw new RuntimeThrow(message);
}
