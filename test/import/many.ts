// A large export of all tables, for tests and the benchmark: users with all that is theirs, buffers with messages and jobs,
// and history for the rest.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { csvOf, type ExportRow, idOf } from "./exports.ts";

/** So many rows belong to one user, beside the history. */
const ROWS_PER_USER = 12;
const SAID_AT = Date.UTC(2025, 8, 1);

/** Writes about `rowCount` rows into `folder` and gives how many there are of each table. */
export function writeExport(folder: string, rowCount: number): Record<string, number> {
  mkdirSync(folder, { recursive: true });
  const userCount = Math.max(1, Math.floor(rowCount / 50));
  const tables = tablesOf(userCount, rowCount - userCount * ROWS_PER_USER);
  for (const [table, rows] of Object.entries(tables))
    writeFileSync(join(folder, `${table}.csv`), csvOf(rows));
  return Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, rows.length]));
}

function tablesOf(userCount: number, historyCount: number): Record<string, ExportRow[]> {
  const users = Array.from({ length: userCount }, (_, nth) => nth + 1);
  const each = (make: (nth: number, userId: string) => ExportRow) =>
    users.map((nth) => make(nth, idOf(1, nth)));
  return {
    users: each((nth, id) => ({
      id,
      email: `user${nth}@old.example`,
      raw_user_meta_data: `{"full_name":"User ${nth}"}`,
      created_at: momentOf(nth),
    })),
    profiles: each((nth, user_id) => ({
      id: idOf(2, nth),
      user_id,
      full_name: `User, the ${nth}th`,
      created_at: momentOf(nth),
    })),
    whatsapp_user_mapping: each((nth, user_id) => ({
      id: idOf(3, nth),
      user_id,
      whatsapp_number: numberOf(nth),
      is_verified: true,
      created_at: momentOf(nth),
    })),
    user_whatsapp_config: each((nth, user_id) => ({
      id: idOf(4, nth),
      user_id,
      phone_number_id: `${500_000 + nth}`,
      is_active: true,
    })),
    user_bucket_mapping: each((nth, user_id) => ({
      id: idOf(5, nth),
      user_id,
      bucket_name: `old-user-${nth}`,
    })),
    user_groq_config: each((nth, user_id) => ({
      id: idOf(6, nth),
      user_id,
      api_key: `gsk_${String(nth).padStart(20, "0")}`,
      model: "llama-3.3-70b-versatile",
      temperature: 0.7,
    })),
    webhook_api_links: each((nth, user_id) => ({
      id: idOf(7, nth),
      user_id,
      webhook_url: `https://old.example/${nth}`,
      webhook_enabled: true,
    })),
    meeting_notes: each((nth, user_id) => ({
      id: idOf(8, nth),
      user_id,
      title: `Meeting ${nth}`,
      content: 'first line\nsecond, "quoted"',
      contact_phone: numberOf(nth),
    })),
    conversations: each((nth, user_id) => ({
      id: idOf(9, nth),
      user_id,
      chatwoot_conversation_id: nth,
      message_count: 1,
      created_at: momentOf(nth),
    })),
    message_buffer: each((nth, user_id) => ({
      id: idOf(10, nth),
      conversation_id: nth,
      user_id,
      buffer_start_time: momentOf(nth),
      buffer_end_time: momentOf(nth),
      last_message_time: momentOf(nth),
      status: "completed",
      message_count: 1,
      processed_at: momentOf(nth),
    })),
    buffered_messages: each((nth) => ({
      id: idOf(11, nth),
      buffer_id: idOf(10, nth),
      chatwoot_message_id: nth,
      content: `Message ${nth}`,
      message_type: "text",
      attachments: "[]",
      sender_info: `{"id":${nth},"name":"C","phone_number":"${numberOf(nth)}"}`,
      conversation_info: `{"id":${nth}}`,
      received_at: momentOf(nth),
      processed: true,
    })),
    buffer_processing_jobs: each((nth) => ({
      id: idOf(12, nth),
      buffer_id: idOf(10, nth),
      scheduled_for: momentOf(nth),
      status: "completed",
      attempts: 1,
    })),
    customer_conversations: Array.from({ length: historyCount }, (_, nth) => ({
      id: idOf(13, nth),
      user_id: idOf(1, (nth % userCount) + 1),
      phone_number: numberOf((nth % userCount) + 1),
      content: `What was said as the ${nth}th, with a comma`,
      sender: nth % 2 === 0 ? "user" : "bot",
      source: "whatsapp",
      created_at: momentOf(nth),
    })),
  };
}

function numberOf(nth: number): string {
  return `+55119${String(10_000_000 + nth)}`;
}

function momentOf(nth: number): string {
  return new Date(SAID_AT + nth * 1_000).toISOString().replace("T", " ").replace("Z", "+00");
}
