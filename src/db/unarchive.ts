// What was stored of a message goes with it; so does what still waits to be stored. Always inside a transaction.
import { messagePlace } from "../storage/names.ts";
import type { Tables } from "./tables.ts";

/** Gives the id of the task that takes its objects out; null: it is archived nowhere. */
export function unarchive(
  { conversations, spool, bucketTasks, newId }: Tables,
  connection: number,
  conversation: number,
  messageId: number,
  now: number,
): string | null {
  const archive = conversations.archiveOf(connection, conversation);
  if (archive === null || archive.bucketName === null) return null;
  const place = messagePlace(archive.placeId, messageId);
  spool.removeUnder(archive.bucketName, place);
  const id = newId(now);
  bucketTasks.addRemoval(id, archive.bucketName, place, now);
  return id;
}
