// Looks after the database while lull runs: whether it is whole, statistics for its plans, the length of its write-ahead log.
import type { Store } from "../db/store.ts";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import type { DatabaseAsker } from "./database-thread.ts";
import type { Done } from "./schedule.ts";

export interface MaintenanceDeps {
  store: Pick<Store, "optimize" | "sizes">;
  databasePath: string;
  database: DatabaseAsker;
  metrics: Metrics;
}

/** A log that has grown so large is cut by the schedule. */
const LOG_BYTES_MAX = 64 * 1024 * 1024;
/** In a small database every plan is fast, and its statistics would mislead once it has grown. */
const OPTIMIZED_BYTES_MIN = 64 * 1024 * 1024;

export class Maintenance {
  readonly #deps: MaintenanceDeps;

  constructor(deps: MaintenanceDeps) {
    this.#deps = deps;
    // Until a check says otherwise.
    deps.metrics.databaseIntegrity.set(1);
  }

  /** Throws AppError `internal`, reason `damaged`, when the database is not whole. */
  async checkIntegrity(signal: AbortSignal): Promise<Done> {
    const { database, databasePath, metrics } = this.#deps;
    const fault = await database.ask("check", [databasePath], signal);
    metrics.databaseIntegrity.set(Number(fault === null));
    if (fault === null) return 1;
    throw new AppError("internal", `The database is damaged: ${fault}.`, {
      reason: "damaged",
      fix: "Stop lull, keep a copy of the data folder, and go back to a backup: lull backup restore.",
    });
  }

  /** Counts what it did of the two. */
  async optimize(signal: AbortSignal): Promise<Done> {
    const { store } = this.#deps;
    const { databaseBytes, walBytes } = await store.sizes();
    const isLarge = databaseBytes >= OPTIMIZED_BYTES_MIN;
    if (isLarge) await store.optimize();
    const isLong = walBytes >= LOG_BYTES_MAX;
    if (isLong) await this.shortenLog(signal);
    return { count: Number(isLarge) + Number(isLong), detail: { databaseBytes, walBytes } };
  }

  /** Cuts the write-ahead log where nobody reads in it; gives its length before and after. */
  async shortenLog(signal: AbortSignal): Promise<{ walBytesBefore: number; walBytes: number }> {
    const { store, database, databasePath } = this.#deps;
    const { walBytes: walBytesBefore } = await store.sizes();
    await database.ask("shortenLog", [databasePath], signal);
    const { walBytes } = await store.sizes();
    return { walBytesBefore, walBytes };
  }
}
