// What customers notice of retention: webhooks at a steady pace into the real server while it forgets 1,000,000 old rows, beside
// the same pace without. Every answer waits for its durable commit; times count from when each should have been on its way.
// Usage: bun bench/retention.ts [old rows] [webhooks a second]
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS } from "../src/clock.ts";
import { startChild } from "./child.ts";
import type { DaemonCalls } from "./daemon.ts";
import { median, ms, print, printGoal, quantile } from "./figures.ts";
import { type Load, sendPaced } from "./http-load.ts";
import { makeRequests, SETTINGS } from "./ingest.ts";
import { addOldRows, oldRowCount, ROWS_PER_BUFFER } from "./old-rows.ts";

const CONNECTION_COUNT = 64;
/** Without the clean-up, for comparison. */
const ALONE_SECONDS = 15;
const SECONDS_MAX = 300;
const LOOK_MS = 500;
const P99_GOAL_MS = 50;
const ADMIN_TOKEN = "bench-admin-token-0001";

if (import.meta.main) await run(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 300));

async function run(rowCount: number, perSecond: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lull-bench-"));
  const env = { ...SETTINGS, LULL_DATA_DIR: join(folder, "data"), LULL_ADMIN_TOKEN: ADMIN_TOKEN };
  const path = join(folder, "data", "lull.db");
  const start = () =>
    startChild<DaemonCalls>(join(import.meta.dir, "daemon.ts"), env, join(folder, "lull.log"));
  try {
    await (await start()).stop();
    const endedAt = Date.now() - 40 * DAY_MS;
    addOldRows(path, Math.ceil(rowCount / ROWS_PER_BUFFER), endedAt);
    print(`${oldRowCount(path, endedAt)} old rows, ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`);
    const daemon = await start();
    try {
      await measure(await daemon.ask("address"), perSecond, path, endedAt);
    } finally {
      await daemon.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(address: string, perSecond: number, path: string, endedAt: number): Promise<void> {
  const requests = makeRequests(address, 0, perSecond * (ALONE_SECONDS + SECONDS_MAX));
  const aloneCount = perSecond * ALONE_SECONDS;
  const alone = await sendPaced(
    address,
    requests.slice(0, aloneCount),
    CONNECTION_COUNT,
    perSecond,
    () => false,
  );
  const before = oldRowCount(path, endedAt);
  let isOver = false;
  const startedAt = performance.now();
  const cleaning = cleanUp(address).finally(() => (isOver = true));
  const rest = requests.slice(aloneCount);
  const beside = await sendPaced(address, rest, CONNECTION_COUNT, perSecond, () => isOver);
  await cleaning;
  const seconds = (performance.now() - startedAt) / 1_000;
  const goneCount = before - oldRowCount(path, endedAt);
  print(`alone              ${describe(alone)}`);
  print(`beside retention   ${describe(beside)}`);
  print(`${goneCount} rows gone in ${seconds.toFixed(1)} s: ${(goneCount / seconds).toFixed(0)} rows/s`);
  const p99 = quantile(beside.answerMs, 0.99);
  printGoal("answer p99 beside retention", ms(p99), `≤ ${P99_GOAL_MS} ms`, p99 <= P99_GOAL_MS);
}

/** Runs the clean-up as the schedule would, and resolves when it is done. */
async function cleanUp(address: string): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const ask = async (method: string, path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${address}/admin/schedules/cleanup-buffers${path}`, { method, headers });
    return ((await response.json()) as { data: Record<string, unknown> }).data;
  };
  let run = await ask("POST", "/run");
  while (run["state"] === "running") {
    await Bun.sleep(LOOK_MS);
    run = await ask("GET", `/runs/${String(run["id"])}`);
  }
  if (run["state"] !== "succeeded") throw new Error(`the clean-up ended as ${JSON.stringify(run)}`);
}

function describe(load: Load): string {
  const pace = (load.answerCount / (load.elapsedMs / 1_000)).toFixed(0).padStart(5);
  const [p50, p99] = [median(load.answerMs), quantile(load.answerMs, 0.99)];
  return `${pace}/s   answer p50 ${ms(p50)}  p99 ${ms(p99)}  longest ${ms(quantile(load.answerMs, 1))}`;
}
