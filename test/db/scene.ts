// A pair of handles on one database with the moves that most store tests begin with. Time is a number that a test moves.
import { answerKeyOf } from "../../src/turn/answer-key.ts";
import type { Arrival } from "../../src/chatwoot/arrival.ts";
import type { ClosedBuffer } from "../../src/db/store-buffers.ts";
import type { DeliveryClaim } from "../../src/db/store-deliveries.ts";
import type { Row } from "../../src/db/store-insight.ts";
import type { IntakeRules, Receipt } from "../../src/db/store-intake.ts";
import type { EndRules, FailureRules, TurnClaim, TurnEnd } from "../../src/db/store-turns.ts";
import type { Claimant, Store } from "../../src/db/store.ts";
import { silenceBy } from "../../src/turn/gate.ts";
import { CONVERSATION, message } from "./arrivals.ts";

export interface StorePair {
  first: Store;
  second: Store;
  close(): Promise<void>;
}
export type OpenScene = () => Promise<Scene>;

export const START = Date.UTC(2026, 5, 18, 13);
export const SECOND = 1_000;
export const LIMITS = { silenceMs: 30 * SECOND, ageMaxMs: 300 * SECOND, sizeMax: 5 };
/** Every inbox waits so long. */
export const windowOf: IntakeRules["windowOf"] = () => ({ ...LIMITS, isAdaptive: false, urgencyMin: null });
/** A turn that fails is nobody's business. */
export const NOBODY_TOLD: FailureRules = {
  gate: () => null,
  errandOf: () => null,
  spanMs: 0,
  failuresMax: 3,
};
export const LEASE_MS = 120 * SECOND;
/** Whoever works through the first handle. */
export const ME: Claimant = { instance: "one", boot: "boot-a" };
/** Another process on another machine, at work through the second handle. */
export const OTHER: Claimant = { instance: "two", boot: "boot-z" };

export interface Through {
  store?: Store;
  connection?: number;
  isImmediate?: boolean;
  rules?: Partial<IntakeRules>;
}

export interface Said {
  conversationId?: number;
  content?: string;
}

export type Buffered = Extract<Receipt, { action: "buffered" }>;

export class Scene implements AsyncDisposable {
  now = START;
  readonly first: Store;
  readonly second: Store;
  /** Two connections; most tests are about the first. */
  readonly here: number;
  readonly there: number;
  readonly #close: () => Promise<void>;

  static async open(pair: StorePair): Promise<Scene> {
    const here = await pair.first.ensureConnection("here", START);
    const there = await pair.second.ensureConnection("there", START);
    return new Scene(pair, here, there);
  }

  constructor(pair: StorePair, here: number, there: number) {
    this.first = pair.first;
    this.second = pair.second;
    this.here = here;
    this.there = there;
    this.#close = () => pair.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  pass(ms: number): void {
    this.now += ms;
  }

  intakeRules(): IntakeRules {
    const now = this.now;
    return {
      windowOf,
      isBuffering: () => true,
      sides: null,
      refusal: () => null,
      pauseMs: null,
      gate: (conversation) => silenceBy(conversation, ["pending", "open"], now),
    };
  }

  endRules(): EndRules {
    return { gate: this.intakeRules().gate, windowOf, pauseMs: null, discardsMax: 2 };
  }

  async receive(arrival: Arrival, through: Through = {}): Promise<Receipt> {
    const [receipt] = await this.receiveAll([arrival], through);
    if (receipt === undefined) throw new Error("an arrival got no receipt");
    return receipt;
  }

  receiveAll(arrivals: readonly Arrival[], through: Through = {}): Promise<Receipt[]> {
    const { store = this.first, connection = this.here, isImmediate = false, rules } = through;
    const batch = arrivals.map((arrival) => ({
      connectionKey: connection,
      arrival,
      isImmediate,
      isSigned: true,
    }));
    return store.receive(batch, { ...this.intakeRules(), ...rules }, this.now);
  }

