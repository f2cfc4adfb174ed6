// Calls of models as the store counts them, and keys as it keeps them, each with as little as its test needs.
import { startOfDay, startOfMinute, startOfMonth } from "../../src/ai/spans.ts";
import type { NewCredential } from "../../src/db/store-credentials.ts";
import type { PlannedCall, ReserveAnswer, Settlement } from "../../src/db/store-usage.ts";
import type { UserLimits } from "../../src/ai/limits.ts";
import type { Row } from "../../src/db/store-insight.ts";
import type { Store } from "../../src/db/store.ts";
import { addUser } from "./identified.ts";
import { type Scene, must } from "./scene.ts";

export const NO_LIMITS: UserLimits = {
  requestsPerMinuteMax: null,
  tokensPerDayMax: null,
  spendPerMonthMaxMicroUsd: null,
};

export interface Used {
  requests: number;
  tokens: number;
  microUsd: number;
}

let turns = 0;

/** Each call is of a turn of its own, unless a test says otherwise. */
export function call(scene: Scene, userId: string | null, rest: Partial<PlannedCall> = {}): PlannedCall {
  return {
    connectionKey: scene.here,
    userId,
    credentialId: "credential",
    credentialSource: "user",
    provider: "groq",
    model: "small",
    step: "ask",
    subjectId: `turn ${++turns}`,
    tokens: 100,
    microUsd: 50,
    priceDate: "2026-06-01",
    ...rest,
  };
}

export async function addLimitedUser(scene: Scene, limits: Partial<UserLimits>): Promise<string> {
  const userId = await addUser(scene);
  await scene.first.setLimits(userId, { ...NO_LIMITS, ...limits }, scene.now);
  return userId;
}

/** Reserves a call that must be let through; gives its key. */
export async function letThrough(
  scene: Scene,
  userId: string | null,
  rest: Partial<PlannedCall> = {},
  store: Store = scene.first,
): Promise<number> {
  return keyOf(await store.reserveUsage(call(scene, userId, rest), scene.now));
}

export function keyOf(reserved: ReserveAnswer): number {
  if (!reserved.isReserved) throw new Error(`the call was refused for ${reserved.kind}`);
  return reserved.usageKey;
}

export function settlement(rest: Partial<Settlement> = {}): Settlement {
  return { ...FAILURE, outcome: "ok", ...rest };
}

/** A call that gave nothing and told nothing. */
export const FAILURE: Settlement = {
  outcome: "ai_refused",
  inputTokens: null,
  outputTokens: null,
  audioSeconds: null,
  costMicroUsd: null,
};

/** What the spans that hold `at` have used up, asked through the other handle. */
export async function usedBy(scene: Scene, userId: string, at = scene.now): Promise<Used> {
  const { spans } = must(await scene.second.usageOf(userId, 0, at));
  const [requests, tokens, microUsd] = spans.map(({ used }) => used);
  return { requests: must(requests), tokens: must(tokens), microUsd: must(microUsd) };
}

export async function rowsOf(scene: Scene, userId: string, since = 0): Promise<Row[]> {
  return must(await scene.second.usageOf(userId, since, scene.now)).rows;
}

/** Where the spans begin that hold `at`. */
export function spanStarts(at: number): number[] {
  return [startOfMinute(at), startOfDay(at), startOfMonth(at)];
}

export function credential(
  id: string,
  userId: string | null,
  rest: Partial<NewCredential> = {},
): NewCredential {
  return {
    id,
    userId,
    provider: "groq",
    sealed: { box: `box of ${id}`, keyVersion: 3 },
    lastFour: "1234",
    model: null,
    temperature: null,
    priority: 0,
    ...rest,
  };
}
