// What came from an older system is kept: a row that is there stays as it is, one that lacks or takes what it must not is
// refused. Always inside a transaction.
import type { Database } from "bun:sqlite";
import { importBuffers } from "./import-buffers.ts";
import { importHistory } from "./import-history.ts";
import {
  type Foreseen,
  type ImportOutcome,
  type ImportRow,
  type ImportTable,
  type Needing,
  TAKEN,
  type Taking,
} from "./store-import.ts";
import type { Tables } from "./tables.ts";

type Params = Record<string, string | number | null>;
type Write = (values: Params, now: number) => void;

/** How a row is found again that is there already. */
const KNOWN: Readonly<Record<Exclude<ImportTable, "feature_flags">, string>> = {
  users: "users WHERE public_id = $public_id",
  profiles: "profiles WHERE user_id = $user_id",
  whatsapp_user_mapping: `whatsapp_user_mapping WHERE public_id = $public_id OR (user_id = $user_id
    AND phone_key = $phone_key AND coalesce(connection_id, 0) = coalesce($connection_id, 0))`,
  user_whatsapp_config: "user_whatsapp_config WHERE public_id = $public_id",
  user_bucket_mapping: "user_bucket_mapping WHERE user_id = $user_id AND bucket_name = $bucket_name",
  user_groq_config: "ai_credentials WHERE public_id = $public_id",
  webhook_api_links: "webhook_api_links WHERE user_id = $user_id",
  meeting_notes: "meeting_notes WHERE public_id = $public_id",
  conversations: `conversations WHERE connection_id = $connection_id
    AND chatwoot_conversation_id = $chatwoot_conversation_id`,
  message_buffer: "message_buffer WHERE public_id = $public_id",
  buffered_messages: `buffered_messages WHERE connection_id = $connection_id
    AND chatwoot_message_id = $chatwoot_message_id`,
  buffer_processing_jobs: `buffer_processing_jobs WHERE buffer_id = (
    SELECT id FROM message_buffer WHERE public_id = $buffer)`,
  customer_conversations: `customer_conversations WHERE public_id = $public_id OR (connection_id = $connection_id
    AND conversation_id = $conversation_id AND chatwoot_message_id = $chatwoot_message_id)`,
  audio_files: `audio_files WHERE public_id = $public_id OR (connection_id = $connection_id
    AND chatwoot_message_id = $chatwoot_message_id AND attachment_key = $attachment_key)`,
};

const NEEDED: Readonly<Record<Needing["kind"], { table: ImportTable; sql: string }>> = {
  user: { table: "users", sql: "SELECT 1 FROM users WHERE public_id = $id" },
  buffer: { table: "message_buffer", sql: "SELECT 1 FROM message_buffer WHERE public_id = $id" },
};

/** Who has a name by now. */
const HOLDERS: Readonly<Record<Taking["kind"], string>> = {
  email: "SELECT public_id AS holder FROM users WHERE email = $name",
  number: `SELECT user_id AS holder FROM whatsapp_user_mapping WHERE phone_key = $name AND user_id <> $holder
    AND ($connectionKey IS NULL OR connection_id IS NULL OR connection_id = $connectionKey) LIMIT 1`,
  line: `SELECT user_id AS holder FROM user_whatsapp_config WHERE phone_number_id = $name AND is_active = 1
    UNION ALL SELECT user_id FROM user_whatsapp_config WHERE phone_key = $name AND is_active = 1
    UNION ALL SELECT user_id FROM user_whatsapp_config WHERE is_active = 1 AND connection_id = $connectionKey
      AND inbox_id = iif(substr($name, 1, 6) = 'inbox:', CAST(substr($name, 7) AS INTEGER), NULL)`,
  // One that is known without being anybody's is nobody's to have again.
  bucket: `SELECT coalesce(m.user_id, '') AS holder FROM buckets AS b
    LEFT JOIN user_bucket_mapping AS m ON m.bucket_name = b.name WHERE b.name = $name`,
  bucket_of: "SELECT bucket_name AS holder FROM user_bucket_mapping WHERE user_id = $name",
};

