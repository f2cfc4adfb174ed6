// From the end of the silence to the reply: customers write bursts of three messages through real webhooks, the model
// answers after a known time, and the reply counts from the moment it stands in Chatwoot's own ledger. Daemon, Chatwoot
// and model are three sockets apart; the model's time is subtracted. Usage: bun bench/reply.ts [turns] [model ms]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, ms, print, printGoal, quantile } from "./figures.ts";
import { startPair } from "./pair.ts";

const SILENCE_MS = 1_000;
const MESSAGE_COUNT = 3;
/** Turns that come due in one second; fewer when the model is slow, so that no turn waits for another. */
const TURNS_PER_SECOND_MAX = 20;
/** Turns under way at once: half of what AI_MAX_CONCURRENCY allows. */
const TURNS_AT_ONCE_MAX = 8;
const GOAL_MS = 500;
/** Replies that take longer than this after the last message are stuck. */
const WAIT_LIMIT_MS = 30_000;

if (import.meta.main) await run(Number(process.argv[2] ?? 300), Number(process.argv[3] ?? 200));

async function run(turnCount: number, modelMs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lull-bench-"));
  const pair = await startPair(folder, modelMs, { MESSAGE_BUFFER_DURATION_MS: String(SILENCE_MS) });
  try {
    const turnsPerSecond = Math.min(TURNS_PER_SECOND_MAX, (TURNS_AT_ONCE_MAX * 1_000) / modelMs);
    const spreadMs = (turnCount / turnsPerSecond) * 1_000;
    const talk = {
      firstConversation: 1,
      conversationCount: turnCount,
      messageCount: MESSAGE_COUNT,
      spreadMs,
    };
    const talks = await pair.world.ask("talk", pair.address, talk);
    const repliedAt = await waitForReplies(pair.world, turnCount);
    const waits = talks.map(
      ({ conversation, dueAt }) => (repliedAt.get(conversation) ?? NaN) - dueAt - modelMs,
    );
    print(
      `${turnCount} turns of ${MESSAGE_COUNT} messages, ${turnsPerSecond.toFixed(1)} a second, model ${modelMs} ms`,
    );
    report(waits);
  } finally {
    await pair.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function waitForReplies(
  world: Awaited<ReturnType<typeof startPair>>["world"],
  turnCount: number,
): Promise<Map<number, number>> {
  const giveUpAt = performance.now() + WAIT_LIMIT_MS;
  for (;;) {
    const replies = await world.ask("replies");
    const repliedAt = new Map(replies.map(({ conversation, at }) => [conversation, at]));
    if (replies.length > repliedAt.size) throw new Error("a conversation got two replies");
    if (repliedAt.size >= turnCount) return repliedAt;
    if (performance.now() > giveUpAt) throw new Error(`only ${repliedAt.size} replies came`);
    await Bun.sleep(200);
  }
}

function report(waits: readonly number[]): void {
  const p99 = quantile(waits, 0.99);
  const max = Math.max(...waits);
  print(
    `end of silence → reply posted, less the model: p50 ${ms(median(waits))}  p99 ${ms(p99)}  max ${ms(max)}`,
  );
  printGoal("reply p99", ms(p99), `≤ ${GOAL_MS} ms`, p99 <= GOAL_MS);
}
