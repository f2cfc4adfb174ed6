// What the store knows of arrivals: webhooks taken in, one transaction a batch.
import type { WindowRules } from "../buffer/window.ts";
import type { Arrival, ConversationFacts, LeftEvent, SkipReason } from "../chatwoot/arrival.ts";
import type { RawWebhook } from "../chatwoot/raw-webhook.ts";
import type { Gate } from "../turn/gate.ts";
import type { SilenceReason } from "../turn/outcome.ts";
import type { FlagSubject } from "./store-flags.ts";
import type { SideRules } from "./store-legacy.ts";

export interface Intake {
  connectionKey: number;
  arrival: Arrival | LeftEvent;
  /** True: answer at once, without waiting for silence, whatever the rules say. */
  isImmediate: boolean;
  /** Its signature was right: what it says of who is who may be learned. */
  isSigned: boolean;
  /** As it came, where an older system may be the one it is for. */
  webhook?: RawWebhook;
  /** Who answered the message before lull heard of it. */
  answered?: Answered;
}

export type Answered = { by: "human" } | { by: "reply"; replyId: string };

/** What became of one arrival. `rearm` is the open buffer whose deadline may have moved. */
export type Receipt =
  | { action: "buffered"; bufferKey: number; bufferId: string; dueAt: number; isNew: boolean }
  | { action: "duplicate" }
  /** It is kept for the older system. */
  | { action: "forwarded"; forwardId: string }
  | {
      action: "skipped";
      reason: SkipReason;
      rearm: Armed | null;
      cancelledBufferId: string | null;
      /** Why it leaves a customer without an answer: it was refused, or dropped what waited; null: it does not. */
      silence: SilenceReason | null;
      provenReplyId: string | null;
    }
  | { action: "failed"; error: unknown };

export interface Armed {
  bufferKey: number;
  dueAt: number;
}

/** A conversation as those know it who say how long is waited in it. */
export interface WindowPlace extends FlagSubject {
  connectionKey: number;
  inboxId: number | null;
}

export interface IntakeRules {
  /** How long is waited in a conversation. */
  windowOf: (place: WindowPlace) => WindowRules;
  /** False: its messages are answered at once. */
  isBuffering: (subject: FlagSubject) => boolean;
  /** Null: there is no older system that lull takes over from; gone: there was one, and what it had stays its. */
  sides: SideRules | "gone" | null;
  /** Why a message of this customer is not taken at all; null: it is. */
  refusal: (connectionKey: number, facts: ConversationFacts) => (SkipReason & SilenceReason) | null;
  /** How long a person's reply keeps lull quiet; null: until the conversation is resolved. */
  pauseMs: number | null;
  /** News that this gate would not answer to drops what waits. */
  gate: Gate;
}

export interface IntakeStore {
  /** Keeps a batch in one transaction. One that breaks a rule fails alone; a full or busy store rejects. */
  receive(batch: readonly Intake[], rules: IntakeRules, now: number): Promise<Receipt[]>;
}
