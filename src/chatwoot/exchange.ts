// One HTTP call to a Chatwoot, from the request to the whole answer or the short reason why there is none.
// What an answer means is judged in answer.ts.

/** Largest answer in bytes that is read; a page of 100 messages is some hundred kilobytes. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** However long a server asks us to wait, in ms. */
const RETRY_AFTER_MAX_MS = 3_600_000;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Call {
  method: "GET" | "POST";
  route: string;
  url: string;
  token: string;
  signal: AbortSignal;
  body?: Record<string, unknown>;
}

/** A whole answer, or the short reason why there is none. */
export type Exchange =
  | {
      status: number;
      text: string;
      retryAfterMs: number | null;
      /** The server's own moment, to the second; null: it did not say. */
      dateAt: number | null;
    }
  | { failure: "network" | "aborted" | "too_large"; cause?: unknown };
export type Answer = Extract<Exchange, { status: number }>;

/** Tries the call once. Never throws: a failure is a value. */
export async function exchange(send: Fetch, call: Call): Promise<Exchange> {
  try {
    const response = await send(call.url, requestOf(call));
    const text = await readText(response);
    if (text === null) return { failure: "too_large" };
    return {
      status: response.status,
      text,
      retryAfterMs: readRetryAfter(response.headers.get("retry-after")),
      dateAt: readDate(response.headers.get("date")),
    };
  } catch (cause) {
    return { failure: call.signal.aborted ? "aborted" : "network", cause };
  }
}

function requestOf(call: Call): RequestInit {
  // The name with dashes reaches Rails as the one with underscores does, and passes proxies that drop those.
  const headers: Record<string, string> = { "api-access-token": call.token, accept: "application/json" };
  if (call.body !== undefined) headers["content-type"] = "application/json";
  const { method, signal } = call;
  // A redirect could carry the token to another host, or turn a POST into a GET.
  const init: RequestInit = { method, headers, signal, redirect: "manual" };
  return call.body === undefined ? init : { ...init, body: JSON.stringify(call.body) };
}

/** The whole body, null when it is larger than the limit; leaving the loop early cancels the stream. */
async function readText(response: Response): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > ANSWER_BYTES_MAX) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Chatwoot's limiter gives whole seconds; a date, which the standard allows, is as good as nothing. */
function readRetryAfter(header: string | null): number | null {
  if (header === null || !/^\d+$/.test(header.trim())) return null;
  return Math.min(Number(header) * 1000, RETRY_AFTER_MAX_MS);
}

function readDate(header: string | null): number | null {
  const at = header === null ? NaN : Date.parse(header);
  return Number.isNaN(at) ? null : at;
}
