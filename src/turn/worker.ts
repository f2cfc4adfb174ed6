// Claims due turns, works on a bounded number of them at once, and settles every attempt.
import type { Tracing } from "../ai/traces.ts";
import type { Clock } from "../clock.ts";
import type { FailureRules, TurnClaim, TurnEnd } from "../db/store-turns.ts";
import type { Claimant } from "../db/store.ts";
import type { UserStore } from "../db/store-users.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { Loop } from "../loop.ts";
import type { Metrics } from "../metrics.ts";
import type { Random } from "../random.ts";
import { isSilenceReason } from "./outcome.ts";
import { CRASH_ATTEMPTS_MAX, retryWaitMs } from "./retry.ts";
import { runTurn, type TurnDeps, type TurnRun } from "./run-turn.ts";

/** Wait before a turn whose end could not be written down is tried again: its model call is paid for anew. */
const GIVE_BACK_MS = 5_000;
/** How long a claim holds without being renewed. */
const LEASE_MS = 120_000;
/** Least pause between two renewals: each is a commit, and a round follows every turn. */
const RENEW_MS = 5_000;

export interface WorkerDeps extends TurnDeps {
  store: TurnDeps["store"] & Pick<UserStore, "sweepDeletedUsers">;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
  tracing: Pick<Tracing, "turnBegan" | "turnEnded">;
  claimant: Claimant;
  turnsMax: number;
  pollMs: number;
  isProcessingOn: () => boolean;
  /** Who is told of a turn that failed for good. */
  failureRules: (now: number) => FailureRules;
  onEnd: (end: TurnEnd) => void;
  /** A turn failed for good, and people may be to be told. */
  onFailed: () => void;
}

interface Running {
  claim: TurnClaim;
  abort: AbortController;
  done: Promise<void>;
}

