// Sends replies: claims due deliveries, a few at a time, and hands each to the protocol.
import type { DeliveryClaim } from "../db/store-deliveries.ts";
import type { Claimant } from "../db/store.ts";
import { AppError } from "../errors.ts";
import { Loop } from "../loop.ts";
import { type SendDeps, SendProtocol } from "./protocol.ts";
import { nextLookAt, tryAgainMs } from "./schedule.ts";

/** Deliveries worked on at once: Chatwoot's own limits are low. */
const SENDS_MAX = 8;
/** How long a claim holds; longer than a look and a send together can take. */
const LEASE_MS = 120_000;

export interface RelayDeps extends SendDeps {
  claimant: Claimant;
  /** Longest pause between looks for due deliveries; null: somebody else asks for them. */
  pollMs: number | null;
  /** Moves waiting rows along when the wall clock has jumped: a jump must not pass for a settle time. */
  followClock: () => Promise<void>;
}

export class Relay {
  readonly #deps: RelayDeps;
  readonly #loop: Loop;
  readonly #abort = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #protocol: SendProtocol;
  /** Claims whose end could not be written down: given back as soon as the store writes again. */
  readonly #unsettled = new Set<DeliveryClaim>();

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    this.#protocol = new SendProtocol({ ...deps, stopping: this.#abort.signal });
    this.#loop = new Loop({
      clock: deps.clock,
      runOnce: async () => {
        await deps.followClock();
        return this.runOnce(deps.clock.now());
      },
      nextAt: (after) => deps.store.nextDeliveryAt(after),
      pollMs: deps.pollMs,
      onError: (error) => deps.log.failure("relay.failed", error),
    });
  }

  start(): void {
    this.#loop.start();
  }

  wake(): void {
    this.#loop.wake();
  }

  /** A look for due deliveries soon; gives how many were claimed. */
  round(): Promise<number> {
    return this.#loop.round();
  }

  /** A reply's own webhook settled it: whatever waited behind it may go. */
  proven(replyId: string): void {
    this.#deps.metrics.deliveries.inc({ outcome: "sent", reason: "" });
    this.#deps.log.event("info", "delivery.sent", { replyId, by: "webhook" });
    this.wake();
  }

  /** Lets go of what is under way: a POST that is cut off is unknown and looked up by the next start. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    this.#abort.abort(new AppError("stopping", "lull is stopping."));
    await Promise.all(this.#running);
  }

  /** Gives back what died, claims what is due; gives the number of claims. */
  async runOnce(now: number): Promise<number> {
    const { store, claimant, random, settleMs } = this.#deps;
    const lookDelayMs = nextLookAt(now, 0, settleMs, now) - now;
    await store.rescueDeliveries(claimant, lookDelayMs, now);
    for (const claim of this.#unsettled) {
      const waitMs = tryAgainMs(now - claim.createdAt, random.fraction());
      await store.releaseDelivery(claim, Math.max(lookDelayMs, waitMs), now);
      this.#unsettled.delete(claim);
    }
    const free = SENDS_MAX - this.#running.size;
    if (!this.#deps.isProcessingOn() || free <= 0) return 0;
    const claims = await store.claimDeliveries(free, claimant, now + LEASE_MS, now);
    for (const claim of claims) this.#begin(claim);
    return claims.length;
  }

  #begin(claim: DeliveryClaim): void {
    const done = this.#protocol
      .handle(claim)
      .catch((error: unknown) => {
        this.#unsettled.add(claim);
        this.#deps.log.failure("delivery.unsettled", error, { replyId: claim.replyId });
      })
      .finally(() => {
        this.#running.delete(done);
        this.wake();
      });
    this.#running.add(done);
  }
}
