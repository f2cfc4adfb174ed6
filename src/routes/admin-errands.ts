// Errands in Chatwoot as an operator sees them: by state and never with a word of their notes, and a failed one tried again.
import type { ChangeDeps } from "./admin.ts";
import { answerPage, found, listQuery, type WithId, type WithQuery } from "./admin-lists.ts";
import { accept } from "./answers.ts";

const STATES = ["waiting", "done", "failed"];

export function errandHandlers({ store, now, wake, changed }: ChangeDeps) {
  return {
    list: async ({ query }: WithQuery) => answerPage(await store.listErrands(listQuery(query, STATES))),

    retry: async ({ params, request }: WithId & { request: Request }) => {
      found(await store.retryErrand(params.id, now()), "failed errand");
      changed(request, "errand.retry", params.id);
      wake();
      return accept({ action: "scheduled" });
    },
  };
}
