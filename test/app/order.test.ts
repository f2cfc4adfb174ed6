import { describe, expect, test } from "bun:test";
import { StoreError, type Store } from "../../src/db/store.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { sleep } from "../harness/sleep.ts";
import { send } from "./signed.ts";

describe("the order of a conversation", () => {
  test("a message older than a turn that waits joins it, instead of being answered after it", async () => {
    await using app = await openTestApp();
    const older = app.chatwoot.customerSays(CONVERSATION, "first");
    app.ai.failNext("server_error", 1);
    await app.receive("second");
    await app.clock.tick(30_010);
    expect(app.ai.asked).toHaveLength(1);
    await app.deliver(older);
    await app.clock.tick(2_000);
    expect(app.ai.asked.at(-1)?.prompt).toContain("[1] first\n[2] second");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    await app.clock.tick(60_000);
    expect(app.ai.asked).toHaveLength(2);
  });

  test("the next turn knows the reply that went out after its own first message had come", async () => {
    await using app = await openTestApp();
    app.ai.answerWith(({ order }) => `answer ${order}`);
    await app.receive("first");
    app.chatwoot.failNext("accept_500", 1);
    await app.clock.tick(30_010);
    await app.receive("second");
    await app.clock.tick(120_000);
    expect(app.ai.asked.at(-1)?.prompt).toContain("[1] second");
    const said = app.ai.asked.at(-1)?.messages.map(({ content }) => content);
    expect(said).toContain("answer 1");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(2);
  });
});

describe("when the store cannot write for a while", () => {
  test("a turn that could not be ended is given back as soon as it can, and answered once", async () => {
    let isFull = false;
    await using app = await openTestApp({ wrapStore: (store) => failing(store, () => isFull) });
    app.ai.hold();
    await app.receive("oi");
    await app.clock.tick(30_010);
    isFull = true;
    app.ai.release();
    await app.clock.settle();
    expect(app.events.map(({ name }) => name)).toContain("turn.unsettled");
    isFull = false;
    await app.clock.tick(16_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("a reply whose fate could not be written down is looked up, not sent again", async () => {
    let isFull = false;
    await using app = await openTestApp({
      echo: false,
      wrapStore: (store) => failing(store, () => isFull, "settleDelivery"),
    });
    isFull = true;
    await app.receive("oi");
    await app.clock.tick(30_010);
    expect(app.events.map(({ name }) => name)).toContain("delivery.unsettled");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    isFull = false;
    await app.clock.tick(20_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect((await app.admin("GET", "/outbox")).body["data"]).toMatchObject([{ state: "sent", sends: 1 }]);
  });
});

describe("what webhooks bring while the look before the POST is under way", () => {
  const overtaking = {
    "a person's reply": (app: TestApp) => app.chatwoot.humanSays(CONVERSATION, "eu cuido"),
    "an assignment": (app: TestApp) => app.chatwoot.assign(CONVERSATION, "human"),
    "the deletion of its message": (app: TestApp, messageId: number) => app.chatwoot.deleteMessage(messageId),
    "a further message": (app: TestApp) => app.chatwoot.customerSays(CONVERSATION, "e o azul?"),
  };

  test.each(Object.keys(overtaking) as (keyof typeof overtaking)[])(
    "%s holds the reply back",
    async (what) => {
      await using app = await openTestApp();
      const { messageId } = await app.receive("quanto custa?");
      slowList(app, 5_000);
      await app.clock.tick(31_000);
      await app.deliver(overtaking[what](app, messageId));
      await app.clock.tick(6_000);
      expect(app.ai.asked).toHaveLength(1);
      expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    },
  );
});

test("a silence that was drawn from a message deleted meanwhile is thought over", async () => {
  await using app = await openTestApp();
  const silence = { shouldRespond: false, content: "", confidence: 1, intent: "none", actions: [] };
  const first = await app.receive("não precisa responder");
  await app.receive("quanto custa?");
  app.ai.rawAnswer(JSON.stringify(silence));
  app.ai.hold();
  await app.clock.tick(30_010);
  await app.deliver(app.chatwoot.deleteMessage(first.messageId));
  app.ai.release();
  await app.clock.settle();
  expect(app.ai.asked.map(({ prompt }) => prompt.includes("não precisa"))).toEqual([true, false]);
});

test("an edit reaches a message that was merged into a buffer which is still open", async () => {
  await using app = await openTestApp();
  const first = await app.receive("azul");
  app.ai.hold();
  await app.clock.tick(30_010);
  await app.receive("entrega?");
  app.ai.release();
  await app.clock.tick(100);
  const edit = { ...first.body, event: "message_updated", content: "verde" };
  expect((await send(app, edit)).body).toMatchObject({ action: "buffered" });
  await app.clock.tick(60_000);
  expect(app.ai.asked.at(-1)?.prompt).toContain("[1] verde\n[2] entrega?");
});

test("processing that is switched off between the look and the POST holds the reply back", async () => {
  await using app = await openTestApp({
    fetch: () => Promise.reject(new TypeError("no such host")),
    wrapStore: (store) => store,
  });
  const deliver = app.chatwoot.fetch;
  let switched: Promise<unknown> | null = null;
  Object.defineProperty(app.chatwoot, "fetch", {
    value: async (url: string, init: RequestInit) => {
      if (url.includes("after=") && switched === null) {
        switched = app.admin("POST", "/processing", { enabled: false });
        await switched;
      }
      return deliver(url, init);
    },
  });
  await app.receive("oi");
  await app.clock.tick(30_010);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
  await app.admin("POST", "/processing", { enabled: true });
  await app.clock.tick(1_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

/** The next list of messages takes its time, and shows what was there when it was asked for. */
function slowList(app: TestApp, ms: number): void {
  const answer = app.chatwoot.fetch;
  let isSlow = true;
  Object.defineProperty(app.chatwoot, "fetch", {
    value: async (url: string, init: RequestInit) => {
      const response = await answer(url, init);
      if (isSlow && url.includes("after=")) {
        isSlow = false;
        await sleep(app.clock, ms);
      }
      return response;
    },
  });
}

/** A store on a full disk: nothing (or only the named verb) can be written while `isFull` says so. */
function failing(store: Store, isFull: () => boolean, only: keyof Store | null = null): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function" || name === "close") return member;
      return (...args: unknown[]): unknown => {
        const isHit = isFull() && (only === null || only === name);
        return isHit ? Promise.reject(new StoreError("full", null)) : Reflect.apply(member, target, args);
      };
    },
  });
}
