// What lull heard goes into the archive beside its message: with the message's line, or after it when it was heard later.
import { messagePlace } from "../storage/names.ts";
import { textObject } from "../storage/text-object.ts";
import type { HeardLine } from "./audio-files.ts";
import type { Tables } from "./tables.ts";

/** How far the archive has come: the id of a line of the history. */
export const ARCHIVED_THROUGH = "archived_through";

export function archivedThrough({ settings }: Tables): number {
  return Number(settings.get(ARCHIVED_THROUGH) ?? 0);
}

/** Spools the transcript if the archive has come to its line; else it takes it along. */
export function spoolHeard(tables: Tables, line: HeardLine, now: number): void {
  if (line.saidKey <= archivedThrough(tables)) spoolTranscript(tables, line, now);
}

/** Nothing when the conversation is archived nowhere, or its bucket was given up. */
export function spoolTranscript(
  { conversations, buckets, spool, newId }: Tables,
  { connection, conversation, message, transcript, saidKey }: HeardLine,
  now: number,
): void {
  const archive = conversations.archiveOf(connection, conversation);
  if (archive === null || archive.bucketName === null || !buckets.isMapped(archive.bucketName)) return;
  const text = textObject("transcript", messagePlace(archive.placeId, message), transcript);
  spool.addText({ ...text, saidKey, bucketName: archive.bucketName }, newId(now), now);
}
