// Bytes on their way into a store and out of it: counted and summed as they pass, so that what is not what it was said
// to be never counts as an object, nor a piece of one as the whole.
import { AppError } from "../errors.ts";
import { Checksum } from "./checksum.ts";
import { refused, unavailable } from "./failure.ts";
import type { ByteRange, Content, ObjectInfo } from "./objects.ts";

/**
 * The content in pieces of `pieceBytes`, the last one shorter; an empty content is one empty piece. The last piece is
 * given only when size and checksum were right: AppError `storage_refused` else. Every piece is the same memory, to be
 * used before the next is asked for.
 */
export async function* readContent(
  content: Content,
  pieceBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const piece = new Uint8Array(Math.min(pieceBytes, content.sizeBytes));
  const checksum = new Checksum();
  let filledBytes = 0;
  let sizeBytes = 0;
  for await (const bytes of chunksOf(content.open(), signal)) {
    sizeBytes += bytes.byteLength;
    if (sizeBytes > content.sizeBytes) throw notAsSaid("longer");
    checksum.update(bytes);
    for (let taken = 0; taken < bytes.byteLength;) {
      if (filledBytes === piece.byteLength) {
        yield piece;
        filledBytes = 0;
      }
      const part = bytes.subarray(taken, taken + piece.byteLength - filledBytes);
      piece.set(part, filledBytes);
      filledBytes += part.byteLength;
      taken += part.byteLength;
    }
  }
  if (sizeBytes < content.sizeBytes) throw notAsSaid("shorter");
  if (checksum.text() !== content.checksum) throw notAsSaid("other bytes");
  yield piece.subarray(0, filledBytes);
}

function notAsSaid(how: string): AppError {
  return refused(`The content is not what was said of it: ${how}.`, "content");
}

/** What a stream gives until it ends or the signal aborts; a stream that gives nothing more is not waited for then. */
async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read().catch(unreadable);
      signal.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function unreadable(error: unknown): never {
  throw error instanceof AppError ? error : unavailable("the content could not be read");
}

/** Where the bytes of a body come from. `stop` ends a `next` that hangs, and may be called twice. */
export interface Source {
  next: () => Promise<IteratorResult<Uint8Array, unknown>>;
  stop: () => void;
}

/** How many bytes a body must have, and their checksum where it is known. */
export interface Expected {
  sizeBytes: number;
  checksum: string | null;
}

/** What a body must be. Throws AppError `storage_refused` when the range is not within the object. */
export function expectedOf(info: ObjectInfo, range: ByteRange | null): Expected {
  if (range === null) return info;
  const isWithin = range.from >= 0 && range.from <= range.to && range.to < info.sizeBytes;
  if (!isWithin || !Number.isSafeInteger(range.from) || !Number.isSafeInteger(range.to))
    throw refused("The range is not within the object.", "range");
  return { sizeBytes: range.to - range.from + 1, checksum: null };
}

/**
 * The body a reader gets: as much as it asks for, no more. It fails when the source does (as `readFailure` says), when
 * bytes are missing, too many or other ones, and when the signal aborts.
 */
export function checkedBody(
  source: Source,
  expected: Expected,
  signal: AbortSignal,
  readFailure: (error: unknown) => Error,
): ReadableStream<Uint8Array> {
  const passed = new Passed(expected);
  let stop = source.stop;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const abort = (): void => {
        source.stop();
        controller.error(signal.reason);
      };
      stop = () => {
        signal.removeEventListener("abort", abort);
        source.stop();
      };
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    },
    async pull(controller) {
      try {
        const { done, value } = await source.next();
        if (signal.aborted) return;
        if (!done) return controller.enqueue(passed.count(value));
        passed.end();
        stop();
        controller.close();
      } catch (error) {
        stop();
        if (!signal.aborted) controller.error(readFailure(error));
      }
    },
    cancel: () => stop(),
  });
}

class Passed {
  readonly #expected: Expected;
  readonly #checksum = new Checksum();
  #sizeBytes = 0;

  constructor(expected: Expected) {
    this.#expected = expected;
  }

  count(bytes: Uint8Array): Uint8Array {
    this.#sizeBytes += bytes.byteLength;
    if (this.#sizeBytes > this.#expected.sizeBytes) throw brokenBody("too many bytes");
    if (this.#expected.checksum !== null) this.#checksum.update(bytes);
    return bytes;
  }

  end(): void {
    if (this.#sizeBytes < this.#expected.sizeBytes) throw brokenBody("bytes are missing");
    const { checksum } = this.#expected;
    if (checksum !== null && checksum !== this.#checksum.text()) throw brokenBody("other bytes");
  }
}

function brokenBody(how: string): AppError {
  return new AppError("storage_unavailable", `The object did not arrive whole: ${how}.`, {
    reason: "broken",
    retryable: true,
  });
}

/** What the pieces are, each asked for when it is read; cancelling ends them, once the one under way is there. */
export function streamOf(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
