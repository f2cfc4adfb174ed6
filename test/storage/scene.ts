// What the tests of a store begin with: a store, another handle on the same one, contents that are easy to tell apart.
import { checksumOf } from "../../src/storage/checksum.ts";
import type { Content, ObjectStore } from "../../src/storage/objects.ts";
import { seededRandom } from "../harness/random.ts";

export interface StoreScene extends AsyncDisposable {
  store: ObjectStore;
  /** As another process would have it. */
  second: ObjectStore;
}

export type OpenScene = () => Promise<StoreScene>;

export const BUCKET = "lull-user-0198c1b2";
export const OTHER_BUCKET = "lull-user-0198c1b3";
export const LABELS = { lull: "instance-1", kind: "user" };
/** Whatever a caller has asked for and not taken back. */
export const patient = new AbortController().signal;

/** A scene with BUCKET in it. */
export async function openWithBucket(open: OpenScene): Promise<StoreScene> {
  const scene = await open();
  await scene.store.createBucket(BUCKET, LABELS, patient);
  return scene;
}

/** The same bytes for the same seed. */
export function bytesOf(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  const random = seededRandom(seed);
  let word = Math.floor(random.fraction() * 2 ** 32);
  for (let index = 0; index < words.length; index++) {
    word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) + index;
    words[index] = word;
  }
  return new Uint8Array(words.buffer, 0, sizeBytes);
}

/** How many of a content's streams are open, and how often one was opened. */
export interface Openings {
  count: number;
  openCount: number;
}

const STREAM_PIECE_BYTES = 100_000;

export function contentOf(
  bytes: Uint8Array | string,
  extra: Partial<Content> & { openings?: Openings } = {},
): Content {
  const all = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  const { openings = { count: 0, openCount: 0 }, ...rest } = extra;
  return {
    open: () => streamOf(all, openings),
    sizeBytes: all.byteLength,
    contentType: "text/plain",
    checksum: checksumOf(all),
    metadata: {},
    ...rest,
  };
}

function streamOf(all: Uint8Array, openings: Openings): ReadableStream<Uint8Array> {
  openings.count++;
  openings.openCount++;
  let given = 0;
  return new ReadableStream({
    pull(controller) {
      const piece = all.subarray(given, given + STREAM_PIECE_BYTES);
      given += piece.byteLength;
      if (piece.byteLength > 0) return controller.enqueue(piece);
      openings.openCount--;
      controller.close();
    },
    cancel: () => void openings.openCount--,
  });
}

/** All bytes of an object or a range of it; null when it is not there. */
export async function readBytes(
  store: ObjectStore,
  name: string,
  range: { from: number; to: number } | null = null,
): Promise<Uint8Array | null> {
  const found = await store.read(BUCKET, name, range, patient);
  return found === null ? null : await Bun.readableStreamToBytes(found.body);
}

export async function readText(store: ObjectStore, name: string): Promise<string | null> {
  const bytes = await readBytes(store, name);
  return bytes === null ? null : Buffer.from(bytes).toString();
}

/** What is thrown when this goes wrong, as far as a caller decides on it. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (!(error instanceof Error)) return null;
  const field = (name: string): unknown => Reflect.get(error, name);
  const told = { code: field("code"), reason: field("reason"), retryable: field("retryable") };
  return error.name === "AppError" ? told : { name: error.name };
}

export const refused = (reason: string) => ({ code: "storage_refused", reason, retryable: false });
export const broken = { code: "storage_unavailable", reason: "broken", retryable: true };
export const unavailable = { code: "storage_unavailable", reason: undefined, retryable: true };