  /** The customer writes, and waits in a buffer. */
  async say(messageId: number, how: Through & Said = {}): Promise<Buffered> {
    const { conversationId = CONVERSATION, content = `message ${messageId}` } = how;
    return buffered(await this.receive(message(messageId, { content, facts: { conversationId } }), how));
  }

  /** Closes whatever is due. */
  async close(store: Store = this.first): Promise<ClosedBuffer[]> {
    const keys = await store.dueBufferKeys(this.now, 100);
    return (await store.closeDue(keys, this.now)).closed;
  }

  /** The silence passes and one buffer closes. */
  async lull(): Promise<ClosedBuffer> {
    this.pass(LIMITS.silenceMs);
    return only(await this.close());
  }

  claims(by: Claimant = ME, store: Store = this.first, limit = 100): Promise<TurnClaim[]> {
    return store.claimTurns(limit, by, this.now + LEASE_MS, this.now);
  }

  async claim(by: Claimant = ME, store: Store = this.first): Promise<TurnClaim> {
    return only(await this.claims(by, store));
  }

  /** These messages come, the silence passes, and the turn is claimed. */
  async turn(...messageIds: number[]): Promise<TurnClaim> {
    for (const messageId of messageIds) await this.say(messageId);
    await this.lull();
    return this.claim();
  }

  async reply(
    claim: TurnClaim,
    parts: readonly string[] = ["answer"],
    rules: Partial<EndRules> = {},
  ): Promise<TurnEnd> {
    const { messages } = await this.first.turnMaterial(claim.jobKey, 0);
    const result = { kind: "reply", parts, answerKey: answerKeyOf(messages) } as const;
    return this.first.endTurn(claim, result, { ...this.endRules(), ...rules }, this.now);
  }

  /** A turn that is answered: its reply waits to be sent. Gives the ids of its parts. */
  async answered(messageIds: readonly number[], parts?: readonly string[]): Promise<string[]> {
    const end = await this.reply(await this.turn(...messageIds), parts);
    if (end.kind !== "answered") throw new Error(`the turn ended as ${end.kind}`);
    return end.replyIds;
  }

  deliveries(by: Claimant = ME, store: Store = this.first): Promise<DeliveryClaim[]> {
    return store.claimDeliveries(100, by, this.now + LEASE_MS, this.now);
  }

  async delivery(by: Claimant = ME, store: Store = this.first): Promise<DeliveryClaim> {
    return only(await this.deliveries(by, store));
  }

  /** The one delivery that is due is posted, and Chatwoot gives it this message id. */
  async send(messageId: number): Promise<DeliveryClaim> {
    const claim = await this.delivery();
    await this.first.beginSend(claim);
    await this.first.settleDelivery(claim, { to: "sent", messageId }, this.now);
    return claim;
  }

  async bufferRow(bufferId: string): Promise<Row> {
    return must(await this.second.buffer(bufferId)).buffer;
  }

  async turnRow(jobId: string): Promise<Row> {
    return must(await this.second.turn(jobId)).turn;
  }

  async deliveryRow(replyId: string): Promise<Row> {
    const { data } = await this.second.listDeliveries({ limit: 100, cursor: null, state: null });
    return must(data.find((row) => row["id"] === replyId));
  }

  /** What became of the messages of a buffer and of those merged into it: `[id, outcome, reason, reply]`. */
  async outcomes(bufferId: string): Promise<unknown[][]> {
    const { messages } = must(await this.second.buffer(bufferId));
    return messages.map((row) => [row["messageId"], row["outcome"], row["reason"], row["replyId"]]);
  }
}

export function buffered(receipt: Receipt): Buffered {
  if (receipt.action !== "buffered") throw new Error(`the arrival was ${receipt.action}, not buffered`);
  return receipt;
}

export function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`expected one, got ${items.length}`);
  return item;
}

export function must<T>(item: T | null | undefined): T {
  if (item === null || item === undefined) throw new Error("expected a row, got none");
  return item;
}
