import { expect, test } from "bun:test";
import { CONVERSATION, openTestApp } from "../harness/app.ts";

test("a burst of three messages and a duplicate delivery is asked once and answered once, in order", async () => {
  await using app = await openTestApp();
  app.ai.answerWith("Custa dez.");
  await app.receive("bom dia");
  await app.clock.tick(10_000);
  const second = await app.receive("quanto custa?");
  await app.receive("o azul");
  expect((await app.deliver(second)).body).toEqual({ success: true, action: "duplicate" });
  await app.clock.tick(29_990);
  expect(app.ai.asked).toHaveLength(0);
  await app.clock.tick(30);
  expect(app.ai.asked).toHaveLength(1);
  expect(app.ai.asked[0]?.prompt).toContain("[1] bom dia\n[2] quanto custa?\n[3] o azul");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Custa dez."]);
  expect(app.chatwoot.violations).toEqual([]);
});

test("a second conversation at the same time is untouched by the first", async () => {
  await using app = await openTestApp();
  app.ai.answerWith(({ prompt }) => (prompt.includes("one") ? "to one" : "to two"));
  await app.receive("one", { conversationId: 1 });
  await app.clock.tick(5_000);
  await app.receive("two", { conversationId: 2 });
  await app.clock.tick(25_010);
  expect(app.chatwoot.sent(1)).toEqual(["to one"]);
  expect(app.chatwoot.sent(2)).toEqual([]);
  await app.clock.tick(5_000);
  expect(app.chatwoot.sent(2)).toEqual(["to two"]);
  expect(app.ai.asked).toHaveLength(2);
});

test("a restart in the middle keeps the deadline of before", async () => {
  await using app = await openTestApp();
  await app.receive("oi");
  await app.clock.tick(20_000);
  await app.crash();
  await app.clock.tick(5_000);
  await app.start();
  await app.clock.tick(4_990);
  expect(app.ai.asked).toHaveLength(0);
  await app.clock.tick(30);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});
