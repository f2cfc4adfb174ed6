// When a burst is answered: the silence, its two caps, the settings, and the flag that switches waiting off.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type Received, type TestApp } from "../harness/app.ts";
import { TEST_START } from "../harness/clock.ts";
import { listed, metric } from "./signed.ts";

/** The deadline that an answer names, in ms after the start of the test. */
function dueIn({ answer }: Received): number {
  return Date.parse(String(answer["dueAt"])) - TEST_START;
}

/** When each question reached the model, in ms after the start of the test. */
function askedAt(app: TestApp): number[] {
  const starts = app.events.filter(({ name }) => name === "turn.started");
  expect(starts).toHaveLength(app.ai.asked.length);
  return app.chatwoot.ledger
    .filter((entry) => entry.kind === "stored" && entry.replyId !== null)
    .map(({ at }) => at - TEST_START);
}

describe("the silence", () => {
  test("counts from the last message: each one moves the deadline", async () => {
    await using app = await openTestApp();
    const dues: number[] = [];
    for (const gapMs of [0, 10_000, 29_990, 29_990]) {
      await app.clock.tick(gapMs);
      dues.push(dueIn(await app.receive("and")));
    }
    expect(dues).toEqual([30_000, 40_000, 69_990, 99_980]);
    await app.clock.tick(29_990);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(20);
    expect(app.ai.asked).toHaveLength(1);
    expect(askedAt(app)).toEqual([99_980]);
  });

  test("ends a slot of 10 ms after the deadline at the latest, and says how late it was", async () => {
    await using app = await openTestApp();
    await app.clock.tick(3);
    await app.receive("oi");
    await app.clock.tick(30_000 - 1);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(10);
    expect(askedAt(app)).toEqual([30_010]);
    const closed = app.events.find(({ name }) => name === "buffer.closed");
    expect(closed?.fields["lateMs"]).toBe(7);
    expect(await metric(app, 'lull_buffer_timer_lag_seconds_bucket{le="0.01"}')).toBe(1);
  });

  test("counts from the arrival at lull: a message that Chatwoot dates long ago is not late", async () => {
    await using app = await openTestApp();
    const received = await app.receive("sent yesterday", { createdAt: TEST_START - 86_400_000 });
    expect(dueIn(received)).toBe(30_000);
  });

  test("of one conversation is not broken by another", async () => {
    await using app = await openTestApp();
    await app.receive("one", { conversationId: 1 });
    for (let second = 0; second < 30; second += 5) {
      await app.receive("two", { conversationId: 2 });
      await app.clock.tick(5_000);
    }
    await app.clock.tick(10);
    expect(app.chatwoot.sent(1)).toEqual(["ok"]);
    expect(app.chatwoot.sent(2)).toEqual([]);
  });

  test("begins anew for what is said after the answer", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await app.clock.tick(30_010);
    const again = await app.receive("mais uma");
    expect(dueIn(again)).toBe(60_010);
    expect((await listed(app, "/buffers")).map(({ status }) => status)).toEqual(["active", "completed"]);
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
  });
});

