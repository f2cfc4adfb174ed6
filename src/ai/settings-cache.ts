// What was read of each user, kept for a short while. It knows nothing of what it keeps.
import type { Clock } from "../clock.ts";

export interface SettingsCacheDeps {
  clock: Clock;
  lifeMs: number;
  /** Most users it keeps; the longest unused one goes first. */
  usersMax: number;
}

interface Kept<Settings> {
  settings: Promise<Settings>;
  readAt: number;
}

export class SettingsCache<Settings> {
  readonly #deps: SettingsCacheDeps;
  /** The longest unused first. */
  readonly #kept = new Map<string | null, Kept<Settings>>();

  constructor(deps: SettingsCacheDeps) {
    this.#deps = deps;
  }

  /** What is kept of the user (null: of the system), else what `read` gives. Reads that meet share one look. */
  get(userId: string | null, read: () => Promise<Settings>): Promise<Settings> {
    const known = this.#kept.get(userId);
    if (known === undefined || this.#isOld(known)) return this.#read(userId, read);
    this.#keep(userId, known);
    return known.settings;
  }

  /** A look that is under way is not kept either: it may have seen what was before. */
  drop(userId: string | null): void {
    this.#kept.delete(userId);
  }

  clear(): void {
    this.#kept.clear();
  }

  /** What was read by a clock that has been set since may name moments that have moved. */
  #isOld({ readAt }: Kept<Settings>): boolean {
    const ageMs = this.#deps.clock.now() - readAt;
    return ageMs < 0 || ageMs >= this.#deps.lifeMs;
  }

  #read(userId: string | null, read: () => Promise<Settings>): Promise<Settings> {
    const kept = { settings: read(), readAt: this.#deps.clock.now() };
    this.#keep(userId, kept);
    kept.settings.catch(() => {
      if (this.#kept.get(userId) === kept) this.drop(userId);
    });
    return kept.settings;
  }

  #keep(userId: string | null, kept: Kept<Settings>): void {
    this.#kept.delete(userId);
    this.#kept.set(userId, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#deps.usersMax && oldest !== undefined) this.#kept.delete(oldest);
  }
}