export class TurnWorker {
  readonly #deps: WorkerDeps;
  readonly #loop: Loop;
  readonly #running = new Map<number, Running>();
  /** Claims whose end could not be written down: given back as soon as the store writes again. */
  readonly #unsettled = new Set<TurnClaim>();
  #renewedAt = -Infinity;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
    this.#loop = new Loop({
      clock: deps.clock,
      runOnce: () => this.runOnce(deps.clock.now()),
      nextAt: (after) => deps.store.nextTurnAt(after),
      pollMs: deps.pollMs,
      onError: (error) => deps.log.failure("worker.failed", error),
    });
  }

  start(): void {
    this.#loop.start();
  }

  wake(): void {
    this.#loop.wake();
  }

  /** Aborts what runs, gives every claim back and resolves when nothing of it is left. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    for (const { abort } of this.#running.values())
      abort.abort(new AppError("stopping", "lull is stopping."));
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** Renews what runs, gives back what died, claims what is due; gives the number of claims. */
  async runOnce(now: number): Promise<number> {
    const { store, claimant, turnsMax } = this.#deps;
    await this.#renewAndRescue(now);
    await this.#giveBack(now);
    const free = turnsMax - this.#running.size;
    if (!this.#deps.isProcessingOn() || free <= 0) return 0;
    const claims = await store.claimTurns(free, claimant, now + LEASE_MS, now);
    for (const claim of claims) this.#begin(claim);
    return claims.length;
  }

  /** Always in this order: after a jump of the clock, too, nothing that runs here counts as dead. Last goes who was deleted. */
  async #renewAndRescue(now: number): Promise<void> {
    const { store, clock, claimant, log, failureRules } = this.#deps;
    if (clock.monotonic() - this.#renewedAt < RENEW_MS) return;
    this.#renewedAt = clock.monotonic();
    const claims = [...this.#running.values()].map(({ claim }) => claim);
    await store.renewTurns(claims, now + LEASE_MS);
    const rescued = await store.rescueTurns(claimant, CRASH_ATTEMPTS_MAX, now, failureRules(now));
    if (rescued.released + rescued.quarantined > 0) log.event("warning", "turns.rescued", { ...rescued });
    const emptied = await store.sweepDeletedUsers(now);
    if (emptied > 0) log.event("info", "turns.emptied", { emptied });
  }

  async #giveBack(now: number): Promise<void> {
    for (const claim of this.#unsettled) {
      await this.#deps.store.releaseTurn(claim, now + GIVE_BACK_MS, now);
      this.#unsettled.delete(claim);
      this.#deps.log.event("warning", "turn.released", ids(claim));
    }
  }

  #begin(claim: TurnClaim): void {
    const abort = new AbortController();
    const done = this.#work(claim, abort.signal)
      .catch((error: unknown) => {
        this.#unsettled.add(claim);
        this.#deps.log.failure("turn.unsettled", error, { turnId: claim.jobId });
      })
      .finally(() => {
        this.#running.delete(claim.jobKey);
        this.wake();
      });
    this.#running.set(claim.jobKey, { claim, abort, done });
  }

  async #work(claim: TurnClaim, signal: AbortSignal): Promise<void> {
    const { clock, log, tracing } = this.#deps;
    log.event("info", "turn.started", { ...ids(claim), attempt: claim.attempt });
    tracing.turnBegan(claim.jobId, claim.conversationId, clock.now());
    const outcome = await this.#attempt(claim, signal);
    tracing.turnEnded(claim.jobId, outcome, clock.now());
  }

  /** Gives how it ended, in one word. */
  async #attempt(claim: TurnClaim, signal: AbortSignal): Promise<string> {
    const { clock } = this.#deps;
    const startedAt = clock.monotonic();
    try {
      const run = await runTurn(claim, this.#deps, signal);
      this.#report(claim, run, Math.round(clock.monotonic() - startedAt));
      return run.end.kind;
    } catch (error) {
      if (signal.aborted) await this.#release(claim);
      else await this.#fail(claim, error);
      return signal.aborted ? "released" : "failed";
    }
  }

  #report(claim: TurnClaim, run: TurnRun, durationMs: number): void {
    const { metrics, log } = this.#deps;
    const { end } = run;
    const reason = end.kind === "silenced" ? end.reason : "";
    const handoff = "handoff" in end ? end.handoff : undefined;
    metrics.jobAttempts.inc({ kind: "turn", outcome: end.kind });
    const isOver = end.kind !== "lost" && end.kind !== "outdated";
    if (isOver)
      metrics.turns.inc(
        handoff === undefined ? { outcome: end.kind, reason } : { outcome: "handed_off", reason: handoff },
      );
    if (end.kind === "silenced") metrics.silences.inc({ reason });
    if (end.kind === "superseded") metrics.silences.inc({ reason: "superseded" });
    log.event("info", `turn.${end.kind}`, {
      ...ids(claim),
      reason: reason || undefined,
      durationMs,
    });
    if (isOver) log.event("info", "turn.completed", { ...ids(claim), ...inOldWords(run, durationMs) });
    this.#deps.onEnd(end);
  }

  #reportQuarantined(claim: TurnClaim, code: string): void {
    this.#deps.metrics.jobAttempts.inc({ kind: "turn", outcome: "quarantined" });
    this.#deps.log.event("error", "job.quarantined", { ...ids(claim), code });
  }

  async #release(claim: TurnClaim): Promise<void> {
    const now = this.#deps.clock.now();
    await this.#deps.store.releaseTurn(claim, now, now);
    this.#deps.log.event("info", "turn.released", ids(claim));
  }

  async #fail(claim: TurnClaim, error: unknown): Promise<void> {
    const { store, clock, random, metrics, log, failureRules } = this.#deps;
    const waitMs = retryWaitMs(error, claim.errorAttempts, random.fraction());
    const now = clock.now();
    const failure = { ...failureWords(error), retryAt: waitMs === null ? null : now + waitMs };
    const end = await store.failTurn(claim, failure, now, failureRules(now));
    // Rescued meanwhile: the turn is somebody else's, and so is what becomes of it.
    if (end === "lost") return log.event("info", "turn.lost", ids(claim));
    metrics.jobAttempts.inc({ kind: "turn", outcome: "error" });
    if (waitMs === null) metrics.turns.inc({ outcome: "failed", reason: failure.code });
    if (waitMs === null && isSilenceReason(failure.code)) metrics.silences.inc({ reason: failure.code });
    if (waitMs === null) this.#deps.onFailed();
    log.failure(waitMs === null ? "turn.failed" : "turn.retry", error, { ...ids(claim), waitMs });
    if (end === "quarantined") this.#reportQuarantined(claim, failure.code);
  }
}

function ids(claim: TurnClaim) {
  return { turnId: claim.jobId, bufferId: claim.bufferId, conversationId: claim.conversationId };
}

/** What the failed job shows: an AppError's own words, else no more than the kind of error. */
function failureWords(error: unknown): { code: string; message: string } {
  if (error instanceof AppError)
    return { code: error.code, message: [error.message, error.fix ?? ""].join(" ").trim() };
  return { code: "internal", message: error instanceof Error ? error.name : "unknown error" };
}

/** A turn in the words that dashboards know it by, times in ms. */
function inOldWords({ end, userId, messageCount, bufferMs, confidence }: TurnRun, processingTime: number) {
  return {
    userId,
    messageCount,
    bufferDuration: bufferMs,
    processingTime,
    aiConfidence: confidence,
    responseGenerated: end.kind === "answered",
  };
}
