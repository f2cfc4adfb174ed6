// Conversations: the latest news of Chatwoot, and whether something waits or works.
import type { Database } from "bun:sqlite";
import type { GapStats } from "../buffer/adaptive-window.ts";
import type { ConversationFacts } from "../chatwoot/arrival.ts";
import type { ConversationState, Pause, PausedBy } from "../turn/gate.ts";
import type { WindowPlace } from "./store-intake.ts";

export interface ConversationRow {
  active_buffer_id: number | null;
  status: string | null;
  /** What it was when the last news came. */
  status_before: string | null;
  assignee: "none" | "human" | "bot" | null;
  channel: string | null;
  inbox_id: number | null;
  can_reply: 0 | 1 | null;
  paused_at: number | null;
  paused_until: number | null;
  paused_by: PausedBy | null;
  connection_id: number;
  chatwoot_conversation_id: number;
  user_id: string | null;
  last_message_at: number | null;
  conversation_state: "idle" | "buffering" | "processing";
  gap_count: number;
  gap_log_mean: number;
  gap_log_variance: number;
}

const STATE_COLUMNS = `active_buffer_id, status, status_before, assignee, channel, inbox_id, can_reply, paused_at, paused_until, paused_by,
  connection_id, chatwoot_conversation_id, user_id, last_message_at, conversation_state, gap_count, gap_log_mean, gap_log_variance`;

/** Of messages that go: they were taken once, and are not taken as new when Chatwoot's list shows them again. */
export const rememberTaken = (messages: string): string => `
  UPDATE conversations SET forgotten_message_id = max(coalesce(forgotten_message_id, 0), f.last)
  FROM (SELECT connection_id, conversation_id, max(chatwoot_message_id) AS last FROM ${messages}
    GROUP BY connection_id, conversation_id) AS f
  WHERE conversations.connection_id = f.connection_id AND conversations.chatwoot_conversation_id = f.conversation_id`;

export interface News {
  publicId: string;
  connectionKey: number;
  facts: ConversationFacts;
  isMessage: boolean;
  now: number;
}

