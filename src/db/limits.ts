// How much of a user's limits each span of time has used up, reservations included (limit_periods).
import type { Database } from "bun:sqlite";
import type { LimitKind, LimitNotice } from "../ai/limits.ts";
import { DAY_MS } from "../clock.ts";

type Params = Record<string, string | number | null>;

/** One span of a user: a minute, a day or a month, by its kind. */
export interface Span {
  userId: string;
  kind: LimitKind;
  startsAt: number;
}

/** Longer than the span, so that a call may still settle in the one before, and a clock that was far ahead forgets no month. */
const KEPT_MS: Readonly<Record<LimitKind, number>> = {
  requests_per_minute: DAY_MS,
  tokens_per_day: 40 * DAY_MS,
  spend_per_month: 400 * DAY_MS,
};
const THIS = "user_id = $userId AND kind = $kind AND starts_at = $startsAt";

export function limitTable(db: Database) {
  const make = db.query<null, [Params]>(`
    INSERT INTO limit_periods (user_id, kind, starts_at, used) VALUES ($userId, $kind, $startsAt, 0)
    ON CONFLICT DO NOTHING`);
  const forget = db.query<null, [Params]>(
    "DELETE FROM limit_periods WHERE user_id = $userId AND kind = $kind AND starts_at < $before",
  );
  const used = db.query<{ used: number }, [Params]>(`SELECT used FROM limit_periods WHERE ${THIS}`);
  const count = db.query<null, [Params]>(
    `UPDATE limit_periods SET used = max(0, used + $amount) WHERE ${THIS}`,
  );

  const told = (column: "warned_at" | "reached_at" | "unpriced_at") =>
    db.query<null, [Params]>(`UPDATE limit_periods SET ${column} = $now WHERE ${THIS} AND ${column} IS NULL`);
  const tell = { warning: told("warned_at"), reached: told("reached_at"), unpriced: told("unpriced_at") };

  return {
    /** Begins a span that is not there yet, and forgets the old ones of its kind. */
    begin(span: Span, now: number): void {
      if (make.run({ ...span }).changes === 0) return;
      forget.run({ userId: span.userId, kind: span.kind, before: now - KEPT_MS[span.kind] });
    },
    used: (span: Span): number => used.get({ ...span })?.used ?? 0,
    /** Adds, or with a negative amount takes back; a span that is gone stays gone. */
    count: (span: Span, amount: number) => void count.run({ ...span, amount }),
    /** True the first time in this span. */
    tell: (span: Span, level: LimitNotice["level"], now: number) =>
      tell[level].run({ ...span, now }).changes > 0,
  };
}
