// How the work goes: buffers by the hour, how long they took, what failed, and whether the counts agree with the rows.
import type { JobStore } from "../db/store-jobs.ts";
import type {
  BufferFigures,
  ProcessedOfHour,
  TurnFigures,
  WorkFigureStore,
} from "../db/store-work-figures.ts";
import { rounded, share } from "./share.ts";

/** Failed jobs that are listed; the counts are of all. */
const LISTED_MAX = 50;
/** Buffers that are counted anew. */
const RECOUNTED_MAX = 1_000;

export type WorkFigures = Awaited<ReturnType<typeof workFigures>>;

/** Each section is a read of its own: webhooks come between them. */
export async function workFigures(store: WorkFigureStore & JobStore, since: number) {
  return {
    buffers: bufferSections(await store.bufferFigures(since), await store.processedBuffers(since)),
    turns: turnSection(await store.turnFigures(since)),
    failedJobs: await failedJobs(store),
    messageCounts: await store.miscountedBuffers(RECOUNTED_MAX),
    conversations: await conversationSection(store, since),
  };
}

function bufferSections({ byStatus, opened }: BufferFigures, ended: readonly ProcessedOfHour[]) {
  return {
    byStatus,
    perHour: opened.map(({ hourAt, created, averageMessages }) => ({
      hourAt: new Date(hourAt).toISOString(),
      buffersCreated: created,
      averageMessagesPerBuffer: rounded(averageMessages, 2),
    })),
    processingPerHour: ended.map(({ hourAt, processed: buffersProcessed, averageSeconds }) => ({
      hourAt: new Date(hourAt).toISOString(),
      buffersProcessed,
      averageProcessingSeconds: rounded(averageSeconds, 1),
    })),
  };
}

function turnSection({ completed, failed, meanConfidence }: TurnFigures) {
  return {
    completed,
    failed,
    successRate: share(completed, completed + failed),
    meanConfidence: meanConfidence === null ? null : rounded(meanConfidence, 3),
  };
}

/** Of whatever time: they wait for somebody. */
async function failedJobs(store: JobStore) {
  const { data } = await store.listTurns({ limit: LISTED_MAX, cursor: null, state: "failed" });
  return {
    count: await store.failedTurnCount({ isQuarantined: false }),
    quarantinedCount: await store.failedTurnCount({ isQuarantined: true }),
    newest: data
      .filter(({ discardedAt }) => discardedAt === null)
      .map(({ id, connection, conversationId, errorCode, failureCount }) => {
        return { id, connection, conversationId, errorCode, failureCount };
      }),
  };
}

async function conversationSection(store: WorkFigureStore, since: number) {
  const { ended, resolved, resolvedWithoutHuman, ratings, meanRating } =
    await store.conversationFigures(since);
  return {
    ended,
    resolved,
    resolvedWithoutHuman,
    completionRate: share(resolved, ended),
    ratings,
    meanRating: meanRating === null ? null : rounded(meanRating, 2),
  };
}
