// What no webhook brought is found in Chatwoot, at the start and every minute, and answered once.
import { describe, expect, test } from "bun:test";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { RequestEntry } from "../doubles/chatwoot-ledger.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { listed } from "./signed.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A silence, and a little for the turn. */
const TURN_MS = 30_010;

/** The daemon is down for so long while something happens. */
async function whileDown(app: TestApp, happens: () => void, downMs: number = 10 * MINUTE_MS): Promise<void> {
  await app.stop();
  happens();
  await app.clock.tick(downMs);
  await app.start();
}

function reads(app: TestApp, part = ""): RequestEntry[] {
  return app.chatwoot.ledger.filter(
    (entry): entry is RequestEntry =>
      entry.kind === "request" && entry.method === "GET" && entry.path.includes(part),
  );
}

function found(app: TestApp): unknown[] {
  return app.events.filter(({ name }) => name === "catch_up.found").map(({ fields }) => fields);
}

describe("a message whose webhook was lost", () => {
  test("is found by the next look and answered once, after its silence", async () => {
    await using app = await openTestApp();
    await app.clock.tick(10_000);
    app.chatwoot.customerSays(CONVERSATION, "oi");
    await app.clock.tick(50_000 + 29_900);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(110);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(found(app)).toEqual([{ connection: "default", buffered: 1, answered: 0 }]);
    await app.clock.tick(10 * MINUTE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(app.chatwoot.violations).toEqual([]);
  });

  test("is found though a later one has come by its own", async () => {
    await using app = await openTestApp();
    await app.clock.tick(20_000);
    app.chatwoot.customerSays(CONVERSATION, "um");
    await app.receive("dois");
    await app.clock.tick(MINUTE_MS + TURN_MS);
    expect(app.ai.asked.map(({ prompt }) => prompt.split("\n").slice(1)).flat()).toContain("[1] um");
    const messages = (await app.store().counts()).messages;
    expect(messages).toEqual({ answered: 2 });
  });

  test("is left to its webhook for 15 seconds, and found a look later when none comes", async () => {
    await using app = await openTestApp();
    await app.clock.tick(50_000);
    const { request } = app.chatwoot.customerSays(CONVERSATION, "oi");
    app.chatwoot.customerSays(2, "olá");
    await app.clock.tick(11_000);
    expect(await listed(app, "/buffers")).toEqual([]);
    expect((await app.deliver({ request })).body).toMatchObject({ action: "buffered" });
    await app.clock.tick(2 * MINUTE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(app.chatwoot.sent(2)).toEqual(["ok"]);
    expect(found(app)).toEqual([{ connection: "default", buffered: 1, answered: 0 }]);
  });

  test("is a duplicate when its webhook comes while the look takes it", async () => {
    await using app = await openTestApp();
    await app.clock.tick(30_000);
    const delivery = app.chatwoot.customerSays(CONVERSATION, "oi");
    const { fetch: answer } = app.chatwoot;
    let late: Promise<Response> | null = null;
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      const response = await answer(url, init);
      if (url.includes("after=")) late ??= app.handle(delivery.request());
      return response;
    };
    Object.assign(app.chatwoot, { fetch });
    await app.clock.tick(30_000);
    expect(late).not.toBeNull();
    await app.clock.tick(TURN_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect((await app.store().counts()).messages).toEqual({ answered: 1 });
  });

  test("is stored while processing is off, and answered when it is on again", async () => {
    await using app = await openTestApp();
    await app.admin("POST", "/processing", { enabled: false });
    app.chatwoot.customerSays(CONVERSATION, "oi");
    await app.clock.tick(3 * MINUTE_MS);
    expect(await listed(app, "/buffers")).toMatchObject([{ status: "active", messageCount: 1 }]);
    await app.admin("POST", "/processing", { enabled: true });
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

describe("a look", () => {
  test("that finds nothing new costs one request", async () => {
    await using app = await openTestApp();
    for (const conversationId of [1, 2, 3]) await app.receive("oi", { conversationId });
    await app.clock.tick(3 * MINUTE_MS);
    const before = reads(app).length;
    await app.clock.tick(10 * MINUTE_MS);
    expect(reads(app).slice(before)).toHaveLength(10);
  });

  test.each([
    ["", 0],
    [", though its clock is a year behind", -365 * DAY_MS],
    [", though its clock is a year ahead", 365 * DAY_MS],
  ])("takes nothing from before lull was there, and all that comes after%s", async (_which, aheadMs) => {
    await using app = await openTestApp();
    await app.stop();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(app.dataDir, `lull.db${suffix}`), { force: true });
    for (let id = 1; id <= 60; id++) app.chatwoot.customerSays(id, "de ontem");
    await app.clock.tick(MINUTE_MS);
    app.clock.jump(aheadMs);
    await app.start();
    await app.clock.tick(3 * MINUTE_MS);
    expect(await listed(app, "/buffers")).toEqual([]);
    app.clock.jump(-aheadMs);
    app.chatwoot.customerSays(7, "de hoje");
    await app.clock.tick(2 * MINUTE_MS + TURN_MS);
    expect(app.ai.asked.map(({ prompt }) => prompt).join("\n")).not.toContain("de ontem");
    expect(app.chatwoot.sent(7)).toEqual(["ok"]);
  });

  test.each(["conversations_down", "conversations_html", "list_down", "list_html"] as const)(
    "that breaks off at the start (%s) is looked at again, and nothing is lost",
    async (mode) => {
      await using app = await openTestApp();
      await whileDown(app, () => {
        for (let id = 1; id <= 40; id++) app.chatwoot.customerSays(id, "oi");
        app.chatwoot.failNext(mode, 3);
      });
      expect(app.events.filter(({ name }) => name === "catch_up.broken_off")).toHaveLength(1);
      await app.clock.tick(3 * MINUTE_MS + TURN_MS);
      for (let id = 1; id <= 40; id++) expect(app.chatwoot.sent(id)).toEqual(["ok"]);
      expect(app.events.at(-1)).not.toMatchObject({ name: "catch_up.broken_off" });
    },
  );

  test("that is shown nothing at all does not begin anew: what was left alone stays so", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", "/inboxes/default/13", { mode: "off" });
    await app.receive("oi", { conversationId: 2, inboxId: 13 });
    await app.receive("oi");
    await app.clock.tick(5 * MINUTE_MS);
    await app.admin("PUT", "/inboxes/default/13", { mode: "answer" });
    app.chatwoot.failNext("conversations_empty", 2);
    await app.clock.tick(5 * MINUTE_MS);
    expect(app.chatwoot.sent(2)).toEqual([]);
    app.chatwoot.customerSays(2, "e agora?", { inboxId: 13 });
    await app.clock.tick(2 * MINUTE_MS);
    expect(app.chatwoot.sent(2)).toEqual(["ok"]);
  });

  test("waits as long as Chatwoot asks it to", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("conversations_limited");
    await app.clock.tick(MINUTE_MS);
    expect(reads(app, "page=1")).toHaveLength(2);
    await app.clock.tick(MINUTE_MS);
    expect(reads(app, "page=1")).toHaveLength(3);
  });

  test("in whose middle the process dies is looked at again", async () => {
    await using app = await openTestApp();
    const { fetch: answer } = app.chatwoot;
    let readsLeft = 30;
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      if (url.includes("after=") && readsLeft-- <= 0) await once(init.signal ?? new EventTarget(), "abort");
      return answer(url, init);
    };
    Object.assign(app.chatwoot, { fetch });
    await whileDown(app, () => {
      for (let id = 1; id <= 60; id++) app.chatwoot.customerSays(id, "oi");
    });
    expect((await app.store().counts()).buffers).toEqual({ active: 30 });
    await app.crash();
    readsLeft = Number.POSITIVE_INFINITY;
    await app.start();
    await app.clock.tick(TURN_MS);
    for (let id = 1; id <= 60; id++) expect(app.chatwoot.sent(id)).toEqual(["ok"]);
  });
});
