// Buffers as an operator sees them: what waits, one whole, answer it now or later, drop it.
import type { BufferFilter } from "../db/store-insight.ts";
import type { Armed } from "../db/store-intake.ts";
import type { ChangeDeps } from "./admin.ts";
import { answerPage, found, listQuery, present, type WithId, type WithQuery } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { given, readFields } from "./fields.ts";
import { NAME_LENGTH_MAX, PLACE_FILTERS, readPlace, readSpan, SPAN_FILTERS } from "./list-filters.ts";
import { QueryFields } from "./query-fields.ts";

const STATES = ["active", "processing", "completed", "cancelled", "failed"];

const FILTERS = [...PLACE_FILTERS, ...SPAN_FILTERS, "userId"];
/** The longest that a deadline is put off at once. */
const EXTENSION_SECONDS_MAX = 600;

export interface BufferDeps {
  /** The deadline of an open buffer moved. */
  rearm: (armed: Armed) => void;
}

export function bufferHandlers({ store, inboxes, now, wake, rearm, changed, countSilence }: ChangeDeps) {
  return {
    list: async ({ query }: WithQuery) =>
      answerPage(await store.listBuffers({ ...listQuery(query, STATES, FILTERS), ...readFilter(query) })),

    show: async ({ params }: WithId) => {
      const { buffer, messages } = found(await store.buffer(params.id), "buffer");
      return accept({ data: { ...present(buffer), messages: messages.map(present) } });
    },

    process: async ({ params, request }: WithId & { request: Request }) => {
      found(await store.hastenBuffer(params.id, now()), "open buffer");
      changed(request, "buffer.process", params.id);
      wake();
      return accept({ action: "processing" });
    },

    extend: async ({ params, request }: WithId & { request: Request }) => {
      const fields = await readFields(request, ["seconds"]);
      const seconds = fields.needed("seconds", fields.whole("seconds", 1, EXTENSION_SECONDS_MAX));
      const ageMaxOf = (key: number, inboxId: number | null) => inboxes.windowOf(key, inboxId).ageMaxMs;
      const armed = found(
        await store.extendBuffer(params.id, seconds * 1_000, ageMaxOf, now()),
        "open buffer",
      );
      rearm(armed);
      changed(request, "buffer.extend", params.id);
      return accept({ action: "extended", dueAt: new Date(armed.dueAt).toISOString() });
    },

    cancel: async ({ params, request }: WithId & { request: Request }) => {
      found(await store.cancelBuffer(params.id, "operator", now()), "open buffer");
      countSilence("operator");
      changed(request, "buffer.cancel", params.id);
      return accept({ action: "cancelled" });
    },
  };
}

function readFilter(query: WithQuery["query"]): BufferFilter {
  const fields = new QueryFields(query);
  const userId = fields.line("userId", NAME_LENGTH_MAX) ?? undefined;
  return { ...readPlace(fields), ...readSpan(fields), ...given({ userId }) };
}
