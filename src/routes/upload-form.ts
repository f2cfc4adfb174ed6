// The parts of a multipart body: a file, whose bytes pass through, and a few short fields. Where the body comes from is
// upload.ts' business.
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { AppError } from "../errors.ts";
import { PassingPieces } from "../spent-memory.ts";

/** What the sender says of a file. */
export interface FileHead {
  /** As it was sent, or null: to be cleaned before it is shown, and never a path. */
  fileName: string | null;
  /** Null when it is no media type. */
  declaredType: string | null;
  /**
   * The text beside the file, by name; of two with one name the later. Without a prototype. While the file is on its way
   * only what stands before it.
   */
  fields: Readonly<Record<string, string>>;
}

export interface Upload extends FileHead {
  sizeBytes: number;
}

/** Takes a piece of the file; when this has resolved, the next one comes and the memory of this one is given back. */
export type WritePiece = (piece: Uint8Array, head: FileHead) => Promise<void>;

const PART_COUNT_MAX = 20;
const PART_HEADER_BYTES_MAX = 8 * 1024;
const FIELD_BYTES_MAX = 4 * 1024;
const FIELD_NAME_LENGTH_MAX = 100;
/** What a body may hold beside its file: fields, headers, boundaries. */
export const BESIDE_FILE_BYTES_MAX = PART_COUNT_MAX * (PART_HEADER_BYTES_MAX + FIELD_BYTES_MAX);

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/;

/**
 * Reads a form with exactly one file from `pieces`, which are asked for no faster than `write` takes the file, and are
 * then nobody else's. Throws what `pieces` and `write` throw, AppError `too_large` for the file, `invalid_body` for the form; by then nothing is
 * being written any more.
 */
export async function readForm(
  contentType: string,
  pieces: AsyncIterable<Uint8Array>,
  fileBytesMax: number,
  write: WritePiece,
): Promise<Upload> {
  const form = new Form(contentType, fileBytesMax, write);
  await form.take(pieces);
  return form.upload();
}

interface FilePart extends FileHead {
  bytes: BusboyFileStream;
  sizeBytes: number;
  /** Resolves when no byte is being written any more; never rejects. */
  written: Promise<void>;
}

class Form {
  readonly #parser: BusboyInstance;
  readonly #fileBytesMax: number;
  readonly #write: WritePiece;
  readonly #passing = new PassingPieces();
  readonly #fields: Record<string, string> = Object.create(null);
  #file: FilePart | null = null;
  /** The first thing that went wrong; the parser's complaints about being stopped come later. */
  #refusal: { reason: unknown } | null = null;

  constructor(contentType: string, fileBytesMax: number, write: WritePiece) {
    this.#fileBytesMax = fileBytesMax;
    this.#write = write;
    this.#parser = openParser(contentType);
    this.#parser.on("field", (name, value, _isNameCut, isCut) => this.#keepField(name, value, isCut));
    this.#parser.on("file", (_name, bytes, fileName, _encoding, type) =>
      this.#openFile(bytes, fileName, type),
    );
    this.#parser.on("filesLimit", () => this.#refuse(invalid("The form holds more than one file.")));
    this.#parser.on("partsLimit", () =>
      this.#refuse(invalid(`The form has more than ${PART_COUNT_MAX} parts.`)),
    );
  }

  async take(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      await pipeline(this.#taken(pieces), this.#parser);
    } catch (error) {
      this.#refuse(error instanceof AppError ? error : broken(error));
      this.#file?.bytes.destroy();
    }
    await this.#file?.written;
    if (this.#refusal !== null) throw this.#refusal.reason;
  }

  async *#taken(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      this.#passing.take(piece);
      yield piece;
    }
  }

  upload(): Upload {
    const file = this.#file;
    // A page's form whose file was not chosen sends an empty one without a name.
    if (file === null || (file.sizeBytes === 0 && !file.fileName)) throw invalid("The form holds no file.");
    const { fileName, declaredType, sizeBytes } = file;
    return { fields: this.#fields, fileName, declaredType, sizeBytes };
  }

  #keepField(name: string | undefined, value: string, isCut: boolean): void {
    if (name === undefined || name.length > FIELD_NAME_LENGTH_MAX || isCut) {
      return this.#refuse(
        invalid(`A field has a name, short enough, and at most ${FIELD_BYTES_MAX} bytes of text.`),
      );
    }
    this.#fields[name] = value;
  }

  #openFile(bytes: BusboyFileStream, fileName: string | undefined, type: string): void {
    // It may complain once more when nobody reads it, and an error that nobody hears ends the process.
    bytes.on("error", () => {});
    const declaredType = MEDIA_TYPE.test(type) ? type : null;
    const file = {
      bytes,
      fileName: fileName ?? null,
      declaredType,
      // A small form is here as a whole when its file begins: what stands after that is not known earlier for it.
      fields: Object.assign(Object.create(null) as Record<string, string>, this.#fields),
      sizeBytes: 0,
      written: Promise.resolve(),
    };
    this.#file = file;
    file.written = this.#pour(file).catch((error: unknown) => this.#refuse(error));
  }

  async #pour(file: FilePart): Promise<void> {
    for await (const piece of wholeOf(file.bytes)) {
      this.#passing.pass(piece);
      file.sizeBytes += piece.byteLength;
      if (file.sizeBytes > this.#fileBytesMax) {
        throw new AppError("too_large", `A file may have at most ${this.#fileBytesMax} bytes.`);
      }
      await this.#write(piece, file);
    }
  }

  #refuse(reason: unknown): void {
    this.#refusal ??= { reason };
    this.#parser.destroy();
  }
}

function openParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      preservePath: true,
      limits: {
        files: 1,
        parts: PART_COUNT_MAX,
        fieldSize: FIELD_BYTES_MAX,
        headerSize: PART_HEADER_BYTES_MAX,
      },
    });
  } catch (error) {
    throw broken(error);
  }
}

async function* wholeOf(bytes: BusboyFileStream): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw broken(error);
  }
}

function broken(cause: unknown): AppError {
  return new AppError("invalid_body", "The form is not whole, or not well made.", { cause });
}

function invalid(message: string): AppError {
  return new AppError("invalid_body", message);
}
