// The store's verbs for usage: a call is counted against its user's limits before it is made, and by what it took after.
import { startOfDay, startOfMinute, startOfMonth } from "../ai/spans.ts";
import type { Span } from "./limits.ts";
import type {
  LimitKind,
  LimitNotice,
  Reservation,
  Reserved,
  Settlement,
  UsageReport,
  UsageStore,
} from "./store-ai.ts";
import type { UserLimits } from "./store-users.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";
import type { Reserve } from "./usage.ts";

/** The share of a limit from which on a warning is due. */
const WARNING_PERCENT = 80;
/** Ends after which the provider may have done, and charged, all that was asked of it. */
const MAYBE_DONE: readonly string[] = ["ok", "ai_bad_answer", "timeout", "unknown"];

type Amounts = Record<LimitKind, number>;

interface KindRule {
  kind: LimitKind;
  startOf: (at: number) => number;
  maxOf: (limits: UserLimits) => number | null;
}

/** In the order they are asked: the first that refuses is the answer. */
const KINDS: readonly KindRule[] = [
  { kind: "requests_per_minute", startOf: startOfMinute, maxOf: (limits) => limits.requestsPerMinuteMax },
  { kind: "tokens_per_day", startOf: startOfDay, maxOf: (limits) => limits.tokensPerDayMax },
  { kind: "spend_per_month", startOf: startOfMonth, maxOf: (limits) => limits.spendPerMonthMaxMicroUsd },
];

/** A span with what a call asks of it. Without a limit `max` is infinite: it counts, since one may be set later. */
interface Asked {
  span: Span;
  used: number;
  asked: number;
  max: number;
}

export function usageWork(tables: Tables, transact: Transact): UsageStore {
  return {
    reserveUsage: (reservation, now) => transact(() => reserve(tables, reservation, now)),
    settleUsage: (usageKey, settlement, now) =>
      transact(() => {
        const reserved = tables.usage.settle(usageKey, settlement, now);
        if (reserved !== null) countActual(tables, reserved, settlement);
      }),
    settleLostUsage: (now) => transact(() => tables.usage.settleLost(now)),
    usageOf: (userId, since, now) => transact(() => report(tables, userId, since, now)),
  };
}

function reserve(tables: Tables, reservation: Reservation, now: number): Reserved {
  const spans = askedSpans(tables, reservation, now);
  const refusing = spans.find(({ used, asked, max }) => used + asked > max);
  if (refusing !== undefined) {
    const notices = tellOnce(tables, refusing, "reached", now);
    recordNotices(tables, reservation, notices, now);
    return { isReserved: false, kind: refusing.span.kind, notices };
  }
  for (const { span, asked } of spans) tables.limits.count(span, asked);
  const notices = spans
    .map((span) => ({ ...span, used: span.used + span.asked }))
    .filter(({ used, max }) => used * 100 >= max * WARNING_PERCENT)
    .flatMap((span) => tellOnce(tables, span, "warning", now))
    .concat(unpriced(tables, reservation, spans, now));
  recordNotices(tables, reservation, notices, now);
  return { isReserved: true, usageKey: tables.usage.add(reservation, now), notices };
}

/** A limit of spending cannot count a model whose price is not known: somebody has to be told. */
function unpriced(
  tables: Tables,
  { microUsd }: Reservation,
  spans: readonly Asked[],
  now: number,
): LimitNotice[] {
  const blind = spans.filter(({ span, max }) => span.kind === "spend_per_month" && max !== Infinity);
  return microUsd === null ? blind.flatMap((span) => tellOnce(tables, span, "unpriced", now)) : [];
}

/** The timeline keeps what was told, for whoever was not looking at the log. */
function recordNotices(
  tables: Tables,
  { connectionKey, userId }: Reservation,
  notices: readonly LimitNotice[],
  now: number,
): void {
  const place = { connection_id: connectionKey, conversation_id: null };
  for (const { level, ...detail } of notices) {
    tables.events.add(`limit.${level}`, place, userId ?? "", detail, now);
  }
}

/** None when the call is nobody's, or its user was deleted meanwhile. */
function askedSpans(tables: Tables, reservation: Reservation, now: number): Asked[] {
  const { userId, subjectId, tokens, microUsd } = reservation;
  const limits = userId === null ? null : tables.users.limits(userId);
  if (userId === null || limits === null) return [];
  // A request is a turn or a message that is answered: its further attempts are no further requests.
  const requests = tables.usage.isKnown(subjectId, userId) ? 0 : 1;
  const amounts: Amounts = {
    requests_per_minute: requests,
    tokens_per_day: tokens,
    spend_per_month: microUsd ?? 0,
  };
  return KINDS.map(({ kind, startOf, maxOf }) => {
    const span = { userId, kind, startsAt: startOf(now) };
    tables.limits.begin(span, now);
    const max = maxOf(limits) ?? Infinity;
    return { span, used: tables.limits.used(span), asked: amounts[kind], max };
  });
}

function tellOnce(
  tables: Tables,
  { span, used, max }: Asked,
  level: LimitNotice["level"],
  now: number,
): LimitNotice[] {
  return tables.limits.tell(span, level, now) ? [{ kind: span.kind, level, used, max }] : [];
}

/** In the spans in which the call started: what it takes belongs there, however long it took. */
function countActual(tables: Tables, reserved: Reserve, settlement: Settlement): void {
  const { userId, startedAt } = reserved;
  if (userId === null) return;
  const more: Amounts = {
    requests_per_minute: 0,
    tokens_per_day: tokensTaken(reserved, settlement) - reserved.tokens,
    spend_per_month: spent(reserved, settlement) - (reserved.microUsd ?? 0),
  };
  for (const { kind, startOf } of KINDS)
    tables.limits.count({ userId, kind, startsAt: startOf(startedAt) }, more[kind]);
}

function tokensTaken(reserved: Reserve, { inputTokens, outputTokens, outcome }: Settlement): number {
  if (inputTokens !== null || outputTokens !== null) return (inputTokens ?? 0) + (outputTokens ?? 0);
  return MAYBE_DONE.includes(outcome) ? reserved.tokens : 0;
}

function spent(reserved: Reserve, { costMicroUsd, outcome }: Settlement): number {
  if (costMicroUsd !== null) return costMicroUsd;
  return MAYBE_DONE.includes(outcome) ? (reserved.microUsd ?? 0) : 0;
}

function report(tables: Tables, userId: string, since: number, now: number): UsageReport | null {
  const limits = tables.users.limits(userId);
  if (limits === null) return null;
  const spans = KINDS.map(({ kind, startOf }) => {
    const startsAt = startOf(now);
    return { kind, startsAt, used: tables.limits.used({ userId, kind, startsAt }) };
  });
  return { limits, spans, rows: tables.usage.sums(userId, since) };
}
