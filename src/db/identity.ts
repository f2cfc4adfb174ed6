// What every place says of an address, whose line a message came in on, and who is written down as its sender.
import type { Database } from "bun:sqlite";
import type { Findings, Named } from "../identity/layers.ts";
import type { LineRef, SenderMark } from "./store-identity.ts";

type Params = Record<string, string | number | null>;
interface NamedRow {
  userId: string;
  isVerified: 0 | 1;
}

/** Enough to see that an address is not one user's. */
const NAMED_MAX = 3;
const OWNERS_MAX = 2;
/** Users whom one number may have been, by its history, before the rest are not looked at. */
const HISTORY_USERS_MAX = 20;

const KEYS = "($a, $b, $c)";
const HERE = "(u.connection_id IS NULL OR u.connection_id = $connection)";
const IN_SCOPE = "(l.connection_id IS NULL OR l.connection_id = $connection)";
const FIRST = `GROUP BY l.user_id ORDER BY isVerified DESC, min(l.id) LIMIT ${NAMED_MAX}`;
/** The very words of the index that holds these rows alone: it is found by nothing else. */
const IDENTIFIES = `identified_by IN ('whatsapp_user_mapping', 'user_whatsapp_config', 'profiles', 'meeting_notes')`;
const ACTIVE_LINE = `l.is_active = 1 AND l.is_verified = 1 AND ${HERE}
      GROUP BY l.user_id ORDER BY min(l.id) LIMIT ${OWNERS_MAX}`;

/** The statements that every message has to wait for: each goes through one index, whatever the tables hold. */
export const LOOKUPS = {
  whatsapp_user_mapping: `
    SELECT l.user_id AS userId, max(l.is_verified) AS isVerified
    FROM whatsapp_user_mapping AS l INDEXED BY mappings_of_phone JOIN users AS u ON u.public_id = l.user_id
    WHERE l.phone_key IN ${KEYS} AND (l.is_verified = 1 OR l.source = 'admin') AND ${IN_SCOPE} AND ${HERE} ${FIRST}`,
  user_whatsapp_config: `
    SELECT l.user_id AS userId, 1 AS isVerified
    FROM user_whatsapp_config AS l INDEXED BY configs_of_phone JOIN users AS u ON u.public_id = l.user_id
    WHERE l.phone_key IN ${KEYS} AND l.is_active = 1 AND l.is_verified = 1 AND ${IN_SCOPE} AND ${HERE} ${FIRST}`,
  profiles: `
    SELECT l.user_id AS userId, 1 AS isVerified
    FROM profiles AS l INDEXED BY profiles_of_phone JOIN users AS u ON u.public_id = l.user_id
    WHERE l.phone_key IN ${KEYS} AND l.is_verified = 1 AND ${HERE} ${FIRST}`,
  meeting_notes: `
    SELECT l.user_id AS userId, 0 AS isVerified
    FROM meeting_notes AS l INDEXED BY notes_of_phone JOIN users AS u ON u.public_id = l.user_id
    WHERE l.phone_key IN ${KEYS} AND ${HERE} ${FIRST}`,
  // One seek for each user, not one for each message: a number may have said a hundred thousand things.
  nextInHistory: `
    SELECT user_id AS userId FROM customer_conversations INDEXED BY history_that_identifies
    WHERE phone_key = $key AND connection_id = $connection AND user_id > $after AND ${IDENTIFIES}
    ORDER BY user_id LIMIT 1`,
  namedByHistory: `
    SELECT u.public_id AS userId, (
      SELECT max(user_verified) FROM customer_conversations INDEXED BY history_that_identifies
      WHERE phone_key = $key AND connection_id = $connection AND user_id = $userId AND ${IDENTIFIES}) AS isVerified
    FROM users AS u WHERE u.public_id = $userId AND ${HERE}`,
  ownersOfInbox: `
    SELECT l.user_id AS userId
    FROM user_whatsapp_config AS l INDEXED BY configs_of_inbox JOIN users AS u ON u.public_id = l.user_id
    WHERE l.inbox_id = $inboxId AND l.connection_id = $connection AND ${ACTIVE_LINE}`,
  ownersOfNumber: `
    SELECT l.user_id AS userId
    FROM user_whatsapp_config AS l INDEXED BY configs_of_line JOIN users AS u ON u.public_id = l.user_id
    WHERE l.phone_number_id = $phoneNumberId AND ${IN_SCOPE} AND ${ACTIVE_LINE}`,
} as const;

