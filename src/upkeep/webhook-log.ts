// The log of webhooks: lines are collected in memory and written a moment later, since no answer may wait for them. What is
// lost with the process is a line here, never a message.
import type { Clock, Timer } from "../clock.ts";
import type { WebhookLine, WebhookLogStore } from "../db/store-webhook-logs.ts";
import type { Log } from "../log.ts";
import { nextTurn } from "../loop.ts";
import type { Metrics } from "../metrics.ts";

/** How long a line waits for others. */
const FLUSH_MS = 1_000;
/** Lines that may wait; more are dropped and counted. */
const LINES_MAX = 20_000;
/** Refused ones of them: anybody can be refused, as often as they like, and a week of ten a second is a GiB. */
const REJECTED_MAX = 10;
/** Lines of one transaction, about two milliseconds: webhooks wait as long as it takes. */
const WRITE_COUNT_MAX = 500;

export interface WebhookLogDeps {
  store: Pick<WebhookLogStore, "addWebhookLines">;
  clock: Clock;
  log: Log;
  metrics: Pick<Metrics, "webhookLinesDropped">;
}

export class WebhookLog {
  readonly #deps: WebhookLogDeps;
  #lines: WebhookLine[] = [];
  #rejectedCount = 0;
  #timer: Timer | null = null;
  #writing: Promise<void> | null = null;
  #isStopped = false;

  constructor(deps: WebhookLogDeps) {
    this.#deps = deps;
  }

  /** Costs the caller nothing but the memory. */
  note(line: WebhookLine): void {
    if (!this.#hasRoomFor(line)) return this.#deps.metrics.webhookLinesDropped.inc();
    if (line.outcome === "rejected") this.#rejectedCount++;
    this.#lines.push(line);
    this.#arm();
  }

  /** Writes down what is left. May be called twice. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#flush();
  }

  #hasRoomFor({ outcome }: WebhookLine): boolean {
    if (this.#lines.length >= LINES_MAX) return false;
    return outcome !== "rejected" || this.#rejectedCount < REJECTED_MAX;
  }

  #arm(): void {
    if (!this.#isStopped) this.#timer ??= this.#deps.clock.setTimer(FLUSH_MS, () => void this.#flush());
  }

  #flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    return (this.#writing ??= this.#write()
      .catch((error: unknown) => {
        this.#deps.log.failure("webhook_log.unwritten", error);
        this.#arm();
      })
      .finally(() => (this.#writing = null)));
  }

  /** Lines that could not be written stay, as far as there is room, and are written with later ones. */
  async #write(): Promise<void> {
    // Webhooks come in between.
    for (; this.#lines.length > 0; await nextTurn()) {
      const some = this.#lines.slice(0, WRITE_COUNT_MAX);
      await this.#deps.store.addWebhookLines(some);
      this.#lines.splice(0, some.length);
    }
    this.#rejectedCount = 0;
  }
}
