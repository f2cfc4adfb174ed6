// Conversations of an older system with what was said in them: how a row of each table is read and judged.
import { kindOf } from "../chatwoot/attachments.ts";
import { type Cells, RefusedRow } from "./import-cells.ts";
import type { Judge } from "./import-judge.ts";
import { attachmentsIn, objectIn, placeOf, senderOf, textOf } from "./import-message.ts";
import { clipped, keyIn, numberOrNone, ofUser, row } from "./import-row.ts";

/** The flags that the older system had; of lull's own it knew nothing. */
const FLAGS: ReadonlySet<string> = new Set([
  "message_buffering",
  "typing_indicators",
  "enhanced_ai_processing",
  "response_quality_enhancement",
]);
/** How long the older system waited, where it does not say until when. */
const SILENCE_MS = 30_000;
const SENDERS: Readonly<Record<string, string>> = {
  user: "user",
  customer: "user",
  contact: "user",
  bot: "bot",
  assistant: "bot",
  ai: "bot",
  human: "human",
  agent: "human",
};
const BUFFER_STATES: Readonly<Record<string, string>> = {
  active: "active",
  processing: "processing",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};
const JOB_STATES: Readonly<Record<string, string>> = {
  scheduled: "scheduled",
  running: "running",
  completed: "completed",
  failed: "failed",
};

