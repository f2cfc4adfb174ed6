// Replies on their way as an operator sees them: by state, and a failed one sent again.
import type { ChangeDeps } from "./admin.ts";
import { answerPage, found, listQuery, type WithId, type WithQuery, wordIn } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { given } from "./fields.ts";
import { PLACE_FILTERS, readPlace, readSpan, SPAN_FILTERS } from "./list-filters.ts";
import { QueryFields } from "./query-fields.ts";

const STATES = ["intent", "sending", "unknown", "sent", "failed", "cancelled"];
const KINDS = ["reply", "notification"];
const FILTERS = [...PLACE_FILTERS, ...SPAN_FILTERS, "kind"];

export function deliveryHandlers({ store, now, wake, changed }: ChangeDeps) {
  return {
    list: async ({ query }: WithQuery) => {
      const asked = listQuery(query, STATES, FILTERS);
      const fields = new QueryFields(query);
      const kind = given({ kind: wordIn(query, "kind", KINDS) });
      return answerPage(
        await store.listDeliveries({ ...asked, ...readPlace(fields), ...readSpan(fields), ...kind }),
      );
    },

    retry: async ({ params, request }: WithId & { request: Request }) => {
      found(await store.retryDelivery(params.id, now()), "failed delivery");
      changed(request, "outbox.retry", params.id);
      wake();
      return accept({ action: "scheduled" });
    },
  };
}
