// Erases persons, and goes on until nothing of them is left: rows at once, objects in the background, what a turn or a delivery
// still needs once that is over; then the write-ahead log is emptied, which holds copies of what was overwritten.
import type { ErasureStore, Person, RunningErasure } from "../db/store-erasures.ts";
import type { SteadyClock } from "../clock.ts";
import type { Log } from "../log.ts";
import { Service } from "../service.ts";

export interface ErasuresDeps {
  store: ErasureStore;
  clock: SteadyClock;
  log: Log;
  pollMs: number;
  /** Removes files of the spool folder by their ids. */
  removeSpooled: (fileIds: readonly string[]) => Promise<void>;
  /** What is remembered of people is void, and buckets have something to be taken out. */
  onErased: () => void;
}

export class Erasures extends Service {
  readonly #deps: ErasuresDeps;

  constructor(deps: ErasuresDeps) {
    super(deps, "erasures");
    this.#deps = deps;
  }

  /** Takes everything of a person out; gives the id of the receipt. Null: nobody knows them. */
  async erase(person: Person): Promise<string | null> {
    const { store, clock, onErased } = this.#deps;
    const id = await store.erase(person, clock.now());
    if (id === null) return null;
    onErased();
    await this.runOnce();
    return id;
  }

  /** Gives how many erasures are over by now. */
  override async runOnce(): Promise<number> {
    const { store, log } = this.#deps;
    const erasures = await store.runningErasures();
    const isOver = await Promise.all(erasures.map((erasure) => this.#continue(erasure)));
    const over = erasures.filter((_, index) => isOver[index]);
    // Each time: what was taken out so far is in the log still.
    const isEmptied = erasures.length > 0 && (await store.emptyLog());
    if (!isEmptied) return 0;
    for (const erasure of over) {
      await store.finishErasure(erasure, this.#deps.clock.now());
      log.event("info", "erasure.done", { id: erasure.id });
    }
    return over.length;
  }

  async #continue(erasure: RunningErasure): Promise<boolean> {
    const { store, clock, removeSpooled } = this.#deps;
    await removeSpooled(erasure.spoolFileIds);
    return store.continueErasure(erasure, clock.now());
  }
}