export function conversationTable(db: Database) {
  // Older news must not undo newer: Chatwoot promises no order. Without its own moment, news counts as the newest.
  const note = db.query<ConversationRow, [Record<string, string | number | null>]>(`
    INSERT INTO conversations (public_id, connection_id, chatwoot_conversation_id, inbox_id, channel, contact_id,
      status, assignee, can_reply, state_at, last_message_at, message_count, created_at, updated_at)
    VALUES ($publicId, $connection, $conversation, $inbox, $channel, $contact,
      $status, $assignee, $canReply, $stateAt, $messageAt, $messages, $now, $now)
    ON CONFLICT (connection_id, chatwoot_conversation_id) DO UPDATE SET
      inbox_id = coalesce(excluded.inbox_id, inbox_id),
      channel = coalesce(excluded.channel, channel),
      contact_id = coalesce(excluded.contact_id, contact_id),
      status_before = status,
      status = iif(coalesce(excluded.state_at, state_at, 0) >= coalesce(state_at, 0), coalesce(excluded.status, status), status),
      assignee = iif(coalesce(excluded.state_at, state_at, 0) >= coalesce(state_at, 0), coalesce(excluded.assignee, assignee), assignee),
      can_reply = iif(coalesce(excluded.state_at, state_at, 0) >= coalesce(state_at, 0), coalesce(excluded.can_reply, can_reply), can_reply),
      state_at = max(coalesce(excluded.state_at, 0), coalesce(state_at, 0)),
      last_message_at = coalesce(excluded.last_message_at, last_message_at),
      message_count = message_count + excluded.message_count,
      updated_at = excluded.updated_at
    RETURNING ${STATE_COLUMNS}`);

  const find = db.query<ConversationRow, [{ connection: number; conversation: number }]>(`
    SELECT ${STATE_COLUMNS} FROM conversations
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation`);

  const open = db.query<null, [{ connection: number; conversation: number; buffer: number }]>(`
    UPDATE conversations SET active_buffer_id = $buffer, conversation_state = 'buffering'
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation`);

  const isForgotten = db.query<{ id: number }, [Record<string, number>]>(`
    SELECT id FROM conversations WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation
      AND forgotten_message_id >= $message`);

  const refresh = db.query<null, [{ connection: number; conversation: number }]>(`
    UPDATE conversations SET
      active_buffer_id = (SELECT id FROM message_buffer AS b WHERE b.connection_id = $connection
        AND b.conversation_id = $conversation AND b.status = 'active'),
      conversation_state = CASE
        WHEN EXISTS (SELECT 1 FROM message_buffer AS b WHERE b.connection_id = $connection
          AND b.conversation_id = $conversation AND b.status = 'active') THEN 'buffering'
        WHEN EXISTS (SELECT 1 FROM buffer_processing_jobs AS j WHERE j.connection_id = $connection
          AND j.conversation_id = $conversation AND j.status = 'scheduled')
        OR EXISTS (SELECT 1 FROM buffer_processing_jobs AS j WHERE j.connection_id = $connection
          AND j.conversation_id = $conversation AND j.status = 'running')
        OR EXISTS (SELECT 1 FROM outbox AS o WHERE o.connection_id = $connection
          AND o.conversation_id = $conversation AND o.state IN ('intent', 'sending', 'unknown')) THEN 'processing'
        ELSE 'idle' END
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation`);

  const pause = db.query<null, [Record<string, string | number | null>]>(`
    UPDATE conversations SET paused_at = $now, paused_until = $until, paused_by = $by, paused_by_name = $byName
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation`);

  const resume = db.query<null, [{ connection: number; conversation: number }]>(`
    UPDATE conversations SET paused_at = NULL, paused_until = NULL, paused_by = NULL, paused_by_name = NULL
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation AND paused_at IS NOT NULL`);

  const learnGap = db.query<null, [Record<string, number>]>(`
    UPDATE conversations SET gap_count = $count, gap_log_mean = $logMean, gap_log_variance = $logVariance
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation`);
  const toldAway = db.query<null, [{ connection: number; conversation: number; now: number }]>(`
    UPDATE conversations SET away_told_at = $now
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation`);

  const archived = db.query<null, [{ connection: number; conversation: number; bucketName: string }]>(`
    UPDATE conversations SET bucket_name = $bucketName
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation AND bucket_name IS NOT $bucketName`);
  const archive = db.query<
    { bucketName: string | null; placeId: string },
    [{ connection: number; conversation: number }]
  >(`
    SELECT bucket_name AS bucketName, public_id AS placeId FROM conversations
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation`);
  const follow = db.query<null, [{ from: string; into: string }]>(
    "UPDATE conversations SET bucket_name = $into WHERE bucket_name = $from",
  );

  const shift = db.query<null, [{ delta: number }]>(`
    UPDATE conversations SET paused_until = paused_until + $delta, away_told_at = away_told_at + $delta
    WHERE paused_until IS NOT NULL OR away_told_at IS NOT NULL`);

  return {
    /** Takes note of what a webhook tells; gives the row as it is then. */
    note({ publicId, connectionKey, facts, isMessage, now }: News): ConversationRow {
      const row = note.get({
        publicId,
        connection: connectionKey,
        conversation: facts.conversationId,
        inbox: facts.inboxId,
        channel: facts.channel,
        contact: facts.contactId,
        status: facts.status,
        assignee: facts.assignee,
        canReply: facts.canReply === null ? null : Number(facts.canReply),
        stateAt: facts.stateAt,
        messageAt: isMessage ? now : null,
        messages: isMessage ? 1 : 0,
        now,
      });
      if (row === null) throw new Error("an upsert of a conversation returned no row");
      return row;
    },
    find: (connection: number, conversation: number) => find.get({ connection, conversation }),
    /** The open buffer of the conversation is this one. */
    open: (connection: number, conversation: number, buffer: number) =>
      void open.run({ connection, conversation, buffer }),
    /** Whether this message, or a later one of the conversation, was taken once and is kept no more. */
    isForgotten: (connection: number, conversation: number, message: number) =>
      isForgotten.get({ connection, conversation, message }) !== null,
    /** Computes state and open buffer anew, after any change but a new buffer. */
    refresh: (connection: number, conversation: number) => void refresh.run({ connection, conversation }),
    pause: (connection: number, conversation: number, { by, byName, until }: Pause, now: number) =>
      void pause.run({ connection, conversation, by, byName, until, now }),
    /** False when nobody kept lull quiet. */
    resume: (connection: number, conversation: number) =>
      resume.run({ connection, conversation }).changes > 0,
    /** What is known of the gaps between the customer's messages. */
    learnGap: (connection: number, conversation: number, gaps: GapStats) =>
      void learnGap.run({ connection, conversation, ...gaps }),
    /** The customer was told that the shop is closed. */
    toldAway: (connection: number, conversation: number, now: number) =>
      void toldAway.run({ connection, conversation, now }),
    /** Where what is said in it goes. */
    archived: (connection: number, conversation: number, bucketName: string) =>
      void archived.run({ connection, conversation, bucketName }),
    archiveOf: (connection: number, conversation: number) => archive.get({ connection, conversation }),
    follow: (from: string, into: string) => void follow.run({ from, into }),
    shift: (delta: number) => void shift.run({ delta }),
  };
}

/** The row in the words of those who say how long is waited. */
export function windowPlace(row: ConversationRow): WindowPlace {
  return {
    connectionKey: row.connection_id,
    conversationId: row.chatwoot_conversation_id,
    userId: row.user_id,
    inboxId: row.inbox_id,
  };
}

/** The row in the gate's words. */
export function conversationState(row: ConversationRow): ConversationState {
  return {
    status: row.status,
    assignee: row.assignee,
    channel: row.channel,
    canReply: row.can_reply === null ? null : row.can_reply === 1,
    pausedAt: row.paused_at,
    pausedUntil: row.paused_until,
    pausedBy: row.paused_by,
    connectionKey: row.connection_id,
    inboxId: row.inbox_id,
  };
}
