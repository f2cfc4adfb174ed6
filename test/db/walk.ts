// A walk: any sequence of moves on one database through two handles, with what the walker may expect of each move.
// It speaks the Store interface only; what must hold after every move is in walk-check.ts.
import { expect } from "bun:test";
import type { Arrival } from "../../src/chatwoot/arrival.ts";
import type {
  Claimant,
  DeliveryClaim,
  EndRules,
  IntakeRules,
  Receipt,
  Store,
  TurnClaim,
} from "../../src/db/store.ts";
import { silenceBy } from "../../src/turn/gate.ts";
import { deletion, edit, humanReply, message, ownReply, state, typing } from "./arrivals.ts";
import { LEASE_MS, LIMITS, SECOND, START } from "./scene.ts";
import { Holds } from "./walk-holds.ts";

export const DISCARDS_MAX = 2;
/** Equal in both connections. */
const CONVERSATIONS = [1, 2];
const CRASHES_MAX = 2;
const LOOK_DELAY_MS = 2 * SECOND;

/** One move: what is done, through which handle, and on which of the things it could be done on. */
export interface Step {
  move: MoveName;
  handle: 0 | 1;
  pick: number;
}

interface Handle {
  store: Store;
  by: Claimant;
}

export interface Said {
  connection: number;
  conversationId: number;
  messageId: number;
}

export class Walk {
  now = START;
  readonly #open: (seed: number) => Store;
  readonly #handles: Handle[] = [];
  readonly #connections: number[] = [];
  /** Messages that were answered with "buffered": never to be lost. */
  readonly acknowledged: Said[] = [];
  readonly #turns: TurnClaim[] = [];
  readonly #deliveries: DeliveryClaim[] = [];
  readonly #heldTurns = new Holds();
  readonly #heldDeliveries = new Holds();
  #boots = 0;
  #messageId = 0;

  /** `open` gives a new handle on the same database each time, with chance of its own. */
  static async begin(open: (seed: number) => Store): Promise<Walk> {
    const walk = new Walk(open);
    walk.#handles.push(walk.#boot(0), walk.#boot(1));
    for (const name of ["here", "there"])
      walk.#connections.push(await walk.store.ensureConnection(name, START));
    return walk;
  }

  constructor(open: (seed: number) => Store) {
    this.#open = open;
  }

  get store(): Store {
    return this.#handle(0).store;
  }

