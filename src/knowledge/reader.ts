// Reads files that were added, one by one: their text, in passages, into the index. It takes its time: webhooks come first.
import type { Clock } from "../clock.ts";
import type { FileToRead, KnowledgeStore } from "../db/store-knowledge.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { nextTurn } from "../loop.ts";
import { Service } from "../service.ts";
import type { Random } from "../random.ts";
import { type Backoff, isOutage, reasonOf } from "../storage/backoff.ts";
import { EXTRACT_LIMITS, type ExtractedText } from "./extracted.ts";
import type { Extractor } from "./extractor.ts";
import { type FileBytesDeps, openBytes } from "./file-bytes.ts";
import { FILE_LIMITS } from "./file-limits.ts";
import { PASSAGE_LIMITS, splitPassages } from "./passages.ts";
import { PASSAGES_REMOVED_AT_ONCE } from "./sweeper.ts";
import { Waits } from "./waits.ts";

export interface KnowledgeReaderDeps extends FileBytesDeps {
  store: Pick<
    KnowledgeStore,
    | "nextFileToRead"
    | "beginReading"
    | "releaseReading"
    | "addPassages"
    | "finishReading"
    | "failReading"
    | "removePassages"
    | "fileTotals"
  >;
  extractor: Pick<Extractor, "extractText">;
  clock: Clock;
  random: Random;
  log: Log;
  pollMs: number;
}

/** gone: it was deleted or changed meanwhile, and is read anew if it is still there. */
type Outcome = "read" | "gone" | { unreadable: string };

/** Each lot is a transaction that the event loop waits for: about 10 ms on a small machine. */
const PASSAGES_ADDED_AT_ONCE = 100;
/** Readings of one file that may end with the process. */
const CRASHES_MAX = 3;
const BACKOFF: Backoff = { firstMs: 5_000, maxMs: 15 * 60_000 };

export class KnowledgeReader extends Service {
  readonly #deps: KnowledgeReaderDeps;
  readonly #waits: Waits;

  constructor(deps: KnowledgeReaderDeps) {
    super(deps, "knowledge_reader");
    this.#deps = deps;
    this.#waits = new Waits(BACKOFF, deps);
  }

  /** Reads all that can be read now; gives how many files that were. */
  override async runOnce(): Promise<number> {
    let count = 0;
    for (let afterKey = 0; !this.isStopping;) {
      const file = await this.#deps.store.nextFileToRead(afterKey);
      if (file === null) break;
      afterKey = file.key;
      if (this.#canRead(file) && (await this.#handle(file))) count++;
    }
    return count;
  }

  protected override nextAt(): Promise<number | null> {
    return Promise.resolve(this.#waits.nextAt());
  }

  #canRead({ id, spoolId }: FileToRead): boolean {
    return this.#waits.isOver(id) && (spoolId !== null || this.#waits.isOver("store"));
  }

  async #handle(file: FileToRead): Promise<boolean> {
    const { clock, store, log } = this.#deps;
    const startedAt = clock.monotonic();
    try {
      const outcome = await this.#read(file);
      this.#waits.end(file.id);
      if (outcome === "gone") return false;
      const reason = outcome === "read" ? null : outcome.unreadable;
      if (reason !== null) await store.failReading(file, reason, clock.now());
      const fields = { fileId: file.id, kind: file.kind, reason: reason ?? undefined };
      const durationMs = Math.round(clock.monotonic() - startedAt);
      log.event("info", reason === null ? "file.read" : "file.unreadable", { ...fields, durationMs });
      return true;
    } catch (error) {
      this.#postpone(file, error);
      return false;
    }
  }

  async #read(file: FileToRead): Promise<Outcome> {
    const { store } = this.#deps;
    if (file.attempts >= CRASHES_MAX) return { unreadable: "crashed" };
    if (file.sizeBytes > EXTRACT_LIMITS.bytesMax) return { unreadable: "too_large" };
    const bytes = await this.#bytesOf(file);
    if (bytes === null) return { unreadable: "missing" };
    if (!(await store.beginReading(file))) return "gone";
    try {
      const extracted = await this.#extract(file, bytes);
      return "unreadable" in extracted ? extracted : await this.#keep(file, extracted);
    } catch (error) {
      // It was not the file's doing. The failure itself says more than that this could not be written down.
      await store.releaseReading(file).catch(() => {});
      throw error;
    }
  }

  async #bytesOf(file: FileToRead): Promise<Uint8Array | null> {
    const body = await openBytes(file, null, this.#deps, this.stopSignal);
    if (file.spoolId === null) this.#waits.end("store");
    return body === null ? null : await Bun.readableStreamToBytes(body);
  }

  async #extract({ kind }: FileToRead, bytes: Uint8Array): Promise<ExtractedText | Exclude<Outcome, string>> {
    try {
      return await this.#deps.extractor.extractText(kind, bytes, EXTRACT_LIMITS, this.stopSignal);
    } catch (error) {
      if (error instanceof AppError && error.code === "unreadable_file")
        return { unreadable: reasonOf(error) };
      throw error;
    }
  }

  /** Passages of an earlier reading go first. */
  async #keep(file: FileToRead, { text, pages, isTruncated }: ExtractedText): Promise<Outcome> {
    const { store, clock } = this.#deps;
    while ((await store.removePassages(file.key, PASSAGES_REMOVED_AT_ONCE)) > 0) await nextTurn();
    const countMax = await this.#roomFor(file);
    if (countMax === 0) return { unreadable: "no_room" };
    const split = splitPassages(text, { ...PASSAGE_LIMITS, countMax });
    const texts = split.passages.map((passage) => passage.text);
    if (texts.length === 0) return { unreadable: "no_text" };
    if (!(await this.#add(file, texts))) return "gone";
    const found = { pageCount: pages ?? null, isTruncated: isTruncated || split.isTruncated };
    return (await store.finishReading(file, found, clock.now())) ? "read" : "gone";
  }

  /** Passages that this file may have. */
  async #roomFor({ userId }: FileToRead): Promise<number> {
    const { passageCount } = await this.#deps.store.fileTotals(userId);
    return Math.max(Math.min(PASSAGE_LIMITS.countMax, FILE_LIMITS.passagesMax - passageCount), 0);
  }

  async #add(file: FileToRead, texts: readonly string[]): Promise<boolean> {
    for (let position = 0; position < texts.length; position += PASSAGES_ADDED_AT_ONCE) {
      await nextTurn();
      this.stopSignal.throwIfAborted();
      const lot = texts.slice(position, position + PASSAGES_ADDED_AT_ONCE);
      if (!(await this.#deps.store.addPassages(file, position, lot))) return false;
    }
    return true;
  }

  /** The storage is away, or refuses this file, or too many files are being read. Anything else is a fault of the round. */
  #postpone(file: FileToRead, error: unknown): void {
    if (this.isStopping) return;
    if (!(error instanceof AppError)) throw error;
    const waitMs = this.#waits.begin(isOutage(error) ? "store" : file.id, error);
    this.#deps.log.failure("file.waiting", error, { fileId: file.id, waitMs });
  }
}
