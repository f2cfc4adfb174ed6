// Who was identified, who has a key, whose key answered.
import type { FigureStore } from "../db/store-figures.ts";
import { share } from "./share.ts";

/** Rows that are listed by name; the counts are of all. */
const LISTED_MAX = 50;

/** The share of customer messages that should have a user. */
const IDENTIFICATION_TARGET = 0.95;

export async function peopleFigures(store: FigureStore, since: number) {
  const figures = await store.identityFigures(since);
  const { customerMessages, identifiedMessages, users, usersWithKey, byLayer, callsBySource } = figures;
  const list = { limit: LISTED_MAX, cursor: null, state: null };
  const calls = Object.values(callsBySource).reduce((sum, count) => sum + count, 0);
  const { data: unidentified } = await store.unidentifiedMessages(since, list);
  return {
    identification: {
      customerMessages,
      identifiedMessages,
      rate: share(identifiedMessages, customerMessages),
      target: IDENTIFICATION_TARGET,
      byLayer,
    },
    unidentifiedMessages: unidentified.map(({ createdAt, ...message }) => ({
      ...message,
      createdAt: new Date(Number(createdAt)).toISOString(),
    })),
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