  async take(step: Step): Promise<void> {
    await MOVES[step.move](this, this.#handle(step.handle), step.pick);
  }

  async close(): Promise<void> {
    for (const { store } of this.#handles) await store.close();
  }

  // --- intake

  async say(handle: Handle, pick: number): Promise<void> {
    const said = { ...this.#place(pick), messageId: ++this.#messageId };
    const receipt = await this.#receive(
      handle,
      said.connection,
      message(said.messageId, { facts: said }),
      pick,
    );
    expect(receipt.action).toBe("buffered");
    this.acknowledged.push(said);
  }

  async sayAgain(handle: Handle, pick: number): Promise<void> {
    const said = oneOf(this.acknowledged, pick);
    if (said === null) return;
    const again = message(said.messageId, { facts: { conversationId: said.conversationId } });
    expect(await this.#receive(handle, said.connection, again, pick)).toEqual({ action: "duplicate" });
  }

  async remove(handle: Handle, pick: number): Promise<void> {
    const said = oneOf(this.acknowledged, pick);
    if (said === null) return;
    await this.#receive(handle, said.connection, deletion(said.messageId, said));
  }

  async removeEarly(handle: Handle, pick: number): Promise<void> {
    const { connection, ...facts } = this.#place(pick);
    const messageId = ++this.#messageId;
    await this.#receive(handle, connection, deletion(messageId, facts));
    const late = await this.#receive(handle, connection, message(messageId, { facts }));
    expect(late).toEqual({ action: "duplicate" });
  }

  /** News that brings no message. */
  async hear(handle: Handle, pick: number): Promise<void> {
    const { connection, ...facts } = this.#place(pick);
    const status = pick % 5 === 0 ? "resolved" : "pending";
    const news = [
      typing(pick % 2 === 0, facts),
      humanReply(++this.#messageId, "a person", facts),
      state({ ...facts, status, stateAt: this.now - (pick % 7) }),
      state({ ...facts, assignee: pick % 9 === 0 ? "human" : "none" }),
      edit(oneOf(this.acknowledged, pick)?.messageId ?? 0, "edited"),
    ];
    await this.#receive(handle, connection, news[(pick >> 2) % news.length] ?? typing(false, facts));
  }

  // --- buffers

  async closeDue(handle: Handle): Promise<void> {
    const keys = await handle.store.dueBufferKeys(this.now, 100);
    const other = this.#handle(handle === this.#handle(0) ? 1 : 0);
    const [first, second] = await Promise.all([
      handle.store.closeDue(keys, this.now),
      other.store.closeDue(keys, this.now),
    ]);
    expect(first.closed.length + second.closed.length).toBe(keys.length);
  }

  /** The way things mostly go, so that walks get somewhere: silence, close, claim. */
  async lull(handle: Handle, pick: number): Promise<void> {
    this.now += LIMITS.silenceMs;
    await this.closeDue(handle);
    if (pick % 4 > 0) await this.claimTurns(handle);
  }

  async hurry({ store }: Handle, pick: number): Promise<void> {
    const { data } = await store.listBuffers({ limit: 100, cursor: null, state: "active" });
    const buffer = oneOf(data, pick);
    if (buffer === null) return;
    const id = String(buffer["id"]);
    if (pick % 4 === 0) expect(await store.cancelBuffer(id, "operator", this.now)).toBe(true);
    else expect(await store.hastenBuffer(id, this.now)).not.toBeNull();
  }

  // --- turns

  async claimTurns({ store, by }: Handle): Promise<void> {
    const leaseUntil = this.now + LEASE_MS;
    for (const claim of await store.claimTurns(2, by, leaseUntil, this.now)) {
      this.#turns.push(claim);
      this.#heldTurns.take(claim.jobId, { fence: claim.attempt, by, leaseUntil });
      const work = await store.conversationWork(claim.connectionKey, claim.conversationId, 0);
      expect(["intent", "sending", "unknown"]).not.toContain(String(work.delivery?.["state"]));
    }
  }

  async endTurn(handle: Handle, pick: number): Promise<void> {
    const claim = this.#someTurn(pick);
    if (claim === null) return;
    const isOurs = this.#heldTurns.release(claim.jobId, claim.attempt);
    const parts = ["one", "two", "three"].slice(0, 1 + (pick % 3));
    const reply = { kind: "reply", parts, answerKey: "key" } as const;
    const silence = { kind: "silence", reason: "model_silent" } as const;
    const end = await handle.store.endTurn(
      claim,
      pick % 5 === 0 ? silence : reply,
      this.#endRules(),
      this.now,
    );
    expect(end.kind === "lost").toBe(!isOurs);
    if (pick % 4 > 0) await this.claimDeliveries(handle);
  }

  async failTurn({ store }: Handle, pick: number): Promise<void> {
    const claim = this.#someTurn(pick);
    if (claim === null) return;
    const isOurs = this.#heldTurns.release(claim.jobId, claim.attempt);
    const retryAt = pick % 3 === 0 ? null : this.now + (pick % 4) * SECOND;
    expect(await store.failTurn(claim, { code: "x", message: "m", retryAt }, this.now)).toBe(isOurs);
  }

  async releaseTurn({ store }: Handle, pick: number): Promise<void> {
    const claim = this.#someTurn(pick);
    if (claim === null) return;
    expect(await store.keepAnswer(claim, "key", "{}")).toBe(this.#heldTurns.has(claim.jobId, claim.attempt));
    this.#heldTurns.release(claim.jobId, claim.attempt);
    await store.releaseTurn(claim, this.now);
  }

  // --- deliveries

  async claimDeliveries({ store, by }: Handle): Promise<void> {
    const leaseUntil = this.now + LEASE_MS;
    for (const claim of await store.claimDeliveries(2, by, leaseUntil, this.now)) {
      this.#deliveries.push(claim);
      this.#heldDeliveries.take(claim.replyId, { fence: claim.claim, by, leaseUntil });
    }
  }

  async beginSend({ store }: Handle, pick: number): Promise<void> {
    const claim = this.#someDelivery(pick);
    if (claim !== null)
      expect(await store.beginSend(claim)).toBe(this.#heldDeliveries.has(claim.replyId, claim.claim));
  }

  async settleDelivery({ store }: Handle, pick: number): Promise<void> {
    const claim = this.#someDelivery(pick);
    if (claim === null) return;
    const isOurs = this.#heldDeliveries.release(claim.replyId, claim.claim);
    const dueAt = this.now + (pick % 3) * SECOND;
    const settlements = [
      { to: "sent", messageId: ++this.#messageId },
      { to: "failed", reason: "refused" },
      { to: "cancelled", reason: "human_active" },
      { to: "unknown", reason: "timeout", dueAt, looks: pick % 3 },
      { to: "intent", reason: "not_found", dueAt },
    ] as const;
    const settlement = settlements[pick % settlements.length] ?? settlements[0];
    expect(await store.settleDelivery(claim, settlement, this.now)).toBe(isOurs);
  }

  async rebatch({ store }: Handle, pick: number): Promise<void> {
    const claim = this.#someDelivery(pick);
    if (claim === null) return;
    const isHeld = this.#heldDeliveries.has(claim.replyId, claim.claim);
    const { mayRebatch } = await store.deliveryNews(claim, DISCARDS_MAX);
    const merged = await store.rebatch(claim, this.#endRules(), this.now);
    expect(merged !== null).toBe(mayRebatch);
    if (merged === null) return;
    expect(isHeld).toBe(true);
    this.#heldDeliveries.release(claim.replyId, claim.claim);
  }

  async prove(handle: Handle, pick: number): Promise<void> {
    const claim = this.#someDelivery(pick);
    if (claim === null) return;
    const { conversationId, connectionKey, replyId } = claim;
    await this.#receive(handle, connectionKey, ownReply(replyId, ++this.#messageId, { conversationId }));
    this.#heldDeliveries.drop(replyId);
  }

  // --- trouble

  /** A process dies with all it held; its next boot opens the file anew. */
  async crash(handle: Handle): Promise<void> {
    const index = this.#handles.indexOf(handle);
    await handle.store.close();
    this.#handles[index] = this.#boot(index);
    await this.rescue(this.#handle(index));
  }

  async rescue({ store, by }: Handle): Promise<void> {
    const turns = await store.rescueTurns(by, CRASHES_MAX, this.now);
    expect(turns.released + turns.quarantined).toBe(this.#heldTurns.takeAway(by, this.now));
    const deliveries = await store.rescueDeliveries(by, LOOK_DELAY_MS, this.now);
    expect(deliveries).toBe(this.#heldDeliveries.takeAway(by, this.now));
  }

  async jumpClock({ store }: Handle, pick: number): Promise<void> {
    const deltaMs = (pick % 7_200) * SECOND - 3_600 * SECOND;
    this.now += deltaMs;
    await store.shiftMoments(deltaMs);
    this.#heldTurns.shift(deltaMs);
    this.#heldDeliveries.shift(deltaMs);
  }

  async retry({ store }: Handle, pick: number): Promise<void> {
    const failed = { limit: 100, cursor: null, state: "failed" };
    const turn = oneOf((await store.listTurns(failed)).data, pick);
    if (turn !== null) expect(await store.retryTurn(String(turn["id"]), this.now)).toBe(true);
    const delivery = oneOf((await store.listDeliveries(failed)).data, pick);
    if (delivery !== null) expect(await store.retryDelivery(String(delivery["id"]), this.now)).toBe(true);
  }

  // --- the end

  /** All faults are over: works until nothing waits any more. */
  async comeToRest(): Promise<void> {
    const handle = this.#handle(0);
    for (let round = 0; round < 200; round++) {
      this.now += LIMITS.ageMaxMs;
      await this.rescue(handle);
      await this.closeDue(handle);
      for (const claim of await handle.store.claimTurns(100, handle.by, this.now, this.now)) {
        const reply = { kind: "reply", parts: ["one"], answerKey: "key" } as const;
        await handle.store.endTurn(claim, reply, this.#endRules(), this.now);
      }
      for (const claim of await handle.store.claimDeliveries(100, handle.by, this.now, this.now)) {
        const sent = { to: "sent", messageId: ++this.#messageId } as const;
        await handle.store.settleDelivery(claim, sent, this.now);
      }
      if (await this.#isAtRest()) return;
    }
    throw new Error("the work never comes to an end");
  }

  async #isAtRest(): Promise<boolean> {
    const { buffers, jobs, deliveries } = await this.store.counts();
    const waiting = [buffers["active"], jobs["scheduled"], jobs["running"]];
    const unsettled = [deliveries["intent"], deliveries["sending"], deliveries["unknown"]];
    return [...waiting, ...unsettled].every((count) => count === undefined);
  }

  /** Mostly one that is held, else any: an old claim is a test of its fence. */
  #someTurn(pick: number): TurnClaim | null {
    const held = this.#turns.filter((claim) => this.#heldTurns.has(claim.jobId, claim.attempt));
    return oneOf(pick % 4 > 0 && held.length > 0 ? held : this.#turns, pick);
  }

  #someDelivery(pick: number): DeliveryClaim | null {
    const held = this.#deliveries.filter((claim) => this.#heldDeliveries.has(claim.replyId, claim.claim));
    return oneOf(pick % 4 > 0 && held.length > 0 ? held : this.#deliveries, pick);
  }

  async #receive(handle: Handle, connection: number, arrival: Arrival, pick = 1): Promise<Receipt> {
    const intake = { connectionKey: connection, arrival, isImmediate: pick % 6 === 0 };
    const [receipt] = await handle.store.receive([intake], this.#intakeRules(), this.now);
    if (receipt === undefined) throw new Error("an arrival got no receipt");
    return receipt;
  }

  #intakeRules(): IntakeRules {
    return { limits: LIMITS, pauseMs: 60 * SECOND, gate: this.#endRules().gate };
  }

  #endRules(): EndRules {
    const now = this.now;
    const gate: EndRules["gate"] = (conversation) => silenceBy(conversation, ["pending", "open"], now);
    return { gate, limits: LIMITS, discardsMax: DISCARDS_MAX };
  }

  #place(pick: number): { connection: number; conversationId: number } {
    const connection = this.#connections[pick % 2] ?? 0;
    return { connection, conversationId: CONVERSATIONS[(pick >> 1) % 2] ?? 0 };
  }

  #boot(index: number): Handle {
    const boot = ++this.#boots;
    return { store: this.#open(boot), by: { instance: `instance-${index}`, boot: `boot-${boot}` } };
  }

  #handle(index: number): Handle {
    const handle = this.#handles[index];
    if (handle === undefined) throw new Error("the walk has not begun");
    return handle;
  }
}

type Move = (walk: Walk, handle: Handle, pick: number) => Promise<void> | void;

export const MOVES = {
  say: (walk, handle, pick) => walk.say(handle, pick),
  sayAgain: (walk, handle, pick) => walk.sayAgain(handle, pick),
  remove: (walk, handle, pick) => walk.remove(handle, pick),
  removeEarly: (walk, handle, pick) => walk.removeEarly(handle, pick),
  hear: (walk, handle, pick) => walk.hear(handle, pick),
  wait: (walk, _handle, pick) => void (walk.now += (pick % 40) * SECOND),
  waitLong: (walk) => void (walk.now += LEASE_MS),
  closeDue: (walk, handle) => walk.closeDue(handle),
  lull: (walk, handle, pick) => walk.lull(handle, pick),
  hurry: (walk, handle, pick) => walk.hurry(handle, pick),
  claimTurns: (walk, handle) => walk.claimTurns(handle),
  endTurn: (walk, handle, pick) => walk.endTurn(handle, pick),
  failTurn: (walk, handle, pick) => walk.failTurn(handle, pick),
  releaseTurn: (walk, handle, pick) => walk.releaseTurn(handle, pick),
  claimDeliveries: (walk, handle) => walk.claimDeliveries(handle),
  beginSend: (walk, handle, pick) => walk.beginSend(handle, pick),
  settleDelivery: (walk, handle, pick) => walk.settleDelivery(handle, pick),
  rebatch: (walk, handle, pick) => walk.rebatch(handle, pick),
  prove: (walk, handle, pick) => walk.prove(handle, pick),
  crash: (walk, handle) => walk.crash(handle),
  rescue: (walk, handle) => walk.rescue(handle),
  jumpClock: (walk, handle, pick) => walk.jumpClock(handle, pick),
  retry: (walk, handle, pick) => walk.retry(handle, pick),
} satisfies Record<string, Move>;
export type MoveName = keyof typeof MOVES;

function oneOf<T>(items: readonly T[], pick: number): T | null {
  return items[pick % Math.max(items.length, 1)] ?? null;
}
