// What a restart, a lost timer and a clock that is set leave untouched: every message is answered, once, in its time.
import { describe, expect, test } from "bun:test";
import type { Store } from "../../src/db/store.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { listed, send, signed } from "./signed.ts";

const SWEEP_MS = 10_000;
const HOURS_MS = 3_600_000;

/** Ends the process by kill -9, waits, starts anew. */
async function restart(app: TestApp, downMs: number): Promise<void> {
  await app.crash();
  await app.clock.tick(downMs);
  await app.start();
}

describe("after a restart", () => {
  test("a deadline that still lies ahead is kept", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await app.clock.tick(10_000);
    await restart(app, 5_000);
    await app.clock.tick(14_990);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(20);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("what came due meanwhile goes at once, in every conversation", async () => {
    await using app = await openTestApp();
    for (const conversationId of [1, 2, 3]) await app.receive("oi", { conversationId });
    await restart(app, 600_000);
    await app.clock.tick(10);
    for (const id of [1, 2, 3]) expect(app.chatwoot.sent(id)).toEqual(["ok"]);
  });

  test("one more message joins the burst of before", async () => {
    await using app = await openTestApp();
    await app.receive("um");
    await restart(app, 5_000);
    await app.receive("dois");
    await app.clock.tick(30_010);
    expect(app.ai.asked.map(({ prompt }) => prompt.split("\n").slice(1))).toEqual([["[1] um", "[2] dois"]]);
  });

  test("a retry keeps its moment", async () => {
    await using app = await openTestApp();
    app.ai.failNext("rate_limited", 1, { "retry-after": "60" });
    await app.receive("oi");
    await app.clock.tick(30_010);
    await restart(app, 10_000);
    await app.clock.tick(49_970);
    expect(app.ai.asked).toHaveLength(1);
    await app.clock.tick(30);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("a clean stop loses and doubles nothing either", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await app.stop();
    await app.clock.tick(60_000);
    await app.start();
    await app.clock.tick(10);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    await app.stop();
    await app.start();
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test.each([0, 10, 9_990, 15_000, 29_990, 30_000, 30_010, 30_020, 31_000])(
    "a burst whose process dies after %d ms is answered once all the same",
    async (deathMs) => {
      await using app = await openTestApp();
      await app.receive("um");
      await app.receive("dois");
      await app.clock.tick(deathMs);
      await restart(app, 1_000);
      await app.clock.tick(40_000);
      expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    },
  );

  test("one that died many times in a row has lost nothing", async () => {
    await using app = await openTestApp();
    for (let round = 0; round < 20; round++) {
      await app.receive(`m${round}`, { conversationId: 1 + (round % 4) });
      await restart(app, 700);
      await app.clock.tick(900);
    }
    await app.clock.tick(60_000);
    const prompts = app.ai.asked.map(({ prompt }) => prompt).join("\n");
    for (let round = 0; round < 20; round++) expect(prompts).toMatch(new RegExp(`\\] m${round}$`, "m"));
    for (const id of [1, 2, 3, 4]) expect(app.chatwoot.sent(id)).toEqual(["ok"]);
    expect((await app.store().counts()).messages).toEqual({ answered: 20 });
  });
});

/** A store that keeps what it is given, yet does not say so between `mute` and `speak`. */
function muteStore() {
  let silence = Promise.withResolvers<void>();
  silence.resolve();
  const wrapStore = (store: Store): Store => ({
    ...store,
    async receive(...args) {
      const receipts = await store.receive(...args);
      await silence.promise;
      return receipts;
    },
  });
  return { wrapStore, mute: () => void (silence = Promise.withResolvers()), speak: () => silence.resolve() };
}

describe("when timers are lost", () => {
  test("a process that dies between its commit and its answer has kept the message; its second delivery is a duplicate", async () => {
    const { wrapStore, mute, speak } = muteStore();
    await using app = await openTestApp({ wrapStore });
    mute();
    const delivery = app.chatwoot.customerSays(CONVERSATION, "oi");
    void app.handle(delivery.request());
    await app.clock.settle();
    await app.crash();
    speak();
    await app.start();
    expect((await app.deliver(delivery)).body).toEqual({ success: true, action: "duplicate" });
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("a buffer that no timer knows of is closed by the sweep, within 10 s of its deadline", async () => {
    const { wrapStore, mute, speak } = muteStore();
    await using app = await openTestApp({ wrapStore, echo: false });
    await app.clock.tick(3_000);
    mute();
    const answered = app.handle(app.chatwoot.customerSays(CONVERSATION, "oi").request());
    await app.clock.tick(30_000);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(SWEEP_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    speak();
    expect((await answered).status).toBe(200);
  });

  test("a start that finds nothing to arm leaves all to the sweep, and nothing is lost", async () => {
    const wrapStore = (store: Store): Store => ({ ...store, openBuffers: () => Promise.resolve([]) });
    await using app = await openTestApp({ wrapStore });
    for (const conversationId of [1, 2, 3, 4, 5]) await app.receive("oi", { conversationId });
    await restart(app, 1_000);
    await app.clock.tick(30_000 + SWEEP_MS);
    for (const id of [1, 2, 3, 4, 5]) expect(app.chatwoot.sent(id)).toEqual(["ok"]);
  });

  test("the sweep comes as often as BUFFER_PROCESSING_INTERVAL_MS says", async () => {
    const wrapStore = (store: Store): Store => ({ ...store, openBuffers: () => Promise.resolve([]) });
    await using app = await openTestApp({ wrapStore, env: { BUFFER_PROCESSING_INTERVAL_MS: "1000" } });
    await app.receive("oi");
    await restart(app, 100);
    await app.clock.tick(30_950);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

describe.each([
  ["forward", 3 * HOURS_MS],
  ["back", -3 * HOURS_MS],
])("when the wall clock is set 3 hours %s", (_name, jumpMs) => {
  test.each([1_000, 9_999, 15_000, 25_000, 29_990])(
    "%d ms into the silence, it is answered neither early nor more than 10 s late",
    async (beforeMs) => {
      await using app = await openTestApp();
      await app.receive("oi");
      await app.clock.tick(beforeMs);
      app.clock.jump(jumpMs);
      await app.clock.tick(30_000 - beforeMs - 10);
      expect(app.ai.asked).toHaveLength(0);
      await app.clock.tick(SWEEP_MS + 30);
      expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    },
  );

  test("a message that comes right after it waits for its own silence, no less and no more", async () => {
    await using app = await openTestApp();
    await app.receive("um");
    await app.clock.tick(5_000);
    app.clock.jump(jumpMs);
    await app.clock.tick(1_000);
    await app.receive("dois");
    await app.clock.tick(29_980);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(SWEEP_MS + 30);
    expect(app.ai.asked.map(({ prompt }) => prompt.split("\n").slice(1))).toEqual([["[1] um", "[2] dois"]]);
  });

  test("a conversation that begins right after it waits for its own silence, no less and no more", async () => {
    await using app = await openTestApp();
    await app.clock.tick(5_000);
    app.clock.jump(jumpMs);
    await app.clock.tick(1_000);
    await app.receive("oi");
    await app.clock.tick(29_980);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(SWEEP_MS + 30);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("a retry that waits is made at its moment", async () => {
    await using app = await openTestApp();
    app.ai.failNext("rate_limited", 1, { "retry-after": "60" });
    await app.receive("oi");
    await app.clock.tick(30_010);
    app.clock.jump(jumpMs);
    await app.clock.tick(59_970);
    expect(app.ai.asked).toHaveLength(1);
    await app.clock.tick(SWEEP_MS + 40);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("more waiting buffers than one sweep takes are all left to their deadlines", async () => {
    await using app = await openTestApp();
    const many = Array.from({ length: 1_100 }, (_, id) => app.chatwoot.customerSays(id + 1, "oi"));
    const answers = await Promise.all(
      many.map(async (delivery) => (await app.handle(delivery.request())).status),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    app.clock.jump(jumpMs);
    await app.clock.tick(29_900);
    expect((await app.store().counts()).buffers).toEqual({ active: 1_100 });
  });

  test("signatures are judged by the clock as it stands", async () => {
    await using app = await openTestApp();
    const old = signed(app, app.chatwoot.customerSays(CONVERSATION, "oi").body);
    app.clock.jump(jumpMs);
    expect((await app.handle(old)).status).toBe(401);
    expect((await app.receive("oi de novo")).status).toBe(200);
  });

  test("nothing is moved twice when messages and the sweep notice it in the same moment", async () => {
    await using app = await openTestApp();
    await app.receive("oi", { conversationId: 1 });
    await app.clock.tick(9_999);
    app.clock.jump(jumpMs);
    const burst = [2, 3, 4].map((id) => app.chatwoot.customerSays(id, "oi"));
    const answers = Promise.all(burst.map((delivery) => send(app, delivery.body)));
    await app.clock.tick(1);
    await answers;
    const dues = (await listed(app, "/buffers")).map(
      ({ dueAt }) => Date.parse(String(dueAt)) - app.clock.now(),
    );
    expect(dues.toSorted((a, b) => a - b)).toEqual(
      [20_000, 30_000, 30_000, 30_000].map((due) => expect.closeTo(due, -1)),
    );
    expect(app.events.filter(({ name }) => name === "clock.jumped")).toHaveLength(1);
  });
});
