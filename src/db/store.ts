// The store: everything lull keeps, behind promises. One method is one transaction.
// Moments are integer ms and always passed in; ids that end in Key are inside, the others are UUIDv7 for the outside.
import type { WindowLimits, WindowRules } from "../buffer/window.ts";
import type {
  Arrival,
  Attachment,
  ConversationFacts,
  LeftEvent,
  MessageExtra,
  MessageKind,
  SkipReason,
} from "../chatwoot/arrival.ts";
import type { RawWebhook } from "../chatwoot/raw-webhook.ts";
import type { ConversationState, Gate, Pause } from "../turn/gate.ts";
import type { Sender } from "../identity/layers.ts";
import type { CancelReason, HandoffReason, SilenceReason } from "../turn/outcome.ts";
import type { AuditStore } from "./store-audit.ts";
import type { AudioStore } from "./store-audio.ts";
import type { CatchUpStore } from "./store-catch-up.ts";
import type { BucketStore } from "./store-buckets.ts";
import type { ChatStore } from "./store-chat.ts";
import type { ConnectionStore } from "./store-connections.ts";
import type { ContextStore } from "./store-context.ts";
import type { ConversationStore } from "./store-conversations.ts";
import type { CredentialStore } from "./store-credentials.ts";
import type { ErasureStore } from "./store-erasures.ts";
import type { Errand, ErrandStore } from "./store-errands.ts";
import type { EventStore } from "./store-events.ts";
import type { FigureStore } from "./store-figures.ts";
import type { FlagStore, FlagSubject } from "./store-flags.ts";
import type { IdentityStore } from "./store-identity.ts";
import type { ImportStore } from "./store-import.ts";
import type { InboxStore } from "./store-inboxes.ts";
import type { JobStore } from "./store-jobs.ts";
import type { KnowledgeStore } from "./store-knowledge.ts";
import type { LegacyStore, SideRules } from "./store-legacy.ts";
import type { NotificationStore } from "./store-notifications.ts";
import type { PromptStore } from "./store-prompts.ts";
import type { RepeatStore } from "./store-repeats.ts";
import type { RetentionStore } from "./store-retention.ts";
import type { ScheduleStore } from "./store-schedules.ts";
import type { SpoolStore } from "./store-spool.ts";
import type { TalkStore } from "./store-talk.ts";
import type { TokenStore } from "./store-tokens.ts";
import type { UsageStore } from "./store-usage.ts";
import type { UserStore } from "./store-users.ts";
import type { AlertStore } from "./store-alerts.ts";
import type { WatchStore } from "./store-watch.ts";
import type { WebhookLogStore } from "./store-webhook-logs.ts";
import type { WorkFigureStore } from "./store-work-figures.ts";

/** Why a store could not do it: a rule of the schema, no room, or another writer. Anything else is a fault. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly kind: "conflict" | "full" | "busy";

  constructor(kind: "conflict" | "full" | "busy", cause: unknown) {
    super(`store: ${kind}`, { cause });
    this.kind = kind;
  }
}

/** Who holds a claim: `instance` outlives a restart, `boot` does not. */
export interface Claimant {
  instance: string;
  boot: string;
}

// --- intake

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

// --- buffers

export interface ClosedBuffer {
  bufferKey: number;
  bufferId: string;
  connectionKey: number;
  conversationId: number;
  jobId: string;
  /** The turn that still waited and joined it; null: none. */
  supersededJobId: string | null;
  dueAt: number;
  firstAt: number;
  messageCount: number;
}

export interface BufferStore {
  /** All open buffers after `afterKey`, by key, at most `limit`. */
  openBuffers(afterKey: number, limit: number): Promise<Armed[]>;
  /** Keys of open buffers whose deadline has passed, oldest deadline first. */
  dueBufferKeys(now: number, limit: number): Promise<number[]>;
  /** Closes those that are due and makes their jobs due; gives back those that are not (any more). */
  closeDue(keys: readonly number[], now: number): Promise<{ closed: ClosedBuffer[]; waiting: Armed[] }>;
  /** Moves an open buffer's deadline to now; null when no such buffer is open. */
  hastenBuffer(bufferId: string, now: number): Promise<Armed | null>;
  /**
   * Moves an open buffer's deadline later by so much, within the age cap of its inbox, and keeps it there while the customer
   * types or writes; null when no such buffer is open.
   */
  extendBuffer(
    bufferId: string,
    byMs: number,
    ageMaxOf: (connectionKey: number, inboxId: number | null) => number,
    now: number,
  ): Promise<Armed | null>;
  cancelBuffer(bufferId: string, reason: CancelReason, now: number): Promise<boolean>;
  /** The wall clock jumped by `deltaMs` while timers ran on: moves every waiting moment along. */
  shiftMoments(deltaMs: number): Promise<void>;
}

