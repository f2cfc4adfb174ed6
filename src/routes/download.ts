// A file as an answer: whole, a range of it, or nothing when the caller has it already. What may be in the file is
// anybody's guess, so a browser is told to keep it, and never to show or run it.
import type { ByteRange } from "../storage/objects.ts";
import { ANSWER_HEADERS } from "./answers.ts";
import { parseRange } from "./byte-range.ts";
import { cleanFileName } from "../knowledge/file-name.ts";
import { allowSilence } from "./patience.ts";
import { freePiece } from "../spent-memory.ts";

export interface FileToSend {
  fileName: string;
  /** Sent as it is when it is one media type; anything else becomes bytes of no type. */
  contentType: string;
  sizeBytes: number;
  /** Says which bytes these are, without quotes; other bytes never have the same. */
  etag: string;
  createdAt: number;
  /**
   * Gives the bytes of a range, or all; called only when they are to be sent. Its pieces are then nobody else's. A
   * reader who leaves aborts the request's signal, which has to end a source that waits.
   */
  open: (range: ByteRange | null) => Promise<ReadableStream<Uint8Array>>;
  /** Told when the bytes end in an error after the answer has begun; the caller's connection breaks off then. */
  brokeOff: (error: unknown) => void;
}

/**
 * How long a piece may wait for its reader, in seconds. The kernel takes some four million bytes ahead, and while they
 * are on their way nothing moves here: 17 KiB a second at least.
 */
const READER_SECONDS = 240;
const UNTYPED = "application/octet-stream";
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:; ?charset=[\w-]{1,40})?$/;

/** Answers 200, 206, 304 or 416 (RFC 9110, 13.2.2). Throws what `open` throws. `server`: null without a socket. */
export async function sendFile(file: FileToSend, request: Request, server: unknown): Promise<Response> {
  if (isKnown(file, request.headers.get("if-none-match"))) {
    return new Response(null, { status: 304, headers: sharedHeaders(file) });
  }
  const range = rangeOf(file, request);
  if (range === "unsatisfiable") return refuseRange(file);
  const sizeBytes = range === null ? file.sizeBytes : range.to - range.from + 1;
  const status = range === null ? 200 : 206;
  const headers = { ...bodyHeaders(file, range), "content-length": String(sizeBytes) };
  if (request.method === "HEAD") return new Response(null, { status, headers });
  const body = await file.open(range);
  return new Response(passedOn(body, file, request, server), { status, headers });
}

/** If-None-Match: a list of tags, of which weak ones count as well, or any. */
function isKnown({ etag }: FileToSend, ifNoneMatch: string | null): boolean {
  const tags = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(quoted(etag));
}

/** A range is of a GET, and of the bytes the caller has the other part of; else the whole is sent. */
function rangeOf(file: FileToSend, { method, headers }: Request): ByteRange | null | "unsatisfiable" {
  if (method !== "GET") return null;
  const ifRange = headers.get("if-range");
  const isSame = ifRange === null || ifRange === quoted(file.etag) || ifRange === httpDate(file.createdAt);
  return isSame ? parseRange(headers.get("range"), file.sizeBytes) : null;
}

function refuseRange(file: FileToSend): Response {
  const headers = { ...sharedHeaders(file), "content-range": `bytes */${file.sizeBytes}` };
  return new Response(null, { status: 416, headers });
}

function bodyHeaders(file: FileToSend, range: ByteRange | null): Record<string, string> {
  const part = range === null ? {} : { "content-range": `bytes ${range.from}-${range.to}/${file.sizeBytes}` };
  return {
    ...sharedHeaders(file),
    ...part,
    "content-type": MEDIA_TYPE.test(file.contentType) ? file.contentType : UNTYPED,
    "content-disposition": disposition(file.fileName),
    "last-modified": httpDate(file.createdAt),
  };
}

function sharedHeaders({ etag }: FileToSend): Record<string, string> {
  return {
    ...ANSWER_HEADERS,
    "content-security-policy": `${ANSWER_HEADERS["content-security-policy"]}; sandbox`,
    "cache-control": "private, no-store",
    "accept-ranges": "bytes",
    etag: quoted(etag),
  };
}

/** A name that every caller can read, and the true one for those that know RFC 8187. */
function disposition(fileName: string): string {
  const name = cleanFileName(fileName);
  const plain = name.replaceAll(/[^\x20-\x7E]|["%;\\]/gu, "_");
  const exact = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

/**
 * The bytes at the reader's pace. A socket copies what is written to it, so the piece's memory is given back; a reader
 * in this process may keep the piece itself.
 */
function passedOn(
  body: ReadableStream<Uint8Array>,
  file: FileToSend,
  request: Request,
  server: unknown,
): ReadableStream {
  return new ReadableStream({
    type: "direct",
    async pull(reader) {
      try {
        allowSilence(server, request, READER_SECONDS);
        for await (const piece of body) {
          if (request.signal.aborted) return;
          await reader.write(piece);
          await reader.flush(true);
          if (server !== null) freePiece(piece);
          allowSilence(server, request, READER_SECONDS);
        }
      } catch (error) {
        if (!request.signal.aborted) file.brokeOff(error);
        // The connection breaks off, so that nobody takes a part for the whole. Bun prints an error thrown here, past
        // the log; a rejection without one it does not.
        return Promise.reject();
      }
      reader.close();
    },
  });
}

function quoted(etag: string): string {
  return `"${etag}"`;
}

function httpDate(atMs: number): string {
  return new Date(atMs).toUTCString();
}
