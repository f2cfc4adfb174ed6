// The tables of an older system by the names that their files have, and the columns that are read of each. What else a table
// holds is never sent anywhere: some of it is secret.
import { IMPORT_TABLES, type ImportTable } from "../db/store-import.ts";

const MOMENTS = ["created_at", "updated_at"];
const OF_USER = ["id", "user_id", ...MOMENTS];

/** Read, or known to be of no use: lull makes them anew. */
const COLUMNS: Readonly<Record<ImportTable, readonly string[]>> = {
  users: ["id", "email", "name", "full_name", "raw_user_meta_data", ...MOMENTS],
  profiles: [
    ...OF_USER,
    "full_name",
    "display_name",
    "name",
    "language",
    "whatsapp_number",
    "phone_number",
    "phone",
    "is_verified",
  ],
  whatsapp_user_mapping: [...OF_USER, "whatsapp_number", "phone_number", "is_verified", "verified_at"],
  user_whatsapp_config: [
    ...OF_USER,
    "phone_number_id",
    "inbox_id",
    "chatwoot_inbox_id",
    "phone_number",
    "display_phone_number",
    "whatsapp_number",
    "is_active",
  ],
  user_bucket_mapping: [...OF_USER, "bucket_name"],
  user_groq_config: [...OF_USER, "api_key", "groq_api_key", "model", "temperature"],
  webhook_api_links: [...OF_USER, "webhook_url", "groq_api_url", "webhook_enabled", "groq_enabled"],
  meeting_notes: [
    ...OF_USER,
    "title",
    "meeting_title",
    "content",
    "notes",
    "summary",
    "contact_name",
    "contact_phone",
    "contact_number",
    "phone_number",
    "met_at",
    "meeting_date",
    "meeting_time",
  ],
  feature_flags: ["id", "flag_name", "is_enabled", "description", ...MOMENTS],
  conversations: [
    ...OF_USER,
    "chatwoot_conversation_id",
    "conversation_id",
    "inbox_id",
    "contact_id",
    "last_message_at",
    "message_count",
    "active_buffer_id",
    "conversation_state",
  ],
  message_buffer: [
    ...OF_USER,
    "conversation_id",
    "buffer_start_time",
    "buffer_end_time",
    "last_message_time",
    "status",
    "message_count",
    "processed_at",
  ],
  buffered_messages: [
    "id",
    "buffer_id",
    "chatwoot_message_id",
    "content",
    "message_type",
    "content_type",
    "attachments",
    "sender_info",
    "conversation_info",
    "received_at",
    "processed",
    ...MOMENTS,
  ],
  buffer_processing_jobs: [
    "id",
    "buffer_id",
    "scheduled_for",
    "status",
    "attempts",
    "error_message",
    "processed_at",
    ...MOMENTS,
  ],
  customer_conversations: [
    ...OF_USER,
    "phone_number",
    "content",
    "message",
    "sender",
    "source",
    "chatwoot_conversation_id",
    "chatwoot_message_id",
  ],
  audio_files: [
    ...OF_USER,
    "chatwoot_message_id",
    "message_id",
    "attachment_key",
    "attachment_id",
    "transcript",
    "transcription",
    "transcribed_text",
    "chatwoot_conversation_id",
    "conversation_id",
    "language",
    "duration_seconds",
    "size_bytes",
    "file_size",
    "content_type",
    "mime_type",
  ],
};

const FORMS = { csv: "csv", json: "json", jsonl: "json", ndjson: "json" } as const;
type Extension = keyof typeof FORMS;

export interface NamedFile {
  /** As the file says; null: its name ends in nothing that can be read. */
  name: string;
  table: ImportTable | null;
  form: "csv" | "json";
}

/** `auth.users.csv`, `profiles_rows.csv` and `public.profiles.jsonl` name their tables; null for what is no export. */
export function tableOfFile(fileName: string): NamedFile | null {
  const [, stem = "", extension = ""] = /^(.+)\.([a-z]+)$/i.exec(fileName) ?? [];
  const form = isExtension(extension.toLowerCase()) ? FORMS[extension.toLowerCase() as Extension] : null;
  if (form === null) return null;
  const name = stem
    .toLowerCase()
    .replace(/^(?:auth|public)[._]/, "")
    .replace(/_rows$/, "");
  return { name, form, table: IMPORT_TABLES.find((table) => table === name) ?? null };
}

export function isKnownColumn(table: ImportTable, column: string): boolean {
  return COLUMNS[table].includes(column);
}

function isExtension(word: string): word is Extension {
  return Object.hasOwn(FORMS, word);
}
