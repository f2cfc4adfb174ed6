// What surrounds every call of an SDK: it is bounded, raced with the signal, and its failure put in lull's words. It knows
// no vendor; what a failure means is in failure.ts.
import { readFailure, unavailable } from "./failure.ts";
import type { ProviderName } from "./provider.ts";

/** The network as it is passed in; the runtime's `fetch` fits. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** One model under one key. */
export interface HostedDeps {
  apiKey: string;
  /** Null: the provider's own address. */
  baseUrl: string | null;
  model: string;
  fetch: Fetch;
}

/** The SDKs' own limit, above any of ours: the signal is what ends a call. */
export const SDK_TIMEOUT_MS = 10 * 60_000;

const BODY_MAX_BYTES = 8 * 1024 * 1024;
const MODEL_NAME_MAX_CHARS = 200;

/**
 * What an SDK answers, unchecked: it may be anything that came with a 200. Rejects as ChatModel.complete promises, also
 * when the SDK itself would hang on a stalled body.
 */
export async function answerOf(
  provider: ProviderName,
  send: (signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): Promise<unknown> {
  signal.throwIfAborted();
  try {
    return await untilAborted(send(signal), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw readFailure(provider, error);
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

export function readField(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

export function readModelName(answer: unknown): string | null {
  const name = readField(answer, "model");
  return typeof name === "string" && name !== "" && name.length <= MODEL_NAME_MAX_CHARS ? name : null;
}

export function readCount(usage: unknown, name: string): number | null {
  const count = readField(usage, name);
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/**
 * The `fetch` an SDK is given. It sets all headers itself, since both SDKs add those of a `…_CUSTOM_HEADERS`
 * variable and facts about the machine; follows no redirect, which could carry the key to another host;
 * and reads the body whole, under a limit, while the signal still ends it.
 */
export function guardedFetch(provider: ProviderName, deps: Pick<HostedDeps, "apiKey" | "fetch">): Fetch {
  const own = { accept: "application/json", authorization: `Bearer ${deps.apiKey}`, "user-agent": "lull" };
  const guarded: Fetch = async (input, init) => {
    // A form says itself where its parts end.
    const type = init?.body instanceof FormData ? {} : { "content-type": "application/json" };
    const headers = { ...own, ...type };
    const response = await deps.fetch(input, { ...init, headers, redirect: "manual" });
    const body = await readBounded(provider, response);
    return new Response(body, { status: response.status, headers: response.headers });
  };
  // Else the SDKs make a request to find out whether forms can be sent.
  return Object.assign(guarded, { Response });
}

async function readBounded(provider: ProviderName, response: Response): Promise<Buffer<ArrayBuffer> | null> {
  if (response.body === null) return null;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > BODY_MAX_BYTES) throw unavailable(provider, "sent a body over 8 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
