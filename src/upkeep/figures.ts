// How well it goes, as data: who was identified, who has a key, whose key answered.
import { HOUR_MS } from "../clock.ts";
import type { FigureStore } from "../db/store-figures.ts";

/** Rows that are listed by name; the counts are of all. */
const LISTED_MAX = 50;

/** The share of customer messages that should have a user. */
const IDENTIFICATION_TARGET = 0.95;

/** The figures of the last `hours` hours. A share of nothing is null, never 0 or 1. */
export async function readFigures(
  store: FigureStore,
  hours: number,
  now: number,
): Promise<Record<string, unknown>> {
  const since = now - hours * HOUR_MS;
  const figures = await store.identityFigures(since);
  const { customerMessages, identifiedMessages, users, usersWithKey, byLayer, callsBySource } = figures;
  const list = { limit: LISTED_MAX, cursor: null, state: null };
  const calls = Object.values(callsBySource).reduce((sum, count) => sum + count, 0);
  return {
    hours,
    identification: {
      customerMessages,
      identifiedMessages,
      rate: share(identifiedMessages, customerMessages),
      target: IDENTIFICATION_TARGET,
      byLayer,
    },
    unidentifiedMessages: (await store.unidentifiedMessages(since, list)).data,
    credentialCoverage: {
      users,
      usersWithKey,
      rate: share(usersWithKey, users),
      withoutKey: (await store.usersWithoutKey(list)).data,
    },
    fallback: {
      calls,
      systemCalls: callsBySource["system"] ?? 0,
      rate: share(callsBySource["system"] ?? 0, calls),
      callsBySource,
    },
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
