// Errands in Chatwoot as an operator sees them: by state and never with a word of their notes, and a failed one tried again.
import type { ChangeDeps } from "./admin.ts";
import { answerPage, found, listQuery, type WithId, type WithQuery, wordIn } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { given } from "./fields.ts";
import { PLACE_FILTERS, readPlace, readSpan, SPAN_FILTERS } from "./list-filters.ts";
import { QueryFields } from "./query-fields.ts";

const STATES = ["waiting", "done", "failed"];
const KINDS = ["note", "handoff", "label", "resolve"];
const FILTERS = [...PLACE_FILTERS, ...SPAN_FILTERS, "kind"];

export function errandHandlers({ store, now, wake, changed }: ChangeDeps) {
  return {
    list: async ({ query }: WithQuery) => {
      const asked = listQuery(query, STATES, FILTERS);
      const fields = new QueryFields(query);
      const kind = given({ kind: wordIn(query, "kind", KINDS) });
      return answerPage(
        await store.listErrands({ ...asked, ...readPlace(fields), ...readSpan(fields), ...kind }),
      );
    },

    retry: async ({ params, request }: WithId & { request: Request }) => {
      found(await store.retryErrand(params.id, now()), "failed errand");
      changed(request, "errand.retry", params.id);
      wake();
      return accept({ action: "scheduled" });
    },
  };
}