export function identityTable(db: Database) {
  const mappings = db.query<NamedRow, [Params]>(LOOKUPS.whatsapp_user_mapping);
  const configs = db.query<NamedRow, [Params]>(LOOKUPS.user_whatsapp_config);
  const profiles = db.query<NamedRow, [Params]>(LOOKUPS.profiles);
  const notes = db.query<NamedRow, [Params]>(LOOKUPS.meeting_notes);
  const nextInHistory = db.query<{ userId: string }, [Params]>(LOOKUPS.nextInHistory);
  const namedByHistory = db.query<NamedRow, [Params]>(LOOKUPS.namedByHistory);
  const ownersOfInbox = db.query<{ userId: string }, [Params]>(LOOKUPS.ownersOfInbox);
  const ownersOfNumber = db.query<{ userId: string }, [Params]>(LOOKUPS.ownersOfNumber);

  const turnOf = db.query<{ buffer: number; connection: number; conversation: number }, [Params]>(`
    SELECT buffer_id AS buffer, connection_id AS connection, conversation_id AS conversation
    FROM buffer_processing_jobs WHERE id = $job`);
  // What was said as somebody who is deleted now stays theirs, so that it is emptied once it is over.
  const markBuffer = db.query<null, [Params]>(`
    UPDATE message_buffer SET user_id = $userId WHERE (id = $buffer OR merged_into = $buffer)
      AND (user_id IS NULL OR user_id NOT IN (SELECT user_id FROM deleted_users))`);
  const markConversation = db.query<null, [Params]>(`
    UPDATE conversations SET user_id = $userId
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation`);
  const markHistory = db.query<null, [Params]>(`
    UPDATE customer_conversations SET user_id = $userId, identified_by = $layer, user_verified = $isVerified
    WHERE id IN (
      SELECT h.id FROM buffered_messages AS m JOIN customer_conversations AS h ON h.connection_id = m.connection_id
        AND h.conversation_id = m.conversation_id AND h.chatwoot_message_id = m.chatwoot_message_id
      WHERE m.buffer_id IN (SELECT id FROM message_buffer WHERE id = $buffer OR merged_into = $buffer))`);

  /** Every user a number was, by its history in one connection, one seek each. */
  function usersInHistory(connection: number, key: string): string[] {
    const users: string[] = [];
    let next = nextInHistory.get({ connection, key, after: "" });
    while (next !== null && users.length < HISTORY_USERS_MAX) {
      users.push(next.userId);
      next = nextInHistory.get({ connection, key, after: next.userId });
    }
    return users;
  }

  function inHistory(connection: number, keys: readonly string[]): NamedRow[] {
    const rows = keys.flatMap((key) =>
      usersInHistory(connection, key).map((userId) => namedByHistory.get({ connection, key, userId })),
    );
    const byUser = new Map<string, NamedRow>();
    for (const row of rows.filter((row) => row !== null)) {
      if (byUser.get(row.userId)?.isVerified !== 1) byUser.set(row.userId, row);
    }
    return [...byUser.values()]
      .toSorted((one, other) => other.isVerified - one.isVerified)
      .slice(0, NAMED_MAX);
  }

  return {
    /** `keys`: the forms of one address, three at most. */
    findings(connection: number, keys: readonly string[]): Findings {
      const [a = null, b = null, c = null] = keys;
      const params = { connection, a, b, c };
      return {
        whatsapp_user_mapping: mappings.all(params).map(named),
        user_whatsapp_config: configs.all(params).map(named),
        profiles: profiles.all(params).map(named),
        meeting_notes: notes.all(params).map(named),
        customer_conversations: inHistory(connection, keys).map(named),
      };
    },
    owners(connection: number, { inboxId, phoneNumberId }: LineRef): string[] {
      const byInbox = inboxId === null ? [] : ownersOfInbox.all({ connection, inboxId });
      const isAsked = byInbox.length === 0 && phoneNumberId !== null;
      const owners = isAsked ? ownersOfNumber.all({ connection, phoneNumberId }) : byInbox;
      return owners.map(({ userId }) => userId);
    },
    /** Gives the conversation of the job. */
    mark(
      job: number,
      { userId, layer, isVerified }: SenderMark,
    ): { connection: number; conversation: number } {
      const turn = turnOf.get({ job });
      if (turn === null) throw new Error("a sender is named for a job that is not there");
      const { buffer, connection, conversation } = turn;
      markBuffer.run({ buffer, userId });
      markConversation.run({ connection, conversation, userId });
      markHistory.run({ buffer, userId, layer, isVerified: Number(isVerified) });
      return { connection, conversation };
    },
  };
}

function named({ userId, isVerified }: NamedRow): Named {
  return { userId, isVerified: isVerified === 1 };
}
