// Takes in what an older system kept, a batch of rows at a time, so that messages go on being acknowledged between two of them.
// A dry run keeps nothing: what it would have kept is remembered here until it is over.
import type { SteadyClock } from "../clock.ts";
import {
  type Foreseen,
  type ImportOutcome,
  type ImportRow,
  type ImportStore,
  type ImportTable,
} from "../db/store-import.ts";
import { AppError } from "../errors.ts";
import type { Country } from "../identity/phone.ts";
import type { Random } from "../random.ts";
import type { Sealed } from "../sealing.ts";
import { Cells, RefusedRow } from "./import-cells.ts";
import type { Judge, Judging, Notice } from "./import-judge.ts";
import { PEOPLE } from "./import-people.ts";
import { TALK } from "./import-talk.ts";

/** One row as it was exported: what its columns hold, and on which line of its file it begins. */
export interface RawRow {
  line: number;
  values: Readonly<Record<string, string>>;
}

export interface ImportBatch {
  table: ImportTable;
  rows: readonly RawRow[];
  isExact: boolean;
  /** The connection that all of it belongs to; null: people to all, conversations to the environment's. */
  connectionKey: number | null;
  homeKey: number;
  /** Nothing is kept of it; null: all is. */
  dryRunId: string | null;
}

export interface BatchReport {
  added: number;
  changed: number;
  unchanged: number;
  /** An id is told where the row has one. */
  refused: { line: number; id: string | null; reason: string }[];
  notices: { line: number; id: string | null; notice: Notice }[];
}

export interface OpenedReport {
  opened: number;
  joined: number;
  failed: number;
}

export interface ImporterDeps {
  store: ImportStore;
  clock: SteadyClock;
  country: Country;
  random: Random;
  /** Seals a key for the row with this id. */
  seal: (apiKey: string, id: string) => Sealed;
  /** Rows of this table were kept: what was read of them before is void. */
  onKept: (table: ImportTable) => Promise<void>;
  rearm: (armed: { bufferKey: number; dueAt: number }) => void;
  /** How long after their last message customers may be answered. */
  answerableMs: number;
}

/** Rows of one transaction, and of one request. */
export const IMPORT_ROWS_MAX = 200;
const OPEN_COUNT_MAX = 200;
const DRY_RUNS_MAX = 2;
/** Names that a dry run remembers: some hundred bytes each. */
const FORESEEN_COUNT_MAX = 2_000_000;
const DRY_RUN_LIFE_MS = 10 * 60_000;

interface DryRun {
  foreseen: Foreseen;
  touchedAt: number;
}

const JUDGES: Readonly<Record<ImportTable, Judge>> = { ...PEOPLE, ...TALK };

export class Importer {
  readonly #deps: ImporterDeps;
  readonly #dryRuns = new Map<string, DryRun>();

  constructor(deps: ImporterDeps) {
    this.#deps = deps;
  }

  /** Begins a dry run; gives its id. Throws AppError `busy` while others are under way. */
  beginDryRun(): string {
    const { clock, random } = this.#deps;
    const now = clock.now();
    for (const [id, { touchedAt }] of this.#dryRuns)
      if (now - touchedAt > DRY_RUN_LIFE_MS) this.#dryRuns.delete(id);
    if (this.#dryRuns.size >= DRY_RUNS_MAX)
      throw new AppError("busy", "Other dry runs are under way.", { retryable: true });
    const id = random.uuid(now);
    this.#dryRuns.set(id, { foreseen: new Map(), touchedAt: now });
    return id;
  }

  /** Judges and keeps a batch. Throws AppError `conflict` where its dry run is not known any more. */
  async take(batch: ImportBatch): Promise<BatchReport> {
    const now = this.#deps.clock.now();
    const foreseen = batch.dryRunId === null ? null : this.#foreseen(batch.dryRunId, now);
    const report: BatchReport = { added: 0, changed: 0, unchanged: 0, refused: [], notices: [] };
    const judged: { raw: RawRow; row: ImportRow }[] = [];
    for (const raw of batch.rows) {
      const row = this.#judge(batch, raw, report, now);
      if (row !== null) judged.push({ raw, row });
    }
    const rows = judged.map(({ row }) => row);
    const outcomes = await this.#deps.store.importRows(rows, foreseen, now);
    judged.forEach(({ raw }, index) => count(report, raw, outcomes[index]));
    report.refused.sort((a, b) => a.line - b.line);
    if (foreseen === null && report.added + report.changed > 0) await this.#deps.onKept(batch.table);
    return report;
  }

  /** All is there: what came in open goes on. A dry run is over. */
  async finish(dryRunId: string | null): Promise<OpenedReport> {
    const report = { opened: 0, joined: 0, failed: 0 };
    if (dryRunId !== null) {
      this.#dryRuns.delete(dryRunId);
      return report;
    }
    const { store, clock, rearm, answerableMs } = this.#deps;
    for (;;) {
      const now = clock.now();
      const which = { limit: OPEN_COUNT_MAX, answerableSince: now - answerableMs };
      const { armed, joinedCount, failedCount, isLast } = await store.openImported(which, now);
      for (const each of armed) rearm(each);
      report.opened += armed.length;
      report.joined += joinedCount;
      report.failed += failedCount;
      if (isLast) return report;
    }
  }

  #judge(batch: ImportBatch, { line, values }: RawRow, report: BatchReport, now: number): ImportRow | null {
    const cells = new Cells(values);
    const { country, seal } = this.#deps;
    const { connectionKey, homeKey, isExact, dryRunId } = batch;
    const judging: Judging = {
      connectionKey,
      homeKey,
      isExact,
      country,
      now,
      notice: (notice) => report.notices.push({ line, id: idIn(values), notice }),
      // What a dry run seals is thrown away.
      seal: dryRunId === null ? seal : () => ({ box: "", keyVersion: 0 }),
    };
    try {
      return JUDGES[batch.table](cells, judging);
    } catch (error) {
      if (!(error instanceof RefusedRow)) throw error;
      report.refused.push({ line, id: idIn(values), reason: error.message });
      return null;
    }
  }

  #foreseen(dryRunId: string, now: number): Foreseen {
    const run = this.#dryRuns.get(dryRunId);
    if (run === undefined) throw lostRun();
    if (run.foreseen.size > FORESEEN_COUNT_MAX) throw tooMuch();
    run.touchedAt = now;
    return run.foreseen;
  }
}

function count(report: BatchReport, { line, values }: RawRow, outcome: ImportOutcome | undefined): void {
  if (outcome === undefined) throw new Error("a row has no outcome");
  if (outcome.action === "refused") report.refused.push({ line, id: idIn(values), reason: outcome.reason });
  else report[outcome.action] += 1;
}

/** As long as an id may be: what stands in its place may be anything. */
function idIn({ id }: Readonly<Record<string, string>>): string | null {
  return id !== undefined && /^[\w-]{1,64}$/.test(id) ? id : null;
}

function lostRun(): AppError {
  return new AppError(
    "conflict",
    "This dry run is not known any more: the daemon was started anew, or it took too long.",
    {
      fix: "Begin it anew.",
    },
  );
}

function tooMuch(): AppError {
  return new AppError("too_large", "This is more than a dry run can remember.", {
    fix: "Import for good: what is wrong is refused row by row all the same, and a second run changes nothing.",
  });
}
