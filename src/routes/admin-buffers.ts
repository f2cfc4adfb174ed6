// Buffers as an operator sees them: what waits, one whole, answer it now, drop it.
import type { ChangeDeps } from "./admin.ts";
import { answerPage, found, listQuery, present, type WithId, type WithQuery } from "./admin-lists.ts";
import { accept } from "./answers.ts";

const STATES = ["active", "processing", "completed", "cancelled", "failed"];

export function bufferHandlers({ store, now, wake, changed, countSilence }: ChangeDeps) {
  return {
    list: async ({ query }: WithQuery) => answerPage(await store.listBuffers(listQuery(query, STATES))),

    show: async ({ params }: WithId) => {
      const { buffer, messages } = found(await store.buffer(params.id), "buffer");
      return accept({ data: { ...present(buffer), messages: messages.map(present) } });
    },

    process: async ({ params }: WithId) => {
      found(await store.hastenBuffer(params.id, now()), "open buffer");
      changed("buffer.process", params.id);
      wake();
      return accept({ action: "processing" });
    },

    cancel: async ({ params }: WithId) => {
      found(await store.cancelBuffer(params.id, "operator", now()), "open buffer");
      countSilence("operator");
      changed("buffer.cancel", params.id);
      return accept({ action: "cancelled" });
    },
  };
}
