// Reads the bodies of lull's own JSON endpoints: type, size, JSON, object, in this order.
import { AppError } from "../errors.ts";

/** Reads at most `bytesMax` bytes of a request. Throws AppError `too_large`. */
export async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength > bytesMax) throw tooLarge(bytesMax);
  return bytes;
}

/** Reads a JSON object. Throws AppError `unsupported_media_type`, `too_large`, `invalid_json` or `invalid_body`. */
export async function readJsonObject(request: Request, bytesMax: number): Promise<Record<string, unknown>> {
  // A page elsewhere cannot send this type without asking first, and lull never agrees.
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new AppError("unsupported_media_type", "The body must be application/json.");
  }
  const body = parse(new TextDecoder().decode(await readBytes(request, bytesMax)));
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new AppError("invalid_body", "The body must be a JSON object.");
  }
  return body as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError("invalid_json", "The body is not valid JSON.");
  }
}

function tooLarge(bytesMax: number): AppError {
  return new AppError("too_large", `The body may have at most ${bytesMax} bytes.`);
}
