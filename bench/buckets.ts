// Whose bucket is it? The bucket service over HTTP with a hundred thousand users' buckets in the database, and with a store
// of objects that hangs. Usage: bun bench/buckets.ts [users] [calls]; LULL_BINARY names the executable, else the sources run.
import { join } from "node:path";
import { systemClock } from "../src/clock.ts";
import { KEY_VERSION } from "../src/identity/phone.ts";
import { openRaw } from "../test/db/sqlite-pair.ts";
import { GcsDouble } from "../test/doubles/gcs.ts";
import { type Daemon, endDaemons, startDaemon } from "../test/harness/daemon.ts";
import { DAEMON_ADMIN_TOKEN } from "../test/harness/executable.ts";
import { ms, print, printGoal, quantile } from "./figures.ts";
import { sendLoad } from "./http-load.ts";

const GOAL_MS = 2;
const HANGING_GOAL_MS = 2_000;
/** Users without a bucket, beside those with one. */
const NEW_USERS = 1_000;
const LIMIT_MS = 120_000;
/** Calls whose code is not compiled yet. */
const WARM_UP = 500;

if (import.meta.main) await run(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 5_000));

async function run(userCount: number, callCount: number): Promise<void> {
  const gcs = await GcsDouble.open({ account: null, now: () => systemClock().now() });
  try {
    const env = { GCS_PROJECT_ID: "project-1", GCS_API_ENDPOINT: gcs.url };
    const first = await startDaemon({ env });
    const { dataDir } = first;
    await first.stop();
    fill(join(dataDir, "lull.db"), userCount);
    const daemon = await startDaemon({ env, dataDir });
    print(`${userCount} buckets of users, ${callCount} calls of each kind, one after another`);
    await measureKnown(daemon, userCount, callCount);
    gcs.outage = "hang";
    await measureNew(daemon, userCount);
    await daemon.stop();
  } finally {
    await endDaemons();
    await gcs.close();
  }
}

async function measureKnown(daemon: Daemon, userCount: number, callCount: number): Promise<void> {
  // Scattered, so that neither the identities nor the pages of the database are at hand.
  const known = (call: number): number => (call * 7_919) % userCount;
  const calls = {
    "get-bucket by user": (call: number) => ({ action: "get-bucket", userId: userIdOf(known(call)) }),
    "get-bucket by number": (call: number) => ({
      action: "get-bucket",
      whatsappNumber: numberOf(known(call)),
    }),
    "identify-and-ensure-bucket by user": (call: number) => ({
      action: "identify-and-ensure-bucket",
      userId: userIdOf(known(call)),
    }),
    "identify-and-ensure-bucket by number": (call: number) => ({
      action: "identify-and-ensure-bucket",
      whatsappNumber: numberOf(known(call)),
    }),
  };
  for (const [name, bodyOf] of Object.entries(calls)) {
    await ask(
      daemon,
      "user-bucket-service",
      Array.from({ length: WARM_UP }, (_, call) => bodyOf(call)),
      1,
    );
    const before = await lookUps(daemon);
    const bodies = Array.from({ length: callCount }, (_, call) => bodyOf(WARM_UP + call));
    report(name, await ask(daemon, "user-bucket-service", bodies, 1), GOAL_MS);
    reportLookUps(before, await lookUps(daemon));
  }
}

async function measureNew(daemon: Daemon, userCount: number): Promise<void> {
  const bodies = Array.from({ length: NEW_USERS }, (_, nth) => ({ userId: userIdOf(userCount + nth) }));
  const made = await ask(daemon, "create-user-bucket", bodies, 8);
  report(`${NEW_USERS} new users while the store hangs, 8 at once`, made, HANGING_GOAL_MS);
  const again = await ask(daemon, "create-user-bucket", bodies, 8);
  report("the same users again", again, HANGING_GOAL_MS);
}

function report(name: string, times: readonly number[], goalMs: number): void {
  const [middle, late] = [quantile(times, 0.5), quantile(times, 0.99)];
  const measured = `p50 ${middle.toFixed(2)} ms, p99 ${late.toFixed(2)} ms, max ${ms(Math.max(...times))}`;
  printGoal(name, measured, `p99 ≤ ${goalMs} ms`, late <= goalMs);
}

/** Gives the time of each answer. */
async function ask(
  daemon: Daemon,
  path: string,
  bodies: readonly object[],
  connectionCount: number,
): Promise<number[]> {
  const requests = bodies.map((body) => {
    const text = JSON.stringify(body);
    return Buffer.from(
      `POST /functions/v1/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${DAEMON_ADMIN_TOKEN}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
  });
  return (await sendLoad(daemon.address, requests, connectionCount, LIMIT_MS)).answerMs;
}

/** How many look-ups took at most so many seconds, by the daemon's own metric. */
async function lookUps(daemon: Daemon): Promise<Map<string, number>> {
  const text = await (await fetch(`${daemon.address}/metrics`)).text();
  const lines = [...text.matchAll(/^lull_bucket_operation_seconds_bucket\{(.*)\} (\d+)$/gm)];
  return new Map(
    lines.flatMap(([, labels = "", count]) => {
      const le = /\ble="([^"]+)"/.exec(labels)?.[1];
      return labels.includes('op="lookup"') && le !== undefined ? [[le, Number(count)] as const] : [];
    }),
  );
}

function reportLookUps(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
  const since = (le: string): number => (after.get(le) ?? 0) - (before.get(le) ?? 0);
  const shares = ["0.001", "0.005", "0.01"].map(
    (le) => `${((since(le) / since("+Inf")) * 100).toFixed(2)} % ≤ ${Number(le) * 1000} ms`,
  );
  print(`  of ${since("+Inf")} look-ups themselves ${shares.join(", ")}`);
}

function userIdOf(index: number): string {
  return `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
}

/** Distinct Brazilian mobiles of area codes that begin with 1. */
function numberOf(index: number): string {
  return `+55${11 + (index % 9)}9${String(10_000_000 + Math.floor(index / 9)).padStart(8, "0")}`;
}

/** Straight into the file: a hundred thousand commits would only measure the disk. */
function fill(path: string, userCount: number): void {
  const db = openRaw(path);
  const addUser = db.query(
    "INSERT INTO users (public_id, name, created_at, updated_at) VALUES (?, 'user', 0, 0)",
  );
  const addNumber =
    db.query(`INSERT INTO whatsapp_user_mapping (public_id, user_id, whatsapp_number, phone_key,
    key_version, is_verified, source, verified_at, created_at) VALUES (?, ?, ?, ?, ?, 1, 'admin', 0, 0)`);
  const addBucket = db.query(`INSERT INTO buckets (name, kind, source, state, due_at, created_at, ready_at)
    VALUES (?, 'user', 'made', 'ready', 0, 0, 0)`);
  const addMapping =
    db.query(`INSERT INTO user_bucket_mapping (public_id, user_id, bucket_name, created_at, updated_at)
    VALUES (?, ?, ?, 0, 0)`);
  db.transaction(() => {
    for (let index = 0; index < userCount + NEW_USERS; index++) {
      const [userId, bucketName] = [userIdOf(index), `lull-user-${String(index).padStart(32, "0")}`];
      addUser.run(userId);
      if (index >= userCount) continue;
      addNumber.run(`number-${index}`, userId, numberOf(index), numberOf(index), KEY_VERSION);
      addBucket.run(bucketName);
      addMapping.run(`mapping-${index}`, userId, bucketName);
    }
  })();
  db.close();
}
