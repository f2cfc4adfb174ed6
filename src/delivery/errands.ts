// Does in Chatwoot what lull owes colleagues: notes, handoffs, labels, ends of conversations. Each step may be done twice
// without harm, so an errand is begun anew until it is done or its day is over. Nothing here reaches a customer.
import type { ChatwootApi } from "../chatwoot/api.ts";
import { DAY_MS, MINUTE_MS, startDeadline } from "../clock.ts";
import type { DueErrand, ErrandSettlement, ErrandStore } from "../db/store-errands.ts";
import { AppError } from "../errors.ts";
import type { Random } from "../random.ts";
import { Service, type ServiceDeps } from "../service.ts";
import { type Backoff, reasonOf, waitAfter } from "../storage/backoff.ts";
import { type Step, stepsOf } from "./errand-steps.ts";

/** Most time for one errand at a time. */
const ERRAND_LIMIT_MS = 15_000;
/** Errands worked on at once, each of another conversation. */
const ERRANDS_MAX = 4;
/** Age at which an errand is given up; one that is retried by hand after that has one try. */
const AGE_MAX_MS = DAY_MS;
const BACKOFF: Backoff = { firstMs: 5_000, maxMs: 15 * MINUTE_MS };

export interface ErrandsDeps extends ServiceDeps {
  store: Pick<ErrandStore, "dueErrands" | "nextErrandAt" | "settleErrand">;
  random: Random;
  isProcessingOn: () => boolean;
  /** The Chatwoot of a connection; null when it has no tokens. */
  chatwootOf: (connectionKey: number) => ChatwootApi | null;
}

export class Errands extends Service {
  readonly #deps: ErrandsDeps;

  constructor(deps: ErrandsDeps) {
    super(deps, "errands");
    this.#deps = deps;
  }

  /** Works on what is due; gives how many errands were looked at. */
  override async runOnce(): Promise<number> {
    const { store, clock, isProcessingOn } = this.#deps;
    for (let count = 0; ;) {
      const isIdle = this.isStopping || !isProcessingOn();
      const due = isIdle ? [] : await store.dueErrands(ERRANDS_MAX, clock.now());
      if (due.length === 0) return count;
      await Promise.all(due.map((errand) => this.#work(errand)));
      count += due.length;
    }
  }

  protected override nextAt(after: number): Promise<number | null> {
    return this.#deps.store.nextErrandAt(after);
  }

  async #work(due: DueErrand): Promise<void> {
    const settlement = await this.#settlementOf(due);
    if (settlement === null) return;
    await this.#deps.store.settleErrand(due.key, settlement, this.#deps.clock.now());
    if (settlement.to === "done") this.#deps.log.event("info", "errand.done", ids(due));
    if (settlement.to === "failed")
      this.#deps.log.event("error", "errand.failed", { ...ids(due), reason: settlement.reason });
  }

  /** Null: lull stops, and the errand is begun anew at the next start. */
  async #settlementOf(due: DueErrand): Promise<ErrandSettlement | null> {
    const chatwoot = this.#deps.chatwootOf(due.connectionKey);
    if (chatwoot === null) return { to: "failed", reason: "no_chatwoot" };
    const deadline = startDeadline(this.#deps.clock, ERRAND_LIMIT_MS, this.stopSignal);
    const progress: Progress = { stepsDone: due.stepsDone, refused: [] };
    try {
      await takeSteps(stepsOf(due, chatwoot), progress, deadline.signal);
      return progress.refused.length === 0
        ? { to: "done" }
        : { to: "failed", reason: `refused: ${progress.refused.join(", ")}` };
    } catch (error) {
      return this.isStopping ? null : this.#afterFailure(due, error, progress);
    } finally {
      deadline.clear();
    }
  }

  #afterFailure(due: DueErrand, error: unknown, { stepsDone, refused }: Progress): ErrandSettlement {
    const { clock, random, log } = this.#deps;
    const now = clock.now();
    if (now - due.createdAt >= AGE_MAX_MS) return { to: "failed", reason: reasonOf(error) };
    const waitMs = waitAfter(BACKOFF, due.attempts, error, random);
    log.failure("errand.delayed", error, { ...ids(due), waitMs, refused: refused.join(", ") || undefined });
    return { to: "waiting", reason: reasonOf(error), dueAt: now + waitMs, stepsDone };
  }
}

/** How far a try came, and which steps Chatwoot refused on the way. */
interface Progress {
  stepsDone: number;
  refused: string[];
}

/** Takes every step that is left, also after one that Chatwoot refused. Rejects when it cannot be reached. */
async function takeSteps(steps: readonly Step[], progress: Progress, signal: AbortSignal): Promise<void> {
  for (const { name, take } of steps.slice(progress.stepsDone)) {
    try {
      await take(signal);
    } catch (error) {
      if (!(error instanceof AppError && error.code === "chatwoot_refused")) throw error;
      progress.refused.push(name);
    }
    progress.stepsDone++;
  }
}

function ids({ id: errandId, errand: { kind }, conversationId, connectionKey, attempts }: DueErrand) {
  return { errandId, kind, connectionKey, conversationId, attempts };
}
