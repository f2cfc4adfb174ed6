// Who wrote this? The resolver over a database with a million numbers, cached and uncached, and the five look-ups each needs.
// Usage: bun bench/identity.ts [numbers] [look-ups]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SteadyClock, systemClock } from "../src/clock.ts";
import { openSqliteStore } from "../src/db/sqlite.ts";
import { addressesOf } from "../src/identity/address.ts";
import { KEY_VERSION } from "../src/identity/phone.ts";
import { Resolver } from "../src/identity/resolver.ts";
import { createLog } from "../src/log.ts";
import { openMetrics } from "../src/metrics.ts";
import { systemRandom } from "../src/random.ts";
import { openRaw } from "../test/db/sqlite-pair.ts";
import { print, printGoal, quantile } from "./figures.ts";

const CACHED_GOAL_US = 50;
const UNCACHED_GOAL_US = 300;
const NUMBERS_PER_USER = 10;
/** Numbers that are asked again and again: they fit the cache. */
const REGULARS = 1_000;

if (import.meta.main) await run(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 20_000));

async function run(numberCount: number, lookupCount: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lull-bench-"));
  const path = join(folder, "lull.db");
  const store = openSqliteStore({ path, random: systemRandom() });
  try {
    const connectionKey = await store.ensureConnection("default", 0);
    fill(path, numberCount);
    const resolver = new Resolver({
      store,
      clock: new SteadyClock(systemClock()),
      log: createLog(() => {}),
      metrics: openMetrics("bench"),
      accountIdOf: () => 1,
    });
    const time = (index: number) => timeOne(resolver, connectionKey, numberOf(index));
    for (let index = 0; index < REGULARS; index++) await time(index);
    const cached: number[] = [];
    const uncached: number[] = [];
    // Side by side, so that whatever else the machine does falls on both.
    for (let lookup = 0; lookup < lookupCount; lookup++) {
      uncached.push(await time(REGULARS + ((lookup * 7919) % (numberCount - REGULARS))));
      cached.push(await time(lookup % REGULARS));
    }
    print(`${numberCount} numbers stored, ${lookupCount} look-ups of each kind, text → key included`);
    report("cached", cached, CACHED_GOAL_US);
    report("uncached", uncached, UNCACHED_GOAL_US);
    print(`ratio of the medians: ${(quantile(cached, 0.5) / quantile(uncached, 0.5)).toFixed(2)}`);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(name: string, times: readonly number[], goalUs: number): void {
  const [middle, late] = [quantile(times, 0.5), quantile(times, 0.99)];
  const measured = `p50 ${middle.toFixed(0)} µs, p99 ${late.toFixed(0)} µs`;
  printGoal(name, measured, `p50 ≤ ${goalUs} µs`, middle <= goalUs);
}

async function timeOne(resolver: Resolver, connectionKey: number, phone: string): Promise<number> {
  const startedAt = performance.now();
  const addresses = addressesOf({ contactId: 1, phone, sourceId: phone.slice(1), identifier: null });
  const place = { contactId: 1, conversationId: 1, subjectId: "bench" };
  const { userId } = await resolver.identify({ connectionKey, addresses, ...place });
  const tookUs = (performance.now() - startedAt) * 1000;
  if (userId === null) throw new Error("a stored number was not found");
  return tookUs;
}

/** Distinct Brazilian mobiles of all area codes that begin with 1. */
function numberOf(index: number): string {
  return `+55${11 + (index % 9)}9${String(10_000_000 + Math.floor(index / 9)).padStart(8, "0")}`;
}

/** Straight into the file: a million commits would only measure the disk. */
function fill(path: string, numberCount: number): void {
  const db = openRaw(path);
  const addUser = db.query("INSERT INTO users (public_id, name, created_at, updated_at) VALUES (?, ?, 0, 0)");
  const addMapping =
    db.query(`INSERT INTO whatsapp_user_mapping (public_id, user_id, whatsapp_number, phone_key,
    key_version, is_verified, source, verified_at, created_at) VALUES (?, ?, ?, ?, ?, 1, 'admin', 0, 0)`);
  db.transaction(() => {
    for (let index = 0; index < numberCount; index++) {
      const userId = `user-${Math.floor(index / NUMBERS_PER_USER)}`;
      if (index % NUMBERS_PER_USER === 0) addUser.run(userId, userId);
      addMapping.run(`mapping-${index}`, userId, numberOf(index), numberOf(index), KEY_VERSION);
    }
  })();
  db.close();
}
