// What the double of Google Cloud Storage answers: resources, failures, downloads, and how each of them goes wrong.
import type { StoredObject, Upload } from "./gcs-buckets.ts";
import type { GcsRequest } from "./gcs-request.ts";
import type { GcsAnswer } from "./gcs-socket.ts";

const PAGE = "<html>please sign in</html>";

/** Google's own form; the text repeats what was sent, as the worst provider would. */
export function failure(status: number, request: GcsRequest, retryAfterS?: number): GcsAnswer {
  const { object, bucket, headers } = request;
  const message = `${bucket} ${object} ${headers.get("authorization") ?? ""}`;
  const error = { code: status, message, errors: [{ message, domain: "global", reason: "double" }] };
  const wait = retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) };
  return json({ error }, status, wait);
}

/** A resource. */
export function json(
  resource: Record<string, unknown>,
  status = 200,
  more: Record<string, string> = {},
): GcsAnswer {
  const headers = { "content-type": "application/json; charset=UTF-8", ...more };
  return { status, headers, body: Buffer.from(JSON.stringify(resource)), resource };
}

/** A page of something in between. */
export function html(): GcsAnswer {
  return { status: 200, isDone: false, headers: { "content-type": "text/html" }, body: Buffer.from(PAGE) };
}

/** How many bytes of an upload are kept. */
export function keptBytes({ kept }: Upload): number {
  return kept.reduce((sum, bytes) => sum + bytes.byteLength, 0);
}

/** How far an upload is. */
export function incomplete(upload: Upload): GcsAnswer {
  const kept = keptBytes(upload);
  return { status: 308, headers: kept === 0 ? {} : { range: `bytes=0-${kept - 1}` } };
}

/** An object's bytes, or the range of them that is asked for. */
export function download({ headers, ...request }: GcsRequest, object: StoredObject): GcsAnswer {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "") ?? [];
  const head = {
    "content-type": object.contentType,
    "x-goog-generation": object.generation,
    "x-goog-stored-content-encoding": "identity",
  };
  const { bytes } = object;
  if (from === undefined || to === undefined) return { status: 200, headers: head, body: bytes };
  if (Number(from) >= bytes.byteLength) return failure(416, { ...request, headers });
  const range = `bytes ${from}-${to}/${bytes.byteLength}`;
  const body = bytes.subarray(Number(from), Number(to) + 1);
  return { status: 206, headers: { ...head, "content-range": range }, body };
}

/** A download that goes wrong on the way. */
export function spoil(answer: GcsAnswer, fault: "cut" | "stall" | "short" | "flipped"): GcsAnswer {
  const body = answer.body ?? Buffer.alloc(0);
  const half = body.byteLength >> 1;
  if (fault === "short") return { ...answer, body: body.subarray(0, half) };
  if (fault !== "flipped") return { ...answer, sendBytes: half, end: fault === "cut" ? "cut" : "hang" };
  const flipped = Buffer.from(body);
  flipped[half] = (flipped[half] ?? 0) ^ 1;
  return { ...answer, body: flipped };
}
