// The store's verbs for objects on their way into buckets, each one transaction.
import { ARCHIVED_THROUGH, archivedThrough, spoolTranscript } from "./heard.ts";
import type { SpoolStore } from "./store-spool.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function spoolWork(tables: Tables, transact: Transact): SpoolStore {
  const { spool, said, settings, knowledge, buckets, conversations, audios, newId } = tables;
  return {
    saidUnarchived: (limit) => transact(() => said.after(archivedThrough(tables), limit)),
    spoolSaid: ({ texts, wanted, places }, throughKey, now) =>
      transact(() => {
        if (places.some(({ bucketName }) => !buckets.isMapped(bucketName))) return false;
        for (const text of texts) spool.addText(text, newId(now), now);
        for (const media of wanted) spool.addWanted(media, newId(now), now);
        for (const { connectionKey, conversationId, bucketName } of places) {
          if (conversationId !== null) conversations.archived(connectionKey, conversationId, bucketName);
        }
        for (const line of audios.heardIn(archivedThrough(tables), throughKey))
          spoolTranscript(tables, line, now);
        settings.save(ARCHIVED_THROUGH, String(throughKey), now);
        return true;
      }),
    spoolSize: () => transact(() => spool.size()),
    spooledBytes: () => transact(() => spool.spooledBytes()),
    dueUploads: (now, limit) => transact(() => spool.due(now, limit)),
    nextUploadAt: (after) => transact(() => spool.nextAt(after)),
    uploaded: (objects, now) =>
      transact(() =>
        objects
          .filter(({ key, bucketName }) => {
            const removed = spool.remove(key, bucketName);
            if (removed !== null && removed.fileKey !== null) knowledge.stored(removed.fileKey, now);
            return removed === null;
          })
          .map(({ key }) => key),
      ),
    delayUpload: (objectKey, reason, dueAt) => transact(() => spool.delay(objectKey, reason, dueAt)),
    dueFetches: (now, limit) => transact(() => spool.dueFetches(now, limit)),
    nextFetchAt: (after) => transact(() => spool.nextFetchAt(after)),
    fetched: (mediaKey, media, now) => transact(() => spool.fetched(mediaKey, media, now)),
    delayFetch: (mediaKey, reason, dueAt) => transact(() => spool.delay(mediaKey, reason, dueAt)),
    giveUpObject: (objectKey, reason) => transact(() => spool.giveUp(objectKey, reason)),
    objectsGivenUp: (limit) =>
      transact(() => ({ count: spool.givenUpCount(), objects: spool.givenUp(limit) })),
    spooledFileIds: () => transact(() => spool.fileIds()),
  };
}
