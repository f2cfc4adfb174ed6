// What the store knows of calls of models: reserved against their user's limits before, settled by what they took after.
import type { CallMost, CallTaken, LimitKind, LimitNotice, UserLimits } from "../ai/limits.ts";
import type { Row } from "./store-insight.ts";

/** A call that is about to be made, with the most that it may take. */
export interface PlannedCall extends CallMost {
  connectionKey: number;
  /** Whose limits count; null: nobody's. */
  userId: string | null;
  credentialId: string | null;
  credentialSource: "user" | "owner" | "system";
  provider: string;
  model: string;
  step: string;
  /** The turn or message it is for. */
  subjectId: string;
  priceDate: string;
}

/** Whether the call may be made; when it is over, it is settled by its usage key. */
export type ReserveAnswer =
  | { isReserved: true; usageKey: number; notices: LimitNotice[] }
  | { isReserved: false; kind: LimitKind; notices: LimitNotice[] };

export interface Settlement extends CallTaken {
  /** Null: not told. */
  audioSeconds: number | null;
}

export interface UsageStore {
  /** Counts a call against the limits before it is made; refuses it when one would be passed. One transaction. */
  reserveUsage(call: PlannedCall, now: number): Promise<ReserveAnswer>;
  /** What it took takes the place of what was reserved. Once; a second time changes nothing. */
  settleUsage(usageKey: number, settlement: Settlement, now: number): Promise<void>;
  /** Reservations of a dead process stand as they are, with outcome `unknown`: the call may have been made. */
  settleLostUsage(now: number): Promise<number>;
  /** Used and limit of each kind in its present span, and sums by provider, model and step since `since`. */
  usageOf(userId: string, since: number, now: number): Promise<UsageReport | null>;
}

export interface UsageReport {
  limits: UserLimits;
  spans: { kind: LimitKind; startsAt: number; used: number }[];
  /** provider, model, step, credentialSource, calls, inputTokens, outputTokens, audioSeconds, costMicroUsd, unpricedCalls. */
  rows: Row[];
}
