// Who may send a webhook: Chatwoot's HMAC over the raw bytes, and secrets that stand in an address.
// Pure: which secret belongs to which connection is the route's business.
import { timingSafeEqual } from "node:crypto";

/** How far a signed moment may lie from ours, either way, in milliseconds. */
const SIGNATURE_AGE_MAX_MS = 300_000;

/** Unix seconds as plain digits; the length keeps the number exact. */
const TIMESTAMP_FORM = /^[0-9]{1,12}$/;
const SIGNATURE_FORM = /^sha256=[0-9a-f]{64}$/;
const SIGNATURE_PREFIX = "sha256=";

export interface SignedRequest {
  /** The webhook's secret, used as the plain string it is shown as. */
  secret: string;
  /** `X-Chatwoot-Timestamp`: unix seconds; null when the header is missing. */
  timestamp: string | null;
  /** `X-Chatwoot-Signature`: `sha256=` and 64 lower-case hex digits; null when the header is missing. */
  signature: string | null;
  /** The body exactly as received: Rails escapes characters that a re-serialisation would not. */
  raw: Uint8Array;
  /** Wall time in ms. */
  nowMs: number;
}

/**
 * True when `signature` is hex(HMAC-SHA256(secret, "<timestamp>.<raw>")) and the timestamp is within 300 s of now,
 * past or future. Compares in constant time; never throws; an empty secret verifies nothing.
 */
export function verifySignature(input: SignedRequest): boolean {
  const { secret, timestamp, signature, raw, nowMs } = input;
  if (secret.length === 0 || timestamp === null || signature === null) return false;
  if (!TIMESTAMP_FORM.test(timestamp) || !SIGNATURE_FORM.test(signature)) return false;
  // Written so that a NaN fails.
  if (!(Math.abs(nowMs - Number(timestamp) * 1000) <= SIGNATURE_AGE_MAX_MS)) return false;
  const expected = new Bun.CryptoHasher("sha256", secret).update(`${timestamp}.`).update(raw).digest();
  const given = Buffer.from(signature.slice(SIGNATURE_PREFIX.length), "hex");
  return timingSafeEqual(given, expected);
}

/**
 * True when two secrets are the same text. Digests are compared, in constant time, so that neither the length nor
 * a common start shows; never throws; an empty expected secret equals nothing.
 */
export function secretsEqual(given: string, expected: string): boolean {
  if (expected.length === 0) return false;
  return timingSafeEqual(sha256(given), sha256(expected));
}

function sha256(text: string): Buffer {
  return new Bun.CryptoHasher("sha256").update(text).digest();
}
