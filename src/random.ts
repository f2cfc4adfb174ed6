// Chance for everything: identifiers, jitter, secrets. A test passes a seeded one.

export interface Random {
  /** A UUIDv7 whose time part is `atMs`: sorts by the moment it was made. */
  uuid(atMs: number): string;
  /** Uniform in [0, 1): for jitter, never for secrets. */
  fraction(): number;
  /** `count` unpredictable bytes: for tokens and keys. */
  bytes(count: number): Uint8Array;
}

/** The chance of the machine. */
export function systemRandom(): Random {
  return {
    uuid: (atMs) => Bun.randomUUIDv7("hex", atMs),
    fraction: () => Math.random(),
    bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  };
}
