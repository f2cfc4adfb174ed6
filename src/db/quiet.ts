// Who keeps lull quiet in a conversation, as a part of its story. Always inside a transaction.
import { isPaused, type Pause, type PausedBy } from "../turn/gate.ts";
import { conversationState } from "./conversations.ts";
import type { Tables } from "./tables.ts";

export interface Place {
  connection: number;
  /** Chatwoot's display id. */
  conversation: number;
}

/** lull is quiet there from now on. */
export function pauseConversation(
  tables: Tables,
  { connection, conversation }: Place,
  pause: Pause,
  now: number,
): void {
  tables.conversations.pause(connection, conversation, pause, now);
  const detail = { by: pause.by, until: pause.until };
  tables.events.add(
    "conversation.paused",
    eventPlace(connection, conversation),
    String(conversation),
    detail,
    now,
  );
}

/**
 * Somebody took over, by a reply or because lull called them: lull is quiet for as long as that says, and never shorter
 * than it is already.
 */
export function keepQuiet(
  tables: Tables,
  { connection, conversation }: Place,
  pause: Pause,
  now: number,
): void {
  const row = tables.conversations.find(connection, conversation);
  const before = row === null ? null : conversationState(row);
  if (before !== null && isPaused(before, now) && outlasts(before.pausedUntil, pause)) return;
  tables.conversations.pause(connection, conversation, pause, now);
}

/** Of two without an end the person's is the one to show. */
function outlasts(until: number | null, pause: Pause): boolean {
  if (until === null) return pause.until !== null || pause.by !== "human";
  return pause.until !== null && pause.until < until;
}

/** It may speak again; false, and no story, where it was not quiet. */
export function resumeConversation(
  tables: Tables,
  { connection, conversation }: Place,
  by: PausedBy | "status",
  now: number,
): boolean {
  if (!tables.conversations.resume(connection, conversation)) return false;
  tables.events.add(
    "conversation.resumed",
    eventPlace(connection, conversation),
    String(conversation),
    { by },
    now,
  );
  return true;
}

function eventPlace(connection_id: number, conversation_id: number) {
  return { connection_id, conversation_id };
}
