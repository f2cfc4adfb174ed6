// Removes files of the spool folder that no row names: leftovers of a process that died, and of rows that were deleted.
import { type Clock, MINUTE_MS } from "../clock.ts";
import type { SpoolStore } from "../db/store-spool.ts";
import type { Log } from "../log.ts";
import { Service } from "../service.ts";
import type { SpoolFolder } from "./spool-folder.ts";

export interface SpoolSweepDeps {
  store: Pick<SpoolStore, "spooledFileIds">;
  folder: Pick<SpoolFolder, "sweep">;
  clock: Clock;
  log: Log;
}

const POLL_MS = 10 * MINUTE_MS;
/** A file that is being written has no row yet, but was written to more recently. */
const LEFTOVER_MS = 10 * MINUTE_MS;

export class SpoolSweep extends Service {
  readonly #deps: SpoolSweepDeps;

  constructor(deps: SpoolSweepDeps) {
    super({ ...deps, pollMs: POLL_MS }, "spool_sweep");
    this.#deps = deps;
  }

  /** Gives how many files went. */
  override async runOnce(): Promise<number> {
    return await this.sweep(this.#deps.clock.now() - LEFTOVER_MS);
  }

  /** The same of all that are older than `beforeAt` (wall ms): before anything is written, of all there are. */
  async sweep(beforeAt: number): Promise<number> {
    const { store, folder } = this.#deps;
    return await folder.sweep(new Set(await store.spooledFileIds()), beforeAt);
  }
}
