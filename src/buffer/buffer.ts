// The life of buffers: receive, hold, close, restore, sweep. The row is the truth; the wheel only says when to look.
import type { SteadyClock } from "../clock.ts";
import type { BufferStore, ClosedBuffer } from "../db/store-buffers.ts";
import type { Intake as Arriving, IntakeRules, IntakeStore, Receipt } from "../db/store-intake.ts";
import type { Log } from "../log.ts";
import { Loop } from "../loop.ts";
import type { Metrics } from "../metrics.ts";
import { Intake } from "./intake.ts";
import { Wheel } from "./wheel.ts";

/** Most buffers closed in one transaction. */
const CLOSE_COUNT_MAX = 500;
/** Buffers read at a time when the wheel is rebuilt. */
const RESTORE_COUNT = 5_000;
/** The wall clock further away than this from the rows' time has jumped. */
const CLOCK_JUMP_MS = 1_000;

export interface BufferDeps {
  store: IntakeStore & BufferStore;
  clock: SteadyClock;
  log: Log;
  metrics: Metrics;
  /** What intake is to go by at a moment. */
  rules: (now: number) => IntakeRules;
  /** Pause between two safety sweeps; null: somebody else asks for them. */
  pollMs: number | null;
  isProcessingOn: () => boolean;
  onClosed: () => void;
  /** A webhook waits for the older system. */
  onForwarded: () => void;
  /** A webhook of lull's own reply settled its delivery. */
  onProof: (replyId: string) => void;
}

export class BufferService {
  readonly #deps: BufferDeps;
  readonly #intake: Intake;
  readonly #wheel: Wheel;
  readonly #sweep: Loop;
  readonly #closing = new Set<Promise<void>>();
  #following: Promise<void> | null = null;

  constructor(deps: BufferDeps) {
    this.#deps = deps;
    this.#intake = new Intake((batch) => this.#keep(batch));
    this.#wheel = new Wheel(deps.clock, (keys) => this.#track(this.#close(keys)));
    this.#sweep = new Loop({
      clock: deps.clock,
      runOnce: async () => {
        await this.followClock();
        return this.runOnce(deps.clock.now());
      },
      nextAt: () => Promise.resolve(null),
      pollMs: deps.pollMs,
      onError: (error) => deps.log.failure("sweep.failed", error),
    });
  }

  /** Rebuilds the wheel from the rows, then sweeps what is overdue. */
  async start(): Promise<void> {
    await this.#restore();
    this.#sweep.start();
  }

  async stop(): Promise<void> {
    await this.#intake.stop();
    await this.#sweep.stop();
    this.#wheel.clear();
    await Promise.all(this.#closing);
  }

  /** Looks for overdue buffers now: after processing was switched on, or a deadline was moved. */
  wake(): void {
    this.#sweep.wake();
  }

  /** A safety sweep soon; gives how many buffers were looked at. */
  round(): Promise<number> {
    return this.#sweep.round();
  }

  /** Keeps one arrival durably, then arms what it moved. Rejects with AppError `cannot_store`. */
  async receive(arriving: Arriving, bytes: number): Promise<Receipt> {
    const receipt = await this.#intake.receive(arriving, bytes);
    if (receipt.action === "buffered") this.#arm(receipt.bufferKey, receipt.dueAt);
    if (receipt.action === "forwarded") this.#deps.onForwarded();
    if (receipt.action === "skipped") {
      if (receipt.rearm !== null) this.#arm(receipt.rearm.bufferKey, receipt.rearm.dueAt);
      if (receipt.silence !== null) this.#deps.metrics.silences.inc({ reason: receipt.silence });
      if (receipt.provenReplyId !== null) this.#deps.onProof(receipt.provenReplyId);
    }
    return receipt;
  }

  /** The deadline of an open buffer moved: look again then. */
  rearm(armed: { bufferKey: number; dueAt: number } | null): void {
    if (armed !== null) this.#arm(armed.bufferKey, armed.dueAt);
  }

  /** When the wall clock has jumped, the rows that wait and their clock move along, once. */
  followClock(): Promise<void> {
    return (this.#following ??= this.#followJump().finally(() => (this.#following = null)));
  }

  /** The safety sweep: closes every overdue buffer, whatever became of its timer. Gives how many were looked at. */
  async runOnce(now: number): Promise<number> {
    let count = 0;
    while (this.#deps.isProcessingOn()) {
      const keys = await this.#deps.store.dueBufferKeys(now, CLOSE_COUNT_MAX);
      await this.#close(keys);
      count += keys.length;
      if (keys.length < CLOSE_COUNT_MAX) break;
    }
    return count;
  }

  #keep(batch: readonly Arriving[]): Promise<Receipt[]> {
    const { store, rules, clock } = this.#deps;
    const now = clock.now();
    return store.receive(batch, rules(now), now);
  }

  #arm(bufferKey: number, dueAt: number): void {
    this.#wheel.arm(bufferKey, dueAt - this.#deps.clock.now());
  }

  async #close(keys: readonly number[]): Promise<void> {
    if (keys.length === 0 || !this.#deps.isProcessingOn()) return;
    for (let start = 0; start < keys.length; start += CLOSE_COUNT_MAX) {
      const now = this.#deps.clock.now();
      const { closed, waiting } = await this.#deps.store.closeDue(
        keys.slice(start, start + CLOSE_COUNT_MAX),
        now,
      );
      for (const { bufferKey, dueAt } of waiting) this.#arm(bufferKey, dueAt);
      for (const buffer of closed) this.#report(buffer, now);
      if (closed.length > 0) this.#deps.onClosed();
    }
  }

  #report(buffer: ClosedBuffer, now: number): void {
    const { metrics, log } = this.#deps;
    metrics.bufferLag.observe((now - buffer.dueAt) / 1000);
    metrics.bufferWait.observe((now - buffer.firstAt) / 1000);
    metrics.bufferMessages.observe(buffer.messageCount);
    if (buffer.supersededJobId !== null) metrics.silences.inc({ reason: "superseded" });
    log.event("info", "buffer.closed", {
      bufferId: buffer.bufferId,
      conversationId: buffer.conversationId,
      turnId: buffer.jobId,
      messageCount: buffer.messageCount,
      lateMs: now - buffer.dueAt,
    });
  }

  async #restore(): Promise<void> {
    for (let after = 0; ;) {
      const open = await this.#deps.store.openBuffers(after, RESTORE_COUNT);
      for (const { bufferKey, dueAt } of open) this.#arm(bufferKey, dueAt);
      after = open.at(-1)?.bufferKey ?? after;
      if (open.length < RESTORE_COUNT) return;
    }
  }

  async #followJump(): Promise<void> {
    const { clock, store, log } = this.#deps;
    const jumpMs = clock.jumpMs();
    if (Math.abs(jumpMs) < CLOCK_JUMP_MS) return;
    // The rows are moved when the call returns, so no moment is written by one clock and moved by the other.
    const moving = store.shiftMoments(jumpMs);
    clock.moveBy(jumpMs);
    await moving.catch((error: unknown) => {
      clock.moveBy(-jumpMs);
      throw error;
    });
    this.#wheel.clear();
    await this.#restore();
    log.event("warning", "clock.jumped", { jumpMs });
  }

  #track(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => this.#deps.log.failure("close.failed", error))
      .finally(() => this.#closing.delete(done));
    this.#closing.add(done);
  }
}
