// What calls of models were to take and took (ai_usage). A null cost is an unknown one, never 0.
import type { Database } from "bun:sqlite";
import type { CallMost } from "../ai/limits.ts";
import type { PlannedCall, Settlement } from "./store-usage.ts";
import type { Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

/** What a call was let through with. */
export interface ReservedCall extends CallMost {
  userId: string | null;
  startedAt: number;
}

export function usageTable(db: Database) {
  const add = db.query<{ id: number }, [Params]>(`
    INSERT INTO ai_usage (connection_id, user_id, credential_id, credential_source, provider, model, step, subject_id,
      reserved_tokens, reserved_micro_usd, price_date, started_at)
    VALUES ($connectionKey, $userId, $credentialId, $credentialSource, $provider, $model, $step, $subjectId,
      $tokens, $microUsd, $priceDate, $now) RETURNING id`);

  const isKnown = db.query<{ id: number }, [Params]>(`
    SELECT id FROM ai_usage INDEXED BY usage_of_subject WHERE subject_id = $subjectId AND user_id = $userId LIMIT 1`);

  const settle = db.query<ReservedCall, [Params]>(`
    UPDATE ai_usage SET outcome = $outcome, input_tokens = $inputTokens, output_tokens = $outputTokens,
      audio_seconds = $audioSeconds, cost_micro_usd = $costMicroUsd, settled_at = $now
    WHERE id = $key AND settled_at IS NULL
    RETURNING user_id AS userId, started_at AS startedAt, reserved_tokens AS tokens, reserved_micro_usd AS microUsd`);
  const settleLost = db.query<null, [Params]>(
    "UPDATE ai_usage SET outcome = 'unknown', settled_at = $now WHERE settled_at IS NULL",
  );

  const sums = db.query<Row, [Params]>(`
    SELECT provider, model, step, credential_source AS credentialSource, count(*) AS calls,
      sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, sum(audio_seconds) AS audioSeconds,
      sum(cost_micro_usd) AS costMicroUsd,
      count(*) FILTER (WHERE outcome = 'ok' AND cost_micro_usd IS NULL) AS unpricedCalls
    FROM ai_usage WHERE user_id = $userId AND started_at >= $since
    GROUP BY provider, model, step, credential_source ORDER BY provider, model, step, credential_source`);

  return {
    add(call: PlannedCall, now: number): number {
      const row = add.get({ ...call, now });
      if (row === null) throw new Error("a new call returned no row");
      return row.id;
    },
    /** Whether a call was let through for this turn or message, on this user's account, before. */
    isKnown: (subjectId: string, userId: string) => isKnown.get({ subjectId, userId }) !== null,
    /** Null when it was settled before, or never made. */
    settle: (key: number, settlement: Settlement, now: number) => settle.get({ key, ...settlement, now }),
    settleLost: (now: number): number => settleLost.run({ now }).changes,
    sums: (userId: string, since: number) => sums.all({ userId, since }),
  };
}
