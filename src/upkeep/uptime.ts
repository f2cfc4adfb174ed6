// How much of the time lull was there: it says so once a minute, and at its next start knows how long it was away.
import { DAY_MS, MINUTE_MS } from "../clock.ts";
import type { SettingsStore } from "../db/store-settings.ts";
import { Service, type ServiceDeps } from "../service.ts";
import { share } from "./share.ts";

export interface UptimeDeps extends Omit<ServiceDeps, "pollMs"> {
  store: Pick<SettingsStore, "setting" | "saveSetting">;
}

interface Seen {
  firstAt: number;
  lastAt: number;
  /** When nobody was there, the oldest first. */
  gaps: { from: number; to: number }[];
}

const SETTING = "uptime";
const GAPS_MAX = 1_000;
const GAP_AGE_MAX_MS = 366 * DAY_MS;

export class Uptime extends Service {
  readonly #deps: UptimeDeps;
  #seen: Seen | null = null;

  constructor(deps: UptimeDeps) {
    super({ ...deps, pollMs: MINUTE_MS }, "uptime");
    this.#deps = deps;
  }

  /** The share (0–1) of the time since this moment, or since lull was first there; null before it said so once. */
  shareSince(since: number, now: number): number | null {
    if (this.#seen === null) return null;
    const { firstAt, gaps } = this.#seen;
    const from = Math.max(since, firstAt);
    const awayMs = gaps.reduce((sum, gap) => sum + Math.max(0, gap.to - Math.max(gap.from, from)), 0);
    return share(now - from - awayMs, now - from);
  }

  async runOnce(): Promise<number> {
    const now = this.#deps.clock.now();
    const seen = this.#seen ?? (await this.#comeBack(now));
    this.#seen = { ...seen, lastAt: now };
    await this.#deps.store.saveSetting(SETTING, JSON.stringify(this.#seen), now);
    return 1;
  }

  /** The last word: what comes after it is time away. */
  override async stop(): Promise<void> {
    await super.stop();
    if (this.#seen !== null) await this.runOnce();
    this.#seen = null;
  }

  async #comeBack(now: number): Promise<Seen> {
    const kept = await this.#deps.store.setting(SETTING);
    if (kept === null) return { firstAt: now, lastAt: now, gaps: [] };
    const { firstAt, lastAt, gaps } = JSON.parse(kept) as Seen;
    const recent = gaps.filter(({ to }) => to > now - GAP_AGE_MAX_MS);
    return {
      firstAt,
      lastAt,
      gaps: [...recent, { from: lastAt, to: Math.max(lastAt, now) }].slice(-GAPS_MAX),
    };
  }
}
