// What a user leaves in buckets: their files are deleted, nothing more goes into their bucket, and the operator keeps its
// name to decide about the rest.
import type { Tables } from "./tables.ts";

export function leaveStorage(
  { buckets, bucketTasks, spool, knowledge }: Pick<Tables, "buckets" | "bucketTasks" | "spool" | "knowledge">,
  userId: string,
  now: number,
): void {
  knowledge.deleteOfUser(userId, now);
  const bucketName = buckets.ofUser(userId);
  if (bucketName === null) return;
  spool.removeOfBucket(bucketName);
  bucketTasks.endInto(bucketName, "user_deleted", now);
  buckets.retire(bucketName, "user_deleted", { ref: userId, connectionKey: null }, now);
}
