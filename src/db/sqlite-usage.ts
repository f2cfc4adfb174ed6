// The store's verbs for usage: a call is counted against its user's limits before it is made, and by what it took after.
import {
  amountsOf,
  correctionOf,
  judgeCall,
  LIMIT_KINDS,
  type LimitKind,
  type LimitNotice,
  maxOf,
  type SpanDemand,
  spanStart,
  type Verdict,
} from "../ai/limits.ts";
import type { Span } from "./limits.ts";
import type { PlannedCall, ReserveAnswer, Settlement, UsageReport, UsageStore } from "./store-usage.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";
import type { ReservedCall } from "./usage.ts";

/** Of a call that is nobody's. */
const UNLIMITED: Verdict = { refusedBy: null, notices: [] };

export function usageWork(tables: Tables, transact: Transact): UsageStore {
  return {
    reserveUsage: (call, now) => transact(() => reserve(tables, call, now)),
    settleUsage: (usageKey, settlement, now) =>
      transact(() => {
        const reserved = tables.usage.settle(usageKey, settlement, now);
        if (reserved !== null) countActual(tables, reserved, settlement);
      }),
    settleLostUsage: (now) => transact(() => tables.usage.settleLost(now)),
    usageOf: (userId, since, now) => transact(() => report(tables, userId, since, now)),
  };
}

function reserve(tables: Tables, call: PlannedCall, now: number): ReserveAnswer {
  const { refusedBy, notices } = call.userId === null ? UNLIMITED : count(tables, call, call.userId, now);
  recordNotices(tables, call, notices, now);
  if (refusedBy !== null) return { isReserved: false, kind: refusedBy, notices };
  // One who was deleted meanwhile leaves no trace here either.
  const userId = call.userId !== null && tables.users.exists(call.userId) ? call.userId : null;
  return { isReserved: true, usageKey: tables.usage.add({ ...call, userId }, now), notices };
}

/** Unless it is refused. Of what is to be told, what was not told in its span before. */
function count(tables: Tables, call: PlannedCall, userId: string, now: number): Verdict {
  const demands = demandsOf(tables, call, userId, now);
  const { refusedBy, notices } = judgeCall(demands, call.microUsd !== null);
  if (refusedBy === null) {
    for (const { kind, demanded } of demands) tables.limits.count(spanOf(userId, kind, now), demanded);
  }
  const isNew = ({ kind, level }: LimitNotice) => tables.limits.tell(spanOf(userId, kind, now), level, now);
  return { refusedBy, notices: notices.filter(isNew) };
}

/** None when the user was deleted meanwhile. */
function demandsOf(tables: Tables, call: PlannedCall, userId: string, now: number): SpanDemand[] {
  const limits = tables.users.limits(userId);
  if (limits === null) return [];
  const amounts = amountsOf(call, tables.usage.isKnown(call.subjectId, userId));
  return LIMIT_KINDS.map((kind) => {
    const span = spanOf(userId, kind, now);
    tables.limits.begin(span, now);
    return { kind, used: tables.limits.used(span), demanded: amounts[kind], max: maxOf(kind, limits) };
  });
}

/** The timeline keeps what was told, for whoever was not looking at the log. */
function recordNotices(
  tables: Tables,
  { connectionKey, userId }: PlannedCall,
  notices: readonly LimitNotice[],
  now: number,
): void {
  const place = { connection_id: connectionKey, conversation_id: null };
  for (const { level, ...detail } of notices) {
    tables.events.add(`limit.${level}`, place, userId ?? "", detail, now);
  }
}

/** In the spans in which the call started: what it takes belongs there, however long it took. */
function countActual(tables: Tables, reserved: ReservedCall, settlement: Settlement): void {
  const { userId, startedAt } = reserved;
  if (userId === null) return;
  const more = correctionOf(reserved, settlement);
  for (const kind of LIMIT_KINDS) tables.limits.count(spanOf(userId, kind, startedAt), more[kind]);
}

function report(tables: Tables, userId: string, since: number, now: number): UsageReport | null {
  const limits = tables.users.limits(userId);
  if (limits === null) return null;
  const spans = LIMIT_KINDS.map((kind) => {
    const span = spanOf(userId, kind, now);
    return { kind, startsAt: span.startsAt, used: tables.limits.used(span) };
  });
  return { limits, spans, rows: tables.usage.sums(userId, since) };
}

function spanOf(userId: string, kind: LimitKind, at: number): Span {
  return { userId, kind, startsAt: spanStart(kind, at) };
}
