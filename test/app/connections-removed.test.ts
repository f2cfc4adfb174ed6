// Chatwoots that operators take away while lull runs: nothing more is taken or said there, and what they were is kept.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, type TestApp } from "../harness/app.ts";
import { openBesideSecond, SECOND, SECOND_TOKEN } from "../harness/second.ts";
import { tracesOf } from "../personal/traces.ts";
import { lastTurn, listed } from "./signed.ts";

const addSecond = (app: TestApp, change: Record<string, unknown> = {}) =>
  app.admin("POST", "/connections", { ...SECOND, ...change });

describe("a connection that is removed", () => {
  test("takes nothing and sends nothing any more; its rows go on to name it", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    await addSecond(app);
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.admin("DELETE", "/connections/second");
    expect((await listed(app, "/buffers"))[0]).toMatchObject({
      connection: "second",
      status: "cancelled",
      cancelReason: "operator",
    });
    expect((await app.deliver(second.customerSays(CONVERSATION, "two"))).status).toBe(401);
    await app.clock.tick(120_000);
    expect(second.sent(CONVERSATION)).toEqual([]);
    expect((await app.admin("GET", "/connections/second")).status).toBe(404);
    expect(tracesOf(app, [SECOND_TOKEN])).toEqual([]);
  });

  test("fails a reply that still waits for its Chatwoot", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    await addSecond(app);
    second.failNext("show_down", 100);
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.clock.tick(31_000);
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "intent" });
    await app.admin("DELETE", "/connections/second");
    second.heal();
    await app.clock.tick(600_000);
    expect(second.sent(CONVERSATION)).toEqual([]);
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "failed", reason: "no_chatwoot" });
  });

  test("while its turn is being thought about says nothing", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    await addSecond(app);
    app.ai.hold();
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.clock.tick(30_010);
    expect(app.ai.asked).toHaveLength(1);
    await app.admin("DELETE", "/connections/second");
    app.ai.release();
    await app.clock.tick(60_000);
    expect(second.sent(CONVERSATION)).toEqual([]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "mode_off" });
  });

  test("and added again knows its conversations, if it is the same account", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    await addSecond(app);
    await app.deliver(second.customerSays(CONVERSATION, "remember me"));
    await app.clock.tick(30_010);
    await app.admin("DELETE", "/connections/second");
    const foreign = await addSecond(app, { baseUrl: "http://third.test" });
    expect(foreign).toMatchObject({ status: 409, body: { fix: "Choose another name." } });
    expect((await addSecond(app, { accountId: 99 })).status).toBe(409);
    expect((await addSecond(app)).status).toBe(200);
    await app.deliver(second.customerSays(CONVERSATION, "and now?"));
    await app.clock.tick(30_010);
    expect(JSON.stringify(app.ai.asked.at(-1)?.messages)).toContain("remember me");
    expect(second.sent(CONVERSATION)).toHaveLength(2);
  });

  test("and added again leaves alone what was written meanwhile", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    await addSecond(app);
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.clock.tick(120_000);
    await app.admin("DELETE", "/connections/second");
    await app.clock.tick(60_000);
    second.customerSays(CONVERSATION, "is nobody there?");
    await app.clock.tick(60_000);
    await addSecond(app);
    await app.clock.tick(180_000);
    expect(second.sent(CONVERSATION)).toEqual(["to: [1] one"]);
    second.customerSays(CONVERSATION, "and now?");
    await app.clock.tick(120_000);
    expect(second.sent(CONVERSATION).at(-1)).toBe("to: [1] and now?");
  });

  test("in the middle of a look takes nothing more of what that finds", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    await addSecond(app);
    await app.clock.tick(61_000);
    for (const id of [1, 2, 3, 4, 5, 6]) second.customerSays(id, "oi");
    const { fetch: answer } = second;
    let isRemoved = false;
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      const response = await answer(url, init);
      if (!isRemoved && url.includes("page=1")) {
        isRemoved = true;
        await app.admin("DELETE", "/connections/second");
      }
      return response;
    };
    Object.assign(second, { fetch });
    await app.clock.tick(120_000);
    expect([isRemoved, await listed(app, "/buffers")]).toEqual([true, []]);
  });
});
