// A data folder without room: a small disk in memory, filled up for real.
import { afterAll, afterEach, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Daemon, endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary } from "../harness/executable.ts";
import { endOutside, openOutside, type WebhookAnswer } from "../harness/outside.ts";

binary();

/** Three young databases, each with its write-ahead log, and a little. */
const DISK_BYTES = 24 * 1024 * 1024;
/** Enough to find the end of what the write-ahead log has room for already. */
const TRIES_MAX = 300;
const HASTY = {
  MESSAGE_BUFFER_DURATION_MS: "100",
  BUFFER_PROCESSING_INTERVAL_MS: "200",
  LULL_SEND_SETTLE_MS: "1000",
};
const LONG_TEXT = "x".repeat(3_000);

const disk = mkdtempSync(join(tmpdir(), "lull-disk-"));
const FILLING = join(disk, "filling");
const whyNot = mountDisk();
if (whyNot !== null) console.log(`skipped: ${whyNot}, so no disk can be filled up`);

afterEach(emptyDisk);
afterAll(async () => {
  try {
    await endDaemons();
    await endOutside();
  } finally {
    // Lazily: it goes even if something still holds it.
    if (whyNot === null) Bun.spawnSync(["umount", "-l", disk]);
    rmdirSync(disk);
  }
});

test.skipIf(whyNot !== null)(
  "on a full disk webhooks are refused, and when there is room again all that was acknowledged is answered",
  async () => {
    const world = await openOutside();
    world.ai.answerWith(({ prompt }) => `about ${namesIn(prompt).join(" ")}`);
    const daemon = await startDaemon({
      dataDir: join(disk, "data"),
      env: { ...world.env, MESSAGE_BUFFER_DURATION_MS: "1500", BUFFER_PROCESSING_INTERVAL_MS: "200" },
    });
    world.lead(daemon.address);
    const acknowledged = ["m-1", "m-2"];
    for (const name of acknowledged) expect((await world.say(1, name)).answer).toMatchObject({ status: 200 });

    fillDisk();
    const refused: WebhookAnswer[] = [];
    for (let count = 3; refused.length < 10 && count < TRIES_MAX; count++) {
      const { answer } = await world.say(1 + (count % 9), `m-${count} ${LONG_TEXT}`);
      if (answer?.status === 200) acknowledged.push(`m-${count}`);
      else if (answer !== null) refused.push(answer);
    }
    expect(refused).toHaveLength(10);
    for (const { status, body } of refused) {
      expect({ status, code: body["code"], retryable: body["retryable"] }).toEqual({
        status: 500,
        code: "cannot_store",
        retryable: true,
      });
    }
    expect(await messageCount(daemon)).toBe(acknowledged.length);
    expect(await daemon.ask("/livez")).toMatchObject({ status: 200 });

    // An agent bot's webhook comes again after a 500: by then there is room.
    const late = world.chatwoot.customerSays(20, `m-1000 ${LONG_TEXT}`);
    const makeRoom = (refusal: WebhookAnswer): void => {
      refused.push(refusal);
      emptyDisk();
    };
    expect(await world.deliverAsBot(late, makeRoom)).toMatchObject({ status: 200 });
    expect(refused).toHaveLength(11);
    acknowledged.push("m-1000");
    expect((await world.say(21, "m-1001")).answer).toMatchObject({ status: 200 });
    acknowledged.push("m-1001");
    await daemon.atRest();
    const answered = world.chatwoot.ledger.flatMap((entry) =>
      entry.kind === "stored" && entry.isVisible ? namesIn(entry.content ?? "") : [],
    );
    console.log(
      `${acknowledged.length} acknowledged, ${refused.length} refused with 500, ${answered.length} answered`,
    );
    expect(acknowledged.filter((name) => !answered.includes(name))).toEqual([]);
    expect(answered.length).toBe(new Set(answered).size);
    expect(await daemon.stop()).toBe(0);
  },
  60_000,
);

test.skipIf(whyNot !== null)(
  "a turn that ends while the disk is full is answered once after a restart with room",
  async () => {
    const world = await openOutside();
    world.ai.hold();
    const options = { dataDir: join(disk, "turn"), env: { ...world.env, ...HASTY } };
    const daemon = await startDaemon(options);
    world.lead(daemon.address);
    await world.say(1, "m-1");
    await daemon.waitFor("turn.started");
    fillDisk();
    world.ai.release();
    await daemon.waitFor("turn.unsettled");
    expect(await daemon.ask("/livez")).toMatchObject({ status: 200 });
    emptyDisk();
    expect(await daemon.stop()).toBe(0);
    await using next = await startDaemon(options);
    await next.atRest();
    expect(world.chatwoot.sent(1)).toEqual(["ok"]);
  },
  60_000,
);

test.skipIf(whyNot !== null)(
  "a reply that Chatwoot took while the disk was full is found again, not sent again",
  async () => {
    const world = await openOutside({
      echo: false,
      async beforeChatwootAnswers({ method, url }) {
        if (method === "POST" && url.endsWith("/messages")) fillDisk();
      },
    });
    const options = { dataDir: join(disk, "reply"), env: { ...world.env, ...HASTY } };
    const daemon = await startDaemon(options);
    world.lead(daemon.address);
    await world.say(1, "m-1");
    await daemon.waitFor("delivery.unsettled");
    emptyDisk();
    expect(await daemon.stop()).toBe(0);
    await using next = await startDaemon(options);
    await next.atRest();
    expect(world.chatwoot.sent(1)).toEqual(["ok"]);
    expect(await next.admin("GET", "/outbox")).toMatchObject({
      body: { data: [{ state: "sent", sends: 1 }] },
    });
  },
  60_000,
);

/** Null, or why there can be no small disk here. */
function mountDisk(): string | null {
  if (process.getuid?.() !== 0) return "only root may mount";
  const { exitCode } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", disk]);
  return exitCode === 0 ? null : "a tmpfs cannot be mounted here";
}

/** Takes every byte that is left. */
function fillDisk(): void {
  const file = openSync(FILLING, "w");
  for (const bytes of [65_536, 4_096, 1]) {
    try {
      for (;;) writeSync(file, new Uint8Array(bytes));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    }
  }
  closeSync(file);
}

function emptyDisk(): void {
  rmSync(FILLING, { force: true });
}

async function messageCount(daemon: Daemon): Promise<number> {
  const { body } = await daemon.admin("GET", "/stats");
  const { messages } = body["data"] as { messages: Record<string, number> };
  return Object.values(messages).reduce((sum, count) => sum + count, 0);
}

function namesIn(text: string): string[] {
  return text.match(/m-\d+/g) ?? [];
}
