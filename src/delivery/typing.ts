// "Typing…" in Chatwoot while the model works. A courtesy: it never delays, never fails and is never awaited.
import type { ChatwootApi } from "../chatwoot/api.ts";
import { type Clock, startDeadline, type Timer } from "../clock.ts";
import type { TurnClaim } from "../db/store.ts";
import type { Log } from "../log.ts";

/** The sign fades in Chatwoot's page after about 30 s; it is renewed before. */
const RENEW_MS = 25_000;
/** Most time for one such call. */
const CALL_LIMIT_MS = 5_000;

export interface TypingDeps {
  clock: Clock;
  log: Log;
  chatwootOf: (connectionKey: number) => ChatwootApi | null;
  isOn: () => boolean;
}

export class Typing {
  readonly #deps: TypingDeps;
  readonly #shown = new Map<number, Timer>();
  readonly #calls = new Set<Promise<void>>();

  constructor(deps: TypingDeps) {
    this.#deps = deps;
  }

  /** Shows the sign for a turn until `hide`. */
  show(claim: TurnClaim): void {
    if (!this.#deps.isOn()) return;
    this.#call(claim, true);
    this.#shown.set(
      claim.jobKey,
      this.#deps.clock.setTimer(RENEW_MS, () => this.show(claim)),
    );
  }

  hide(claim: TurnClaim): void {
    const timer = this.#shown.get(claim.jobKey);
    if (timer === undefined) return;
    timer.cancel();
    this.#shown.delete(claim.jobKey);
    this.#call(claim, false);
  }

  /** Resolves when no call is under way any more. */
  async stop(): Promise<void> {
    for (const timer of this.#shown.values()) timer.cancel();
    this.#shown.clear();
    await Promise.all(this.#calls);
  }

  #call({ connectionKey, conversationId }: TurnClaim, isOn: boolean): void {
    const chatwoot = this.#deps.chatwootOf(connectionKey);
    if (chatwoot === null) return;
    const deadline = startDeadline(this.#deps.clock, CALL_LIMIT_MS);
    const call = chatwoot
      .setTyping(conversationId, isOn, deadline.signal)
      .catch((error: unknown) => this.#deps.log.failure("typing.failed", error, { conversationId }))
      .finally(() => {
        deadline.clear();
        this.#calls.delete(call);
      });
    this.#calls.add(call);
  }
}
