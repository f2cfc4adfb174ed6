// Reads a request's body: all of it within a limit, and for lull's own JSON endpoints type, size, JSON, in this order.
import { parseBody } from "../chatwoot/body.ts";
import { AppError } from "../errors.ts";

/** Each piece of a body costs far more memory than its bytes: nobody sends an honest one in so many. */
const PIECES_MAX = 4_096;

/** Reads at most `bytesMax` bytes of a request. Throws AppError `too_large`, or `invalid_body` when it breaks off. */
export async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array> {
  const announcedBytes = Number(request.headers.get("content-length") ?? Number.NaN);
  if (announcedBytes > bytesMax) throw tooLarge(bytesMax);
  const bytes = await (announcedBytes <= bytesMax ? readAnnounced(request) : readCounted(request, bytesMax));
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

/** The fast way, for the runtime takes no more bytes than were announced. */
async function readAnnounced(request: Request): Promise<Uint8Array> {
  return new Uint8Array(await request.arrayBuffer().catch(brokenOff));
}

/** A body of unknown length: no more of it is held than it may have. The rest is left unread. */
async function readCounted({ body }: Request, bytesMax: number): Promise<Uint8Array> {
  const reader = body?.getReader();
  const pieces: Uint8Array[] = [];
  let takenBytes = 0;
  try {
    while (takenBytes <= bytesMax) {
      const piece = await reader?.read().catch(brokenOff);
      if (piece === undefined || piece.done) break;
      takenBytes += piece.value.byteLength;
      if (pieces.push(piece.value) > PIECES_MAX) throw inCrumbs();
    }
  } finally {
    reader?.releaseLock();
  }
  return Buffer.concat(pieces);
}

/** Callers hang up as they please, before anyone asked who they are: no failure of lull's. */
function brokenOff(cause: unknown): never {
  throw new AppError("invalid_body", "The body did not arrive whole.", { retryable: true, cause });
}

function inCrumbs(): AppError {
  return new AppError("invalid_body", "The body came in too many pieces.", {
    fix: "Send it with a Content-Length.",
  });
}

function tooLarge(bytesMax: number): AppError {
  return new AppError("too_large", `The body may have at most ${bytesMax} bytes.`);
}
