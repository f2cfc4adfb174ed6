// Which rows are a person's: a contact's, by their conversations and the numbers they wrote from, or a user's, by their id.
// One list of them, by which they are exported, counted and erased.
import type { Database } from "bun:sqlite";
import type { Person, PersonalObjects } from "./store-erasures.ts";
import type { Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

const CONVERSATIONS = `SELECT chatwoot_conversation_id FROM conversations
  WHERE connection_id = $connection AND contact_id = $contact`;
export const CONTACT_BUFFERS = `SELECT id FROM message_buffer
  WHERE connection_id = $connection AND conversation_id IN (${CONVERSATIONS})`;
const CONTACT_JOBS = `SELECT id FROM buffer_processing_jobs WHERE buffer_id IN (${CONTACT_BUFFERS})`;
const PHONES = `SELECT phone_key FROM buffered_messages WHERE buffer_id IN (${CONTACT_BUFFERS}) AND phone_key IS NOT NULL
  UNION SELECT phone_key FROM customer_conversations WHERE connection_id = $connection
    AND conversation_id IN (${CONVERSATIONS}) AND phone_key IS NOT NULL`;
const OF_CONVERSATION = `t.connection_id = $connection AND t.conversation_id IN (${CONVERSATIONS})`;

const USER_BUFFERS = "SELECT id FROM message_buffer WHERE user_id = $user";
const USER_JOBS = `SELECT id FROM buffer_processing_jobs WHERE buffer_id IN (${USER_BUFFERS})`;
const OF_USER = "t.user_id = $user";

const OF_CONTACT: Readonly<Record<string, string>> = {
  conversations: "conversations AS t WHERE t.connection_id = $connection AND t.contact_id = $contact",
  buffers: `message_buffer AS t WHERE ${OF_CONVERSATION}`,
  messages: `buffered_messages AS t WHERE t.buffer_id IN (${CONTACT_BUFFERS}) AND t.sender_info <> '{}'`,
  turns: `buffer_processing_jobs AS t WHERE t.buffer_id IN (${CONTACT_BUFFERS})`,
  turn_steps: `turn_steps AS t WHERE t.job_id IN (${CONTACT_JOBS})`,
  deliveries: `outbox AS t WHERE ${OF_CONVERSATION} AND t.text <> ''`,
  errands: `errands AS t WHERE ${OF_CONVERSATION}`,
  // Without a conversation it came by the chat API, from a number of theirs.
  history: `customer_conversations AS t WHERE t.id IN (
    SELECT id FROM customer_conversations WHERE connection_id = $connection AND conversation_id IN (${CONVERSATIONS})
    UNION SELECT id FROM customer_conversations
      WHERE connection_id = $connection AND conversation_id IS NULL AND phone_key IN (${PHONES}))`,
  summaries: `conversation_summaries AS t WHERE ${OF_CONVERSATION}`,
  transcripts: `audio_files AS t WHERE ${OF_CONVERSATION}`,
  forwards: `legacy_forwards AS t WHERE ${OF_CONVERSATION} AND t.body IS NOT NULL`,
  addresses: `identity_pairs AS t WHERE t.connection_id = $connection AND t.phone_key IN (${PHONES})`,
  outcomes: `conversation_outcomes AS t WHERE ${OF_CONVERSATION}`,
  ratings: `csat_ratings AS t WHERE ${OF_CONVERSATION}`,
  events: `events AS t WHERE ${OF_CONVERSATION}`,
  buckets: `contact_bucket_mapping AS t WHERE t.connection_id = $connection
    AND (t.contact_ref LIKE 'contact\\_' || $contact || '\\_account\\_%' ESCAPE '\\' OR t.phone_key IN (${PHONES}))`,
};

const OF_A_USER: Readonly<Record<string, string>> = {
  user: "users AS t WHERE t.public_id = $user",
  profile: `profiles AS t WHERE ${OF_USER}`,
  numbers: `whatsapp_user_mapping AS t WHERE ${OF_USER}`,
  lines: `user_whatsapp_config AS t WHERE ${OF_USER}`,
  meeting_notes: `meeting_notes AS t WHERE ${OF_USER}`,
  webhook_links: `webhook_api_links AS t WHERE ${OF_USER}`,
  ai_keys: `ai_credentials AS t WHERE ${OF_USER}`,
  tokens: `api_tokens AS t WHERE ${OF_USER}`,
  usage: `ai_usage AS t WHERE ${OF_USER}`,
  limits: `limit_periods AS t WHERE ${OF_USER}`,
  flags: `flag_overrides AS t WHERE ${OF_USER}`,
  files: `knowledge_files AS t WHERE ${OF_USER} AND t.deleted_at IS NULL`,
  conversations: `conversations AS t WHERE ${OF_USER}`,
  buffers: `message_buffer AS t WHERE ${OF_USER}`,
  messages: `buffered_messages AS t WHERE t.buffer_id IN (${USER_BUFFERS}) AND t.sender_info <> '{}'`,
  turns: `buffer_processing_jobs AS t WHERE t.buffer_id IN (${USER_BUFFERS})`,
  turn_steps: `turn_steps AS t WHERE t.job_id IN (${USER_JOBS})`,
  deliveries: `outbox AS t WHERE t.job_id IN (${USER_JOBS}) AND t.text <> ''`,
  errands: `errands AS t WHERE t.job_id IN (${USER_JOBS})`,
  history: `customer_conversations AS t WHERE ${OF_USER}`,
  summaries: `conversation_summaries AS t WHERE ${OF_USER}`,
  transcripts: `audio_files AS t WHERE (t.connection_id, t.chatwoot_message_id) IN (
    SELECT connection_id, chatwoot_message_id FROM buffered_messages WHERE buffer_id IN (${USER_BUFFERS}))`,
  buckets: `user_bucket_mapping AS t WHERE ${OF_USER}`,
};

/** These have no key of their own, and few rows of one person. */
const KEYLESS: ReadonlySet<string> = new Set(["summaries", "addresses", "ratings", "limits"]);
/** What opens something, and what means nothing outside. */
const LEFT_OUT =
  /^(?:id|sealed_key|token_hash|code_hash|key_version|phone_key|claimed_by|lease_until|body|headers)$/;
const MOMENT = /_(?:at|time|until|for|since)$/;

export function personalRows(db: Database) {
  const sql = <Found>(text: string) => db.query<Found, [Params]>(text);

  return {
    kinds: (person: Person): readonly string[] => Object.keys(rowsOf(person)),
    page(person: Person, kind: string, after: number, limit: number): Row[] {
      const from = rowsOf(person)[kind];
      if (from === undefined) return [];
      const isKeyless = KEYLESS.has(kind);
      // Keys may be below 0; those that have none come in one go.
      const rows = isKeyless
        ? sql<Row>(`SELECT 0 AS key, t.* FROM ${from}`).all(paramsOf(person))
        : sql<Row>(`SELECT t.id AS key, t.* FROM ${from} AND t.id > $after ORDER BY t.id LIMIT $limit`).all({
            ...paramsOf(person),
            after,
            limit,
          });
      return isKeyless && after >= 0 ? [] : rows.map(shown);
    },
    /** How many rows there are of each kind, where there are any. */
    counts(person: Person): Record<string, number> {
      const counts = Object.entries(rowsOf(person)).map(([kind, from]): [string, number] => [
        kind,
        sql<{ count: number }>(`SELECT count(*) AS count FROM ${from}`).get(paramsOf(person))?.count ?? 0,
      ]);
      return Object.fromEntries(counts.filter(([, count]) => count > 0));
    },
    objects(person: Person): PersonalObjects[] {
      const own = sql<{ bucketName: string }>(
        `SELECT t.bucket_name AS bucketName FROM ${rowsOf(person)["buckets"]}`,
      );
      const whole = own.all(paramsOf(person)).map((row) => ({ ...row, prefix: "" }));
      if (person.kind === "user") return whole;
      const parts = sql<PersonalObjects>(`
        SELECT t.bucket_name AS bucketName, 'v1/' || t.public_id || '/' AS prefix
        FROM ${OF_CONTACT["conversations"]} AND t.bucket_name IS NOT NULL
        UNION SELECT m.bucket_name, 'v1/' || t.public_id || '/' FROM ${OF_CONTACT["history"]?.replace(
          " AS t WHERE",
          " AS t JOIN user_bucket_mapping AS m ON m.user_id = t.user_id WHERE t.public_id IS NOT NULL AND",
        )}`);
      const names = new Set(whole.map(({ bucketName }) => bucketName));
      const elsewhere = parts.all(paramsOf(person)).filter(({ bucketName }) => !names.has(bucketName));
      return [...whole, ...elsewhere];
    },
    /** The fragment that names the rows of a kind, and what it is run with. */
    rowsOf,
    paramsOf,
  };
}

function rowsOf({ kind }: Person): Readonly<Record<string, string>> {
  return kind === "contact" ? OF_CONTACT : OF_A_USER;
}

function paramsOf(person: Person): Params {
  return person.kind === "contact"
    ? { connection: person.connectionKey, contact: person.contactId }
    : { user: person.userId };
}

function shown(row: Row): Row {
  const entries = Object.entries(row).filter(([name]) => !LEFT_OUT.test(name));
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === "number" && MOMENT.test(name) ? new Date(value).toISOString() : value,
    ]),
  );
}
