// How a call of Google's API is made, whoever makes it: it ends with the signal, its failure is read, and what may be
// done twice is tried again.
import type { Readable } from "node:stream";
import type { Source } from "./bytes.ts";
import { isAnswer, readGcsFailure } from "./gcs-failure.ts";
import { type Patience, untilAborted, withRetries } from "./retries.ts";

export class GcsCalls {
  readonly #patience: Patience;
  readonly #onRefusedToken: () => void;

  constructor(patience: Patience, onRefusedToken: () => void) {
    this.#patience = patience;
    this.#onRefusedToken = onRefusedToken;
  }

  /** Rejects as ObjectStore promises, with the status for isAnswer. */
  async once<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return await untilAborted(work(), signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = readGcsFailure(error);
      if (isAnswer(failure, 401)) this.#onRefusedToken();
      throw failure;
    }
  }

  /** For what has the same end when it is done twice; `work` reads the answer, too. */
  async repeated<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return await withRetries(this.#patience, signal, () => this.once(signal, work));
  }

  /** As `repeated`; null when Google has no such thing. */
  async orNull<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | null> {
    try {
      return await this.repeated(signal, work);
    } catch (error) {
      if (isAnswer(error, 404)) return null;
      throw error;
    }
  }
}

/** A download as a source. Resolves with the first bytes at hand: until then another try may follow. */
export async function openSource(stream: Readable, signal: AbortSignal): Promise<Source> {
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  const stop = (): void => void stream.destroy();
  try {
    let first: IteratorResult<Uint8Array> | null = await untilAborted(chunks.next(), signal);
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      const result = first ?? (await chunks.next());
      first = null;
      return result;
    };
    return { next, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
