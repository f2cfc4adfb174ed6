// Moves of a walk by people beside the customer: who keeps lull quiet, what other programs tell, what is done in Chatwoot.
import { MINUTE_MS } from "../../../src/clock.ts";
import type { Errand } from "../../../src/db/store-errands.ts";
import type { Handoff } from "../../../src/db/store-turns.ts";
import { SECOND } from "../scene.ts";
import { type Handle, type Walk, oneOf } from "./walk.ts";

const HANDOFF: Handoff = {
  reason: "words",
  errand: { kind: "handoff", note: "why", label: null, assigneeId: null, teamId: null },
};
const ERRANDS: readonly Errand[] = [{ kind: "label", label: "order" }, { kind: "resolve" }];

/** What some answers bring beside their words. */
export function someEffects(pick: number): { handoff?: Handoff; errands?: readonly Errand[] } {
  if (pick % 6 === 0) return { handoff: HANDOFF };
  return pick % 6 === 1 ? { errands: ERRANDS } : {};
}

export async function quiet(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const { connection, conversationId } = walk.place(pick);
  const until = pick % 3 === 0 ? null : walk.now + (pick % 5) * MINUTE_MS;
  const place = { connectionKey: connection, conversationId };
  await store.pauseConversation(place, { by: "operator", byName: null, until }, walk.now);
}

export async function resume(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const { connection, conversationId } = walk.place(pick);
  await store.resumeConversation(connection, conversationId, walk.now);
}

/** Another program tells a customer something, where one wrote before. */
export async function notify(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const { connection, conversationId } = walk.place(pick);
  const known = await store.conversationToNotify(connection, conversationId);
  if (known === null) return;
  const { connectionKey, anchorMessageId } = known;
  const told = {
    connectionKey,
    conversationId,
    text: "told",
    template: null,
    anchorMessageId,
    isAnswer: false,
    request: null,
  };
  await store.addNotification(told, 0, walk.now);
}

export async function settleErrand(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const errand = oneOf(await store.dueErrands(5, walk.now), pick);
  if (errand === null) return;
  const dueAt = walk.now + SECOND;
  const settlements = [
    { to: "done" },
    { to: "failed", reason: "refused" },
    { to: "waiting", reason: "unreachable", dueAt, stepsDone: 1 },
  ] as const;
  await store.settleErrand(errand.key, settlements[pick % settlements.length] ?? { to: "done" }, walk.now);
}
