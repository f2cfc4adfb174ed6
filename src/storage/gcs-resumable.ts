// A large object on its way to Google in pieces: a session is opened, each piece is confirmed, and after a cut Google
// says what it kept and the rest is sent. One piece is in memory at a time. The SDK has the same, but begins anew after
// a cut unless its own timers do the retrying, which no signal ends.
import { readContent } from "./bytes.ts";
import { unavailable } from "./failure.ts";
import { failureOf, readGcsFailure } from "./gcs-failure.ts";
import type { Fetch } from "./gcs-token.ts";
import type { Content } from "./objects.ts";
import { type Patience, withRetries } from "./retries.ts";

export interface UploadDeps extends Patience {
  /** Without a slash at its end. */
  endpoint: string;
  fetch: Fetch;
  /** What proves who we are. */
  headers: () => Promise<Headers>;
}

/** Google wants multiples of 256 KiB. Four uploads at once hold two of them each: one here, one in the runtime. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** A session may be lost, or expire; each begins from the first byte. */
const SESSIONS_MAX = 3;

/** Nothing of the session is left at Google's. */
class SessionGone extends Error {}

/**
 * Stores the content as a new object. Rejects with the answer 412 when there is one of that name already, perhaps
 * ours, else as ObjectStore promises.
 */
export async function uploadInPieces(
  deps: UploadDeps,
  bucket: string,
  object: { name: string },
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  for (let session = 1; session <= SESSIONS_MAX; session++) {
    try {
      const url = await withRetries(deps, signal, () => openSession(deps, bucket, object, content, signal));
      return await sendContent(new Session(deps, url, content.sizeBytes, signal), content, signal);
    } catch (error) {
      if (!(error instanceof SessionGone)) throw error;
    }
  }
  throw unavailable("it lost the upload");
}

async function openSession(
  deps: UploadDeps,
  bucket: string,
  object: { name: string },
  content: Content,
  signal: AbortSignal,
): Promise<string> {
  const query = new URLSearchParams({ uploadType: "resumable", ifGenerationMatch: "0", name: object.name });
  const headers = await deps.headers();
  headers.set("content-type", "application/json");
  headers.set("x-upload-content-length", String(content.sizeBytes));
  const url = `${deps.endpoint}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query.toString()}`;
  const response = await send(deps, url, { method: "POST", headers, body: JSON.stringify(object), signal });
  const location = response.headers.get("location");
  if (response.status !== 200) throw failureOfAnswer(response);
  if (location === null) throw unavailable("it opened no upload");
  return new URL(location, url).href;
}

async function sendContent(session: Session, content: Content, signal: AbortSignal): Promise<void> {
  let sentBytes = 0;
  for await (const piece of readContent(content, PIECE_BYTES, signal)) {
    await session.sendPiece(piece, sentBytes);
    sentBytes += piece.byteLength;
  }
}

class Session {
  readonly #deps: UploadDeps;
  readonly #url: string;
  readonly #sizeBytes: number;
  readonly #signal: AbortSignal;

  constructor(deps: UploadDeps, url: string, sizeBytes: number, signal: AbortSignal) {
    this.#deps = deps;
    this.#url = url;
    this.#sizeBytes = sizeBytes;
    this.#signal = signal;
  }

  /** Sends what begins at byte `start` until all of it is kept. */
  async sendPiece(piece: Uint8Array<ArrayBuffer>, start: number): Promise<void> {
    const end = start + piece.byteLength;
    let kept = start;
    await withRetries(this.#deps, this.#signal, async (attempt) => {
      if (attempt > 1) kept = await this.#keptBytes();
      while (kept < end) {
        if (kept < start) throw new SessionGone();
        const before = kept;
        kept = await this.#sendRange(piece.subarray(kept - start), kept);
        if (kept <= before) throw unavailable("it kept nothing of what was sent");
      }
    });
  }

  async #keptBytes(): Promise<number> {
    return await this.#put(`bytes */${this.#sizeBytes}`, null);
  }

  async #sendRange(bytes: Uint8Array<ArrayBuffer>, from: number): Promise<number> {
    const to = from + bytes.byteLength - 1;
    return await this.#put(`bytes ${from}-${to}/${this.#sizeBytes}`, bytes);
  }

  /** How many bytes are kept then, all of them once the object is there. */
  async #put(range: string, body: Uint8Array<ArrayBuffer> | null): Promise<number> {
    const headers = { "content-range": range };
    // A connection of its own: on a used one that breaks, Bun repeats a PUT by itself, whatever was kept of it.
    const init = { method: "PUT", headers, body, keepalive: false, signal: this.#signal };
    const response = await send(this.#deps, this.#url, init);
    const { status } = response;
    if (status === 200 || status === 201) return this.#sizeBytes;
    if (status === 404 || status === 410) throw new SessionGone();
    if (status !== 308) throw failureOfAnswer(response);
    const last = /^bytes=0-(\d+)$/.exec(response.headers.get("range") ?? "")?.[1];
    // All is kept only when the object is there: until then the last byte is sent again.
    return Math.min(last === undefined ? 0 : Number(last) + 1, this.#sizeBytes - 1);
  }
}

/** One exchange, its body read: none that matters is long. */
async function send(deps: UploadDeps, url: string, init: RequestInit): Promise<Response> {
  try {
    const response = await deps.fetch(url, { ...init, redirect: "manual" });
    await response.text();
    return response;
  } catch (error) {
    init.signal?.throwIfAborted();
    throw readGcsFailure(error);
  }
}

function failureOfAnswer({ status, headers }: Response): Error {
  return failureOf(status, headers.get("retry-after"));
}
