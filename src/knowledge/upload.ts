// One file on its way in, piece by piece into the spool folder. What it is, its bytes say; what may not be kept leaves
// nothing behind.
import { AppError } from "../errors.ts";
import type { SpooledBytes, SpoolFolder, SpoolWriter } from "../storage/spool-folder.ts";
import { isTextKind, type TextKind } from "./extracted.ts";
import { fileTooLarge, FILE_BYTES_MAX } from "./file-limits.ts";
import { type FileHints, type FileKind, fileTypeOf } from "./file-type.ts";

export interface UploadDeps<Words, Kept> {
  /** Of the file in the spool folder. */
  id: string;
  folder: Pick<SpoolFolder, "path" | "remove">;
  writer: SpoolWriter;
  hints: FileHints;
  /** Takes the file, once it is whole and durable. */
  /** The upload is over, well or not. May be called again. */
  end: () => void;
  keep: (file: SpooledBytes & { kind: TextKind }, words: Words) => Promise<Kept>;
}

/** As much as tells the kind of all files but archives. */
const HEAD_BYTES = 64 * 1024;

export class FileUpload<Words, Kept> {
  readonly #deps: UploadDeps<Words, Kept>;
  readonly #head = new Uint8Array(HEAD_BYTES);
  #sizeBytes = 0;

  constructor(deps: UploadDeps<Words, Kept>) {
    this.#deps = deps;
  }

  /**
   * The next bytes, in order and one call at a time. Throws AppError `too_large`, `unsupported_media_type` as soon as it
   * is seen, `cannot_store`; the upload is over then.
   */
  async write(piece: Uint8Array): Promise<void> {
    const before = this.#sizeBytes;
    try {
      if (before + piece.length > FILE_BYTES_MAX) throw fileTooLarge();
      if (before < HEAD_BYTES) this.#head.set(piece.subarray(0, HEAD_BYTES - before), before);
      this.#sizeBytes += piece.length;
      if (before < HEAD_BYTES && this.#sizeBytes >= HEAD_BYTES) this.#kindByHead();
      await this.#deps.writer.write(piece);
    } catch (error) {
      await this.abandon();
      throw error;
    }
  }

  /** The file is whole; `words` is what was said of it meanwhile. Throws AppError `invalid_body` for an empty one, the same as `write`, and what `keep` throws. */
  async finish(words: Words): Promise<Kept> {
    const { id, folder, writer, keep, end } = this.#deps;
    try {
      if (this.#sizeBytes === 0) throw new AppError("invalid_body", "The file is empty.");
      const kind = this.#kindByHead();
      const bytes = await writer.finish();
      return await keep({ ...bytes, kind: isTextKind(kind) ? kind : this.#kindByWhole() }, words);
    } catch (error) {
      await writer.abandon();
      await folder.remove(id);
      throw error;
    } finally {
      end();
    }
  }

  /** Nobody will finish it. */
  async abandon(): Promise<void> {
    this.#deps.end();
    await this.#deps.writer.abandon();
  }

  /** Of an archive only that it is one: what is in it stands at its end. */
  #kindByHead(): TextKind | "zip" {
    const { kind } = fileTypeOf(this.#head.subarray(0, this.#sizeBytes), this.#deps.hints);
    return kind === "zip" ? kind : textKind(kind);
  }

  /** Read where it lies: only the pages that are looked at come into memory. */
  #kindByWhole(): TextKind {
    const { id, folder, hints } = this.#deps;
    return textKind(fileTypeOf(Bun.mmap(folder.path(id)), hints).kind);
  }
}

function textKind(kind: FileKind): TextKind {
  if (isTextKind(kind)) return kind;
  throw new AppError("unsupported_media_type", "This is no kind of file that can be read.", {
    fix: "Upload plain text, Markdown, CSV, HTML, a PDF or a Word document (.docx).",
  });
}
