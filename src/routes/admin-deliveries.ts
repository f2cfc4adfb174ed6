// Replies on their way as an operator sees them: by state, and a failed one sent again.
import type { ChangeDeps } from "./admin.ts";
import { answerPage, found, listQuery, type WithId, type WithQuery, wordIn } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { given } from "./fields.ts";
import { PLACE_FILTERS, readPlace, readSpan, SPAN_FILTERS } from "./list-filters.ts";

const STATES = ["intent", "sending", "unknown", "sent", "failed", "cancelled"];
const KINDS = ["reply", "notification"];
const FILTERS = [...PLACE_FILTERS, ...SPAN_FILTERS, "kind"];

export function deliveryHandlers({ store, now, wake, changed }: ChangeDeps) {
  return {
    list: async ({ query }: WithQuery) =>
      answerPage(
        await store.listDeliveries({
          ...listQuery(query, STATES, FILTERS),
          ...readPlace(query),
          ...readSpan(query),
          ...given({ kind: wordIn(query, "kind", KINDS) }),
        }),
      ),

    retry: async ({ params, request }: WithId & { request: Request }) => {
      found(await store.retryDelivery(params.id, now()), "failed delivery");
      changed(request, "outbox.retry", params.id);
      wake();
      return accept({ action: "scheduled" });
    },
  };
}
