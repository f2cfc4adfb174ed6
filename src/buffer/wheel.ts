// Timers by key: a hashed timing wheel with one armed timer of the clock for all keys.
// A hint and nothing more: the row is the truth, and who is woken looks again.
import type { Clock, Timer } from "../clock.ts";

/** Width of a slot: how late a key may fire. */
const SLOT_MS = 10;
/** Slots of one round; later deadlines stay in their slot for further rounds. */
const SLOT_COUNT = 4096;

export class Wheel {
  readonly #clock: Clock;
  readonly #fire: (keys: number[]) => void;
  readonly #ticks = new Map<number, number>();
  readonly #slots: Set<number>[] = Array.from({ length: SLOT_COUNT }, () => new Set<number>());
  #timer: Timer | null = null;
  #timerTick = Infinity;
  #lastTick: number;

  /** `fire` gets all keys that came due together, each disarmed. */
  constructor(clock: Clock, fire: (keys: number[]) => void) {
    this.#clock = clock;
    this.#fire = fire;
    this.#lastTick = Math.floor(clock.monotonic() / SLOT_MS);
  }

  get size(): number {
    return this.#ticks.size;
  }

  /** Wakes `key` in `delayMs` (never early, at most a slot late), instead of when it was armed for before. */
  arm(key: number, delayMs: number): void {
    this.disarm(key);
    const wanted = Math.ceil((this.#clock.monotonic() + Math.max(delayMs, 0)) / SLOT_MS);
    const tick = Math.max(wanted, this.#lastTick + 1);
    this.#ticks.set(key, tick);
    this.#slot(tick).add(key);
    if (tick < this.#timerTick) this.#arm(tick);
  }

  disarm(key: number): void {
    const tick = this.#ticks.get(key);
    if (tick === undefined) return;
    this.#ticks.delete(key);
    this.#slot(tick).delete(key);
  }

  /** Forgets every key. */
  clear(): void {
    for (const key of [...this.#ticks.keys()]) this.disarm(key);
    this.#timer?.cancel();
    this.#timer = null;
    this.#timerTick = Infinity;
  }

  #turn(): void {
    const nowTick = Math.floor(this.#clock.monotonic() / SLOT_MS);
    const due = this.#takeDue(nowTick);
    this.#lastTick = Math.max(this.#lastTick, nowTick);
    this.#timerTick = Infinity;
    if (this.#ticks.size > 0) this.#arm(this.#nextTick());
    if (due.length > 0) this.#fire(due);
  }

  #takeDue(nowTick: number): number[] {
    const due: number[] = [];
    const oldest = Math.max(this.#lastTick + 1, nowTick - SLOT_COUNT + 1);
    for (let tick = oldest; tick <= nowTick; tick++) {
      for (const key of this.#slot(tick)) {
        if ((this.#ticks.get(key) ?? Infinity) <= nowTick) due.push(key);
      }
    }
    for (const key of due) this.disarm(key);
    return due;
  }

  /** The next slot with any key in it; a key of a later round only costs one early look. */
  #nextTick(): number {
    for (let ahead = 1; ahead < SLOT_COUNT; ahead++) {
      if (this.#slot(this.#lastTick + ahead).size > 0) return this.#lastTick + ahead;
    }
    return this.#lastTick + SLOT_COUNT;
  }

  #arm(tick: number): void {
    this.#timer?.cancel();
    this.#timerTick = tick;
    this.#timer = this.#clock.setTimer(tick * SLOT_MS - this.#clock.monotonic(), () => this.#turn());
  }

  #slot(tick: number): Set<number> {
    const slot = this.#slots[tick % SLOT_COUNT];
    if (slot === undefined) throw new RangeError(`no slot for tick ${tick}`);
    return slot;
  }
}
