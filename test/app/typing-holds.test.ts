// Somebody types: the deadline waits for them, though never for long.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { TEST_START } from "../harness/clock.ts";
import { listed, send } from "./signed.ts";

const HANDLED = { success: true, action: "skipped", reason: "status_handled" };

/** The open buffer's deadline, in ms after the start of the test. */
async function dueIn(app: TestApp): Promise<number> {
  const [buffer] = await listed(app, "/buffers");
  return Date.parse(String(buffer?.["dueAt"])) - TEST_START;
}

/** Ticks to a moment after the start of the test. */
async function tickTo(app: TestApp, ms: number): Promise<void> {
  await app.clock.tick(TEST_START + ms - app.clock.now());
}

const type = (
  app: TestApp,
  isOn: boolean,
  by: "agent" | "contact" = "contact",
  conversationId = CONVERSATION,
) => app.deliver(app.chatwoot.typing(conversationId, isOn, by));

describe.each(["contact", "agent"] as const)("while the %s types", (by) => {
  test("the deadline waits for the end of it", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await tickTo(app, 25_000);
    expect((await type(app, true, by)).body).toEqual(HANDLED);
    await tickTo(app, 40_000);
    expect(app.ai.asked).toHaveLength(0);
    await type(app, false, by);
    await app.clock.tick(10);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("a message that comes meanwhile does not end the wait", async () => {
    await using app = await openTestApp({ env: { MESSAGE_BUFFER_DURATION_MS: "5000" } });
    await app.receive("oi");
    await type(app, true, by);
    await tickTo(app, 1_000);
    await app.receive("ainda aí?");
    await tickTo(app, 20_000);
    expect(app.ai.asked).toHaveLength(0);
    await type(app, false, by);
    await app.clock.tick(10);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("it waits 30 s for an end that is never told", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await tickTo(app, 25_000);
    await type(app, true, by);
    expect(await dueIn(app)).toBe(55_000);
    await tickTo(app, 54_990);
    expect(app.ai.asked).toHaveLength(0);
    await tickTo(app, 55_010);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("each further sign holds anew, but never beyond the age cap", async () => {
    await using app = await openTestApp({ env: { MAX_BUFFER_AGE_MS: "100000" } });
    await app.receive("oi");
    for (const at of [20_000, 40_000, 60_000, 80_000]) {
      await tickTo(app, at);
      await type(app, true, by);
    }
    expect(await dueIn(app)).toBe(100_000);
    await tickTo(app, 99_990);
    expect(app.ai.asked).toHaveLength(0);
    await tickTo(app, 100_010);
    expect(app.ai.asked).toHaveLength(1);
  });
});

describe("typing", () => {
  test("that ends early leaves the silence as it was", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await tickTo(app, 10_000);
    await type(app, true);
    await tickTo(app, 12_000);
    await type(app, false);
    expect(await dueIn(app)).toBe(30_000);
  });

  test("in another conversation holds nothing", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await tickTo(app, 25_000);
    await type(app, true, "contact", 77);
    await tickTo(app, 30_010);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("where nobody waits opens no buffer", async () => {
    await using app = await openTestApp();
    expect((await type(app, true)).body).toEqual(HANDLED);
    expect(await listed(app, "/buffers")).toEqual([]);
  });

  test("survives a restart", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await tickTo(app, 25_000);
    await type(app, true);
    await app.crash();
    await app.start();
    await tickTo(app, 54_990);
    expect(app.ai.asked).toHaveLength(0);
    await tickTo(app, 55_010);
    expect(app.ai.asked).toHaveLength(1);
  });

  test.each<[name: string, changes: Record<string, unknown>]>([
    ["in a private note", { is_private: true }],
    ["by a bot", { user: { id: 7, name: "Sample Bot", type: "agent_bot" } }],
  ])("%s holds nothing", async (_name, changes) => {
    await using app = await openTestApp();
    await app.receive("oi");
    await tickTo(app, 25_000);
    const typing = app.chatwoot.typing(CONVERSATION, true, "agent");
    expect((await send(app, { ...typing.body, ...changes })).body).toEqual(HANDLED);
    expect(await dueIn(app)).toBe(30_000);
    await tickTo(app, 30_010);
    expect(app.ai.asked).toHaveLength(1);
  });
});
