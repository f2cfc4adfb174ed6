// Lines of a talk that an older system kept. They were said before all that lull heard itself, and stand before it: their keys
// are negative, in the order in which they were said. So no prompt takes them for the newest, and the archive, which goes on
// from where it stands, leaves them where the older system put them.
import type { Database } from "bun:sqlite";

type Params = Record<string, string | number | null>;

export type ImportedHistory = ReturnType<typeof importHistory>;

const FIRST_KEY = -9_000_000_000_000_000;
/** Lines said in one millisecond that have a key before the next begins. */
const KEYS_PER_MS = 1_000;

export function importHistory(db: Database) {
  const free = db.query<{ key: number }, [{ first: number; end: number }]>(`
    SELECT coalesce(max(id) + 1, $first) AS key FROM customer_conversations WHERE id >= $first AND id < $end`);
  const add = db.query<null, [Params]>(`
    INSERT INTO customer_conversations (id, public_id, connection_id, conversation_id, user_id, phone_number, phone_key,
      key_version, content, sender, source, chatwoot_message_id, created_at)
    VALUES ($key, $public_id, $connection_id, $conversation_id, $user_id, $phone_number, $phone_key, $key_version,
      $content, $sender, $source, $chatwoot_message_id, $created_at)`);
  // As a buffer of lull's own becomes history when it closes.
  const answered = db.query<Params, [{ buffer: number }]>(`
    SELECT NULL AS public_id, m.connection_id, m.conversation_id, b.user_id,
      m.sender_info ->> '$.phone_number' AS phone_number, m.phone_key, m.key_version,
      coalesce(nullif(m.content, ''), '[' || m.message_type || ']') AS content, 'user' AS sender, 'whatsapp' AS source,
      m.chatwoot_message_id, m.received_at AS created_at
    FROM buffered_messages AS m JOIN message_buffer AS b ON b.id = m.buffer_id
    WHERE m.buffer_id = $buffer AND NOT EXISTS (SELECT 1 FROM customer_conversations AS h
      WHERE h.connection_id = m.connection_id AND h.conversation_id = m.conversation_id
        AND h.chatwoot_message_id = m.chatwoot_message_id)`);

  function keyFor(saidAt: number): number {
    let first = FIRST_KEY + saidAt * KEYS_PER_MS;
    for (;;) {
      const end = first + KEYS_PER_MS;
      const key = free.get({ first, end })?.key ?? first;
      if (key < end) return key;
      first = end;
    }
  }

  function addLine(values: Params): void {
    add.run({ ...values, key: keyFor(Number(values["created_at"])) });
  }

  return {
    add: addLine,
    /** The messages of a buffer that is over. */
    keepBuffer: (buffer: number) => answered.all({ buffer }).forEach(addLine),
  };
}
