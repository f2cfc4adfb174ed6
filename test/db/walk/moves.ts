// Every move that a walk may take, and the way to its end.
import { LEASE_MS, LIMITS, SECOND } from "../scene.ts";
import {
  beginSend,
  claimDeliveries,
  rebatch,
  redo,
  releaseDelivery,
  settleDelivery,
} from "./delivery-moves.ts";
import { hear, prove, remove, removeEarly, say, sayAgain } from "./intake-moves.ts";
import { notify, quiet, resume, settleErrand } from "./people-moves.ts";
import { crash, jumpClock, rescue, retry } from "./trouble-moves.ts";
import type { Handle, Walk } from "./walk.ts";
import { claimTurns, closeDue, endTurn, failTurn, hurry, lull, readKey, releaseTurn } from "./work-moves.ts";

type Move = (walk: Walk, handle: Handle, pick: number) => Promise<void> | void;
const ROUNDS_MAX = 200;

export const MOVES = {
  say,
  sayAgain,
  remove,
  removeEarly,
  hear,
  prove,
  wait: (walk, _handle, pick) => void (walk.now += (pick % 40) * SECOND),
  waitLong: (walk) => void (walk.now += LEASE_MS),
  closeDue,
  lull,
  hurry,
  claimTurns,
  endTurn,
  failTurn,
  releaseTurn,
  claimDeliveries,
  beginSend,
  settleDelivery,
  releaseDelivery,
  rebatch,
  redo,
  crash,
  rescue,
  jumpClock,
  retry,
  quiet,
  resume,
  notify,
  settleErrand,
} satisfies Record<string, Move>;
export type MoveName = keyof typeof MOVES;

/** One move: what is done, through which handle, and which of the things it could be done on. */
export interface Step {
  move: MoveName;
  handle: 0 | 1;
  pick: number;
}

export async function take(walk: Walk, { move, handle, pick }: Step): Promise<void> {
  await MOVES[move](walk, walk.handle(handle), pick);
}

/** All faults are over: works until nothing waits any more. */
export async function comeToRest(walk: Walk): Promise<void> {
  const handle = walk.handle(0);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    walk.now += LIMITS.ageMaxMs;
    await rescue(walk, handle);
    await closeDue(walk, handle);
    await answerAndSendAll(walk, handle);
    if (await isAtRest(handle)) return;
  }
  throw new Error("the work never comes to an end");
}

async function answerAndSendAll(walk: Walk, { store, by }: Handle): Promise<void> {
  const { now } = walk;
  for (const claim of await store.claimTurns(100, by, now, now)) {
    const reply = { kind: "reply", parts: ["one"], answerKey: await readKey(store, claim) } as const;
    await store.endTurn(claim, reply, walk.endRules(), now);
  }
  for (const claim of await store.claimDeliveries(100, by, now, now))
    await store.settleDelivery(claim, { to: "sent", messageId: walk.nextMessageId() }, now);
}

async function isAtRest({ store }: Handle): Promise<boolean> {
  const { buffers, jobs, deliveries } = await store.counts();
  const waiting = [buffers["active"], jobs["scheduled"], jobs["running"]];
  const unsettled = [deliveries["intent"], deliveries["sending"], deliveries["unknown"]];
  return [...waiting, ...unsettled].every((count) => count === undefined);
}
