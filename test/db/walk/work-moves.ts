// Moves of a walk in which buffers close and turns are worked on.
import type { TurnClaim } from "../../../src/db/store-turns.ts";
import { answerKeyOf } from "../../../src/turn/answer-key.ts";
import { expect } from "bun:test";
import { LEASE_MS, LIMITS, SECOND, NOBODY_TOLD } from "../scene.ts";
import { claimDeliveries } from "./delivery-moves.ts";
import { someEffects } from "./people-moves.ts";
import { type Handle, type Walk, oneOf } from "./walk.ts";

/** Both handles race for the same buffers. */
export async function closeDue(walk: Walk, handle: Handle): Promise<void> {
  const keys = await handle.store.dueBufferKeys(walk.now, 100);
  const racers = [handle, walk.other(handle)];
  const results = await Promise.all(racers.map(({ store }) => store.closeDue(keys, walk.now)));
  expect(results.flatMap(({ closed }) => closed)).toHaveLength(keys.length);
}

/** The way things mostly go, so that walks get somewhere: silence, close, claim. */
export async function lull(walk: Walk, handle: Handle, pick: number): Promise<void> {
  walk.now += LIMITS.silenceMs;
  await closeDue(walk, handle);
  if (pick % 4 > 0) await claimTurns(walk, handle);
}

export async function hurry(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const { data } = await store.listBuffers({ limit: 100, cursor: null, state: "active" });
  const buffer = oneOf(data, pick);
  if (buffer === null) return;
  const bufferId = String(buffer["id"]);
  if (pick % 4 === 0) expect(await store.cancelBuffer(bufferId, "operator", walk.now)).toBe(true);
  else expect(await store.hastenBuffer(bufferId, walk.now)).not.toBeNull();
}

export async function claimTurns(walk: Walk, { store, by }: Handle): Promise<void> {
  const leaseUntil = walk.now + LEASE_MS;
  for (const claim of await store.claimTurns(2, by, leaseUntil, walk.now)) {
    walk.turns.push(claim);
    walk.heldTurns.take(claim.jobId, { fence: claim.attempt, by, leaseUntil });
    const { delivery } = await store.conversationWork(claim.connectionKey, claim.conversationId, 0);
    expect(["intent", "sending", "unknown"]).not.toContain(String(delivery?.["state"]));
  }
}

export async function endTurn(walk: Walk, handle: Handle, pick: number): Promise<void> {
  const claim = walk.someTurn(pick);
  if (claim === null) return;
  const isOurs = walk.heldTurns.release(claim.jobId, claim.attempt);
  const parts = ["one", "two", "three"].slice(0, 1 + (pick % 3));
  // Every seventh answer was written from other messages than are there now.
  const answerKey = pick % 7 === 0 ? "gone" : await readKey(handle.store, claim);
  const pausesMs = pick % 2 === 0 ? [] : [0, SECOND, SECOND];
  const reply = { kind: "reply", parts, pausesMs, answerKey, ...someEffects(pick >> 3) } as const;
  const silence = { kind: "silence", reason: "model_silent", ...someEffects(pick >> 3) } as const;
  const result = pick % 5 === 0 ? silence : reply;
  const end = await handle.store.endTurn(claim, result, walk.endRules(), walk.now);
  expect(end.kind === "lost").toBe(!isOurs);
  if (pick % 4 > 0) await claimDeliveries(walk, handle);
}

/** The key of what a turn reads now. */
export async function readKey(store: Handle["store"], claim: TurnClaim): Promise<string> {
  return answerKeyOf((await store.turnMaterial(claim.jobKey, 0)).messages);
}

export async function failTurn(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const claim = walk.someTurn(pick);
  if (claim === null) return;
  const isOurs = walk.heldTurns.release(claim.jobId, claim.attempt);
  const retryAt = pick % 3 === 0 ? null : walk.now + (pick % 4) * SECOND;
  const end = await store.failTurn(claim, { code: "x", message: "m", retryAt }, walk.now, NOBODY_TOLD);
  expect(end !== "lost").toBe(isOurs);
}

export async function releaseTurn(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const claim = walk.someTurn(pick);
  if (claim === null) return;
  const isOurs = walk.heldTurns.release(claim.jobId, claim.attempt);
  expect(await store.keepAnswer(claim, await readKey(store, claim), "{}")).toBe(isOurs);
  await store.releaseTurn(claim, walk.now, walk.now);
}
