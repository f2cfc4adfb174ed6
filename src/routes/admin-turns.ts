// One turn whole as an operator sees it.
import type { ChangeDeps } from "./admin.ts";
import { found, present, type WithId } from "./admin-lists.ts";
import { accept } from "./answers.ts";

export function turnHandlers({ store }: Pick<ChangeDeps, "store">) {
  return {
    show: async ({ params }: WithId) => {
      const { turn, messages, steps, deliveries, errands } = found(await store.turn(params.id), "turn");
      const parts = { messages, steps, deliveries, errands };
      const presented = Object.entries(parts).map(([noun, rows]) => [noun, rows.map(present)]);
      return accept({ data: { ...present(turn), ...Object.fromEntries(presented) } });
    },
  };
}
