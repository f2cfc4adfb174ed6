// Jobs as an operator sees them: listed by what is asked for, one turn whole, failed ones tried again or given up.
import { Elysia } from "elysia";
import type { JobFilter } from "../db/store-jobs.ts";
import { AppError } from "../errors.ts";
import type { FailedJobs } from "../turn/failed-jobs.ts";
import type { Reprocessing } from "../turn/reprocessing.ts";
import type { ChangeDeps } from "./admin.ts";
import { answerPage, found, listQuery, type WithId, type WithQuery } from "./admin-lists.ts";
import { turnHandlers } from "./admin-turns.ts";
import { accept } from "./answers.ts";
import { type Fields, given, readFields, wrong } from "./fields.ts";
import { allowSilence } from "./patience.ts";
import { NAME_LENGTH_MAX, PLACE_FILTERS, readPlace, readSpan, SPAN_FILTERS } from "./list-filters.ts";
import { QueryFields } from "./query-fields.ts";

export interface JobDeps {
  failedJobs: Pick<FailedJobs, "retry" | "discard">;
  reprocessing: Pick<Reprocessing, "ask" | "post">;
}

const STATES = ["scheduled", "running", "completed", "failed"];
/** Attachments are read anew, and a model, or two in a row, may think long. */
const THINKING_SECONDS_MAX = 240;
/** Jobs that one request may change. */
const BULK_COUNT_MAX = 10_000;
const BULK_COUNT_DEFAULT = 1_000;
const FILTER_FIELDS = [...PLACE_FILTERS, "errorCode", ...SPAN_FILTERS];
const JOB_FIELDS = [...FILTER_FIELDS, "quarantined"];

/** The guard stands before these, too: the admin's routes take them in. */
export function jobRoutes(deps: ChangeDeps) {
  const turns = turnHandlers(deps);
  const jobs = jobHandlers(deps);
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin-jobs" })
    .get("/jobs", jobs.list)
    .get("/jobs/:id", turns.show)
    .get("/turns/:id", turns.show)
    .post("/jobs/retry-failed", jobs.retryFailed, raw)
    .post("/jobs/discard", jobs.discardMany, raw)
    .post("/jobs/:id/retry", jobs.retry, raw)
    .post("/jobs/:id/discard", jobs.discard, raw)
    .post("/buffers/:id/reprocess", (context) => reprocess(context, deps), raw);
}

/** A completed buffer asked about anew; nothing is posted unless its id stands there once more. */
async function reprocess(
  { params: { id }, request, server }: WithId & { request: Request; server: unknown },
  { reprocessing, changed, changes }: ChangeDeps,
): Promise<Response> {
  const fields = await readFields(request, ["post", "confirm"]);
  const isToPost = fields.flag("post") ?? false;
  const confirmed = fields.line("confirm", NAME_LENGTH_MAX);
  if (isToPost && confirmed !== id)
    throw wrong("confirm", "the buffer's id, for the customer will read the answer");
  allowSilence(server, request, THINKING_SECONDS_MAX);
  const { signal } = request;
  const { parts, ...rest } = await (isToPost ? reprocessing.post(id, signal) : reprocessing.ask(id, signal));
  changes.differ(request, null, { deliveryCount: rest.deliveryIds.length });
  changed(request, isToPost ? "buffer.post" : "buffer.reprocess", id);
  return accept({ data: { reply: parts.length === 0 ? null : parts.join("\n\n"), ...rest } });
}

function jobHandlers({ store, credentials, failedJobs, now, wake, changed, changes }: ChangeDeps) {
  return {
    list: async ({ query }: WithQuery) => {
      const filter = readFilter(new QueryFields(query));
      return answerPage(await store.listTurns({ ...listQuery(query, STATES, JOB_FIELDS), ...filter }));
    },

    retry: async ({ params, request }: WithId & { request: Request }) => {
      // Whoever retries has mended something, and a key that rests would only fail the job again.
      await credentials.wake();
      found(await store.retryTurn(params.id, now()), "failed job");
      changes.differ(request, { state: "failed" }, { state: "scheduled" });
      changed(request, "job.retry", params.id);
      wake();
      return accept({ action: "scheduled" });
    },

    retryFailed: async ({ request }: { request: Request }) => {
      const fields = await readFields(request, [...FILTER_FIELDS, "includeQuarantined", "limit"]);
      const isAny = fields.flag("includeQuarantined") ?? false;
      const filter = { ...readFilter(fields), ...(isAny ? {} : { isQuarantined: false }) };
      const limit = readLimit(fields);
      await credentials.wake();
      const data = await failedJobs.retry(filter, limit);
      changes.differ(request, null, { retried: data.retried });
      changed(request, "jobs.retry");
      return accept({ data });
    },

    discard: async ({ params, request }: WithId & { request: Request }) => {
      found(await store.discardTurn(params.id, now()), "failed job");
      changes.differ(request, { state: "failed" }, { state: "discarded" });
      changed(request, "job.discard", params.id);
      return accept({ action: "discarded" });
    },

    discardMany: async ({ request }: { request: Request }) => {
      const fields = await readFields(request, [...JOB_FIELDS, "limit"]);
      const filter = readFilter(fields);
      if (Object.keys(filter).length === 0)
        throw new AppError("invalid_body", "The body must say which failed jobs are meant.", {
          fix: `Name at least one of ${JOB_FIELDS.join(", ")}.`,
        });
      const discarded = await failedJobs.discard(filter, readLimit(fields));
      changes.differ(request, null, { discarded });
      changed(request, "jobs.discard");
      return accept({ data: { discarded } });
    },
  };
}

function readFilter(fields: Pick<Fields, "flag" | "line" | "whole" | "moment">): JobFilter {
  const isQuarantined = fields.flag("quarantined");
  const errorCode = fields.line("errorCode", NAME_LENGTH_MAX) ?? undefined;
  return { ...given({ isQuarantined, errorCode }), ...readPlace(fields), ...readSpan(fields) };
}

function readLimit(fields: Fields): number {
  return fields.whole("limit", 1, BULK_COUNT_MAX) ?? BULK_COUNT_DEFAULT;
}
