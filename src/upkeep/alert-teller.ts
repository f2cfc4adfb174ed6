// Tells an operator of alerts, at an address of theirs or by a note in a conversation of Chatwoot's: each beginning and each
// end, until it is taken.
import { HOUR_MS, MINUTE_MS, startDeadline } from "../clock.ts";
import type { AlertTarget } from "../config-upkeep.ts";
import type { AlertNotice, AlertStore } from "../db/store-alerts.ts";
import { AppError } from "../errors.ts";
import type { Random } from "../random.ts";
import { Service, type ServiceDeps } from "../service.ts";
import { type Backoff, reasonOf, waitAfter } from "../storage/backoff.ts";
import { wordsOf } from "./alert-texts.ts";

export interface AlertTellerDeps extends Omit<ServiceDeps, "pollMs"> {
  store: AlertStore;
  random: Random;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  target: AlertTarget;
  /** Null: there is no such connection. */
  connectionKey: (name: string) => number | null;
  /** An errand waits to be done. */
  onErrand: () => void;
  /** Where the admin's API is reached; null: nobody said. */
  publicUrl: string | null;
}

/** Behind the wake-ups: what waits says itself when it is due. */
const POLL_MS = HOUR_MS;
const BATCH_COUNT = 20;
const ANSWER_MS = 10_000;
const BACKOFF: Backoff = { firstMs: 30_000, maxMs: 10 * MINUTE_MS };

export class AlertTeller extends Service {
  readonly #deps: AlertTellerDeps;

  constructor(deps: AlertTellerDeps) {
    super({ ...deps, pollMs: POLL_MS }, "alert");
    this.#deps = deps;
  }

  async runOnce(): Promise<number> {
    const { store, clock } = this.#deps;
    const notices = await store.dueAlerts(BATCH_COUNT, clock.now());
    for (const notice of notices) {
      if (this.isStopping) break;
      await this.#tell(notice);
    }
    // There may be more, and the end of what was told now.
    if (notices.length > 0) this.wake();
    return notices.length;
  }

  protected override nextAt(after: number): Promise<number | null> {
    return this.#deps.store.nextAlertAt(after);
  }

  async #tell(notice: AlertNotice): Promise<void> {
    const { store, clock, random, log, target } = this.#deps;
    try {
      if (target.kind === "chatwoot") await this.#note(notice, target);
      else await this.#post(notice, target.url);
      log.event("info", "alert.told", { alert: notice.name, alertId: notice.id, state: notice.state });
    } catch (error) {
      if (this.isStopping) return;
      const waitMs = waitAfter(BACKOFF, notice.attempts, error, random);
      await store.delayAlert(notice, reasonOf(error), clock.now() + waitMs);
      // Never the address, and never what the answer says: both may hold a secret.
      log.event("warning", "alert.untold", {
        alert: notice.name,
        alertId: notice.id,
        reason: reasonOf(error),
      });
    }
  }

  async #post(notice: AlertNotice, url: string): Promise<void> {
    const { clock, store } = this.#deps;
    const deadline = startDeadline(clock, ANSWER_MS, this.stopSignal);
    try {
      const response = await this.#deps
        .fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(this.#body(notice)),
          redirect: "manual",
          signal: deadline.signal,
        })
        .catch(() => {
          throw unreached(deadline.expired() ? "timeout" : "network");
        });
      await response.body?.cancel();
      if (!response.ok) throw unreached(`http_${response.status}`);
    } finally {
      deadline.clear();
    }
    await store.settleAlert(notice, clock.now());
  }

  async #note(
    notice: AlertNotice,
    { connection, conversationId }: Extract<AlertTarget, { kind: "chatwoot" }>,
  ): Promise<void> {
    const { store, clock, connectionKey, onErrand } = this.#deps;
    const key = connectionKey(connection);
    const text = noteOf(this.#body(notice));
    const place = { connectionKey: key ?? 0, conversationId };
    const isTold =
      key !== null && (await store.tellAlertByErrand(notice, place, { kind: "note", text }, clock.now()));
    if (!isTold) throw unreached("unknown_conversation");
    onErrand();
  }

  #body({ id, name, subjectId, detail, state, at, raisedAt }: AlertNotice) {
    const { publicUrl } = this.#deps;
    const { text, fix, path } = wordsOf(name, subjectId, detail);
    return {
      id,
      alert: name,
      state,
      subjectId: subjectId || null,
      since: new Date(raisedAt).toISOString(),
      at: new Date(at).toISOString(),
      text,
      fix,
      ...(publicUrl === null ? {} : { links: [`${publicUrl}${path}`] }),
    };
  }
}

function noteOf({ state, text, fix }: { state: AlertNotice["state"]; text: string; fix: string }): string {
  return state === "raised" ? `🔔 lull: ${text}\n${fix}` : `✅ lull: over. ${text}`;
}

function unreached(reason: string): AppError {
  return new AppError("busy", "The receiver of alerts did not take one.", { retryable: true, reason });
}
