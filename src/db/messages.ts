// Customer messages: each once, with what became of it.
import type { Database } from "bun:sqlite";
import type { Arrival, Attachment, MessageExtra, MessageKind } from "../chatwoot/arrival.ts";
import type { Sender } from "../identity/layers.ts";
import { KEY_VERSION } from "../identity/phone.ts";
import type { TurnMessage } from "./store-turns.ts";

/** With the key of the sender's number, null when there is none. */
type KeyedMessage = Extract<Arrival, { kind: "message" }> & { phoneKey: string | null };
type MessageOutcome = "answered" | "silenced" | "cancelled" | "failed";

export interface StoredMessage {
  id: number;
  buffer_id: number | null;
  buffer_status: string | null;
  deleted_at: number | null;
}

/** So far back is looked for who writes. */
const KNOWN_MESSAGES = 50;

/** The buffers whose messages one turn answers: its own and those merged into it. */
const GROUP = `buffer_id IN (SELECT id FROM message_buffer WHERE id = $buffer OR merged_into = $buffer)`;

export function messageTable(db: Database) {
  const find = db.query<StoredMessage, [{ connection: number; message: number }]>(`
    SELECT m.id, b.id AS buffer_id, m.deleted_at, b.status AS buffer_status
    FROM buffered_messages AS m LEFT JOIN message_buffer AS own ON own.id = m.buffer_id
      LEFT JOIN message_buffer AS b ON b.id = coalesce(own.merged_into, own.id)
    WHERE m.connection_id = $connection AND m.chatwoot_message_id = $message`);

  const exists = db.query<{ id: number }, [{ connection: number; message: number }]>(`
    SELECT id FROM buffered_messages WHERE connection_id = $connection AND chatwoot_message_id = $message`);

  const add = db.query<null, [Record<string, string | number | null>]>(`
    INSERT INTO buffered_messages (connection_id, conversation_id, buffer_id, chatwoot_message_id, content, message_type,
      content_type, attachments, extra, sender_info, phone_key, key_version, conversation_info, received_at, created_at)
    VALUES ($connection, $conversation, $buffer, $message, $content, $kind,
      $contentType, $attachments, $extra, $sender, $phoneKey, $keyVersion, $conversationInfo, $now, $now)`);

  const bury = db.query<null, [Record<string, string | number | null>]>(`
    INSERT INTO buffered_messages (connection_id, conversation_id, chatwoot_message_id, message_type, sender_info,
      conversation_info, received_at, deleted_at, processed, outcome, reason, created_at)
    VALUES ($connection, $conversation, $message, 'text', '{}', '{}', $now, $now, 1, 'cancelled', 'deleted', $now)`);

  const edit = db.query<null, [{ id: number; content: string | null; attachments: string; now: number }]>(`
    UPDATE buffered_messages SET content = $content, attachments = $attachments, edited_at = $now WHERE id = $id`);

  const setAttachments = db.query<null, [{ id: number; attachments: string }]>(
    "UPDATE buffered_messages SET attachments = $attachments WHERE id = $id",
  );

  const remove = db.query<null, [{ id: number; now: number }]>(`
    UPDATE buffered_messages SET content = NULL, attachments = '[]', extra = NULL, deleted_at = $now,
      processed = 1, outcome = 'cancelled', reason = 'deleted', reply_id = NULL WHERE id = $id`);

  const remaining = db.query<{ count: number; last: number | null }, [{ buffer: number }]>(`
    SELECT count(*) AS count, max(chatwoot_message_id) AS last FROM buffered_messages WHERE ${GROUP} AND deleted_at IS NULL`);

  const ofTurn = db.query<Record<string, string | number | null>, [{ buffer: number }]>(`
    SELECT chatwoot_message_id, content, message_type, attachments, received_at, sender_info, extra FROM buffered_messages
    WHERE ${GROUP} AND deleted_at IS NULL ORDER BY chatwoot_message_id`);

  const texts = db.query<{ content: string }, [{ buffer: number; limit: number }]>(`
    SELECT content FROM buffered_messages WHERE buffer_id = $buffer AND deleted_at IS NULL AND content IS NOT NULL
    ORDER BY chatwoot_message_id DESC LIMIT $limit`);
  // Of the newest buffers: what a bridge told once, it told of all that came by it lately.
  const known = db.query<Record<string, string | number | null>, [Record<string, number>]>(`
    SELECT m.sender_info FROM message_buffer AS b JOIN buffered_messages AS m ON m.buffer_id = b.id
    WHERE b.connection_id = $connection AND b.conversation_id = $conversation AND b.id <= $buffer
      AND m.sender_info ->> '$.id' IS (SELECT w.sender_info ->> '$.id' FROM buffered_messages AS w
        WHERE w.buffer_id = $buffer ORDER BY w.chatwoot_message_id DESC LIMIT 1)
    ORDER BY b.id DESC, m.chatwoot_message_id DESC LIMIT $limit`);

  const settle = db.query<
    null,
    [{ buffer: number; outcome: string; reason: string | null; reply: string | null }]
  >(`
    UPDATE buffered_messages SET processed = 1, outcome = $outcome, reason = $reason, reply_id = $reply
    WHERE ${GROUP} AND deleted_at IS NULL AND outcome IS NULL`);

  const unanswered = db.query<
    { id: number; bufferKey: number },
    [{ connection: number; conversation: number; through: number }]
  >(`
    SELECT m.id, m.buffer_id AS bufferKey FROM message_buffer AS b JOIN buffered_messages AS m ON m.buffer_id = b.id
    WHERE b.connection_id = $connection AND b.conversation_id = $conversation AND m.chatwoot_message_id <= $through
      AND m.outcome IS NULL AND m.deleted_at IS NULL`);

  const move = db.query<null, [{ id: number; into: number }]>(
    "UPDATE buffered_messages SET buffer_id = $into WHERE id = $id",
  );

  const reopen = db.query<null, [{ buffer: number }]>(`
    UPDATE buffered_messages SET processed = 0, outcome = NULL, reason = NULL, reply_id = NULL
    WHERE ${GROUP} AND deleted_at IS NULL AND outcome IN ('failed', 'silenced')`);

  return {
    find: (connection: number, message: number) => find.get({ connection, message }),
    exists: (connection: number, message: number) => exists.get({ connection, message }) !== null,
    add(connection: number, buffer: number, arrival: KeyedMessage, now: number): void {
      const { facts, phoneKey } = arrival;
      add.run({
        connection,
        conversation: facts.conversationId,
        buffer,
        message: arrival.messageId,
        content: arrival.content,
        kind: arrival.messageKind,
        contentType: arrival.contentType,
        attachments: arrival.attachments.length === 0 ? "[]" : JSON.stringify(arrival.attachments),
        extra: isPlain(arrival.extra) ? null : JSON.stringify(arrival.extra),
        sender: JSON.stringify({
          id: facts.contactId,
          name: facts.contactName,
          phone_number: facts.contactPhone,
          source_id: facts.contactSourceId ?? undefined,
          identifier: facts.contactIdentifier ?? undefined,
        }),
        phoneKey,
        keyVersion: phoneKey === null ? null : KEY_VERSION,
        conversationInfo: JSON.stringify({
          inbox_id: facts.inboxId,
          channel: facts.channel,
          status: facts.status,
        }),
        now,
      });
    },
    /** Remembers that a message which never came is deleted, so that its late twin is a duplicate. */
    bury: (connection: number, conversation: number, message: number, now: number) =>
      void bury.run({ connection, conversation, message, now }),
    edit: (id: number, content: string | null, attachments: readonly Attachment[], now: number) =>
      void edit.run({ id, content, attachments: JSON.stringify(attachments), now }),
    setAttachments: (id: number, attachments: readonly Attachment[]) =>
      void setAttachments.run({ id, attachments: JSON.stringify(attachments) }),
    remove: (id: number, now: number) => void remove.run({ id, now }),
    /** How many undeleted messages a buffer and those merged into it hold, and the highest message id. */
    remaining: (buffer: number) => remaining.get({ buffer }) ?? { count: 0, last: null },
    ofTurn: (buffer: number): TurnMessage[] => ofTurn.all({ buffer }).map(turnMessage),
    /** What was written last in one buffer, the newest first. */
    texts: (buffer: number, limit: number): string[] =>
      texts.all({ buffer, limit }).map(({ content }) => content),
    /** Who wrote the messages of a turn: of each part the newest that is known. */
    senderOf: (buffer: number): Sender => mergeSenders(ofTurn.all({ buffer })),
    /** The same of all that this contact wrote here of late: a message may tell less than those before it. */
    knownSender: (connection: number, conversation: number, buffer: number): Sender =>
      mergeSenders(known.all({ connection, conversation, buffer, limit: KNOWN_MESSAGES }).toReversed()),
    settle: (buffer: number, outcome: MessageOutcome, reason: string | null, reply: string | null) =>
      void settle.run({ buffer, outcome, reason, reply }),
    /** Of a conversation, up to a message, those of which nothing has come yet. */
    unanswered: (connection: number, conversation: number, through: number) =>
      unanswered.all({ connection, conversation, through }),
    move: (id: number, into: number) => void move.run({ id, into }),
    /** What was given up is not: its messages wait again. */
    reopen: (buffer: number) => void reopen.run({ buffer }),
  };
}

function isPlain({ inReplyTo, referral, form }: MessageExtra): boolean {
  return inReplyTo === null && referral === null && form === undefined;
}

function mergeSenders(rows: Record<string, string | number | null>[]): Sender {
  const infos = rows.map((row) => JSON.parse(String(row["sender_info"])) as Record<string, unknown>);
  const newest = (name: string) => infos.findLast((info) => info[name] != null)?.[name];
  const text = (name: string): string | null => {
    const value = newest(name);
    return typeof value === "string" ? value : null;
  };
  const contactId = newest("id");
  return {
    contactId: typeof contactId === "number" ? contactId : null,
    phone: text("phone_number"),
    sourceId: text("source_id"),
    identifier: text("identifier"),
  };
}

function turnMessage(row: Record<string, string | number | null>): TurnMessage {
  return {
    messageId: Number(row["chatwoot_message_id"]),
    content: row["content"] === null ? null : String(row["content"]),
    kind: String(row["message_type"]) as MessageKind,
    attachments: JSON.parse(String(row["attachments"])) as Attachment[],
    receivedAt: Number(row["received_at"]),
    extra: row["extra"] == null ? null : (JSON.parse(String(row["extra"])) as MessageExtra),
  };
}
