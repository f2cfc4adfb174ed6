// A user goes, with all rows of theirs. Their turns stay as figures, without a word of what was said in them.
import type { Database } from "bun:sqlite";
import { bufferEmptying, isOver } from "./buffer-emptying.ts";
import { rememberTaken } from "./conversations.ts";
import type { IdentityChanges } from "./identity-changes.ts";

type Params = Record<string, string | number | null>;

/** `leave` is told of one who goes while their rows are still there. */
export function userRemoval(
  db: Database,
  changes: IdentityChanges,
  leave: (userId: string, now: number) => void,
) {
  const empty = bufferEmptying(db);
  // One whose turn has not come, or never will, does not know whose it is: its conversation does.
  const claim = db.query<null, [Params]>(`
    UPDATE message_buffer SET user_id = $userId
    WHERE user_id IS NULL AND status IN ('active', 'processing', 'cancelled') AND merged_into IS NULL AND (connection_id, conversation_id) IN (
      SELECT connection_id, chatwoot_conversation_id FROM conversations INDEXED BY conversations_of_user
      WHERE user_id = $userId AND user_id IS NOT NULL)`);
  const finished = db.query<{ buffer: number }, [Params]>(`
    SELECT b.id AS buffer FROM message_buffer AS b INDEXED BY buffers_of_user
      LEFT JOIN message_buffer AS into_b ON into_b.id = b.merged_into
    WHERE b.user_id = $userId AND b.user_id IS NOT NULL AND ${isOver("b")}
      AND (into_b.id IS NULL OR (${isOver("into_b")}))`);
  const isUnderWay = db.query<{ buffer: number }, [Params]>(`
    SELECT id AS buffer FROM message_buffer INDEXED BY buffers_of_user
    WHERE user_id = $userId AND user_id IS NOT NULL LIMIT 1`);

  const forget = [
    rememberTaken("customer_conversations WHERE user_id = $userId"),
    "DELETE FROM customer_conversations WHERE user_id = $userId",
    "DELETE FROM conversation_summaries WHERE user_id = $userId",
    "DELETE FROM ai_usage WHERE user_id = $userId",
    // One that is on its way to an older system still has to come there.
    `UPDATE legacy_forwards SET body = NULL, headers = '[]' WHERE state = 'failed' AND (connection_id, conversation_id) IN (
      SELECT connection_id, chatwoot_conversation_id FROM conversations INDEXED BY conversations_of_user
      WHERE user_id = $userId AND user_id IS NOT NULL)`,
    "UPDATE conversations SET user_id = NULL WHERE user_id = $userId",
  ].map((sql) => db.query<null, [Params]>(sql));
  // What was to be told to them is told no more; one that is being sent finds no words when it comes back.
  const emptyNotifications = db.query<null, [Params]>(`
    UPDATE outbox SET text = '', template = NULL, idempotency_key = NULL, request_hash = NULL,
      reason = iif(state IN ('intent', 'failed'), 'deleted', reason),
      settled_at = iif(state = 'intent', $now, settled_at),
      claimed_by = iif(state = 'intent', NULL, claimed_by), lease_until = iif(state = 'intent', NULL, lease_until),
      state = iif(state IN ('intent', 'failed'), 'cancelled', state)
    WHERE kind = 'notification' AND (connection_id, conversation_id) IN (
      SELECT connection_id, chatwoot_conversation_id FROM conversations INDEXED BY conversations_of_user
      WHERE user_id = $userId AND user_id IS NOT NULL)`);
  const remove = db.query<null, [Params]>("DELETE FROM users WHERE public_id = $userId");
  const remember = db.query<null, [Params]>(
    "INSERT INTO deleted_users (user_id, deleted_at) VALUES ($userId, $now)",
  );
  const remembered = db.query<{ userId: string }, []>("SELECT user_id AS userId FROM deleted_users");
  const release = db.query<null, [Params]>("DELETE FROM deleted_users WHERE user_id = $userId");

  /** Empties what is over; gives how many. Once nothing of the user's is under way they are remembered no more. */
  function emptyFinished(userId: string, now: number): number {
    const buffers = finished.all({ userId });
    for (const { buffer } of buffers) empty(buffer, now);
    if (isUnderWay.get({ userId }) === null) {
      for (const statement of forget) statement.run({ userId });
      release.run({ userId });
    }
    return buffers.length;
  }

  return {
    /** False when there is no such user. */
    remove(userId: string, now: number): boolean {
      claim.run({ userId });
      emptyNotifications.run({ userId, now });
      leave(userId, now);
      if (remove.run({ userId }).changes === 0) return false;
      for (const statement of forget) statement.run({ userId });
      remember.run({ userId, now });
      emptyFinished(userId, now);
      changes.changed();
      return true;
    },
    /** For those who went in the middle of a turn: empties what is over by now; gives how many buffers. */
    sweep: (now: number): number =>
      remembered.all().reduce((sum, { userId }) => sum + emptyFinished(userId, now), 0),
  };
}
