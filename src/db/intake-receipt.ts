// What all arrivals share: they tell of their conversation, and one that is not buffered says why.
import type { Arrival } from "../chatwoot/arrival.ts";
import type { SilenceReason } from "../turn/outcome.ts";
import { noteOutcome } from "./outcomes.ts";
import type { Armed, Receipt } from "./store-intake.ts";
import type { Tables } from "./tables.ts";
import { cancelBuffer } from "./work.ts";

/** An arrival of one kind. */
export type Of<Kind extends Arrival["kind"]> = Extract<Arrival, { kind: Kind }>;

/** Gives the conversation as it is then. */
export function noteNews(
  tables: Tables,
  connectionKey: number,
  arrival: Arrival,
  isMessage: boolean,
  now: number,
) {
  const conversation = tables.conversations.note({
    publicId: tables.newId(now),
    connectionKey,
    facts: arrival.facts,
    isMessage,
    now,
  });
  noteOutcome(tables, conversation, arrival.facts.conversationId, now);
  return conversation;
}

interface SkipEffects {
  rearm?: Armed;
  cancelledBufferId?: string;
  silence?: SilenceReason;
  provenReplyId?: string | null;
}

/** What waits is dropped, and nobody answers it. */
export function dropped(tables: Tables, bufferKey: number, silence: SilenceReason, now: number): SkipEffects {
  return { cancelledBufferId: cancelBuffer(tables, bufferKey, silence, now), silence };
}

export function skipped(
  reason: Extract<Receipt, { action: "skipped" }>["reason"],
  effects: SkipEffects = {},
): Receipt {
  return {
    action: "skipped",
    reason,
    rearm: effects.rearm ?? null,
    cancelledBufferId: effects.cancelledBufferId ?? null,
    silence: effects.silence ?? null,
    provenReplyId: effects.provenReplyId ?? null,
  };
}
