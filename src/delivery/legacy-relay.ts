// Sends webhooks on to the older system that lull takes over from, byte for byte: in order within a conversation, a few
// conversations at once, tried for a day. It goes on while processing is off: the older system's work is not lull's.
// One may come there twice: when lull ended before its answer, or before that was written down; or when none came at all.
import { DAY_MS, MINUTE_MS, startDeadline } from "../clock.ts";
import type { DueForward, ForwardAnswer, ForwardSettlement, LegacyStore } from "../db/store-legacy.ts";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import type { Random } from "../random.ts";
import { Service, type ServiceDeps } from "../service.ts";
import { type Backoff, waitAfter } from "../storage/backoff.ts";

/** Most time for one call: an older system may answer only once it has answered its customer. */
const CALL_LIMIT_MS = 30_000;
/** Calls at once, each of another conversation. */
const CALLS_MAX = 8;
/** Age at which a forward is given up. */
const AGE_MAX_MS = DAY_MS;
/** The first tries come soon: a signature is mostly believed for five minutes. */
const BACKOFF: Backoff = { firstMs: 1_000, maxMs: 5 * MINUTE_MS };

export interface LegacyRelayDeps extends ServiceDeps {
  store: Pick<LegacyStore, "dueForwards" | "nextForwardAt" | "settleForward">;
  random: Random;
  metrics: Pick<Metrics, "legacyForwards" | "legacySeconds">;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  url: string;
}

export class LegacyRelay extends Service {
  readonly #deps: LegacyRelayDeps;
  /** By the forward's key. */
  readonly #running = new Map<number, Promise<void>>();
  /** How calls ended, until that is written down: nothing is sent again before. */
  readonly #ended = new Map<number, { forward: DueForward; settlement: ForwardSettlement }>();

  constructor(deps: LegacyRelayDeps) {
    super(deps, "legacy");
    this.#deps = deps;
  }

  /** Writes down how calls ended, then begins those that are due; gives how many. */
  override async runOnce(): Promise<number> {
    await this.#settle();
    const free = CALLS_MAX - this.#running.size;
    if (this.isStopping || free <= 0) return 0;
    // Those under way still wait in their rows.
    const due = await this.#deps.store.dueForwards(CALLS_MAX + this.#running.size, this.#deps.clock.now());
    const next = due.filter(({ key }) => !this.#running.has(key) && !this.#ended.has(key)).slice(0, free);
    for (const forward of next) this.#begin(forward);
    return next.length;
  }

  /** Ends the calls under way: whether they came through nobody knows, and they are made again at the next start. */
  override async stop(): Promise<void> {
    await super.stop();
    await Promise.all(this.#running.values());
    await this.#settle().catch((error: unknown) => this.#deps.log.failure("legacy.unsettled", error));
  }

  protected override nextAt(after: number): Promise<number | null> {
    return this.#deps.store.nextForwardAt(after);
  }

  #begin(forward: DueForward): void {
    const done = this.#call(forward)
      .then((settlement) => {
        if (settlement !== null) this.#ended.set(forward.key, { forward, settlement });
      })
      .finally(() => {
        this.#running.delete(forward.key);
        this.wake();
      });
    this.#running.set(forward.key, done);
  }

  async #settle(): Promise<void> {
    const { store, clock, metrics } = this.#deps;
    for (const [key, { forward, settlement }] of this.#ended) {
      await store.settleForward(key, settlement, clock.now());
      this.#ended.delete(key);
      metrics.legacyForwards.inc({ outcome: settlement.to });
      this.#tell(forward, settlement);
    }
  }

  /** Null: lull stops. */
  async #call(forward: DueForward): Promise<ForwardSettlement | null> {
    const { clock, metrics } = this.#deps;
    const begunAt = clock.monotonic();
    const deadline = startDeadline(clock, CALL_LIMIT_MS, this.stopSignal);
    try {
      const response = await this.#post(forward, deadline.signal);
      const durationMs = Math.round(clock.monotonic() - begunAt);
      metrics.legacySeconds.observe(durationMs / 1000);
      return this.#judge(forward, response, { statusCode: response.status, durationMs });
    } catch {
      if (this.isStopping) return null;
      const durationMs = Math.round(clock.monotonic() - begunAt);
      const reason = deadline.expired() ? "timeout" : "network";
      return this.#later(forward, reason, { statusCode: null, durationMs }, null);
    } finally {
      deadline.clear();
    }
  }

  async #post({ headers, body }: DueForward, signal: AbortSignal): Promise<Response> {
    const { fetch: send, url } = this.#deps;
    const pairs = headers.map(([name, value]): [string, string] => [name, value]);
    const response = await send(url, { method: "POST", headers: pairs, body, signal, redirect: "manual" });
    // What it says is of no use to anybody here.
    await response.body?.cancel();
    return response;
  }

  #judge(forward: DueForward, { ok, status, headers }: Response, answer: ForwardAnswer): ForwardSettlement {
    if (ok) return { to: "sent", ...answer };
    if (status < 500 && status !== 429) return { to: "failed", reason: "refused", ...answer };
    return this.#later(forward, "busy", answer, headers.get("retry-after"));
  }

  #later(
    { createdAt, attempts }: DueForward,
    reason: string,
    answer: ForwardAnswer,
    retryAfter: string | null,
  ): ForwardSettlement {
    const { clock, random } = this.#deps;
    const now = clock.now();
    if (now - createdAt >= AGE_MAX_MS) return { to: "failed", reason, ...answer };
    const waitMs = waitAfter(BACKOFF, attempts, askedFor(retryAfter), random);
    return { to: "waiting", reason, dueAt: now + waitMs, ...answer };
  }

  #tell({ id: forwardId, conversationId, attempts }: DueForward, settlement: ForwardSettlement): void {
    const { to, statusCode, durationMs } = settlement;
    const level = { sent: "debug", waiting: "warning", failed: "error" } as const;
    const reason = "reason" in settlement ? settlement.reason : undefined;
    const told = { forwardId, conversationId, attempts, statusCode, durationMs, reason };
    this.#deps.log.event(level[to], `legacy.${to}`, told);
  }
}

/** Whole seconds, at most as long as lull would wait itself. */
function askedFor(retryAfter: string | null): AppError | null {
  if (retryAfter === null || !/^\d{1,6}$/.test(retryAfter.trim())) return null;
  const retryAfterMs = Math.min(Number(retryAfter) * 1_000, BACKOFF.maxMs);
  return new AppError("busy", "The older system is busy.", { retryAfterMs });
}
