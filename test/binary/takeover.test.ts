// Taking over from an older system with the executable itself: what it kept is imported, what is still its own is forwarded, and
// what came while no daemon ran is found. Processes die in the middle.
import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary, makeFolder, runBinary } from "../harness/executable.ts";
import { endOutside, openOutside } from "../harness/outside.ts";
import { sleep } from "../harness/sleep.ts";

binary();

const clock = systemClock();
const CUSTOMERS = 100;
/** Chatwoot tells moments in whole seconds: what came in the second of the first look ever counts as from before it. */
const SECOND_MS = 1_000;
/** Younger messages are left to their webhook. */
const LEFT_TO_WEBHOOKS_MS = 15_000;
const HASTY = {
  LULL_LOG_LEVEL: "debug",
  MESSAGE_BUFFER_DURATION_MS: "500",
  BUFFER_PROCESSING_INTERVAL_MS: "200",
};

afterAll(async () => {
  await endDaemons();
  await endOutside();
});

test("what customers wrote while no daemon ran, and nobody sends again, is answered once each", async () => {
  await using outside = await openOutside();
  const options = { dataDir: join(makeFolder(), "data"), env: { ...outside.env, ...HASTY } };
  const first = await startDaemon(options);
  await first.waitFor("schedule.ran", ({ task }) => task === "catch-up");
  await sleep(clock, SECOND_MS);
  await first.kill();
  const conversations = Array.from({ length: CUSTOMERS }, (_, at) => 1_000 + at);
  for (const conversation of conversations)
    outside.chatwoot.customerSays(conversation, `tem ${conversation}?`);
  await sleep(clock, LEFT_TO_WEBHOOKS_MS + 1_000);
  await using next = await startDaemon(options);
  const startedAt = clock.now();
  await next.waitFor("catch_up.found");
  await next.waitFor("schedule.ran", ({ task }) => task === "catch-up");
  await next.atRest();
  console.log(`${CUSTOMERS} customers answered ${clock.now() - startedAt} ms after the start`);
  expect(conversations.map((conversation) => outside.chatwoot.sent(conversation).length)).toEqual(
    conversations.map(() => 1),
  );
}, 90_000);

test("a webhook of the older system's reaches it byte for byte, though the daemon is killed before it could", async () => {
  const received: string[] = [];
  const gone = Promise.withResolvers<void>();
  let isUp = false;
  const older = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      if (!isUp) return new Response("", { status: 503 });
      received.push(await request.text());
      gone.resolve();
      return Response.json({ ok: true });
    },
  });
  try {
    await using outside = await openOutside();
    const env = { ...outside.env, ...HASTY, LEGACY_WEBHOOK_URL: `http://127.0.0.1:${older.port}/old` };
    const options = { dataDir: join(makeFolder(), "data"), env };
    const first = await startDaemon(options);
    outside.lead(first.address);
    await first.admin("PUT", "/flags/message_buffering", { enabled: true, rolloutPercent: 0 });
    const said = await outside.say(458, "é você? 👋");
    expect(said.answer).toEqual({ status: 200, body: { success: true, action: "forwarded" } });
    await first.kill();
    isUp = true;
    await using _next = await startDaemon(options);
    await gone.promise;
    expect(received).toEqual([await said.request().text()]);
    expect(outside.chatwoot.sent(458)).toEqual([]);
  } finally {
    await older.stop(true);
  }
}, 30_000);

test("an older system's users are imported while the daemon runs, and a second time nothing changes", async () => {
  const folder = makeFolder();
  const dataDir = join(folder, "data");
  const file = join(folder, "users.csv");
  const rows = Array.from({ length: 500 }, (_, at) => {
    const id = `5f0c0000-0000-4000-8000-${String(at).padStart(12, "0")}`;
    return `${id},user${at}@example.com,2025-09-01 10:00:00+00`;
  });
  writeFileSync(file, `id,email,created_at\n${rows.join("\n")}\n`);
  await using _daemon = await startDaemon({ dataDir });
  const lull = async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await runBinary([...args, "--json"], {
      env: { LULL_DATA_DIR: dataDir },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout) as unknown;
  };
  expect(await lull("import", file)).toMatchObject({ tables: { users: { added: 500, refused: 0 } } });
  expect(await lull("import", file)).toMatchObject({
    tables: { users: { added: 0, unchanged: 500, changed: 0 } },
  });
}, 30_000);