export const TALK = {
  feature_flags(cells) {
    const name = cells.needed("flag_name").trim();
    if (!FLAGS.has(name)) throw new RefusedRow("unknown flag_name");
    return row(
      "feature_flags",
      [name],
      {},
      { flag_name: name, is_enabled: Number(cells.flag("is_enabled", false)) },
    );
  },

  conversations(cells, { homeKey, now }) {
    const conversationId = cells.neededWhole("chatwoot_conversation_id", "conversation_id");
    const userId = cells.reference("user_id");
    const createdAt = cells.moment("created_at") ?? now;
    const values = {
      public_id: cells.id("conversations", homeKey, conversationId),
      connection_id: homeKey,
      chatwoot_conversation_id: conversationId,
      user_id: userId,
      inbox_id: cells.whole("inbox_id"),
      contact_id: cells.whole("contact_id"),
      last_message_at: cells.moment("last_message_at"),
      message_count: cells.whole("message_count") ?? 0,
      created_at: createdAt,
      updated_at: cells.moment("updated_at") ?? createdAt,
    };
    return row("conversations", [`${conversationId}`], ofUser(userId), values);
  },

  message_buffer(cells, { homeKey, now }) {
    const id = cells.neededReference("id");
    const userId = cells.reference("user_id");
    const lastAt = cells.moment("last_message_time") ?? cells.moment("buffer_start_time") ?? now;
    const status = wordIn(cells, "status", BUFFER_STATES, "active");
    const isOver = status !== "active" && status !== "processing";
    const values = {
      public_id: id,
      connection_id: homeKey,
      conversation_id: cells.neededWhole("conversation_id"),
      user_id: userId,
      buffer_start_time: cells.moment("buffer_start_time") ?? lastAt,
      buffer_end_time: cells.moment("buffer_end_time") ?? lastAt + SILENCE_MS,
      last_message_time: lastAt,
      status,
      message_count: cells.whole("message_count") ?? 0,
      processed_at: isOver ? (cells.moment("processed_at") ?? lastAt) : null,
      created_at: cells.moment("created_at") ?? lastAt,
    };
    return row("message_buffer", [id], ofUser(userId), values);
  },

  buffered_messages(cells, { homeKey, now, ...judging }) {
    const messageId = cells.neededWhole("chatwoot_message_id");
    const buffer = cells.neededReference("buffer_id");
    const sender = objectIn(cells, "sender_info");
    const attachments = attachmentsIn(cells);
    const number = numberOrNone(textOf(sender["phone_number"]), judging);
    const receivedAt = cells.moment("received_at") ?? cells.moment("created_at") ?? now;
    const values = {
      connection_id: homeKey,
      buffer,
      chatwoot_message_id: messageId,
      content: cells.text("content"),
      message_type: kindOf(attachments),
      content_type: clipped(cells.text("content_type")) ?? "text",
      attachments: JSON.stringify(attachments),
      sender_info: JSON.stringify(senderOf(sender)),
      ...keyIn(number),
      conversation_info: JSON.stringify(placeOf(objectIn(cells, "conversation_info"))),
      received_at: receivedAt,
      created_at: cells.moment("created_at") ?? receivedAt,
    };
    return row("buffered_messages", [`${messageId}`], { needs: [{ kind: "buffer", id: buffer }] }, values);
  },

  buffer_processing_jobs(cells, { now }) {
    const buffer = cells.neededReference("buffer_id");
    const scheduledFor = cells.moment("scheduled_for") ?? cells.moment("created_at") ?? now;
    const values = {
      public_id: cells.id("buffer_processing_jobs", buffer),
      buffer,
      scheduled_for: scheduledFor,
      status: wordIn(cells, "status", JOB_STATES, "scheduled"),
      attempts: cells.whole("attempts") ?? 0,
      created_at: cells.moment("created_at") ?? scheduledFor,
      processed_at: cells.moment("processed_at"),
    };
    return row("buffer_processing_jobs", [buffer], { needs: [{ kind: "buffer", id: buffer }] }, values);
  },

  customer_conversations(cells, { homeKey, now, ...judging }) {
    const userId = cells.reference("user_id");
    const content = cells.needed("content", "message");
    const text = cells.text("phone_number");
    const number = numberOrNone(text, judging);
    const createdAt = cells.moment("created_at") ?? now;
    const sender = wordIn(cells, "sender", SENDERS, null);
    const place = saidIn(cells);
    const id = cells.id("customer_conversations", text, sender, createdAt, content);
    const values = {
      ...place,
      public_id: place.conversation_id === null ? id : null,
      connection_id: homeKey,
      user_id: userId,
      phone_number: number?.number ?? null,
      ...keyIn(number),
      content,
      sender,
      source: clipped(cells.text("source")) ?? "whatsapp",
      created_at: createdAt,
    };
    const name =
      place.conversation_id === null ? id : `${place.conversation_id}:${place.chatwoot_message_id}`;
    return row("customer_conversations", [name], ofUser(userId), values);
  },

  audio_files(cells, { homeKey, now }) {
    const messageId = cells.neededWhole("chatwoot_message_id", "message_id");
    const attachmentKey = clipped(cells.text("attachment_key", "attachment_id")) ?? "#0";
    const transcript = cells.text("transcript", "transcription", "transcribed_text");
    const id = cells.id("audio_files", homeKey, messageId, attachmentKey);
    const values = {
      public_id: id,
      connection_id: homeKey,
      conversation_id: cells.neededWhole("chatwoot_conversation_id", "conversation_id"),
      chatwoot_message_id: messageId,
      attachment_key: attachmentKey,
      status: transcript === null ? "unreadable" : "heard",
      transcript,
      language: clipped(cells.text("language")),
      duration_seconds: cells.number("duration_seconds", 0, Number.MAX_SAFE_INTEGER),
      size_bytes: cells.whole("size_bytes", "file_size"),
      content_type: clipped(cells.text("content_type", "mime_type")),
      reason: transcript === null ? "not_transcribed" : null,
      created_at: cells.moment("created_at") ?? now,
    };
    return row("audio_files", [id, `${messageId}:${attachmentKey}`], {}, values);
  },
} satisfies Record<string, Judge>;

/** One of these words, in lull's own; `fallback` where none stands there. */
function wordIn(
  cells: Cells,
  name: string,
  words: Readonly<Record<string, string>>,
  fallback: string | null,
): string {
  const text = cells.text(name)?.trim().toLowerCase() ?? fallback;
  if (text === null) throw new RefusedRow(`missing ${name}`);
  const word = Object.hasOwn(words, text) ? words[text] : undefined;
  if (word === undefined) throw new RefusedRow(`unknown ${name}`);
  return word;
}

/** Where it was said: only Chatwoot's ids of both, conversation and message, say so. */
function saidIn(cells: Cells) {
  const conversationId = cells.whole("chatwoot_conversation_id");
  const messageId = cells.whole("chatwoot_message_id");
  const isKnown = conversationId !== null && messageId !== null;
  return {
    conversation_id: isKnown ? conversationId : null,
    chatwoot_message_id: isKnown ? messageId : null,
  };
}
