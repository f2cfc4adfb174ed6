// One walk: two handles on one database, a clock, and the walker's own book of what was said and who holds what.
// The moves are functions beside it; it speaks the Store interface only.
import type { Arrival } from "../../../src/chatwoot/arrival.ts";
import type { DeliveryClaim } from "../../../src/db/store-deliveries.ts";
import type { IntakeRules, Receipt } from "../../../src/db/store-intake.ts";
import type { EndRules, TurnClaim } from "../../../src/db/store-turns.ts";
import type { Claimant, Store } from "../../../src/db/store.ts";
import { silenceBy } from "../../../src/turn/gate.ts";
import { SECOND, START, windowOf } from "../scene.ts";
import { Holds } from "./holds.ts";

export const DISCARDS_MAX = 2;
/** Equal in both connections. */
const CONVERSATIONS = [1, 2];

export interface Handle {
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
  /** Messages that were answered with "buffered": never to be lost. */
  readonly acknowledged: Said[] = [];
  /** Every claim there ever was: those that are over are there to be refused. */
  readonly turns: TurnClaim[] = [];
  readonly deliveries: DeliveryClaim[] = [];
  readonly heldTurns = new Holds();
  readonly heldDeliveries = new Holds();
  /** Replies whose POST may have reached Chatwoot: they are looked up, never sent again as if new. */
  readonly begunReplies = new Set<string>();
  readonly #open: (seed: number) => Store;
  readonly #handles: Handle[] = [];
  readonly #connections: number[] = [];
  /** Ids that Chatwoot gave to messages which are still on their way. */
  readonly #late: number[] = [];
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
    return this.handle(0).store;
  }

  async close(): Promise<void> {
    for (const { store } of this.#handles) await store.close();
  }

  handle(index: number): Handle {
    const handle = this.#handles[index];
    if (handle === undefined) throw new Error("the walk has not begun");
    return handle;
  }

  other(handle: Handle): Handle {
    return this.handle(1 - this.#handles.indexOf(handle));
  }

  /** A process dies with all it held; its next boot opens the file anew. */
  async reboot(handle: Handle): Promise<Handle> {
    const index = this.#handles.indexOf(handle);
    await handle.store.close();
    const next = this.#boot(index);
    this.#handles[index] = next;
    return next;
  }

  nextMessageId(): number {
    return ++this.#messageId;
  }

  /** Now and then a message overtakes another one. */
  someMessageId(pick: number): number {
    if (pick % 4 === 0) this.#late.push(this.nextMessageId());
    const late = pick % 4 === 1 ? this.#late.shift() : undefined;
    return late ?? this.nextMessageId();
  }

  place(pick: number): { connection: number; conversationId: number } {
    const connection = this.#connections[pick % 2] ?? 0;
    return { connection, conversationId: CONVERSATIONS[(pick >> 1) % 2] ?? 0 };
  }

  /** Mostly one that is held, else any: an old claim is a test of its fence. */
  someTurn(pick: number): TurnClaim | null {
    const held = this.turns.filter((claim) => this.heldTurns.has(claim.jobId, claim.attempt));
    return oneOf(pick % 4 > 0 && held.length > 0 ? held : this.turns, pick);
  }

  someDelivery(pick: number): DeliveryClaim | null {
    const held = this.deliveries.filter((claim) => this.heldDeliveries.has(claim.replyId, claim.claim));
    return oneOf(pick % 4 > 0 && held.length > 0 ? held : this.deliveries, pick);
  }

  async receive(handle: Handle, connection: number, arrival: Arrival, isImmediate = false): Promise<Receipt> {
    const intake = { connectionKey: connection, arrival, isImmediate, isSigned: true };
    const [receipt] = await handle.store.receive([intake], this.#intakeRules(), this.now);
    if (receipt === undefined) throw new Error("an arrival got no receipt");
    return receipt;
  }

  endRules(): EndRules {
    const now = this.now;
    const gate: EndRules["gate"] = (conversation) => silenceBy(conversation, ["pending", "open"], now);
    return { gate, windowOf, pauseMs: 60 * SECOND, discardsMax: DISCARDS_MAX };
  }

  #intakeRules(): IntakeRules {
    return {
      windowOf,
      isBuffering: () => true,
      sides: null,
      refusal: () => null,
      pauseMs: 60 * SECOND,
      gate: this.endRules().gate,
    };
  }

  #boot(index: number): Handle {
    const boot = ++this.#boots;
    return { store: this.#open(boot), by: { instance: `instance-${index}`, boot: `boot-${boot}` } };
  }
}

/** The one at this place, round and round; null when there is none. */
export function oneOf<T>(items: readonly T[], pick: number): T | null {
  return items[pick % Math.max(items.length, 1)] ?? null;
}
