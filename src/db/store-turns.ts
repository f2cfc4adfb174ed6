// What the store knows of turns: one closed buffer each, claimed, handled and settled, fenced by the attempt.
import type { WindowLimits } from "../buffer/window.ts";
import type { Attachment, MessageExtra, MessageKind } from "../chatwoot/arrival.ts";
import type { Sender } from "../identity/layers.ts";
import type { ConversationState, Gate, Pause } from "../turn/gate.ts";
import type { HandoffReason, SilenceReason } from "../turn/outcome.ts";
import type { Errand } from "./store-errands.ts";
import type { Armed, WindowPlace } from "./store-intake.ts";
import type { Claimant } from "./store.ts";

export interface TurnClaim {
  jobKey: number;
  jobId: string;
  attempt: number;
  bufferId: string;
  connectionKey: number;
  conversationId: number;
  errorAttempts: number;
}

export interface TurnMessage {
  messageId: number;
  content: string | null;
  kind: MessageKind;
  attachments: Attachment[];
  receivedAt: number;
  /** What it answers, and the ad it came from; null: neither. */
  extra: MessageExtra | null;
}

export interface HistoryLine {
  sender: "user" | "bot" | "human";
  content: string;
}

/** A line and whose talk it was: null where nobody was known. */
export interface OwnedLine extends HistoryLine {
  userId: string | null;
  /** Chatwoot's. */
  messageId: number;
}

export interface TurnMaterial {
  /** Ascending by Chatwoot's id, deleted ones left out. */
  messages: TurnMessage[];
  /** Older than the batch, ascending. */
  history: OwnedLine[];
  /** What the messages said that the batch answers, as far as that is known. */
  quoted: OwnedLine[];
  conversation: ConversationState;
  /** Who wrote the newest message. */
  sender: Sender;
  /** Whom an earlier attempt took the sender for; null when for nobody, or when there was none. */
  markedUserId: string | null;
  inboxId: number | null;
  firstAt: number;
  lastAt: number;
  /** From the buffer's first message to its deadline. */
  bufferMs: number;
  /** An answer that was paid for before: valid only for the same key. */
  answer: { key: string; json: string } | null;
}

export interface StepRecord {
  jobKey: number;
  attempt: number;
  name: string;
  outcome: string;
  startedAt: number;
  durationMs: number;
  detail: Record<string, string | number | boolean | null>;
}

/** A conversation that lull hands to people. */
export interface Handoff {
  reason: HandoffReason;
  errand: Extract<Errand, { kind: "handoff" }>;
}

/** What was found out about a turn, for those who look at it later. */
export interface TurnFindings {
  /** Of the inbox's prompt; null: lull's own rules alone. */
  promptVersion: number | null;
  /** 1–10. */
  urgency: number | null;
  confidence: number | null;
  intent: string | null;
  /** What a second look at the answer found, as JSON. */
  quality: string | null;
}

/** What comes with either end of a turn. */
interface TurnEffects {
  findings?: TurnFindings;
  /** With a reply it waits until the reply is sent, and is dropped with it. */
  handoff?: Handoff;
  /** lull is quiet in the conversation from then on. */
  pause?: Pause;
  /** Done in Chatwoot beside it. */
  errands?: readonly Errand[];
}

export type TurnResult = TurnEffects &
  /** `answerKey` names the messages that were read: see turn/answer-key.ts. */
  (
    | {
        kind: "reply";
        parts: readonly string[];
        /** What each part waits for after the one before it, in ms; 0 where not given. */
        pausesMs?: readonly number[];
        answerKey: string;
        /** It is no answer: it tells the customer why there is none. */
        notice?: "outside_hours";
      }
    /** With an `answerKey` when it is the model's: a silence, too, is good for the messages it was drawn from alone. */
    | { kind: "silence"; reason: SilenceReason; answerKey?: string }
  );

export interface EndRules {
  gate: Gate;
  /** How long is waited in a conversation. */
  windowOf: (place: WindowPlace) => WindowLimits;
  /** How long lull is quiet after it handed a conversation to people; null: until it is resolved. */
  pauseMs: number | null;
  /** How many answers of one turn may be thrown away for later messages. */
  discardsMax: number;
}

/** How a turn's end was recorded. `lost`: the attempt was no longer ours, nothing was written. */
export type TurnEnd =
  /** `handoff`: why people take over; left out where they do not. */
  | { kind: "answered"; replyIds: string[]; handoff?: HandoffReason }
  | { kind: "silenced"; reason: SilenceReason; handoff?: HandoffReason }
  | { kind: "superseded"; intoBufferId: string; rearm: Armed | null }
  /** A message it read was deleted meanwhile: the turn waits to be read again. */
  | { kind: "outdated" }
  | { kind: "lost" };

export interface AttemptFailure {
  code: string;
  message: string;
  /** When to try again; null: never, the job is failed. */
  retryAt: number | null;
}

/** A turn that failed for good, and what is known of its conversation then. */
export interface FailedTurn {
  conversation: ConversationState;
  code: string;
  turnId: string;
}

export interface FailureRules {
  /** People who are at work in the conversation are not called. */
  gate: Gate;
  /** How the others are told; null: not at all. */
  errandOf: (failed: FailedTurn) => Errand | null;
  /** Within so long after they were called or told nobody is told again. */
  spanMs: number;
  /** A job that comes to failed so often is quarantined. */
  failuresMax: number;
}

/** What became of an attempt that failed; `lost`: it was not ours any more. */
export type AttemptEnd = "waiting" | "failed" | "quarantined" | "lost";

export interface TurnStore {
  /** Claims up to `limit` due jobs, one per conversation and none with an unsettled delivery. Counts the attempt first. */
  claimTurns(limit: number, by: Claimant, leaseUntil: number, now: number): Promise<TurnClaim[]>;
  /** The next moment a waiting job comes due after `now`; null when none waits. */
  nextTurnAt(now: number): Promise<number | null>;
  /** Extends the leases of the turns that are still being worked on. */
  renewTurns(claims: readonly TurnClaim[], leaseUntil: number): Promise<void>;
  turnMaterial(jobKey: number, historyMax: number): Promise<TurnMaterial>;
  recordStep(step: StepRecord): Promise<void>;
  /** Keeps a paid answer so that a later attempt need not ask again. False: the attempt is not ours any more. */
  keepAnswer(claim: TurnClaim, key: string, json: string): Promise<boolean>;
  /** Job done and deliveries made in one transaction, fenced by the attempt; may merge into later messages. */
  endTurn(claim: TurnClaim, result: TurnResult, rules: EndRules, now: number): Promise<TurnEnd>;
  /** Records an error. People are told of a job that failed for good. */
  failTurn(claim: TurnClaim, failure: AttemptFailure, now: number, rules: FailureRules): Promise<AttemptEnd>;
  /** Gives the claim back without counting it, for `dueAt`: the daemon stops, or could not write down the end. */
  releaseTurn(claim: TurnClaim, dueAt: number, now: number): Promise<void>;
  /** Gives back what a dead boot of this instance, or an expired lease, held. People are told of what is quarantined. */
  rescueTurns(
    by: Claimant,
    crashesMax: number,
    now: number,
    rules: FailureRules,
  ): Promise<{ released: number; quarantined: number }>;
}
