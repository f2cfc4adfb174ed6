// What is left of a body when its request has been refused.
import { freePiece } from "../spent-memory.ts";

/** Most bytes thrown away for one refusal; with more to come the caller may miss the answer. */
const DISCARDED_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Throws away the rest of a body whose caller wants the connection closed after the answer, as proxies do. Closing a
 * socket that has bytes unread resets it, and the caller would never see why it was refused. A connection that stays
 * open needs none of this: the runtime reads on after the answer. Never throws.
 */
export async function discardBody(request: Request): Promise<void> {
  const isLast = /\bclose\b/i.test(request.headers.get("connection") ?? "");
  if (!isLast || request.body === null || request.body.locked) return;
  const reader = request.body.getReader();
  let discardedBytes = 0;
  try {
    while (discardedBytes < DISCARDED_BYTES_MAX) {
      const { done, value } = await reader.read();
      if (done) return;
      discardedBytes += value.byteLength;
      freePiece(value);
    }
  } catch {
    // The caller is gone: there is nobody left to answer.
  } finally {
    reader.releaseLock();
  }
}
