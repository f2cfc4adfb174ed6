// "Typing…" in Chatwoot while the model works. A courtesy: it never delays, never fails and is never awaited.
import type { ChatwootApi } from "../chatwoot/api.ts";
import { type Clock, startDeadline, type Timer } from "../clock.ts";
import type { FlagSubject } from "../db/store-flags.ts";
import type { TurnClaim } from "../db/store-turns.ts";
import type { Log } from "../log.ts";

/** The sign fades in Chatwoot's page after about 30 s; it is renewed before. */
const RENEW_MS = 25_000;
/** Most time for one such call. */
const CALL_LIMIT_MS = 5_000;

export interface TypingDeps {
  clock: Clock;
  log: Log;
  chatwootOf: (connectionKey: number) => ChatwootApi | null;
  isOn: (subject: FlagSubject) => boolean;
}

export class Typing {
  readonly #deps: TypingDeps;
  readonly #shown = new Map<number, Timer>();
  /** The last call of each conversation that has one under way. */
  readonly #calls = new Map<string, Promise<void>>();

  constructor(deps: TypingDeps) {
    this.#deps = deps;
  }

  /** Shows the sign for a turn of this user (null: of nobody known) until `hide`. */
  show(claim: TurnClaim, userId: string | null): void {
    const { connectionKey, conversationId } = claim;
    if (!this.#deps.isOn({ connectionKey, conversationId, userId })) return;
    this.#call(claim, true);
    this.#shown.set(
      claim.jobKey,
      this.#deps.clock.setTimer(RENEW_MS, () => this.show(claim, userId)),
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
    await Promise.all(this.#calls.values());
  }

  /** One call of a conversation after the other: a slow "on" must not overtake its "off". */
  #call({ connectionKey, conversationId }: TurnClaim, isOn: boolean): void {
    const chatwoot = this.#deps.chatwootOf(connectionKey);
    if (chatwoot === null) return;
    const place = `${connectionKey}/${conversationId}`;
    const before = this.#calls.get(place) ?? Promise.resolve();
    const call = before
      .then(() => this.#toggle(chatwoot, conversationId, isOn))
      .finally(() => {
        if (this.#calls.get(place) === call) this.#calls.delete(place);
      });
    this.#calls.set(place, call);
  }

  async #toggle(chatwoot: ChatwootApi, conversationId: number, isOn: boolean): Promise<void> {
    const deadline = startDeadline(this.#deps.clock, CALL_LIMIT_MS);
    try {
      await chatwoot.setTyping(conversationId, isOn, deadline.signal);
    } catch (error) {
      this.#deps.log.failure("typing.failed", error, { conversationId });
    } finally {
      deadline.clear();
    }
  }
}
