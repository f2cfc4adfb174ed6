// Multipart bodies as a test writes them, and what became of reading one.
import { AppError } from "../../src/errors.ts";
import { readUpload } from "../../src/routes/upload.ts";
import type { Upload } from "../../src/routes/upload-form.ts";

export const BOUNDARY = "XbX";
export const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

export function field(name: string, value: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

/** One byte a character. */
export function file(bytes: string, name = "a.pdf", type = "application/pdf"): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n${bytes}\r\n`;
}

/** Parts to a body, one byte a character. */
export function body(...parts: string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(`${parts.join("")}--${BOUNDARY}--\r\n`, "latin1"));
}

/** A text as the wire has it: UTF-8, one byte a character. */
export function wire(text: string): string {
  return Buffer.from(text).toString("latin1");
}

export interface SendOptions {
  type?: string;
  fileBytesMax?: number;
  headers?: Record<string, string>;
  /** Where the body is cut into pieces. */
  cuts?: readonly number[];
  write?: (piece: Uint8Array) => Promise<void>;
}

/** Reads a body as an upload; the file's bytes beside what was told of it. */
export async function send(
  bytes: Uint8Array,
  { type = TYPE, fileBytesMax = 1_000_000, headers = {}, cuts = [], write }: SendOptions = {},
): Promise<Upload & { bytes: Buffer }> {
  const request = new Request("http://localhost/", {
    method: "POST",
    headers: { "content-type": type, ...headers },
    body: streamOf(bytes, cuts),
  });
  const pieces: Buffer[] = [];
  const upload = await readUpload(request, { fileBytesMax, server: null }, async (piece) => {
    // Its memory is gone afterwards.
    pieces.push(Buffer.from(piece));
    await write?.(piece);
  });
  return { ...upload, bytes: Buffer.concat(pieces) };
}

/** The AppError that reading ended in. */
export async function refusal(reading: Promise<unknown>): Promise<AppError> {
  const error = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}

function streamOf(bytes: Uint8Array, cuts: readonly number[]): ReadableStream<Uint8Array> {
  const ends = [...cuts, bytes.byteLength].toSorted((a, b) => a - b);
  let from = 0;
  return new ReadableStream({
    pull(controller) {
      const end = ends.shift();
      if (end === undefined) return controller.close();
      controller.enqueue(bytes.slice(from, end));
      from = end;
    },
  });
}
