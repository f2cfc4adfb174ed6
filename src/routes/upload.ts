// An uploaded file (multipart/form-data, RFC 7578) on its way through: its bytes are handed on as they arrive and
// never held together. Who may upload and where the bytes go is for the route to say.
import { AppError } from "../errors.ts";
import { allowSilence } from "./patience.ts";
import { BESIDE_FILE_BYTES_MAX, readForm, type Upload, type WritePiece } from "./upload-form.ts";

export interface UploadLimits {
  fileBytesMax: number;
  /** The server the request came to, which then waits longer than usual; null where there is no socket. */
  server: unknown;
}

/** RFC 2046, 5.1.1. */
const BOUNDARY_LENGTH_MAX = 70;
/** Each stretch of an upload, and what is done with it, may take so long: 17 KiB a second at least. */
const STRETCH_BYTES = 1024 * 1024;
const STRETCH_SECONDS = 60;

const MULTIPART = /^multipart\/form-data[ \t]*(?:;|$)/i;
const BOUNDARY = /;[ \t]*boundary=(?:"([^"]*)"|([^\s;"]+))/i;

/**
 * Reads an upload and writes its one file piece by piece; the sender waits while a piece is being written. Throws what
 * `write` throws, or AppError `unsupported_media_type`, `too_large` as soon as that is clear, `invalid_body` for a body
 * that breaks off, has no file or two, or more or larger fields than allowed. What was written by then is waste.
 */
export async function readUpload(
  request: Request,
  { fileBytesMax, server }: UploadLimits,
  write: WritePiece,
): Promise<Upload> {
  const contentType = checkHead(request.headers, fileBytesMax);
  return readForm(contentType, piecesOf(request, server, fileBytesMax), fileBytesMax, write);
}

/** Gives the content type. Nothing has been read when this refuses. */
function checkHead(headers: Headers, fileBytesMax: number): string {
  const contentType = headers.get("content-type") ?? "";
  if (!MULTIPART.test(contentType)) {
    throw new AppError("unsupported_media_type", "The body must be multipart/form-data.");
  }
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? "";
  if (boundary === "" || boundary.length > BOUNDARY_LENGTH_MAX) {
    throw new AppError("invalid_body", "The content type has no boundary that can be used.");
  }
  const announcedBytes = Number(headers.get("content-length") ?? 0);
  if (announcedBytes > fileBytesMax + BESIDE_FILE_BYTES_MAX) throw tooLarge(fileBytesMax);
  return contentType;
}

/** The body as it arrives. It is left where it was when nobody wants more of it: the server sees to the rest. */
async function* piecesOf(
  request: Request,
  server: unknown,
  fileBytesMax: number,
): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  let takenBytes = 0;
  let patientUntilBytes = 0;
  try {
    for (;;) {
      if (takenBytes >= patientUntilBytes) {
        allowSilence(server, request, STRETCH_SECONDS);
        patientUntilBytes = takenBytes + STRETCH_BYTES;
      }
      const piece = await reader?.read().catch(brokenOff);
      if (piece === undefined || piece.done) return;
      takenBytes += piece.value.byteLength;
      if (takenBytes > fileBytesMax + BESIDE_FILE_BYTES_MAX) throw tooLarge(fileBytesMax);
      yield piece.value;
    }
  } finally {
    reader?.releaseLock();
  }
}

/** Callers hang up as they please: no failure of lull's. */
function brokenOff(cause: unknown): never {
  throw new AppError("invalid_body", "The upload did not arrive whole.", { retryable: true, cause });
}

function tooLarge(fileBytesMax: number): AppError {
  return new AppError("too_large", `A file may have at most ${fileBytesMax} bytes.`);
}
