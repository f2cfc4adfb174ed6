// A store at the double of Google Cloud Storage for tests whose clock is driven by hand: the clock does not come to rest
// while a call is on its way through the sockets. What waits for the clock, or for an answer that never comes, rests.
import type { Clock, Timer } from "../../src/clock.ts";
import type { ObjectStore } from "../../src/storage/objects.ts";
import type { GcsDouble, GcsEntry } from "./gcs.ts";

/** Longer timers are limits on an exchange; shorter ones are pauses between two. */
const PAUSE_MAX_MS = 20_000;

export interface HeldDeps {
  gcs: GcsDouble;
  /** What the store is to run on. */
  clock: Clock;
  /** Keeps the test's clock from coming to rest until what it gives is called. */
  hold: () => () => void;
}

/** Opens the store by `open`, on the clock that it is given there. */
export function openHeld(deps: HeldDeps, open: (clock: Clock) => ObjectStore): ObjectStore {
  const held = new Held(deps);
  const store = open(held.clock);
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown =>
        name === "read"
          ? held.read(target, ...(args as Parameters<ObjectStore["read"]>))
          : held.track(placeOf(args), Reflect.apply(member, target, args));
    },
  });
}

interface Call {
  place: string;
  isSilent: boolean;
}

class Held {
  readonly clock: Clock;
  readonly #deps: HeldDeps;
  readonly #calls = new Set<Call>();
  /** Objects whose body stopped half way. */
  readonly #stalled = new Set<string>();
  #pauses = 0;
  #release: (() => void) | null = null;

  constructor(deps: HeldDeps) {
    const { clock, gcs } = deps;
    this.#deps = deps;
    this.clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimer: (delayMs, fire) => this.#setTimer(delayMs, fire),
    };
    gcs.onEntry.add((entry) => this.#hear(entry));
  }

  async track<T>(place: string, work: Promise<T>): Promise<T> {
    const call = { place, isSilent: false };
    this.#calls.add(call);
    this.#look();
    try {
      return await work;
    } finally {
      this.#calls.delete(call);
      this.#look();
    }
  }

  async read(store: ObjectStore, ...args: Parameters<ObjectStore["read"]>): ReturnType<ObjectStore["read"]> {
    const place = placeOf(args);
    const found = await this.track(place, store.read(...args));
    return found === null ? null : { ...found, body: this.#heldBody(place, found.body) };
  }

  #heldBody(place: string, body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    return new ReadableStream({
      pull: async (controller) => {
        const next = reader.read();
        const { done, value } = await (this.#stalled.has(place) ? next : this.track(place, next));
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }

  #setTimer(delayMs: number, fire: () => void): Timer {
    const { clock } = this.#deps;
    if (delayMs > PAUSE_MAX_MS) return clock.setTimer(delayMs, fire);
    let isArmed = true;
    const end = (): void => {
      if (isArmed) this.#pauses--;
      isArmed = false;
      this.#look();
    };
    const timer = clock.setTimer(delayMs, () => (end(), fire()));
    this.#pauses++;
    this.#look();
    return { cancel: () => (end(), timer.cancel()) };
  }

  #hear({ end, status, bucket, object }: GcsEntry): void {
    if (end !== "hang") return;
    const place = placeOf([bucket, object]);
    if (status !== null) return void this.#stalled.add(place);
    const speaking = [...this.#calls].filter(({ isSilent }) => !isSilent);
    // A piece, a page or a token tells less of whose it is.
    const call =
      speaking.find((one) => one.place === place) ??
      speaking.find((one) => one.place.startsWith(`${bucket} `)) ??
      speaking[0];
    if (call !== undefined) call.isSilent = true;
    this.#look();
  }

  /** Holds the clock while a call is neither pausing nor waiting for nothing. */
  #look(): void {
    const speaking = [...this.#calls].filter(({ isSilent }) => !isSilent).length;
    if (speaking > this.#pauses) this.#release ??= this.#deps.hold();
    else {
      this.#release?.();
      this.#release = null;
    }
  }
}

/** Which calls and entries belong together. */
function placeOf([bucket, object]: readonly unknown[]): string {
  return `${String(bucket)} ${typeof object === "string" ? object : ""}`;
}
