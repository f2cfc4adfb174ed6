// Alerts: raised once for a subject, told, over, told again.
import type { Database } from "bun:sqlite";
import { page, pageParams } from "./page.ts";
import type { AlertNotice, AlertSubject, NewAlert } from "./store-alerts.ts";
import type { ListQuery, Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;
type StoredNotice = Omit<AlertNotice, "detail"> & { detail: string };

/** Word for word as the index has it. */
const TO_TELL = "(told_at IS NULL OR (cleared_at IS NOT NULL AND clear_told_at IS NULL))";

export function alertTable(db: Database) {
  const open = db.query<AlertSubject, []>(
    "SELECT name, subject_id AS subjectId FROM alerts WHERE cleared_at IS NULL ORDER BY id",
  );
  const raise = db.query<null, [Params]>(`
    INSERT INTO alerts (public_id, name, subject_id, detail, raised_at, told_at, due_at)
    VALUES ($id, $name, $subjectId, $detail, $now, $toldAt, $now) ON CONFLICT DO NOTHING`);
  const clear = db.query<null, [Params]>(`
    UPDATE alerts SET cleared_at = $now, clear_told_at = $toldAt, attempts = iif(told_at IS NULL, attempts, 0),
      due_at = iif(told_at IS NULL, due_at, $now)
    WHERE name = $name AND subject_id = $subjectId AND cleared_at IS NULL`);
  const due = db.query<StoredNotice, [Params]>(`
    SELECT id AS key, public_id AS id, name, subject_id AS subjectId, detail, iif(told_at IS NULL, 'raised', 'cleared') AS state,
      iif(told_at IS NULL, raised_at, cleared_at) AS at, raised_at AS raisedAt, attempts
    FROM alerts INDEXED BY alerts_to_tell WHERE ${TO_TELL} AND due_at <= $now ORDER BY due_at, alerts.id LIMIT $limit`);
  const nextAt = db.query<{ at: number }, [Params]>(`
    SELECT due_at AS at FROM alerts INDEXED BY alerts_to_tell WHERE ${TO_TELL} AND due_at > $now ORDER BY due_at LIMIT 1`);
  // Once the beginning is told the end is next, at once.
  const settle = db.query<null, [Params]>(`
    UPDATE alerts SET told_at = coalesce(told_at, $now), clear_told_at = iif($state = 'cleared', $now, clear_told_at),
      attempts = 0, reason = NULL, due_at = $now WHERE id = $key`);
  const delay = db.query<null, [Params]>(
    "UPDATE alerts SET attempts = attempts + 1, reason = $reason, due_at = $dueAt WHERE id = $key",
  );
  const list = db.query<Row, [Params]>(`
    SELECT id AS key, public_id AS id, name, subject_id AS subjectId, detail, iif(cleared_at IS NULL, 'open', 'over') AS state,
      raised_at AS raisedAt, cleared_at AS clearedAt, told_at AS toldAt, clear_told_at AS clearToldAt, attempts, reason
    FROM alerts WHERE ($cursor IS NULL OR alerts.id < $cursor) AND ($state IS NULL OR cleared_at IS NULL)
    ORDER BY alerts.id DESC LIMIT $limit`);

  return {
    open: () => open.all(),
    raise: ({ detail, ...subject }: NewAlert, id: string, isTold: boolean, now: number) =>
      void raise.run({
        id,
        ...subject,
        detail: JSON.stringify(detail),
        toldAt: isTold ? now : null,
        now,
      }),
    clear: (subject: AlertSubject, isTold: boolean, now: number) =>
      void clear.run({ ...subject, toldAt: isTold ? now : null, now }),
    due: (limit: number, now: number): AlertNotice[] =>
      due
        .all({ limit, now })
        .map(({ detail, ...row }) => ({ ...row, detail: JSON.parse(detail) as AlertNotice["detail"] })),
    nextAt: (now: number) => nextAt.get({ now })?.at ?? null,
    settle: ({ key, state }: AlertNotice, now: number) => void settle.run({ key, state, now }),
    delay: (key: number, reason: string, dueAt: number) => void delay.run({ key, reason, dueAt }),
    list: (query: ListQuery) => page(list.all(pageParams(query)), query.limit),
  };
}
