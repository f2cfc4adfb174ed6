// What every change of a row that identifies somebody sets off: answers found before are void, and what a user said from
// a number that was taken away names them no more.
import type { Database } from "bun:sqlite";

export type IdentityChanges = ReturnType<typeof identityChanges>;

export function identityChanges(db: Database) {
  let version = 0;

  // Not only of that number: a line may stand under another spelling of the sender, a LID, the digits alone.
  const forget = db.query<null, [{ userId: string }]>(`
    UPDATE customer_conversations INDEXED BY history_of_user SET identified_by = NULL, user_verified = 0
    WHERE user_id = $userId AND user_id IS NOT NULL AND identified_by IS NOT NULL`);

  return {
    version: () => version,
    changed: () => void (version += 1),
    /** A number is the user's no more. Their history stays theirs, but only what is said from now on identifies. */
    release(userId: string): void {
      forget.run({ userId });
      version += 1;
    },
  };
}
