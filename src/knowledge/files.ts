// Users' own files: taken in, listed, changed, opened, deleted. Their bytes go to the spool first, and nobody waits for the
// bucket; reading and sweeping them is others' work.
import { type Clock, MINUTE_MS } from "../clock.ts";
import type { FileAudience, FileToOpen, KnowledgeStore } from "../db/store-knowledge.ts";
import type { ListQuery, Page, Row } from "../db/store-insight.ts";
import type { UserStore } from "../db/store-users.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Random } from "../random.ts";
import type { ByteRange } from "../storage/objects.ts";
import type { SpooledBytes, SpoolFolder } from "../storage/spool-folder.ts";
import { type FileBytesDeps, openBytes } from "./file-bytes.ts";
import { FILE_LIMITS, refusalOf } from "./file-limits.ts";
import { cleanFileName } from "./file-name.ts";
import { CONTENT_TYPES, type FileType } from "./file-type.ts";
import type { TextKind } from "./extracted.ts";
import { fileObjectName } from "./object-name.ts";
import { FileUpload } from "./upload.ts";

export interface KnowledgeFilesDeps {
  store: Pick<
    KnowledgeStore,
    "addFile" | "changeFile" | "deleteFile" | "listFiles" | "fileRow" | "fileToOpen" | "fileTotals"
  > &
    Pick<UserStore, "nameOf">;
  folder: Pick<SpoolFolder, "begin" | "path" | "read" | "remove">;
  objects: FileBytesDeps["objects"];
  clock: Clock;
  random: Random;
  log: Log;
  /** The user's bucket, made when there is none; null: no such user. */
  ensureBucket: (userId: string) => Promise<{ name: string } | null>;
  /** Whether the spool takes one more object. */
  hasRoom: () => Promise<boolean>;
  /** There is a file to read, and one to bring to its bucket. */
  onAdded: () => void;
  /** There is a file to sweep. */
  onDeleted: () => void;
}

export interface NewUpload {
  userId: string;
  /** As its user calls it. */
  name: string;
  /** As the user's program calls it; decides only where the bytes do not. */
  contentType?: string | undefined;
  /** The file whose next version this is; null: a new file. */
  replaces: string | null;
}

/** What may be said of a file once it is here; what is left out is its first name, and for its owner alone. */
export interface FileWords {
  name?: string | undefined;
  audience?: FileAudience | undefined;
}

export interface KeptFile {
  fileId: string;
  /** The bytes are those it had already; only its name and audience were taken. */
  isSame: boolean;
}

export interface OpenFile {
  name: string;
  contentType: FileType["contentType"];
  sizeBytes: number;
  /** Hex. */
  sha256: string;
  createdAt: number;
  read: (range: ByteRange | null, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
}

/** A full spool waits for a store that is away; where it is not, it is emptied sooner. */
const ROOM_WAIT_MS = 60_000;

/** Uploads at once: what they bring is counted nowhere before they are over. */
const UPLOADS_MAX = 8;
const UPLOADS_OF_USER_MAX = 2;

export class KnowledgeFiles {
  readonly #deps: KnowledgeFilesDeps;
  /** Whose each upload is that is under way. */
  readonly #underWay = new Map<string, string>();

  constructor(deps: KnowledgeFilesDeps) {
    this.#deps = deps;
  }

  /**
   * Whether a file would be taken in now, before it is sent. Throws AppError `not_found`, `conflict` or `too_large` (a
   * limit of the user's), `busy` (the spool is full).
   */
  async admit({ userId, replaces }: Pick<NewUpload, "userId" | "replaces">): Promise<void> {
    const { store } = this.#deps;
    if ((await store.nameOf(userId)) === null) throw refusalOf("no_user");
    if (replaces !== null) await this.#find(userId, replaces);
    else await this.#refuseFull(userId);
    await this.#needRoom();
  }

  /**
   * Begins to take in a file, which is kept when the upload is finished. Throws what `admit` throws, and AppError
   * `cannot_store`; finishing throws these, too.
   */
  async begin(upload: NewUpload): Promise<FileUpload<FileWords, KeptFile>> {
    const { clock, random, folder, ensureBucket } = this.#deps;
    const { name, contentType, userId } = upload;
    await this.admit(upload);
    if ((await ensureBucket(userId)) === null) throw refusalOf("no_user");
    const id = random.uuid(clock.now());
    this.#take(id, userId);
    const end = (): void => void this.#underWay.delete(id);
    const writer = await folder.begin(id).catch((error: unknown) => {
      end();
      throw error;
    });
    const keep = (file: SpooledBytes & { kind: TextKind }, words: FileWords) =>
      this.#keep(id, upload, words, file);
    return new FileUpload({ id, folder, writer, hints: { name, contentType }, keep, end });
  }