// --- turns

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

// --- deliveries

export interface DeliveryClaim {
  deliveryKey: number;
  replyId: string;
  claim: number;
  state: "intent" | "unknown";
  connectionKey: number;
  conversationId: number;
  /** Behind a notification stands no turn. */
  kind: "reply" | "notification";
  /** It keeps silent where lull may not speak; a notification mostly does not answer anything. */
  isAnswer: boolean;
  part: number;
  text: string;
  /** What Chatwoot is given as `template_params`, as JSON; null: a plain text. */
  template: string | null;
  /** A part with a pause stays behind when the customer writes after the part before it. */
  pauseMs: number;
  /** The highest message id of the batch it answers. */
  anchorMessageId: number;
  sends: number;
  looks: number;
  unknownSince: number | null;
  createdAt: number;
  /** When the silence ended that it answers; null for a notification. */
  silenceEndedAt: number | null;
}

export interface DeliveryNews {
  conversation: ConversationState;
  /** Messages of the customer wait that this reply does not answer, and a discard is still allowed. */
  mayRebatch: boolean;
  /** It waits for its pause as a further part of a reply, and the customer wrote on meanwhile. */
  isStopped: boolean;
  /** A message it answers was deleted since it was written, and nothing of it has been posted. */
  isOutdated: boolean;
}

/** Where a delivery goes from a claim. Every change is fenced by the claim. */
export type DeliverySettlement =
  | { to: "sent"; messageId: number }
  /** `callPeople` gives how they are called in its inbox; without it nobody is. */
  | { to: "failed"; reason: string; callPeople?: (inboxId: number | null) => Errand }
  | { to: "cancelled"; reason: SilenceReason }
  | { to: "unknown"; reason: string; dueAt: number; looks: number }
  | { to: "intent"; reason: string; dueAt: number }
  /** Chatwoot said it did not take the POST: as if it had never been made. */
  | { to: "not_taken"; reason: string; dueAt: number };

export interface DeliveryStore {
  claimDeliveries(limit: number, by: Claimant, leaseUntil: number, now: number): Promise<DeliveryClaim[]>;
  nextDeliveryAt(now: number): Promise<number | null>;
  deliveryNews(claim: DeliveryClaim, discardsMax: number): Promise<DeliveryNews>;
  /** Whether one of these replies is none that was ever written down here. */
  hasUnknownReply(replyIds: readonly string[]): Promise<boolean>;
  /** The last durable word before the POST: counts it. False: the claim is not ours any more. */
  beginSend(claim: DeliveryClaim): Promise<boolean>;
  settleDelivery(claim: DeliveryClaim, settlement: DeliverySettlement, now: number): Promise<boolean>;
  /** Gives the batch back to the later messages of the conversation instead of sending. */
  rebatch(
    claim: DeliveryClaim,
    rules: EndRules,
    now: number,
  ): Promise<{ intoBufferId: string; rearm: Armed | null } | null>;
  /** Throws the reply away and lets its turn be read again; false when the claim is not ours any more. */
  redoTurn(claim: DeliveryClaim, now: number): Promise<boolean>;
  /** Gives one claim back after a fault, for after the delay: one that was being sent becomes unknown. */
  releaseDelivery(claim: DeliveryClaim, lookDelayMs: number, now: number): Promise<void>;
  /** Gives back so what a dead boot of this instance, or an expired lease, held; tells how many. */
  rescueDeliveries(by: Claimant, lookDelayMs: number, now: number): Promise<number>;
  /** A failed part is tried again with all parts of its reply that failed with it; false when it is not failed. */
  retryDelivery(replyId: string, now: number): Promise<boolean>;
}

// --- what people ask for

export type Row = Record<string, string | number | null>;

export interface Page {
  data: Row[];
  nextCursor: string | null;
}

export interface ListQuery {
  limit: number;
  cursor: string | null;
  /** Only rows in this state; null: all. */
  state: string | null;
}

