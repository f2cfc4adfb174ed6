// Makes words of the files that customers attach: documents and texts. A picture that was sent as a file is looked at.
import { readFile } from "node:fs/promises";
import { AppError } from "../errors.ts";
import {
  EXTRACT_LIMITS,
  type ExtractLimits,
  isTextKind,
  type UnreadableReason,
} from "../knowledge/extracted.ts";
import type { Extractor } from "../knowledge/extractor.ts";
import { fileTypeOf } from "../knowledge/file-type.ts";
import { Turnstile } from "../media/turnstile.ts";
import { type AttachmentFile, type AttachmentFiles, unfetchedReason } from "./attachment-files.ts";
import type { Seeing } from "./seeing.ts";
import type { Attached } from "./senses.ts";
import { type Sense, type UnreadReason, unread } from "./sensed.ts";
import { FILE_TEXT_LENGTH_MAX } from "./budget.ts";

export interface ReadingDeps {
  files: Pick<AttachmentFiles, "bring">;
  extractor: Pick<Extractor, "extractText">;
  seeing: Pick<Seeing, "look">;
}

/** Of one turn. */
export const FILES_MAX = 5;
export const FILE_BYTES_MAX = 20 * 1024 * 1024;
const PAGES_MAX = 100;
const LIMITS: ExtractLimits = {
  ...EXTRACT_LIMITS,
  bytesMax: FILE_BYTES_MAX,
  pagesMax: PAGES_MAX,
  charactersMax: FILE_TEXT_LENGTH_MAX,
};

/** Why nothing came of it, by why the file could not be read. All others: it is broken. */
const UNREAD: Partial<Record<UnreadableReason, UnreadReason>> = {
  encrypted: "protected",
  too_large: "too_large",
  too_slow: "too_much",
  too_much_memory: "too_much",
};

export class Reading {
  readonly #deps: ReadingDeps;
  /** Each holds its bytes. */
  readonly #turnstile = new Turnstile(1);

  constructor(deps: ReadingDeps) {
    this.#deps = deps;
  }

  /** What stands in the file, or why nobody can tell. Rejects with the signal's reason. */
  async read(attached: Attached, signal: AbortSignal): Promise<Sense> {
    const { connectionKey } = attached.claim;
    const { url } = attached.attachment;
    if (attached.order >= FILES_MAX) return unread("too_much");
    if (url === null) return unread("unavailable");
    try {
      const order = { connectionKey, url, bytesMax: FILE_BYTES_MAX };
      using file = await this.#deps.files.bring(order, signal);
      if (file.contentType.startsWith("image/")) return await this.#deps.seeing.look(file, signal);
      return await this.#turnstile.pass(() => this.#extract(attached, file, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      const reason = unfetchedReason(error) ?? unreadReason(error);
      if (reason === null) throw error;
      return unread(reason);
    }
  }

  async #extract({ attachment }: Attached, file: AttachmentFile, signal: AbortSignal): Promise<Sense> {
    const bytes = await readFile(file.path);
    const name = attachment.title ?? undefined;
    const { kind } = fileTypeOf(bytes, { name, contentType: file.contentType });
    if (!isTextKind(kind)) return unread("unsupported");
    const { text, isTruncated } = await this.#deps.extractor.extractText(kind, bytes, LIMITS, signal);
    return text === "" ? unread("unreadable") : { kind: "read", text, isTruncated };
  }
}

function unreadReason(error: unknown): UnreadReason | null {
  if (!(error instanceof AppError)) return null;
  if (error.code === "busy") return "too_much";
  if (error.code !== "unreadable_file") return null;
  return UNREAD[error.reason as UnreadableReason] ?? "unreadable";
}
