// What was heard in voice notes (audio_files), and what their messages say of them by now.
import type { Database } from "bun:sqlite";
import type { Attachment } from "../chatwoot/arrival.ts";
import type { AudioEnd, AudioFacts, AudioPlace, UnhearableReason } from "./store-audio.ts";

type Params = Record<string, string | number | null>;

type Beside = Pick<AudioPlace, "connectionKey" | "messageId">;

interface EndRow {
  status: AudioEnd["status"];
  transcript: string | null;
  language: string | null;
  reason: UnhearableReason | null;
}

/** A transcript and the line of the history that it belongs to. */
export interface HeardLine {
  connection: number;
  conversation: number;
  message: number;
  transcript: string;
  saidKey: number;
}

export function audioTable(db: Database) {
  const find = db.query<EndRow, [Params]>(`
    SELECT status, transcript, language, reason FROM audio_files
    WHERE connection_id = $connectionKey AND chatwoot_message_id = $messageId AND attachment_key = $attachmentKey`);

  const add = db.query<null, [Params]>(`
    INSERT INTO audio_files (public_id, connection_id, conversation_id, chatwoot_message_id, attachment_key, status,
      transcript, language, reason, duration_seconds, size_bytes, content_type, sha256, provider, model, created_at)
    VALUES ($id, $connectionKey, $conversationId, $messageId, $attachmentKey, $status,
      $transcript, $language, $reason, $durationSeconds, $sizeBytes, $contentType, $sha256, $provider, $model, $now)
    ON CONFLICT DO NOTHING`);

  const attachments = db.query<{ attachments: string }, [Params]>(`
    SELECT attachments FROM buffered_messages
    WHERE connection_id = $connectionKey AND chatwoot_message_id = $messageId AND deleted_at IS NULL`);

  const remove = db.query<null, [Params]>(
    "DELETE FROM audio_files WHERE connection_id = $connection AND chatwoot_message_id = $message",
  );

  const LINE = `SELECT a.connection_id AS connection, a.conversation_id AS conversation,
      a.chatwoot_message_id AS message, a.transcript, h.id AS saidKey
    FROM customer_conversations AS h JOIN audio_files AS a ON a.connection_id = h.connection_id
      AND a.conversation_id = h.conversation_id AND a.chatwoot_message_id = h.chatwoot_message_id`;
  const heardIn = db.query<HeardLine, [Params]>(`
    ${LINE} WHERE h.id > $after AND h.id <= $through AND h.sender = 'user' AND a.transcript IS NOT NULL ORDER BY a.id`);
  const line = db.query<HeardLine, [Params]>(`
    ${LINE} WHERE a.connection_id = $connectionKey AND a.chatwoot_message_id = $messageId
      AND a.attachment_key = $attachmentKey AND h.sender = 'user' AND a.transcript IS NOT NULL`);

  return {
    find({ connectionKey, messageId, attachmentKey }: AudioPlace): AudioEnd | null {
      const row = find.get({ connectionKey, messageId, attachmentKey });
      return row === null ? null : endOf(row);
    },
    /** False when there is one already. */
    add(place: AudioPlace, end: AudioEnd, facts: AudioFacts, id: string, now: number): boolean {
      const none = { transcript: null, language: null, reason: null };
      return add.run({ ...place, ...facts, ...none, ...end, id, now }).changes > 0;
    },
    /** Of its message as they are by now; null when that was deleted. */
    attachmentsBeside({ connectionKey, messageId }: Beside): Attachment[] | null {
      const row = attachments.get({ connectionKey, messageId });
      return row === null ? null : (JSON.parse(row.attachments) as Attachment[]);
    },
    remove: (connection: number, message: number) => void remove.run({ connection, message }),
    /** What was heard in the lines of the history after one and up to another. */
    heardIn: (after: number, through: number) => heardIn.all({ after, through }),
    /** Null: it has no line, or nothing was heard. */
    lineOf: ({ connectionKey, messageId, attachmentKey }: AudioPlace) =>
      line.get({ connectionKey, messageId, attachmentKey }),
  };
}

function endOf({ status, transcript, language, reason }: EndRow): AudioEnd {
  if (status === "heard") return { status, transcript: transcript ?? "", language };
  return { status, reason: reason ?? "unreadable" };
}
