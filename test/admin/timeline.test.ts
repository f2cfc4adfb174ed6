// The timeline of a conversation: what was said and all that lull did about it, in the order in which it happened.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";

interface Item {
  happenedAt: string;
  kind: string;
  detail: Record<string, unknown>;
}

const PATH = `/conversations/${CONVERSATION}/timeline`;

async function page(app: TestApp, query = ""): Promise<{ items: Item[]; next: string | null }> {
  const { status, body } = await app.admin("GET", `${PATH}${query}`);
  expect(status).toBe(200);
  return { items: body["data"] as Item[], next: body["nextCursor"] as string | null };
}

async function all(app: TestApp, kind = ""): Promise<Item[]> {
  return (await page(app, `?limit=200${kind && `&kind=${kind}`}`)).items;
}

test("a message that was answered is told from its coming to its reply, the newest first", async () => {
  await using app = await openTestApp();
  await app.receive("bom dia");
  await app.receive("quanto custa?");
  await app.clock.tick(SILENCE_MS + 5_000);
  const items = await all(app);
  const moments = items.map(({ happenedAt }) => happenedAt);
  expect(moments).toEqual(moments.toSorted().toReversed());
  const texts = items
    .filter(({ kind }) => kind === "message")
    .map(({ detail }) => [detail["sender"], detail["text"]]);
  expect(texts).toEqual([
    ["bot", "ok"],
    ["user", "quanto custa?"],
    ["user", "bom dia"],
  ]);
  const told = items.map(({ kind, detail }) => (kind === "event" ? String(detail["name"]) : kind));
  for (const name of [
    "buffer",
    "buffer.closed",
    "turn",
    "turn.claimed",
    "turn.answered",
    "delivery",
    "delivery.sent",
  ])
    expect(told).toContain(name);
});

test("a turn is told with its steps, its tokens and what it cost, a silent one with its reason", async () => {
  await using app = await openTestApp();
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS + 5_000);
  const [turn] = await all(app, "turn");
  expect(turn?.detail).toMatchObject({ state: "completed", outcome: "answered", reason: null, attempts: 1 });
  const { usage, steps } = (turn?.detail ?? {}) as {
    usage: Record<string, number>;
    steps: Record<string, unknown>[];
  };
  expect(usage["inputTokens"]).toBeGreaterThan(0);
  expect(usage["outputTokens"]).toBeGreaterThan(0);
  expect(steps.length).toBeGreaterThan(0);
  expect(steps[0]).toMatchObject({
    attempt: 1,
    startedAt: expect.stringMatching(/Z$/),
    durationMs: expect.any(Number),
  });
  const silence = { shouldRespond: false, content: "", confidence: 1, intent: "none", actions: [] };
  app.ai.rawAnswer(JSON.stringify(silence));
  await app.receive("obrigado");
  await app.clock.tick(SILENCE_MS + 5_000);
  const [silent] = await all(app, "turn");
  expect(silent?.detail).toMatchObject({ outcome: "silenced", reason: "model_silent" });
});

test("what waits, a buffer that was dropped, an errand, and who kept lull quiet stand in it", async () => {
  await using app = await openTestApp();
  await app.receive("espera");
  expect((await all(app, "message")).map(({ detail }) => [detail["text"], detail["outcome"]])).toEqual([
    ["espera", null],
  ]);
  await app.store().addErrand(1, CONVERSATION, { kind: "label", label: "vip" }, app.clock.now());
  await app.admin("POST", `/conversations/${CONVERSATION}/pause`, { minutes: 5 });
  expect((await all(app, "buffer"))[0]?.detail).toMatchObject({ state: "cancelled", reason: "paused" });
  expect((await all(app, "errand"))[0]?.detail).toMatchObject({ kind: "label" });
  const names = (await all(app, "event")).map(({ detail }) => detail["name"]);
  expect(names).toEqual(expect.arrayContaining(["conversation.paused", "buffer.cancelled"]));
});

describe("pages", () => {
  test("have every item once, in the same order, whatever happens meanwhile", async () => {
    await using app = await openTestApp();
    for (let count = 0; count < 3; count++) {
      await app.receive("oi");
      await app.clock.tick(SILENCE_MS + 5_000);
    }
    const whole = await all(app);
    const seen: Item[] = [];
    let query = "?limit=3";
    for (let next: string | null = ""; next !== null; query = `?limit=3&cursor=${next}`) {
      const one = await page(app, query);
      seen.push(...one.items);
      next = one.next;
      if (seen.length === 6) await app.receive("mais uma");
    }
    expect(seen).toEqual(whole);
    expect(whole.length).toBeGreaterThan(15);
  });

  test("are of this conversation alone", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    const before = (await all(app)).length;
    await app.receive("outra", { conversationId: 7 });
    expect(await all(app)).toHaveLength(before);
    expect((await app.admin("GET", "/conversations/99999/timeline")).status).toBe(404);
  });

  test.each([
    ["cursor=7", "cursor"],
    ["cursor=1-2-x", "cursor"],
    ["limit=0", "limit"],
    ["kind=secret", "kind"],
    ["state=idle", "This list has no states"],
  ])("by %s are refused for %s", async (query, field) => {
    await using app = await openTestApp();
    await app.receive("oi");
    const { status, body } = await app.admin("GET", `${PATH}?${query}`);
    expect([status, body["code"]]).toEqual([400, "invalid_query"]);
    expect(String(body["error"])).toStartWith(field);
  });
});
