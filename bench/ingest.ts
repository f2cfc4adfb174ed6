// What keeping a webhook costs: signed bodies of 2 KB into the real server over 64 keep-alive connections, in turns with
// the store as it is (one fsynced commit before the answer) and with a store that keeps nothing. Both are the same
// process, the same route and the same bytes. Read the ratio: it says how much of the bare route's pace durability
// leaves; k/s depend on the machine. Nothing closes meanwhile. Usage: bun bench/ingest.ts [pairs] [seconds per round]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { railsJson, sampleMessage, signBody } from "../src/chatwoot/sample.ts";
import { median, ms, print, printGoal, quantile } from "./figures.ts";
import { startChild } from "./child.ts";
import type { DaemonCalls, Storage } from "./daemon.ts";
import { type Load, type Requests, sendLoad } from "./http-load.ts";

const CONNECTION_COUNT = 64;
const CONVERSATION_COUNT = 5_000;
/** Requests made ready for a pair of rounds: more than a second's worth of the bare route each. */
const REQUESTS_PER_SECOND_MAX = 40_000;
const SECRET = "bench-webhook-secret-0001";
const TEXT = "Bom dia! Quanto custa o azul, e chega até sexta?";
const RATIO_GOAL = 0.35;
/** Buffers stay open for so long that none closes while intake is measured. */
export const SETTINGS = {
  PORT: "0",
  CHATWOOT_WEBHOOK_SECRET: SECRET,
  MESSAGE_BUFFER_DURATION_MS: "600000",
  MAX_BUFFER_AGE_MS: "3600000",
  MAX_BUFFER_SIZE: "500",
};

if (import.meta.main) await run(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 3));

async function run(pairCount: number, roundSeconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lull-bench-"));
  const env = { ...SETTINGS, LULL_DATA_DIR: join(folder, "data") };
  const daemon = await startChild<DaemonCalls>(
    join(import.meta.dir, "daemon.ts"),
    env,
    join(folder, "lull.log"),
  );
  try {
    const address = await daemon.ask("address");
    const loads: Record<Storage, Load[]> = { durable: [], "no-op": [] };
    let messageId = 0;
    let sentCount = 0;
    for (let pair = 0; pair <= pairCount; pair++) {
      const requests = makeRequests(address, messageId, roundSeconds * REQUESTS_PER_SECOND_MAX);
      messageId += requests.length;
      const order: Storage[] = pair % 2 === 0 ? ["durable", "no-op"] : ["no-op", "durable"];
      for (const storage of order) {
        await daemon.ask("setStorage", storage);
        const load = await sendLoad(address, requests, CONNECTION_COUNT, roundSeconds * 1_000);
        if (storage === "durable") sentCount += load.answerCount;
        // The first pair only warms up.
        if (pair > 0) loads[storage].push(load);
        print(`${pair === 0 ? "warm-up" : `pair ${pair}`}  ${storage.padEnd(7)}  ${describe(load)}`);
      }
    }
    const storedCount = await daemon.ask("storedCount");
    print();
    report(loads);
    print(`acknowledged durably: ${sentCount}, in the database: ${storedCount}`);
  } finally {
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Distinct messages over many conversations, signed beforehand so that signing does not count. */
export function makeRequests(address: string, firstId: number, count: number): Requests {
  const host = new URL(address).host;
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const messageId = firstId + index + 1;
    const contactId = 1 + (messageId % CONVERSATION_COUNT);
    const body = railsJson(
      sampleMessage({
        accountId: 3,
        inboxId: 5,
        conversationId: contactId,
        createdAt: now,
        contact: { id: contactId, name: "Cliente", phoneNumber: `+55119${10_000_000 + contactId}` },
        messageId,
        direction: "incoming",
        content: TEXT,
      }),
    );
    const bytes = Buffer.byteLength(body);
    const headers = {
      host,
      "content-type": "application/json",
      "content-length": String(bytes),
      ...signBody(SECRET, Math.floor(now / 1000), body, `bench-${messageId}`),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.from(`POST /webhooks/chatwoot HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  });
}

function describe(load: Load): string {
  const pace = `${kiloPerSecond(load).toFixed(1)} k/s`.padStart(9);
  return `${pace}   answer p50 ${ms(median(load.answerMs))}  p99 ${ms(quantile(load.answerMs, 0.99))}`;
}

function kiloPerSecond({ answerCount, elapsedMs }: Load): number {
  return answerCount / elapsedMs;
}

function report(loads: Record<Storage, Load[]>): void {
  for (const storage of ["durable", "no-op"] as const) {
    const answers = loads[storage].flatMap((load) => load.answerMs);
    const pace = median(loads[storage].map(kiloPerSecond)).toFixed(1);
    print(
      `${storage.padEnd(7)}  median ${pace} k/s   answer p50 ${ms(median(answers))}  p99 ${ms(quantile(answers, 0.99))}`,
    );
  }
  const ratios = loads.durable.map((load, index) => {
    const bare = loads["no-op"][index];
    return bare === undefined ? NaN : kiloPerSecond(load) / kiloPerSecond(bare);
  });
  const [least, middle, most] = [Math.min(...ratios), median(ratios), Math.max(...ratios)];
  const words = `median ${middle.toFixed(2)}, min ${least.toFixed(2)}, max ${most.toFixed(2)}`;
  printGoal("ratio durable / no-op", words, `≥ ${RATIO_GOAL}`, middle >= RATIO_GOAL);
}
