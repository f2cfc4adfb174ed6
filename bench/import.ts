// 100,000 rows of an older system, mixed tables as CSV, taken in by `lull import` while the daemon runs, twice; messages go on
// being acknowledged meanwhile. Usage: bun bench/import.ts [rows]; LULL_BINARY names the executable, else the sources run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDaemon, endDaemons, type Daemon } from "../test/harness/daemon.ts";
import type { Imported } from "../test/import/exports.ts";
import { writeExport } from "../test/import/many.ts";
import { ms, print, printGoal, quantile } from "./figures.ts";

const GOAL_S = 10;
const ACKNOWLEDGED_GOAL_MS = 50;
const PAUSE_MS = 20;

if (import.meta.main) await run(Number(process.argv[2] ?? 100_000));

async function run(rowCount: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lull-bench-import-"));
  try {
    const written = Object.values(writeExport(folder, rowCount)).reduce((sum, count) => sum + count, 0);
    const daemon = await startDaemon();
    for (const turn of ["first", "second"]) await measure(daemon, folder, turn, written);
    await daemon.stop();
  } finally {
    await endDaemons();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(daemon: Daemon, folder: string, turn: string, written: number): Promise<void> {
  const writing = new AbortController();
  const acknowledged = acknowledge(daemon, turn, writing.signal);
  const startedAt = performance.now();
  const { tables, refused } = await importFolder(daemon, folder);
  const seconds = (performance.now() - startedAt) / 1_000;
  writing.abort();
  const sum = (of: "added" | "changed" | "unchanged") =>
    Object.values(tables).reduce((all, counts) => all + counts[of], 0);
  print(
    `${turn}: ${written} rows, ${sum("added")} added, ${sum("changed")} changed, ${sum("unchanged")} there already, ${refused.length} refused`,
  );
  printGoal(`${turn} run`, `${seconds.toFixed(1)} s`, `≤ ${GOAL_S} s`, seconds <= GOAL_S);
  const p99 = quantile(await acknowledged, 0.99);
  printGoal(
    "messages acknowledged meanwhile, p99",
    ms(p99),
    `≤ ${ACKNOWLEDGED_GOAL_MS} ms`,
    p99 <= ACKNOWLEDGED_GOAL_MS,
  );
}

async function importFolder(daemon: Daemon, folder: string): Promise<Imported> {
  const binary = process.env["LULL_BINARY"];
  const command =
    binary === undefined ? [process.execPath, join(import.meta.dir, "../src/main.ts")] : [binary];
  const child = Bun.spawn([...command, "import", folder, "--json"], {
    env: { ...process.env, LULL_DATA_DIR: daemon.dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
  if (code !== 0) throw new Error(`lull import ended with ${code}`);
  return JSON.parse(text) as Imported;
}

/** Sends messages one after another until told to end; gives how long each took to be acknowledged, in ms. */
async function acknowledge(daemon: Daemon, turn: string, signal: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  for (let nth = 1; !signal.aborted; nth++) {
    const id = (turn === "first" ? 10_000_000 : 20_000_000) + nth;
    const startedAt = performance.now();
    const { status } = await daemon.ask("/webhooks/chatwoot", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(messageBody(id)),
    });
    if (status !== 200) throw new Error(`a message was answered with ${status}`);
    took.push(performance.now() - startedAt);
    await Bun.sleep(PAUSE_MS);
  }
  return took;
}

function messageBody(id: number): unknown {
  return {
    event: "message_created",
    id,
    content: `message ${id}`,
    message_type: "incoming",
    conversation: { id, status: "pending", channel: "Channel::Whatsapp" },
    sender: { id, name: "C", phone_number: "+5521999990000" },
  };
}
