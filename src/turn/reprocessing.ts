// A completed buffer answered anew by hand: asked about without a word to the customer, or posted, once, on purpose.
import type { Notifications } from "../delivery/notifications.ts";
import type { JobStore } from "../db/store-jobs.ts";
import type { TurnClaim, TurnStore } from "../db/store-turns.ts";
import { AppError } from "../errors.ts";
import type { ConversationState } from "./gate.ts";
import type { SilenceReason } from "./outcome.ts";
import type { Rehearsed } from "./rehearsal.ts";

export interface ReprocessingDeps {
  store: Pick<JobStore, "completedTurn" | "noteReprocessed"> & Pick<TurnStore, "turnMaterial">;
  now: () => number;
  rehearse: (claim: TurnClaim, signal: AbortSignal) => Promise<Rehearsed>;
  /** Why lull may not speak in the conversation now; null: it may. */
  silenceNow: (state: ConversationState) => SilenceReason | null;
  notifications: Pick<Notifications, "addReply" | "isKnown">;
}

export interface Reprocessed extends Rehearsed {
  /** Of what was put into the outbox; empty: nothing was. */
  deliveryIds: string[];
}

export class Reprocessing {
  readonly #deps: ReprocessingDeps;

  constructor(deps: ReprocessingDeps) {
    this.#deps = deps;
  }

  /** What a model says to the buffer's messages today. Throws AppError `not_found`, `conflict` where it is not completed, and as `rehearse`. */
  async ask(bufferId: string, signal: AbortSignal): Promise<Reprocessed> {
    const turn = await this.#turnOf(bufferId);
    const answer = await this.#deps.rehearse(turn, signal);
    await this.#deps.store.noteReprocessed(bufferId, 0, this.#deps.now());
    return { ...answer, deliveryIds: [] };
  }

  /**
   * The same, and the answer goes to the customer as every message does: one of a buffer within a day. Throws besides
   * `conflict` with the reason: the silence that lull keeps there, `window_closed`, or `posted_before`.
   */
  async post(bufferId: string, signal: AbortSignal): Promise<Reprocessed> {
    const { store, notifications, now } = this.#deps;
    const turn = await this.#turnOf(bufferId);
    await this.#refuse(turn);
    const answer = await this.#deps.rehearse(turn, signal);
    const deliveryIds: string[] = [];
    for (const [index, text] of answer.parts.entries())
      deliveryIds.push(await notifications.addReply(turn, text, keyOf(bufferId, index)));
    await store.noteReprocessed(bufferId, deliveryIds.length, now());
    return { ...answer, deliveryIds };
  }

  async #turnOf(bufferId: string): Promise<TurnClaim> {
    const found = await this.#deps.store.completedTurn(bufferId);
    if (found === null) throw new AppError("not_found", "There is no such buffer.");
    if (found.turn !== null) return found.turn;
    throw new AppError("conflict", "Only a completed buffer can be processed again.", {
      reason: found.status,
      fix: "Wait for its turn; one that failed is tried again at /admin/jobs/:id/retry.",
    });
  }

  /** Before anything is paid for. */
  async #refuse(turn: TurnClaim): Promise<void> {
    const { conversation } = await this.#deps.store.turnMaterial(turn.jobKey, 0);
    const reason = this.#deps.silenceNow(conversation);
    if (reason !== null)
      throw new AppError("conflict", "lull keeps silent in this conversation.", {
        reason,
        fix: "See who keeps it quiet at /admin/conversations.",
      });
    if (await this.#deps.notifications.isKnown(keyOf(turn.bufferId, 0)))
      throw new AppError("conflict", "An answer to this buffer was posted again already.", {
        reason: "posted_before",
        fix: "Look at /admin/outbox for what became of it.",
      });
  }
}

/** Two requests are one: whoever clicks twice posts once. */
function keyOf(bufferId: string, part: number): string {
  return `reprocess/${bufferId}/${part}`;
}
