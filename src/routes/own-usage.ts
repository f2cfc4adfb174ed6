// What a user has used of the models, and how much they may.
import { DAY_MS } from "../clock.ts";
import type { UsageReport } from "../db/store-usage.ts";
import type { UserLimits } from "../ai/limits.ts";
import { AppError } from "../errors.ts";
import { found, present, wholeIn } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { OwnRequest } from "./own-request.ts";
import { readFields, wrong } from "./fields.ts";
import type { OwnDeps } from "./own.ts";

const DAYS_DEFAULT = 30;
const DAYS_MAX = 366;
const LIMITS = ["requestsPerMinute", "tokensPerDay", "spendPerMonthMicroUsd"] as const;
type Limit = (typeof LIMITS)[number];
const LIMIT_RULE = `a whole number from 1 to ${Number.MAX_SAFE_INTEGER}, or null for no limit`;

const MAX_OF = {
  requests_per_minute: "requestsPerMinuteMax",
  tokens_per_day: "tokensPerDayMax",
  spend_per_month: "spendPerMonthMaxMicroUsd",
} as const;

export function usageVerbs({ store, now }: OwnDeps) {
  return {
    show: async ({ userId, query }: OwnRequest) => {
      const until = now();
      const since = until - wholeIn(query, "days", DAYS_DEFAULT, DAYS_MAX) * DAY_MS;
      const report = found(await store.usageOf(userId, since, until), "user");
      return accept({ data: presentUsage(report, since) });
    },

    limits: async ({ userId }: OwnRequest) =>
      accept({ data: presentLimits(found(await store.limits(userId), "user")) }),

    /** A limit that is not named stays as it is; null lifts one. */
    setLimits: async ({ userId, request, changed }: OwnRequest) => {
      const fields = await readFields(request, LIMITS);
      const before = presentLimits(found(await store.limits(userId), "user"));
      const read = (name: Limit) => readLimit(fields.value(name), name, before[name]);
      const limits: UserLimits = {
        requestsPerMinuteMax: read("requestsPerMinute"),
        tokensPerDayMax: read("tokensPerDay"),
        spendPerMonthMaxMicroUsd: read("spendPerMonthMicroUsd"),
      };
      found(await store.setLimits(userId, limits, now()), "user");
      changed("user.limits", userId);
      return accept({ data: presentLimits(limits) });
    },
  };
}

/** A limit of nothing would only be a riddle: to shut somebody out one takes their keys or numbers away. */
function readLimit(value: unknown, name: Limit, before: number | null): number | null {
  if (value === undefined) return before;
  if (value === null) return null;
  if (typeof value !== "number") throw wrong(name, LIMIT_RULE);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new AppError("invalid_limit", `${name} must be ${LIMIT_RULE}.`);
}

/** Limits under the names that set them. */
export function presentLimits<T>(limits: Readonly<Record<keyof UserLimits, T>>): Record<Limit, T> {
  return {
    requestsPerMinute: limits.requestsPerMinuteMax,
    tokensPerDay: limits.tokensPerDayMax,
    spendPerMonthMicroUsd: limits.spendPerMonthMaxMicroUsd,
  };
}

function presentUsage({ limits, spans, rows }: UsageReport, since: number): Record<string, unknown> {
  return {
    since: new Date(since).toISOString(),
    limits: presentLimits(limits),
    spans: spans.map((span) => ({ ...present({ ...span }), max: limits[MAX_OF[span.kind]] })),
    rows: rows.map(present),
  };
}
