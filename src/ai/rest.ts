// How long a key is passed over after a failed call. It knows the failure, not the key.
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../clock.ts";
import type { AppError } from "../errors.ts";
import { type KeyFault, ModelError } from "./provider.ts";

export interface Rest {
  reason: KeyFault;
  restMs: number;
  /** Somebody has to do something before the key can answer again. */
  needsSomebody: boolean;
}

const SECOND_MS = 1_000;

/** A refused key stays refused until somebody changes it; asking now and then shows when that was done elsewhere. */
const REFUSED_REST_MS = HOUR_MS;
const BILLING_REST_MS = 15 * MINUTE_MS;
/** Where the provider does not say how long. */
const RATE_REST_MS = 20 * SECOND_MS;
const RATE_REST_MAX_MS = DAY_MS;

/** Null: the failure says nothing against the key; a wrong model or a broken provider is no reason to rest it. */
export function restAfter(failure: AppError): Rest | null {
  if (!(failure instanceof ModelError)) return null;
  const { keyFault: reason, retryAfterMs } = failure;
  switch (reason) {
    case "unauthorized":
    case "forbidden":
      return { reason, restMs: REFUSED_REST_MS, needsSomebody: true };
    case "billing":
      return { reason, restMs: BILLING_REST_MS, needsSomebody: true };
    case "rate_limited":
      return {
        reason,
        restMs: Math.min(retryAfterMs ?? RATE_REST_MS, RATE_REST_MAX_MS),
        needsSomebody: false,
      };
    case null:
      return null;
  }
}

/** Whether a rest ends by waiting alone. */
export function passesByItself(reason: string): boolean {
  return reason === ("rate_limited" satisfies KeyFault);
}
