// The rules of a user's limits: what is counted in which span, when a call is refused, when somebody is told. Pure.
import { AppError } from "../errors.ts";
import { startOfDay, startOfMinute, startOfMonth } from "./spans.ts";

export type LimitKind = "requests_per_minute" | "tokens_per_day" | "spend_per_month";

export interface UserLimits {
  /** Null: no limit. */
  requestsPerMinuteMax: number | null;
  tokensPerDayMax: number | null;
  spendPerMonthMaxMicroUsd: number | null;
}

/** As what a limit that is reached refuses: the code of the error, and the reason of the silence. */
export type LimitReason = "rate_limited" | "spend_ceiling";

/** A limit that a call came near (80 %), reached, or cannot count (unpriced); told once for each span. */
export interface LimitNotice {
  kind: LimitKind;
  level: "warning" | "reached" | "unpriced";
  used: number;
  max: number;
}

/** What a call takes of each kind. */
export type Amounts = Record<LimitKind, number>;

/** The most that a call may take; its price is null where it is not known. */
export interface CallMost {
  tokens: number;
  microUsd: number | null;
}

/** What a call took, by its outcome; null where nobody told. */
export interface CallTaken {
  outcome: string;
  inputTokens: number | null;
  outputTokens: number | null;
  costMicroUsd: number | null;
}

/** What a call demands of one span. Without a limit `max` is infinite: it counts, since one may be set later. */
export interface SpanDemand {
  kind: LimitKind;
  used: number;
  demanded: number;
  max: number;
}

/** What is said of a call before it is made: the kind that refuses it, if any, and what is to be told. */
export interface Verdict {
  refusedBy: LimitKind | null;
  notices: LimitNotice[];
}

interface KindRule {
  startOf: (at: number) => number;
  maxOf: (limits: UserLimits) => number | null;
}

/** The share of a limit from which on a warning is due. */
const WARNING_PERCENT = 80;
/** Ends after which the provider may have done, and charged, all that was asked of it. */
const MAYBE_DONE: readonly string[] = ["ok", "ai_bad_answer", "timeout", "unknown"];

const RULES: Readonly<Record<LimitKind, KindRule>> = {
  requests_per_minute: { startOf: startOfMinute, maxOf: (limits) => limits.requestsPerMinuteMax },
  tokens_per_day: { startOf: startOfDay, maxOf: (limits) => limits.tokensPerDayMax },
  spend_per_month: { startOf: startOfMonth, maxOf: (limits) => limits.spendPerMonthMaxMicroUsd },
};

/** In the order they are asked: the first that refuses is the answer. */
export const LIMIT_KINDS: readonly LimitKind[] = ["requests_per_minute", "tokens_per_day", "spend_per_month"];

/** The moment at which the span of this kind began that holds `at`. */
export function spanStart(kind: LimitKind, at: number): number {
  return RULES[kind].startOf(at);
}

/** Infinite where there is no limit. */
export function maxOf(kind: LimitKind, limits: UserLimits): number {
  return RULES[kind].maxOf(limits) ?? Infinity;
}

/** A request is a turn or a message that is answered: its further attempts are no further requests. */
export function amountsOf({ tokens, microUsd }: CallMost, isFurtherAttempt: boolean): Amounts {
  return {
    requests_per_minute: isFurtherAttempt ? 0 : 1,
    tokens_per_day: tokens,
    spend_per_month: microUsd ?? 0,
  };
}

/** Judges what a call demands, in the order of `LIMIT_KINDS`. A limit may be reached, but not passed. */
export function judgeCall(demands: readonly SpanDemand[], isPriced: boolean): Verdict {
  const refusing = demands.find(({ used, demanded, max }) => used + demanded > max);
  if (refusing !== undefined) return { refusedBy: refusing.kind, notices: [noticeOf(refusing, "reached")] };
  const near = demands
    .map((demand) => ({ ...demand, used: demand.used + demand.demanded }))
    .filter(({ used, max }) => used * 100 >= max * WARNING_PERCENT)
    .map((demand) => noticeOf(demand, "warning"));
  return { refusedBy: null, notices: isPriced ? near : [...near, ...unpriced(demands)] };
}

/** A limit of spending cannot count a model whose price is not known: somebody has to be told. */
function unpriced(demands: readonly SpanDemand[]): LimitNotice[] {
  return demands
    .filter(({ kind, max }) => kind === "spend_per_month" && max !== Infinity)
    .map((demand) => noticeOf(demand, "unpriced"));
}

function noticeOf({ kind, used, max }: SpanDemand, level: LimitNotice["level"]): LimitNotice {
  return { kind, level, used, max };
}

/** What is to be added to what was counted before the call, now that it is known what it took. */
export function correctionOf(most: CallMost, taken: CallTaken): Amounts {
  return {
    requests_per_minute: 0,
    tokens_per_day: tokensTaken(most, taken) - most.tokens,
    spend_per_month: spent(most, taken) - (most.microUsd ?? 0),
  };
}

function tokensTaken({ tokens }: CallMost, { inputTokens, outputTokens, outcome }: CallTaken): number {
  if (inputTokens !== null || outputTokens !== null) return (inputTokens ?? 0) + (outputTokens ?? 0);
  return MAYBE_DONE.includes(outcome) ? tokens : 0;
}

function spent({ microUsd }: CallMost, { costMicroUsd, outcome }: CallTaken): number {
  if (costMicroUsd !== null) return costMicroUsd;
  return MAYBE_DONE.includes(outcome) ? (microUsd ?? 0) : 0;
}

/** Null: the error is no limit that refused a call before it was made. */
export function limitReason(error: unknown): LimitReason | null {
  if (!(error instanceof AppError)) return null;
  return error.code === "rate_limited" || error.code === "spend_ceiling" ? error.code : null;
}
