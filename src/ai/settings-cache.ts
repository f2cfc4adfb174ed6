// What was read of each user, kept for a short while. It knows nothing of what it keeps.
import { Cache } from "../cache.ts";
import type { Clock } from "../clock.ts";

export interface SettingsCacheDeps {
  clock: Clock;
  lifeMs: number;
  /** Most users it keeps; the longest unused one goes first. */
  usersMax: number;
}

interface Look<Settings> {
  settings: Promise<Settings>;
  /** How far the rows' time was ahead of the timers'. */
  aheadMs: number;
}

/** The rows' time is whole milliseconds, the timers' is not: less than one is no jump. */
const JUMP_MIN_MS = 1;

export class SettingsCache<Settings> {
  readonly #clock: Clock;
  readonly #looks: Cache<string | null, Look<Settings>>;

  constructor({ clock, lifeMs, usersMax }: SettingsCacheDeps) {
    this.#clock = clock;
    this.#looks = new Cache({ clock, lifeMs, countMax: usersMax });
  }

  /** What is kept of the user (null: of the system), else what `read` gives. Reads that meet share one look. */
  get(userId: string | null, read: () => Promise<Settings>): Promise<Settings> {
    const known = this.#looks.get(userId);
    return known === undefined || this.#isBeforeJump(known) ? this.#read(userId, read) : known.settings;
  }

  /** A look that is under way is not kept either: it may have seen what was before. */
  drop(userId: string | null): void {
    this.#looks.drop(userId);
  }

  clear(): void {
    this.#looks.clear();
  }

  /** What was read by a clock that has been set since may name moments that have moved. */
  #isBeforeJump({ aheadMs }: Look<Settings>): boolean {
    return Math.abs(this.#aheadMs() - aheadMs) >= JUMP_MIN_MS;
  }

  #read(userId: string | null, read: () => Promise<Settings>): Promise<Settings> {
    const look = { settings: read(), aheadMs: this.#aheadMs() };
    this.#looks.set(userId, look);
    look.settings.catch(() => {
      if (this.#looks.get(userId) === look) this.drop(userId);
    });
    return look.settings;
  }

  #aheadMs(): number {
    return this.#clock.now() - this.#clock.monotonic();
  }
}