export function importTable(db: Database, tables: Tables) {
  const sql = <Found>(text: string) => db.query<Found, [Params]>(text);
  const isErased = sql<object>("SELECT 1 FROM erasures WHERE kind = 'user' AND subject_id = $public_id");
  const flagOf = sql<{ isEnabled: number }>(
    "SELECT is_enabled AS isEnabled FROM feature_flags WHERE flag_name = $flag_name",
  );
  // Of a flag that is on for a share of conversations the share stays.
  const saveFlag = sql<null>(
    "UPDATE feature_flags SET is_enabled = $isEnabled, updated_at = $now WHERE flag_name = $name",
  );
  const writers = writersOf(db, tables);
  const known = eachOf(KNOWN, (from) => sql<object>(`SELECT 1 FROM ${from}`));
  const needed = eachOf(NEEDED, (need) => sql<object>(need.sql));
  const holders = eachOf(HOLDERS, (text) => sql<{ holder: string }>(text));

  function isThere({ table, names, values }: ImportRow, foreseen: Foreseen | null): boolean {
    if (foreseen !== null && names.some((name) => foreseen.has(`${table}:${name}`))) return true;
    return table !== "feature_flags" && known[table].get(values) !== null;
  }

  function isLacking({ kind, id }: Needing, foreseen: Foreseen | null): boolean {
    return foreseen?.has(`${NEEDED[kind].table}:${id}`) !== true && needed[kind].get({ id }) === null;
  }

  function isTaken({ kind, name, holder, connectionKey }: Taking, foreseen: Foreseen | null): boolean {
    const present = foreseen?.get(takenName(kind, name)) ?? null;
    if (present !== null) return present !== holder;
    const others = holders[kind].all({ name, holder, connectionKey });
    return others.some((other) => other.holder !== holder);
  }

  function refusal({ table, needs, takes, values }: ImportRow, foreseen: Foreseen | null): string | null {
    if (table === "users" && isErased.get(values) !== null) return "erased";
    const lacking = needs.find((need) => isLacking(need, foreseen));
    if (lacking !== undefined) return `missing_${lacking.kind}`;
    const taken = takes.find((taking) => isTaken(taking, foreseen));
    return taken === undefined ? null : TAKEN[taken.kind];
  }

  function setFlag({ values }: ImportRow, foreseen: Foreseen | null, now: number): ImportOutcome {
    const { flag_name: name = null, is_enabled: wanted = null } = values;
    const seen = foreseen?.get(`flag:${name}`);
    const present = seen === undefined ? flagOf.get(values)?.isEnabled : Number(seen);
    if (present === wanted) return { action: "unchanged" };
    if (foreseen === null) saveFlag.run({ name, isEnabled: wanted, now });
    foreseen?.set(`flag:${name}`, String(wanted));
    return { action: "changed" };
  }

  return {
    take(row: ImportRow, foreseen: Foreseen | null, now: number): ImportOutcome {
      if (row.table === "feature_flags") return setFlag(row, foreseen, now);
      if (isThere(row, foreseen)) return { action: "unchanged" };
      const reason = refusal(row, foreseen);
      if (reason !== null) return { action: "refused", reason };
      // A turn that still waits is not taken over: lull makes its own once the buffer is due.
      const isNoted = row.table === "buffer_processing_jobs" && row.values["status"] === "scheduled";
      if (foreseen === null) writers[row.table](row.values, now);
      else if (!isNoted) remember(row, foreseen);
      return { action: isNoted ? "unchanged" : "added" };
    },
  };
}

/** How each kind of row is written. */
function writersOf(
  db: Database,
  tables: Tables,
): Readonly<Record<Exclude<ImportTable, "feature_flags">, Write>> {
  const history = importHistory(db);
  const buffers = importBuffers(db, tables, history);
  const into =
    (table: string): Write =>
    (values) =>
      insert(db, table, values);
  return {
    users: into("users"),
    profiles: into("profiles"),
    whatsapp_user_mapping: into("whatsapp_user_mapping"),
    user_whatsapp_config: into("user_whatsapp_config"),
    user_groq_config: into("ai_credentials"),
    webhook_api_links: into("webhook_api_links"),
    meeting_notes: into("meeting_notes"),
    conversations: into("conversations"),
    audio_files: into("audio_files"),
    user_bucket_mapping({ public_id: id = null, user_id: userId = null, bucket_name: name = null }, now) {
      tables.buckets.add(String(name), "user", "imported", now);
      tables.buckets.mapUser(String(id), String(userId), String(name), now);
    },
    customer_conversations: (values) => history.add(values),
    message_buffer: (values, now) => buffers.addBuffer(values, now),
    buffered_messages: (values) => buffers.addMessage(values),
    buffer_processing_jobs: (values, now) => buffers.addJob(values, now),
  };
}

/** The same names, each with what is made of its value. */
function eachOf<Name extends string, From, To>(
  values: Readonly<Record<Name, From>>,
  make: (value: From) => To,
): Readonly<Record<Name, To>> {
  const entries = Object.entries<From>(values).map(([name, value]) => [name, make(value)]);
  return Object.fromEntries(entries) as Record<Name, To>;
}

/** Statements are kept by their text: each form of row is prepared once. */
function insert(db: Database, table: string, values: Params): void {
  const columns = Object.keys(values);
  const named = columns.map((column) => `$${column}`).join(", ");
  db.query<null, [Params]>(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${named})`).run(values);
}

function remember({ table, names, takes }: ImportRow, foreseen: Foreseen): void {
  for (const name of names) foreseen.set(`${table}:${name}`, "");
  for (const { kind, name, holder } of takes) foreseen.set(takenName(kind, name), holder);
}

function takenName(kind: Taking["kind"], name: string): string {
  return `taken:${kind}:${name.toLowerCase()}`;
}
