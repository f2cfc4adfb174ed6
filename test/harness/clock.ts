// A clock that only moves when a test moves it, and waits for everything a tick sets off.
import type { Clock, Timer } from "../../src/clock.ts";

interface Armed {
  at: number;
  order: number;
  fire: () => void;
}

/** The first moment of every test. */
export const TEST_START = Date.UTC(2026, 5, 18, 13, 0, 0);
/** Turns of the event loop without any activity after which a tick counts as over. */
const QUIET_TURNS = 12;
/** Turns after which a test is told that something never comes to rest. */
const TURNS_MAX = 20_000;

export class ManualClock implements Clock {
  #now: number;
  #monotonic = 0;
  #order = 0;
  #activity = 0;
  #holdCount = 0;
  #free = Promise.withResolvers<void>();
  readonly #armed = new Set<Armed>();

  constructor(start: number = TEST_START) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    this.touch();
    const armed = { at: this.#monotonic + Math.max(delayMs, 0), order: this.#order++, fire };
    this.#armed.add(armed);
    return { cancel: () => void this.#armed.delete(armed) };
  }

  /** How many timers wait: none may be left when an app has stopped. */
  get armedCount(): number {
    return this.#armed.size;
  }

  /** Something happened: whoever waits for rest waits on. */
  touch(): void {
    this.#activity++;
  }

  /**
   * Work is under way that shows in no turn of the event loop, such as on a socket: nothing comes to rest until what
   * this gives is called.
   */
  hold(): () => void {
    this.#holdCount++;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.touch();
      if (--this.#holdCount > 0) return;
      this.#free.resolve();
      this.#free = Promise.withResolvers();
    };
  }

  /** Moves both clocks forward, firing what comes due on the way, each time until all is at rest. */
  async tick(ms: number): Promise<void> {
    await this.settle();
    const end = this.#monotonic + ms;
    for (let next = this.#nextBefore(end); next !== null; next = this.#nextBefore(end)) {
      this.#advanceTo(next.at);
      this.#armed.delete(next);
      next.fire();
      await this.settle();
    }
    this.#advanceTo(end);
    await this.settle();
  }

  /** The wall clock alone is set: what NTP or an operator does. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Resolves when nothing has happened for some turns of the event loop. */
  async settle(): Promise<void> {
    let seen = this.#activity;
    for (let turn = 0, quiet = 0; quiet < QUIET_TURNS; turn++) {
      if (turn > TURNS_MAX) throw new Error("the app never comes to rest");
      if (this.#holdCount > 0) await this.#free.promise;
      else await new Promise<void>((resolve) => setImmediate(resolve));
      quiet = seen === this.#activity ? quiet + 1 : 0;
      seen = this.#activity;
    }
  }

  #nextBefore(end: number): Armed | null {
    const due = [...this.#armed].filter((armed) => armed.at <= end);
    due.sort((a, b) => a.at - b.at || a.order - b.order);
    return due[0] ?? null;
  }

  #advanceTo(at: number): void {
    const ms = Math.max(at - this.#monotonic, 0);
    this.#monotonic += ms;
    this.#now = Math.round(this.#now + ms);
  }
}
