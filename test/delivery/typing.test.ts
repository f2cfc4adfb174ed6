// "Typing…" in Chatwoot: shown while the model works, gone afterwards, and never in anybody's way.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { Crash, intercept, postsOf, requestsOf, SILENCE_MS } from "./scene.ts";

/** What Chatwoot was told about typing, in the order it was told. */
function signs(app: TestApp, conversationId: number = CONVERSATION): unknown[] {
  const path = `/conversations/${conversationId}/toggle_typing_status`;
  return requestsOf(app, "POST", path).map(({ body }) => (body as Record<string, unknown>)["typing_status"]);
}

/** Typing calls get `answer` instead of the double's. */
function withTyping(app: TestApp, answer: (init: RequestInit) => Promise<Response>): void {
  intercept(app, (url, init) => (url.endsWith("/toggle_typing_status") ? answer(init) : undefined));
}

test("the sign is on while the model works and off afterwards", async () => {
  await using app = await openTestApp();
  app.ai.hold();
  await app.receive("oi");
  expect(signs(app)).toEqual([]);
  await app.clock.tick(SILENCE_MS);
  expect([signs(app), app.ai.waiting]).toEqual([["on"], 1]);
  app.ai.release();
  await app.clock.settle();
  expect(signs(app)).toEqual(["on", "off"]);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  await app.clock.tick(120_000);
  expect(signs(app)).toEqual(["on", "off"]);
});

test("a model that takes long keeps the sign alive", async () => {
  await using app = await openTestApp({ env: { AI_PROCESSING_TIMEOUT_MS: "120000" } });
  app.ai.hold();
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS + 60_000);
  expect(signs(app)).toEqual(["on", "on", "on"]);
  app.ai.release();
  await app.clock.settle();
  expect(signs(app).at(-1)).toBe("off");
});

test("the sign goes off when the model fails, and comes back with the next attempt", async () => {
  await using app = await openTestApp();
  app.ai.failNext("server_error");
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  expect(signs(app)).toEqual(["on", "off"]);
  await app.clock.tick(2_000);
  expect(signs(app)).toEqual(["on", "off", "on", "off"]);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("an answer that was paid for before the process died needs no second sign", async () => {
  const crash = new Crash({ when: "before", verb: "endTurn", call: 1 });
  await using app = await openTestApp({ wrapStore: crash.wrapStore });
  crash.aim(app);
  await app.receive("oi");
  await crash.live(app, 40_000);
  expect([signs(app), app.chatwoot.sent(CONVERSATION)]).toEqual([["on", "off"], ["ok"]]);
});

test("a stop takes the sign away", async () => {
  await using app = await openTestApp();
  app.ai.hold();
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  await app.stop();
  expect(signs(app)).toEqual(["on", "off"]);
});

test("no sign with CHATWOOT_TYPING_INDICATOR_ENABLED=false", async () => {
  await using app = await openTestApp({ env: { CHATWOOT_TYPING_INDICATOR_ENABLED: "false" } });
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  expect([signs(app), app.chatwoot.sent(CONVERSATION)]).toEqual([[], ["ok"]]);
});

test("no sign with the flag off; a sign that stands when it is switched off is still taken away", async () => {
  await using app = await openTestApp();
  app.ai.hold();
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  await app.admin("PUT", "/flags/typing_indicators", { enabled: false });
  await app.clock.tick(26_000);
  app.ai.release();
  await app.clock.settle();
  expect(signs(app)).toEqual(["on", "off"]);
  await app.receive("e agora?");
  await app.clock.tick(SILENCE_MS);
  expect(signs(app)).toEqual(["on", "off"]);
  expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(2);
});

describe("a typing call that fails never matters", () => {
  test.each([
    ["refused", () => Promise.resolve(Response.json({ error: "no" }, { status: 404 }))],
    ["broken", () => Promise.reject(new TypeError("connection reset"))],
    ["another page", () => Promise.resolve(new Response("<html>", { status: 200 }))],
    ["hanging", ({ signal }: RequestInit) => untilAborted(signal ?? null)],
  ] as const)("%s", async (_how, answer) => {
    await using app = await openTestApp();
    withTyping(app, answer);
    await app.receive("oi");
    await app.clock.tick(SILENCE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(postsOf(app)).toHaveLength(1);
    await app.clock.tick(12_000);
    const failures = app.events.filter(({ name }) => name === "typing.failed");
    expect(failures).toHaveLength(2);
  });
});

test("an on that is slow to arrive is not overtaken by its off", async () => {
  await using app = await openTestApp();
  const pass = app.chatwoot.fetch;
  const waits = [3_000, 0];
  withTyping(app, async (init) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    app.clock.setTimer(waits.shift() ?? 0, resolve);
    await promise;
    const path = `/api/v1/accounts/3/conversations/${CONVERSATION}/toggle_typing_status`;
    return pass(`http://chatwoot.test${path}`, init);
  });
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  expect([signs(app), app.chatwoot.sent(CONVERSATION)]).toEqual([[], ["ok"]]);
  await app.clock.tick(5_000);
  expect(signs(app)).toEqual(["on", "off"]);
});

test("a slow sign in one conversation does not hold that of another", async () => {
  await using app = await openTestApp();
  intercept(app, (url, { signal }) =>
    url.endsWith("/1/toggle_typing_status") ? untilAborted(signal ?? null) : undefined,
  );
  await app.receive("oi", { conversationId: 1 });
  await app.receive("oi", { conversationId: 2 });
  await app.clock.tick(SILENCE_MS);
  expect(signs(app, 2)).toEqual(["on", "off"]);
  await app.clock.tick(12_000);
});

function untilAborted(signal: AbortSignal | null): Promise<Response> {
  return new Promise((_resolve, reject) =>
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
  );
}
