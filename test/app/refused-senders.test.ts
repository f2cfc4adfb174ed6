// Whose messages an inbox takes: its mode, its lists of numbers, groups. Whatever is refused leaves nothing behind.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";

/** The inbox that the double's conversations come in by. */
const INBOX = "/inboxes/default/12";
const GROUP = { id: 77, name: "Família", phoneNumber: null, sourceId: "120363025246125486@g.us" };
const ANA = { id: 5, name: "Ana", phoneNumber: "+5511987654321" };

async function say(
  app: TestApp,
  extra: Parameters<TestApp["receive"]>[1] = {},
): Promise<Record<string, unknown>> {
  const { answer } = await app.receive("oi", extra);
  await app.clock.tick(30_010);
  return answer;
}

async function expectNothing(app: TestApp): Promise<void> {
  expect((await app.admin("GET", "/stats")).body["data"]).toMatchObject({ buffers: {}, messages: {} });
  expect(app.ai.asked).toEqual([]);
  const acts = app.chatwoot.ledger.filter((entry) => entry.kind === "request" && entry.method !== "GET");
  expect(acts).toEqual([]);
}

describe("mode off", () => {
  test("takes no message of the inbox, whatever the others do", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { mode: "off" });
    expect(await say(app)).toMatchObject({ action: "skipped", reason: "mode_off" });
    await expectNothing(app);
    expect(await say(app, { conversationId: 2, inboxId: 13 })).toMatchObject({ action: "buffered" });
    expect(app.chatwoot.sent(2)).toEqual(["ok"]);
  });

  test("is the mode of all by CHATWOOT_INBOX_MODE, but of one that has its own", async () => {
    await using app = await openTestApp({ env: { CHATWOOT_INBOX_MODE: "off" } });
    await app.admin("PUT", "/inboxes/default/13", { mode: "answer" });
    expect(await say(app)).toMatchObject({ reason: "mode_off" });
    expect(await say(app, { conversationId: 2, inboxId: 13 })).toMatchObject({ action: "buffered" });
  });

  test("ends what waits already without an answer, and says so in the turn", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await app.admin("PUT", INBOX, { mode: "off" });
    await app.clock.tick(30_010);
    expect((await app.admin("GET", "/jobs")).body["data"]).toMatchObject([
      { outcome: "silenced", reason: "mode_off" },
    ]);
    expect(app.ai.asked).toEqual([]);
  });
});

describe("a number on the block list", () => {
  test.each([["+5511987654321"], ["+551198*"], ["11987654321"], ["*4321"]])(
    "as %s is not taken",
    async (pattern) => {
      await using app = await openTestApp();
      await app.admin("PUT", INBOX, { lists: { block: [pattern] } });
      const said = await app.receive("oi", { contact: ANA });
      expect(said.answer).toMatchObject({ action: "skipped", reason: "blocklist" });
      expect((await app.deliver(app.chatwoot.deleteMessage(said.messageId))).body).toMatchObject({
        reason: "blocklist",
      });
      await app.clock.tick(30_010);
      await expectNothing(app);
      expect(await say(app, { conversationId: 2 })).toMatchObject({ action: "buffered" });
    },
  );

  test("is read in the country of numbers that name none", async () => {
    await using app = await openTestApp({ env: { LULL_DEFAULT_COUNTRY: "US" } });
    await app.admin("PUT", INBOX, { lists: { block: ["11*"] } });
    expect(await say(app, { contact: ANA })).toMatchObject({ action: "buffered" });
  });
});

test("with an allow list nobody else is taken", async () => {
  await using app = await openTestApp();
  await app.admin("PUT", INBOX, { lists: { allow: ["+5511987654321"] } });
  expect(await say(app)).toMatchObject({ reason: "blocklist" });
  expect(await say(app, { conversationId: 2, contact: ANA })).toMatchObject({ action: "buffered" });
  expect(app.chatwoot.sent(2)).toEqual(["ok"]);
});

test("a message of somebody who is blocked meanwhile is not answered", async () => {
  await using app = await openTestApp();
  await app.receive("oi", { contact: ANA });
  await app.admin("PUT", INBOX, { lists: { block: ["+5511987654321"] } });
  await app.clock.tick(30_010);
  expect((await app.admin("GET", "/jobs")).body["data"]).toMatchObject([
    { outcome: "silenced", reason: "blocklist" },
  ]);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
});

describe("a group", () => {
  const inGroup = { contact: GROUP, channel: "Channel::Api" };

  test("is not answered, nor is anything kept of it", async () => {
    await using app = await openTestApp();
    expect(await say(app, inGroup)).toMatchObject({ action: "skipped", reason: "group" });
    await expectNothing(app);
  });

  test("is answered like a customer where the inbox says so", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { groups: "answer" });
    expect(await say(app, inGroup)).toMatchObject({ action: "buffered" });
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("that is no longer answered ends its turn in silence", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { groups: "answer" });
    await app.receive("oi", inGroup);
    await app.admin("PUT", INBOX, { groups: null });
    await app.clock.tick(30_010);
    expect((await app.admin("GET", "/jobs")).body["data"]).toMatchObject([
      { outcome: "silenced", reason: "group" },
    ]);
  });
});

describe("a message that no webhook brought", () => {
  /** The customer's second message is seen only by the look before the POST. */
  async function withSecondUnseen(app: TestApp, between: () => Promise<unknown>): Promise<void> {
    app.ai.hold();
    await app.receive("oi", { contact: ANA });
    await app.clock.tick(30_010);
    app.chatwoot.customerSays(CONVERSATION, "e a entrega?");
    await between();
    app.ai.release();
    await app.clock.tick(60_000);
  }

  test("by somebody on the allow list is answered, though the list of messages tells no number", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { lists: { allow: ["+5511987654321"] } });
    await withSecondUnseen(app, () => Promise.resolve());
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
    expect(app.ai.asked.at(-1)?.prompt).toContain("e a entrega?");
  });

  test("by somebody who was blocked meanwhile is not", async () => {
    await using app = await openTestApp();
    await withSecondUnseen(app, () => app.admin("PUT", INBOX, { lists: { block: ["+5511987654321"] } }));
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect((await app.admin("GET", "/jobs")).body["data"]).toContainEqual(
      expect.objectContaining({ outcome: "silenced", reason: "blocklist" }),
    );
  });
});
