// Webhooks for the older system as an operator sees them: by state and without a word of what they say; one that failed
// tried again, or all that wait given up when that system is gone.
import { Elysia } from "elysia";
import type { ChangeDeps } from "./admin.ts";
import { answerPage, found, listQuery, type WithId, type WithQuery } from "./admin-lists.ts";
import { accept } from "./answers.ts";

const STATES = ["waiting", "sent", "failed"];

export function forwardRoutes({ store, now, wake, changed }: ChangeDeps) {
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin-forwards" })
    .get("/forwards", async ({ query }: WithQuery) =>
      answerPage(await store.listForwards(listQuery(query, STATES))),
    )
    .post(
      "/forwards/give-up",
      async ({ request }) => {
        const count = await store.giveUpForwards(now());
        changed(request, "forwards.give_up");
        return accept({ data: { count } });
      },
      raw,
    )
    .post(
      "/forwards/:id/retry",
      async ({ params, request }: WithId & { request: Request }) => {
        found(await store.retryForward(params.id, now()), "failed forward");
        changed(request, "forward.retry", params.id);
        wake();
        return accept({ action: "scheduled" });
      },
      raw,
    );
}
