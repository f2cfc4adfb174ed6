// Buckets of a test app, as other programs and operators ask about them.
import { checksumOf } from "../../src/storage/checksum.ts";
import type { TestApp } from "./app.ts";

export interface BucketAnswer {
  userId: string | null;
  contactId: string | null;
  bucketName: string;
  isNewBucket: boolean;
  whatsappNumber: unknown;
  normalizedNumber: string | null;
  bucketState: "creating" | "ready";
}

/** Asks the bucket service; gives the answer as it stands. */
export async function askService(
  app: TestApp,
  token: string,
  body: Record<string, unknown>,
  path = "user-bucket-service",
): Promise<{ status: number; body: Record<string, unknown>; text: string }> {
  const request = new Request(`http://localhost/functions/v1/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const response = await app.handle(request);
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Record<string, unknown> };
}

/** The bucket of whom the body names, made where there is none. */
export async function ensureBucket(
  app: TestApp,
  token: string,
  who: Record<string, unknown>,
): Promise<BucketAnswer> {
  const { status, body, text } = await askService(app, token, {
    action: "identify-and-ensure-bucket",
    ...who,
  });
  if (status !== 200) throw new Error(text);
  return body["data"] as BucketAnswer;
}

/** Puts a text into a bucket of the app's store, past lull. */
export async function putObject(
  { objects }: TestApp,
  bucketName: string,
  name: string,
  content: string | Uint8Array,
): Promise<void> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const outcome = await objects.put(
    bucketName,
    name,
    {
      open: () => new Blob([Buffer.from(bytes)]).stream(),
      sizeBytes: bytes.length,
      contentType: "text/plain",
      checksum: checksumOf(bytes),
      metadata: { kind: "message" },
    },
    new AbortController().signal,
  );
  if (outcome !== "stored") throw new Error(`${name} is ${outcome}`);
}

/** What is in a bucket of the app's store: names with their texts. */
export function textsIn({ objects }: TestApp, bucketName: string): Record<string, string> {
  const kept = objects.buckets.get(bucketName)?.objects ?? new Map<string, { bytes: Uint8Array }>();
  const names = [...kept.keys()].toSorted();
  return Object.fromEntries(names.map((name) => [name, new TextDecoder().decode(kept.get(name)?.bytes)]));
}

/** What a store does that says nothing. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}
