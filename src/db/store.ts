// The store: everything lull keeps, behind promises. One method is one transaction.
// Moments are integer ms and always passed in; ids that end in Key are inside, the others are UUIDv7 for the outside.
import type { AlertStore } from "./store-alerts.ts";
import type { AudioStore } from "./store-audio.ts";
import type { AuditStore } from "./store-audit.ts";
import type { BucketStore } from "./store-buckets.ts";
import type { BufferStore } from "./store-buffers.ts";
import type { CatchUpStore } from "./store-catch-up.ts";
import type { ChatStore } from "./store-chat.ts";
import type { ConnectionStore } from "./store-connections.ts";
import type { ContextStore } from "./store-context.ts";
import type { ConversationStore } from "./store-conversations.ts";
import type { CredentialStore } from "./store-credentials.ts";
import type { DeliveryStore } from "./store-deliveries.ts";
import type { ErasureStore } from "./store-erasures.ts";
import type { ErrandStore } from "./store-errands.ts";
import type { EventStore } from "./store-events.ts";
import type { FigureStore } from "./store-figures.ts";
import type { FlagStore } from "./store-flags.ts";
import type { IdentityStore } from "./store-identity.ts";
import type { ImportStore } from "./store-import.ts";
import type { InboxStore } from "./store-inboxes.ts";
import type { InsightStore } from "./store-insight.ts";
import type { IntakeStore } from "./store-intake.ts";
import type { JobStore } from "./store-jobs.ts";
import type { KnowledgeStore } from "./store-knowledge.ts";
import type { LegacyStore } from "./store-legacy.ts";
import type { NotificationStore } from "./store-notifications.ts";
import type { PromptStore } from "./store-prompts.ts";
import type { RepeatStore } from "./store-repeats.ts";
import type { RetentionStore } from "./store-retention.ts";
import type { ScheduleStore } from "./store-schedules.ts";
import type { SettingsStore } from "./store-settings.ts";
import type { SpoolStore } from "./store-spool.ts";
import type { TalkStore } from "./store-talk.ts";
import type { TokenStore } from "./store-tokens.ts";
import type { TurnStore } from "./store-turns.ts";
import type { UsageStore } from "./store-usage.ts";
import type { UserStore } from "./store-users.ts";
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
