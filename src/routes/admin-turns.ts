// Turns and their jobs as an operator sees them: one turn whole, jobs by state, a failed one tried again.
import type { ChangeDeps } from "./admin.ts";
import { answerPage, found, listQuery, present, type WithId, type WithQuery } from "./admin-lists.ts";
import { accept } from "./answers.ts";

const JOB_STATES = ["scheduled", "running", "completed", "failed"];

export function turnHandlers({ store, credentials, now, wake, changed }: ChangeDeps) {
  return {
    show: async ({ params }: WithId) => {
      const { turn, messages, steps, deliveries, errands } = found(await store.turn(params.id), "turn");
      const parts = { messages, steps, deliveries, errands };
      const presented = Object.entries(parts).map(([noun, rows]) => [noun, rows.map(present)]);
      return accept({ data: { ...present(turn), ...Object.fromEntries(presented) } });
    },

    listJobs: async ({ query }: WithQuery) => answerPage(await store.listTurns(listQuery(query, JOB_STATES))),

    retryJob: async ({ params }: WithId) => {
      // Whoever retries has mended something, and a key that rests would only fail the job again.
      await credentials.wake();
      found(await store.retryTurn(params.id, now()), "failed job");
      changed("job.retry", params.id);
      wake();
      return accept({ action: "scheduled" });
    },
  };
}