/** Which deliveries or errands a list is of; what is left out says nothing. */
export interface WorkFilter {
  /** By name. */
  connection?: string;
  conversationId?: number;
  kind?: string;
  /** Made no earlier, and before. */
  since?: number;
  until?: number;
}

/** Which buffers a list is of; what is left out says nothing. */
export interface BufferFilter {
  /** By name. */
  connection?: string;
  conversationId?: number;
  userId?: string;
  /** Opened no earlier, and before. */
  since?: number;
  until?: number;
}

/** Everything by state: a look over all rows, for people. */
export interface Counts {
  buffers: Record<string, number>;
  jobs: Record<string, number>;
  deliveries: Record<string, number>;
  messages: Record<string, number>;
}

/** What is open now: cheap however much lies behind, for gauges. */
export interface OpenWork {
  bufferCount: number;
  oldestBufferAt: number | null;
  /** Without those that were discarded; `failed` without the quarantined. */
  jobs: { scheduled: number; running: number; failed: number; quarantined: number };
  deliveryCount: number;
}

export interface InsightStore {
  listBuffers(query: ListQuery & BufferFilter): Promise<Page>;
  /** One buffer with its messages; null when there is none. */
  buffer(bufferId: string): Promise<{ buffer: Row; messages: Row[] } | null>;
  /** One turn with its messages, steps, deliveries and errands. */
  turn(
    jobId: string,
  ): Promise<{ turn: Row; messages: Row[]; steps: Row[]; deliveries: Row[]; errands: Row[] } | null>;
  listDeliveries(query: ListQuery & WorkFilter): Promise<Page>;
  listErrands(query: ListQuery & WorkFilter): Promise<Page>;
  counts(): Promise<Counts>;
  openWork(): Promise<OpenWork>;
  /** The newest buffer, turn, delivery and events of a conversation. */
  conversationWork(
    connectionKey: number,
    conversationId: number,
    eventsMax: number,
  ): Promise<{
    buffer: Row | null;
    turn: Row | null;
    delivery: Row | null;
    /** Who keeps lull quiet there: `by`, `byName`, `until` (which may have passed); null: nobody does. */
    pause: Row | null;
    events: Row[];
  }>;
}

// --- settings, connections, the playground's messages

export interface PlaygroundRow {
  id: number;
  writer: "customer" | "human" | "phone" | "bot";
  text: string;
  isPrivate: boolean;
  contentAttributes: Record<string, unknown>;
  /** Which of the playground's own files came with it; null: none. */
  sample: string | null;
  createdAt: number;
}

export interface SettingsStore {
  ensureConnection(name: string, now: number): Promise<number>;
  setting(name: string): Promise<string | null>;
  saveSetting(name: string, value: string, now: number): Promise<void>;
  addPlaygroundMessage(message: Omit<PlaygroundRow, "id">): Promise<number>;
  /** Those with an id above `afterId`, ascending. */
  playgroundMessages(afterId: number, limit: number): Promise<PlaygroundRow[]>;
  /** The newest, ascending. */
  latestPlaygroundMessages(limit: number): Promise<PlaygroundRow[]>;
}

export interface Store
  extends
    IntakeStore,
    BufferStore,
    TurnStore,
    DeliveryStore,
    InsightStore,
    JobStore,
    SettingsStore,
    ConnectionStore,
    FlagStore,
    LegacyStore,
    WatchStore,
    AlertStore,
    WebhookLogStore,
    UserStore,
    TokenStore,
    IdentityStore,
    ImportStore,
    ErasureStore,
    CredentialStore,
    UsageStore,
    ChatStore,
    BucketStore,
    CatchUpStore,
    SpoolStore,
    KnowledgeStore,
    InboxStore,
    PromptStore,
    RepeatStore,
    RetentionStore,
    ScheduleStore,
    ContextStore,
    ErrandStore,
    EventStore,
    AudioStore,
    AuditStore,
    NotificationStore,
    TalkStore,
    ConversationStore,
    FigureStore,
    WorkFigureStore {
  /** Brings the keys of all numbers to the present rules; gives how many rows that took, 0 when they are. */
  rekeyNumbers(now: number): Promise<number>;
  /** Proves that a write can be made durable now; rejects with StoreError else. */
  ping(now: number): Promise<void>;
  /** Lets SQLite look at a sample of the rows, so that it plans by what there is. */
  optimize(): Promise<void>;
  /** Bytes of the database and of its write-ahead log. */
  sizes(): Promise<{ databaseBytes: number; walBytes: number }>;
  close(): Promise<void>;
}
