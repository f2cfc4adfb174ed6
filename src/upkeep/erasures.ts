// Erases persons, and goes on until nothing of them is left: rows at once, objects in the background, what a turn or a delivery
// still needs once that is over; then the write-ahead log is emptied, which holds copies of what was overwritten.
import type { ErasureStore, Person, RunningErasure } from "../db/store-erasures.ts";
import { MINUTE_MS, type SteadyClock } from "../clock.ts";
import type { Log } from "../log.ts";
import { nextTurn } from "../loop.ts";
import { Service } from "../service.ts";

/** What others have to end first takes seconds at least. */
const LOOK_AGAIN_MS = 5_000;
const POLL_MS = 10 * MINUTE_MS;

export interface ErasuresDeps {
  store: ErasureStore;
  clock: SteadyClock;
  log: Log;
  /** Removes files of the spool folder by their ids. */
  removeSpooled: (fileIds: readonly string[]) => Promise<void>;
  /** What is remembered of people is void, and buckets have something to be taken out. */
  onErased: () => void;
}

export class Erasures extends Service {
  readonly #deps: ErasuresDeps;

  constructor(deps: ErasuresDeps) {
    super({ ...deps, pollMs: POLL_MS }, "erasures");
    this.#deps = deps;
  }

  /** Takes everything of a person out; gives the id of the receipt. Null: nobody knows them. */
  async erase(person: Person): Promise<string | null> {
    const { store, clock, onErased } = this.#deps;
    const id = await store.erase(person, clock.now());
    if (id === null) return null;
    onErased();
    await store.emptyLog();
    await this.runOnce();
    this.wake();
    return id;
  }

  /** Gives how many erasures are over by now. */
  override async runOnce(): Promise<number> {
    const { store, log } = this.#deps;
    const erasures = await store.runningErasures();
    const isOver = await Promise.all(erasures.map((erasure) => this.#continue(erasure)));
    const over = erasures.filter((_, index) => isOver[index]);
    if (over.some(({ person }) => person.kind === "user")) await this.#tidyIndex();
    // Once more, for what was taken out since. Not while somebody reads in it: that is tried again.
    if (over.length === 0 || !(await store.emptyLog())) return 0;
    for (const erasure of over) {
      await store.finishErasure(erasure, this.#deps.clock.now());
      log.event("info", "erasure.done", { id: erasure.id });
    }
    return over.length;
  }

  protected override async nextAt(after: number): Promise<number | null> {
    return (await this.#deps.store.runningErasures()).length > 0 ? after + LOOK_AGAIN_MS : null;
  }

  async #tidyIndex(): Promise<void> {
    const { store } = this.#deps;
    for (let isLeft = await store.tidyIndex("first"); isLeft && !this.isStopping; await nextTurn())
      isLeft = await store.tidyIndex("next");
  }

  async #continue(erasure: RunningErasure): Promise<boolean> {
    const { store, clock, removeSpooled } = this.#deps;
    await removeSpooled(erasure.spoolFileIds);
    return store.continueErasure(erasure, clock.now());
  }
}