  #take(id: string, userId: string): void {
    const ofUser = [...this.#underWay.values()].filter((one) => one === userId);
    if (this.#underWay.size >= UPLOADS_MAX || ofUser.length >= UPLOADS_OF_USER_MAX)
      throw new AppError("busy", "Too many files are being taken in.", {
        retryable: true,
        retryAfterMs: MINUTE_MS,
        fix: "Wait for the others to arrive.",
      });
    this.#underWay.set(id, userId);
  }

  /** Rows as the store lists them. Throws AppError `not_found` for a user who is none. */
  async list(userId: string, query: ListQuery): Promise<Page> {
    const page = await this.#deps.store.listFiles(userId, query);
    if (page === null) throw refusalOf("no_user");
    return page;
  }

  /** Throws AppError `not_found`. */
  async get(userId: string, fileId: string): Promise<Row> {
    const row = await this.#deps.store.fileRow(userId, fileId);
    if (row === null) throw refusalOf("no_file");
    return row;
  }

  /** Throws AppError `not_found`. */
  async change(userId: string, fileId: string, { name, audience }: FileWords): Promise<void> {
    const { store, clock, onAdded } = this.#deps;
    const change = { ...(name && { name: cleanFileName(name) }), ...(audience && { audience }) };
    if (!(await store.changeFile(userId, fileId, change, clock.now()))) throw refusalOf("no_file");
    onAdded();
  }

  /** Nobody finds it from now on; its bytes go soon. Throws AppError `not_found`. */
  async remove(userId: string, fileId: string): Promise<void> {
    const { store, clock, log, onDeleted } = this.#deps;
    if (!(await store.deleteFile(userId, fileId, clock.now()))) throw refusalOf("no_file");
    log.event("info", "file.deleted", { fileId, userId });
    onDeleted();
  }

  /**
   * One version of a file, with the way to its bytes: whole, or those of a range that begins inside the file. Throws
   * AppError `not_found`; reading throws it, too, and `invalid_query` for a range outside, `storage_unavailable`,
   * `storage_refused`.
   */
  async open(userId: string, fileId: string): Promise<OpenFile> {
    const file = await this.#find(userId, fileId);
    const { name, kind, sizeBytes, sha256, createdAt } = file;
    const read = (range: ByteRange | null, signal: AbortSignal) => this.#read(file, range, signal);
    return { name, contentType: CONTENT_TYPES[kind], sizeBytes, sha256, createdAt, read };
  }

  async #read(
    file: FileToOpen,
    range: ByteRange | null,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const body = await openBytes(file, range && within(range, file), this.#deps, signal);
    if (body === null) throw refusalOf("no_file");
    return body;
  }

  async #find(userId: string, fileId: string): Promise<FileToOpen> {
    const file = await this.#deps.store.fileToOpen(userId, fileId);
    if (file === null) throw refusalOf("no_file");
    return file;
  }

  /** It is looked at again when the bytes are here. */
  async #refuseFull(userId: string): Promise<void> {
    const { fileCount, bytes } = await this.#deps.store.fileTotals(userId);
    if (fileCount >= FILE_LIMITS.filesMax) throw refusalOf("filesMax");
    if (bytes >= FILE_LIMITS.bytesMax) throw refusalOf("bytesMax");
  }

  async #needRoom(): Promise<void> {
    if (await this.#deps.hasRoom()) return;
    throw new AppError("busy", "Too much waits to be stored.", {
      retryable: true,
      retryAfterMs: ROOM_WAIT_MS,
      fix: "Try again later; the operator sees in the metrics why the storage does not take it.",
    });
  }

  async #keep(
    id: string,
    upload: NewUpload,
    words: FileWords,
    file: SpooledBytes & { kind: TextKind },
  ): Promise<KeptFile> {
    const { store, clock, folder, log, onAdded, onDeleted } = this.#deps;
    const { userId, replaces } = upload;
    await this.#needRoom();
    const name = cleanFileName(words.name ?? upload.name);
    const audience = words.audience ?? (await this.#audienceOf(upload));
    const described = { id, userId, name, audience, ...file };
    const placed = {
      contentType: CONTENT_TYPES[file.kind],
      objectName: fileObjectName(id, file.sha256),
    };
    const added = await store.addFile({ ...described, ...placed }, replaces, FILE_LIMITS, clock.now());
    if (added.kind === "refused") throw refusalOf(added.reason);
    const { fileId } = added;
    const isSame = added.kind === "same";
    if (isSame) await folder.remove(id);
    log.event("info", "file.added", { fileId, userId, kind: file.kind, sizeBytes: file.sizeBytes, isSame });
    onAdded();
    if (replaces !== null && !isSame) onDeleted();
    return { fileId, isSame };
  }

  /** The next version of a file is for whom the one before was. */
  async #audienceOf({ userId, replaces }: NewUpload): Promise<FileAudience> {
    const before = replaces === null ? null : await this.#deps.store.fileRow(userId, replaces);
    return before?.["audience"] === "customers" ? "customers" : "owner";
  }
}

function within({ from, to }: ByteRange, { sizeBytes }: FileToOpen): ByteRange {
  const last = Math.min(to, sizeBytes - 1);
  if (from >= 0 && from <= last) return { from, to: last };
  throw new AppError("invalid_query", `The range is not within the file's ${sizeBytes} bytes.`);
}
