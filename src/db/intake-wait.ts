// What intake knows when it asks how long a message lets its buffer wait; what it learns of the customer's gaps it keeps.
import { type GapStats, isWithinThought, withGap } from "../buffer/adaptive-window.ts";
import { type Wait, waitAfter } from "../buffer/wait.ts";
import type { WindowRules } from "../buffer/window.ts";
import { TEXT_COUNT_MAX } from "../turn/urgency.ts";
import type { BufferRow } from "./buffers.ts";
import type { ConversationRow } from "./conversations.ts";
import type { Incoming } from "./intake-sender.ts";
import type { Tables } from "./tables.ts";

/** The wait after a message that opens a buffer (null) or joins an open one. Reads no more than the rules ask for. */
export function waitFor(
  tables: Tables,
  conversation: ConversationRow,
  message: Incoming,
  buffer: BufferRow | null,
  rules: WindowRules,
  now: number,
): Wait {
  const before = { urgency: buffer?.urgency ?? null, reason: buffer?.window_reason ?? null };
  const textsBefore = () => (buffer === null ? [] : tables.messages.texts(buffer.id, TEXT_COUNT_MAX - 1));
  const gaps = rules.isAdaptive ? learnGap(tables, conversation, message, buffer, now) : null;
  return waitAfter({ text: message.content ?? "", textsBefore, gaps, before }, rules);
}

/** What is known of the gaps, with the one that this message ends. */
function learnGap(
  tables: Tables,
  conversation: ConversationRow,
  { facts: { conversationId } }: Incoming,
  buffer: BufferRow | null,
  now: number,
): GapStats {
  const { connection_id: connection } = conversation;
  const known = {
    count: conversation.gap_count,
    logMean: conversation.gap_log_mean,
    logVariance: conversation.gap_log_variance,
  };
  const last =
    buffer === null
      ? tables.buffers.lastThought(connection, conversationId, now)
      : { lastAt: buffer.last_message_time, answeredAt: now };
  if (last === null || last.answeredAt === null) return known;
  const gapMs = now - last.lastAt;
  if (!isWithinThought(gapMs, now - last.answeredAt)) return known;
  const learned = withGap(known, gapMs);
  tables.conversations.learnGap(connection, conversationId, learned);
  return learned;
}
