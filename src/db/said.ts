// What was said and is not archived yet: lines of the history with what their messages brought along.
import type { Database } from "bun:sqlite";
import type { Attachment } from "../chatwoot/arrival.ts";
import type { SaidRow } from "./store-spool.ts";

type Line = Omit<SaidRow, "attachments" | "customer"> & {
  attachments: string | null;
  sender: string | null;
  contactId: number | null;
  phone: string | null;
};

interface SenderInfo {
  id?: number | null;
  phone_number?: string | null;
  source_id?: string | null;
  identifier?: string | null;
}

export function saidTable(db: Database) {
  // A reply is the customer's, too: of the conversation's newest message.
  const after = db.query<Line, [{ after: number; limit: number }]>(`
    SELECT h.id AS key, h.connection_id AS connectionKey, n.name AS connectionName, h.conversation_id AS conversationId,
      coalesce(c.public_id, h.public_id) AS placeId, h.chatwoot_message_id AS messageId, h.reply_id AS replyId,
      h.sender AS writer, h.source, h.content, m.message_type AS kind, m.attachments, h.created_at AS saidAt,
      coalesce(m.sender_info, (
        SELECT sender_info FROM buffered_messages WHERE buffer_id = (
          SELECT max(id) FROM message_buffer
          WHERE connection_id = h.connection_id AND conversation_id = h.conversation_id)
        ORDER BY id DESC LIMIT 1)) AS sender,
      coalesce(h.contact_id, c.contact_id) AS contactId, h.phone_number AS phone
    FROM customer_conversations AS h JOIN connections AS n ON n.id = h.connection_id
      LEFT JOIN conversations AS c ON c.connection_id = h.connection_id AND c.chatwoot_conversation_id = h.conversation_id
      LEFT JOIN buffered_messages AS m ON m.connection_id = h.connection_id
        AND m.chatwoot_message_id = h.chatwoot_message_id AND h.sender = 'user' AND m.deleted_at IS NULL
    WHERE h.id > $after ORDER BY h.id LIMIT $limit`);

  return {
    /** Ascending. */
    after: (key: number, limit: number) => after.all({ after: key, limit }).map(saidRow),
  };
}

function saidRow({ attachments, sender, contactId, phone, ...line }: Line): SaidRow {
  const info = JSON.parse(sender ?? "{}") as SenderInfo;
  const customer = {
    contactId: info.id ?? contactId,
    phone: info.phone_number ?? phone,
    sourceId: info.source_id ?? null,
    identifier: info.identifier ?? null,
  };
  return { ...line, attachments: JSON.parse(attachments ?? "[]") as Attachment[], customer };
}
