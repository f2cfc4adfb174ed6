// Reads a request's body: all of it within a limit, and for lull's own JSON endpoints type, size, JSON, in this order.
import { parseBody } from "../chatwoot/body.ts";
import { AppError } from "../errors.ts";

/** Reads at most `bytesMax` bytes of a request. Throws AppError `too_large`, or `invalid_body` when it breaks off. */
export async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const bytes = await readWhole(request);
  if (bytes.byteLength > bytesMax) throw tooLarge(bytesMax);
  return bytes;
}

/**
 * Reads a JSON object. Throws AppError `unsupported_media_type`, or what `readBytes` and `parseBody` throw.
 */
export async function readJsonObject(request: Request, bytesMax: number): Promise<Record<string, unknown>> {
  // A page elsewhere cannot send this type without asking first, and lull never agrees.
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new AppError("unsupported_media_type", "The body must be application/json.");
  }
  return parseBody(await readBytes(request, bytesMax));
}

/** Callers hang up as they please, before anyone asked who they are: no failure of lull's. */
async function readWhole(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (cause) {
    throw new AppError("invalid_body", "The body did not arrive whole.", { retryable: true, cause });
  }
}

function tooLarge(bytesMax: number): AppError {
  return new AppError("too_large", `The body may have at most ${bytesMax} bytes.`);
}
