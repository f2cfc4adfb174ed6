// What customers notice of upkeep: webhooks at a steady pace into the real server while it backs up, checks and then forgets
// 1,000,000 old rows, beside the same pace without. Every answer waits for its durable commit; times count from when each
// should have been on its way.
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
const SLICE_SECONDS = 30;
const LOOK_MS = 500;
const P99_GOAL_MS = 50;
const ADMIN_TOKEN = "bench-admin-token-0001";

if (import.meta.main) await measureAll(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 300));

async function measureAll(rowCount: number, perSecond: number): Promise<void> {
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
  let messageId = 0;
  /** Some seconds' worth at a time: what is signed must not grow old before it is sent. */
  async function load(isOver: () => boolean): Promise<Load> {
    const whole: Load = { answerCount: 0, elapsedMs: 0, answerMs: [] };
    while (!isOver()) {
      const requests = makeRequests(address, messageId, perSecond * SLICE_SECONDS);
      messageId += requests.length;
      const part = await sendPaced(address, requests, CONNECTION_COUNT, perSecond, isOver);
      whole.answerCount += part.answerCount;
      whole.elapsedMs += part.elapsedMs;
      whole.answerMs.push(...part.answerMs);
    }
    return whole;
  }
  const aloneUntil = performance.now() + ALONE_SECONDS * 1_000;
  print(`${"alone".padEnd(22)} ${describe(await load(() => performance.now() > aloneUntil))}`);
  for (const task of ["backup", "integrity", "cleanup-buffers"]) {
    const before = oldRowCount(path, endedAt);
    let isOver = false;
    const startedAt = performance.now();
    const work = run(address, task).finally(() => (isOver = true));
    const beside = await load(() => isOver);
    await work;
    const seconds = (performance.now() - startedAt) / 1_000;
    print(`${`beside ${task}`.padEnd(22)} ${describe(beside)}   ${seconds.toFixed(1)} s`);
    const goneCount = before - oldRowCount(path, endedAt);
    if (goneCount > 0) print(`${goneCount} rows gone: ${(goneCount / seconds).toFixed(0)} rows/s`);
    const p99 = quantile(beside.answerMs, 0.99);
    printGoal(`answer p99 beside ${task}`, ms(p99), `≤ ${P99_GOAL_MS} ms`, p99 <= P99_GOAL_MS);
  }
}

/** Runs a task of the schedule, and resolves when it is done. */
async function run(address: string, task: string): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const ask = async (method: string, path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${address}/admin/schedules/${task}${path}`, { method, headers });
    return ((await response.json()) as { data: Record<string, unknown> }).data;
  };
  let row = await ask("POST", "/run");
  while (row["state"] === "running") {
    await Bun.sleep(LOOK_MS);
    row = await ask("GET", `/runs/${String(row["id"])}`);
  }
  if (row["state"] !== "succeeded") throw new Error(`${task} ended as ${JSON.stringify(row)}`);
}

function describe(load: Load): string {
  const pace = (load.answerCount / (load.elapsedMs / 1_000)).toFixed(0).padStart(5);
  const [p50, p99] = [median(load.answerMs), quantile(load.answerMs, 0.99)];
  return `${pace}/s   answer p50 ${ms(p50)}  p99 ${ms(p99)}  longest ${ms(quantile(load.answerMs, 1))}`;
}
