// Moves of a walk in which something goes wrong, or somebody sets it right.
import { expect } from "bun:test";
import { SECOND, NOBODY_TOLD } from "../scene.ts";
import { type Handle, type Walk, oneOf } from "./walk.ts";

const CRASHES_MAX = 2;
const LOOK_DELAY_MS = 2 * SECOND;

export async function crash(walk: Walk, handle: Handle): Promise<void> {
  await rescue(walk, await walk.reboot(handle));
}

export async function rescue(walk: Walk, { store, by }: Handle): Promise<void> {
  const { released, quarantined } = await store.rescueTurns(by, CRASHES_MAX, walk.now, NOBODY_TOLD);
  expect(released + quarantined).toBe(walk.heldTurns.takeAway(by, walk.now));
  const count = await store.rescueDeliveries(by, LOOK_DELAY_MS, walk.now);
  expect(count).toBe(walk.heldDeliveries.takeAway(by, walk.now));
}

export async function jumpClock(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const deltaMs = (pick % 7_200) * SECOND - 3_600 * SECOND;
  walk.now += deltaMs;
  await store.shiftMoments(deltaMs);
  walk.heldTurns.shift(deltaMs);
  walk.heldDeliveries.shift(deltaMs);
}

/** An operator tries something again that failed. */
export async function retry(walk: Walk, { store }: Handle, pick: number): Promise<void> {
  const failed = { limit: 100, cursor: null, state: "failed" };
  const turn = oneOf((await store.listTurns(failed)).data, pick);
  if (turn !== null) expect(await store.retryTurn(String(turn["id"]), walk.now)).toBe(true);
  const delivery = oneOf((await store.listDeliveries(failed)).data, pick);
  if (delivery !== null) expect(await store.retryDelivery(String(delivery["id"]), walk.now)).toBe(true);
}
