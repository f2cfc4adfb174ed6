// What a user has used of the models, and how much they may.
import type { UsageReport } from "../db/store-ai.ts";
import type { UserLimits } from "../db/store-users.ts";
import { AppError } from "../errors.ts";
import { found, present, wholeIn } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { Asked } from "./asked.ts";
import { readFields } from "./fields.ts";
import type { OwnDeps } from "./own.ts";

const DAY_MS = 24 * 60 * 60_000;
const DAYS_DEFAULT = 30;
const DAYS_MAX = 366;
const LIMITS = ["requestsPerMinute", "tokensPerDay", "spendPerMonthMicroUsd"] as const;
type Limit = (typeof LIMITS)[number];

const MAX_OF = {
  requests_per_minute: "requestsPerMinuteMax",
  tokens_per_day: "tokensPerDayMax",
  spend_per_month: "spendPerMonthMaxMicroUsd",
} as const;

export function usageVerbs({ store, now }: OwnDeps) {
  return {
    show: async ({ userId, query }: Asked) => {
      const until = now();
      const since = until - wholeIn(query, "days", DAYS_DEFAULT, DAYS_MAX) * DAY_MS;
      const report = found(await store.usageOf(userId, since, until), "user");
      return accept({ data: presentUsage(report, since) });
    },

    limits: async ({ userId }: Asked) =>
      accept({ data: presentLimits(found(await store.limits(userId), "user")) }),

    /** A limit that is not named stays as it is; null lifts one. */
    setLimits: async ({ userId, request, changed }: Asked) => {
      const fields = await readFields(request, LIMITS);
      const before = presentLimits(found(await store.limits(userId), "user"));
      const read = (name: Limit) => readLimit(fields.number(name, -Infinity, Infinity), name, before[name]);
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
function readLimit(value: number | null | undefined, name: Limit, before: number | null): number | null {
  if (value === undefined) return before;
  if (value === null || (Number.isSafeInteger(value) && value > 0)) return value;
  throw new AppError("invalid_limit", `${name} must be a whole number above 0, or null for no limit.`);
}

function presentLimits(limits: UserLimits): Record<Limit, number | null> {
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
