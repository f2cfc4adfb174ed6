// Moves of a walk in which replies are sent, or not.
import { expect } from "bun:test";
import type { DeliverySettlement } from "../../../src/db/store-deliveries.ts";
import { LEASE_MS, SECOND } from "../scene.ts";
import { DISCARDS_MAX, type Handle, type Walk, oneOf } from "./walk.ts";

export async function claimDeliveries(walk: Walk, { store, by }: Handle): Promise<void> {
  const leaseUntil = walk.now + LEASE_MS;
  for (const claim of await store.claimDeliveries(2, by, leaseUntil, walk.now)) {
    expect(claim.state).toBe(walk.begunReplies.has(claim.replyId) ? "unknown" : "intent");
    walk.deliveries.push(claim);
    walk.heldDeliveries.take(claim.replyId, { fence: claim.claim, by, leaseUntil });
  }
}

export async function beginSend(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const claim = walk.someDelivery(pick);
  if (claim === null) return;
  const isOurs = walk.heldDeliveries.has(claim.replyId, claim.claim);
  expect(await store.beginSend(claim)).toBe(isOurs);
  if (isOurs) walk.begunReplies.add(claim.replyId);
}

export async function settleDelivery(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const claim = walk.someDelivery(pick);
  if (claim === null) return;
  const isOurs = walk.heldDeliveries.release(claim.replyId, claim.claim);
  const settlement = someSettlement(walk, pick);
  expect(await store.settleDelivery(claim, settlement, walk.now)).toBe(isOurs);
  if (isOurs && settlement.to === "unknown") walk.begunReplies.add(claim.replyId);
  else if (isOurs) walk.begunReplies.delete(claim.replyId);
}

export async function releaseDelivery(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const claim = walk.someDelivery(pick);
  if (claim === null) return;
  walk.heldDeliveries.release(claim.replyId, claim.claim);
  await store.releaseDelivery(claim, SECOND, walk.now);
  expect(await store.beginSend(claim)).toBe(false);
}

export async function rebatch(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const claim = walk.someDelivery(pick);
  if (claim === null) return;
  const isHeld = walk.heldDeliveries.has(claim.replyId, claim.claim);
  const { mayRebatch } = await store.deliveryNews(claim, DISCARDS_MAX);
  const merged = await store.rebatch(claim, walk.endRules(), walk.now);
  expect(merged !== null).toBe(mayRebatch);
  if (merged === null) return;
  expect(isHeld).toBe(true);
  walk.heldDeliveries.release(claim.replyId, claim.claim);
}

/** A message of its turn was deleted. */
export async function redo(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const claim = walk.someDelivery(pick);
  if (claim === null) return;
  const { isOutdated } = await store.deliveryNews(claim, DISCARDS_MAX);
  if (!isOutdated) return;
  expect(await store.redoTurn(claim, walk.now)).toBe(true);
  walk.heldDeliveries.release(claim.replyId, claim.claim);
}

function someSettlement(walk: Walk, pick: number): DeliverySettlement {
  const dueAt = walk.now + (pick % 3) * SECOND;
  const messageId = walk.nextMessageId();
  const sent: DeliverySettlement = { to: "sent", messageId };
  const settlements: DeliverySettlement[] = [
    sent,
    { to: "failed", reason: "refused" },
    { to: "cancelled", reason: "human_active" },
    { to: "unknown", reason: "timeout", dueAt, looks: pick % 3 },
    { to: "intent", reason: "not_found", dueAt },
  ];
  return oneOf(settlements, pick) ?? sent;
}
