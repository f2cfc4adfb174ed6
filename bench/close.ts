// How late buffers close: 1,000 conversations whose deadlines fall into one second, with the real clock, real SQLite and
// the whole daemon, while the turns of those that closed already run against a model and a Chatwoot behind sockets.
// Lateness is taken once the closing transaction is durable. Beside it stands what the daemon says of itself in
// lull_buffer_timer_lag_seconds, taken just before that transaction. Usage: bun bench/close.ts [rounds] [model ms]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPair } from "./pair.ts";
import { median, ms, print, printGoal, quantile } from "./figures.ts";

const BUFFER_COUNT = 1_000;
const SPREAD_MS = 1_000;
const SILENCE_MS = 2_000;
const LATENESS_GOAL_MS = 50;
/** A round that takes longer than this is stuck. */
const ROUND_LIMIT_MS = 60_000;

if (import.meta.main) await run(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 500));

async function run(roundCount: number, modelMs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lull-bench-"));
  const pair = await startPair(folder, modelMs, { MESSAGE_BUFFER_DURATION_MS: String(SILENCE_MS) });
  try {
    const all: number[] = [];
    for (let round = 1; round <= roundCount; round++) {
      const lateness = await closeMany(pair, 1 + (round - 1) * BUFFER_COUNT);
      print(`round ${round}  ${describe(lateness)}`);
      all.push(...lateness);
    }
    print();
    print(`all ${all.length}  ${describe(all)}`);
    await printLag(pair.address);
    const p99 = quantile(all, 0.99);
    printGoal("lateness p99", ms(p99), `≤ ${LATENESS_GOAL_MS} ms`, p99 <= LATENESS_GOAL_MS);
  } finally {
    await pair.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function closeMany(
  { world, daemon, address }: Awaited<ReturnType<typeof startPair>>,
  firstConversation: number,
): Promise<number[]> {
  const talk = { firstConversation, conversationCount: BUFFER_COUNT, messageCount: 1, spreadMs: SPREAD_MS };
  await world.ask("talk", address, talk);
  const lateness: number[] = [];
  const giveUpAt = performance.now() + ROUND_LIMIT_MS;
  while (lateness.length < BUFFER_COUNT) {
    if (performance.now() > giveUpAt) throw new Error(`only ${lateness.length} buffers closed`);
    await Bun.sleep(500);
    lateness.push(...(await daemon.ask("takeLateness")));
  }
  return lateness;
}

function describe(lateness: readonly number[]): string {
  const max = Math.max(...lateness);
  return `lateness p50 ${ms(median(lateness))}  p99 ${ms(quantile(lateness, 0.99))}  max ${ms(max)}`;
}

/** The histogram of /metrics: how many closings lie under each bound. */
async function printLag(address: string): Promise<void> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const bounds = [...text.matchAll(/^lull_buffer_timer_lag_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm)];
  const total = Number(bounds.at(-1)?.[2] ?? NaN);
  const words = bounds
    .slice(0, 4)
    .map(([, bound, count]) => `≤ ${Number(bound) * 1000} ms ${share(Number(count), total)}`);
  print(`lull_buffer_timer_lag_seconds of ${total}: ${words.join(", ")}`);
}

function share(count: number, total: number): string {
  return `${((100 * count) / total).toFixed(1)} %`;
}
