// The bytes of an answer, unpacked and counted as they pass: a piece at a time, and never more than allowed.
import { pipeline } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import { freePiece } from "../spent-memory.ts";
import { refused, unavailable } from "./failure.ts";
import { withinLimit } from "./limit.ts";
import type { NetworkAnswer } from "./network.ts";

/** Between two pieces. */
const STALL_MAX_MS = 10_000;
/** What is packed is hardly longer than the file, but an endless one may unpack to nothing at all. */
const PACKED_RATIO_MAX = 2;

type Unpacker = () => NodeJS.ReadWriteStream & AsyncIterable<Uint8Array>;

const UNPACKERS: ReadonlyMap<string, Unpacker> = new Map<string, Unpacker>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/**
 * The file's own bytes; a piece is gone when the next one is asked for. Fails with AppError `media_refused` as soon as they are more than `bytesMax`, with
 * `media_unavailable` when they stop coming or end too early, and with the signal's reason when it aborts. The
 * connection is the caller's to close.
 */
export async function* readBody(
  answer: NetworkAnswer,
  bytesMax: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const pieces = unpacked(answer, bytesMax)[Symbol.asyncIterator]();
  let sizeBytes = 0;
  for (;;) {
    const { done, value } = await withinLimit(clock, STALL_MAX_MS, signal, () => pieces.next()).catch(
      (error: unknown) => {
        throw signal.aborted || error instanceof AppError ? error : unavailable("broken");
      },
    );
    if (done === true) return;
    sizeBytes += value.byteLength;
    if (sizeBytes > bytesMax) throw refused("too_large");
    yield value;
    freePiece(value);
  }
}

function unpacked(answer: NetworkAnswer, bytesMax: number): AsyncIterable<Uint8Array> {
  const encoding = (answer.headers["content-encoding"] ?? "").trim().toLowerCase();
  if (encoding === "" || encoding === "identity") return fitting(answer, bytesMax);
  const unpacker = UNPACKERS.get(encoding)?.();
  if (unpacker === undefined) throw refused("encoding");
  // A failure of either side ends the other, and reaches whoever reads.
  pipeline(upTo(answer.body, bytesMax * PACKED_RATIO_MAX), unpacker, () => {});
  return unpacker;
}

/** Said to be too large: not a byte of it is read. */
function fitting(answer: NetworkAnswer, bytesMax: number): AsyncIterable<Uint8Array> {
  if (Number(answer.headers["content-length"] ?? 0) > bytesMax) throw refused("too_large");
  return answer.body;
}

async function* upTo(pieces: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const piece of pieces) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > bytesMax) throw refused("too_large");
    yield piece;
  }
}
