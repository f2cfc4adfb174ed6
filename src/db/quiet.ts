// Who keeps lull quiet in a conversation, as a part of its story. Always inside a transaction.
import type { Pause, PausedBy } from "../turn/gate.ts";
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