describe("the caps", () => {
  test("a customer who never stops is answered at the age cap, counted from the first message", async () => {
    await using app = await openTestApp();
    let last = 0;
    for (let at = 0; at < 300_000; at += 20_000) {
      last = dueIn(await app.receive(`at ${at}`));
      await app.clock.tick(20_000);
    }
    expect(last).toBe(300_000);
    await app.clock.tick(10);
    expect(askedAt(app)).toEqual([300_000]);
    expect(app.ai.asked[0]?.prompt).toContain("[15] at 280000");
  });

  test("the message that fills the buffer closes it at once", async () => {
    await using app = await openTestApp({ env: { MAX_BUFFER_SIZE: "3" } });
    const dues = [];
    for (const text of ["um", "dois", "três"]) dues.push(dueIn(await app.receive(text)));
    expect(dues).toEqual([30_000, 30_000, 0]);
    await app.clock.tick(10);
    expect(app.ai.asked[0]?.prompt).toContain("[1] um\n[2] dois\n[3] três");
  });

  test("what comes beyond the size cap before the close is in the same turn, and nothing is lost", async () => {
    await using app = await openTestApp({ env: { MAX_BUFFER_SIZE: "3" } });
    const texts = ["a", "b", "c", "d", "e", "f", "g"];
    const deliveries = texts.map((text) => app.chatwoot.customerSays(CONVERSATION, text));
    await Promise.all(deliveries.map((delivery) => app.deliver(delivery)));
    await app.clock.tick(60_000);
    const prompts = app.ai.asked.map(({ prompt }) => prompt).join("\n");
    for (const text of texts) expect(prompts).toMatch(new RegExp(`^\\[\\d\\] ${text}$`, "m"));
    expect((await app.store().counts()).messages).toEqual({ answered: 7 });
  });
});

describe("the settings", () => {
  test("MESSAGE_BUFFER_DURATION_MS is the silence", async () => {
    await using app = await openTestApp({ env: { MESSAGE_BUFFER_DURATION_MS: "500" } });
    await app.receive("oi");
    await app.clock.tick(490);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(20);
    expect(askedAt(app)).toEqual([500]);
  });

  test("MAX_BUFFER_AGE_MS is the age cap, also below the silence", async () => {
    await using app = await openTestApp({ env: { MAX_BUFFER_AGE_MS: "45000" } });
    await app.receive("um");
    await app.clock.tick(20_000);
    expect(dueIn(await app.receive("dois"))).toBe(45_000);
    await app.clock.tick(25_010);
    expect(askedAt(app)).toEqual([45_000]);
  });

  test("MAX_BUFFER_SIZE of one answers every message alone", async () => {
    await using app = await openTestApp({ env: { MAX_BUFFER_SIZE: "1" } });
    for (const text of ["um", "dois"]) {
      expect(dueIn(await app.receive(text))).toBeLessThanOrEqual(10);
      await app.clock.tick(10);
    }
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
  });
});

describe("with message buffering switched off", () => {
  const setBuffering = (app: TestApp, enabled: boolean) =>
    app.admin("PUT", "/flags/message_buffering", { enabled });

  test("a message is answered at once, an open buffer elsewhere keeps its deadline", async () => {
    await using app = await openTestApp();
    await app.receive("waiting", { conversationId: 1 });
    await app.clock.tick(5_000);
    expect((await setBuffering(app, false)).status).toBe(200);
    expect(dueIn(await app.receive("at once", { conversationId: 2 }))).toBe(5_000);
    await app.clock.tick(10);
    expect(app.chatwoot.sent(2)).toEqual(["ok"]);
    await app.clock.tick(24_980);
    expect(app.chatwoot.sent(1)).toEqual([]);
    await app.clock.tick(20);
    expect(app.chatwoot.sent(1)).toEqual(["ok"]);
  });

  test("a message joins the open buffer of its conversation and both are answered at once, together", async () => {
    await using app = await openTestApp();
    await app.receive("um");
    await setBuffering(app, false);
    await app.receive("dois");
    await app.clock.tick(10);
    expect(app.ai.asked.map(({ prompt }) => prompt.split("\n").slice(1))).toEqual([["[1] um", "[2] dois"]]);
  });

  test("and on again, the next one waits; the environment's word stands above the admin's", async () => {
    await using app = await openTestApp();
    await setBuffering(app, false);
    await setBuffering(app, true);
    expect(dueIn(await app.receive("oi"))).toBe(30_000);
    await using locked = await openTestApp({ env: { LULL_FLAG_MESSAGE_BUFFERING: "false" } });
    expect((await setBuffering(locked, true)).body).toMatchObject({ success: false, code: "conflict" });
    expect(dueIn(await locked.receive("oi"))).toBe(0);
  });
});
