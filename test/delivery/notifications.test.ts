// A notification's way to Chatwoot: as sure as a reply's, but nobody's later word stops it.
import { expect, test } from "bun:test";
import type { PostMode } from "../doubles/chatwoot-faults.ts";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { CONVERSATION, openTestApp } from "../harness/app.ts";
import { CUSTOMER, MESSAGE, notify, openAnswered } from "../harness/notified.ts";
import { addNumber, addToken, addUser } from "../harness/tenants.ts";
import { Crash, type CrashPoint, deliveriesOf, notesOf, postsOf, SILENCE_MS } from "./scene.ts";

const HEALED_MS = 600_000;
const MODES: readonly PostMode[] = [
  "accept",
  "accept_500",
  "accept_reset",
  "accept_late",
  "no_id_200",
  "html_200",
  "reject_500",
  "too_many",
  "rate_limited",
  "hang",
];
const POINTS: readonly (CrashPoint | null)[] = [
  null,
  { when: "after", verb: "claimDeliveries", call: 1 },
  { when: "before", verb: "beginSend", call: 1 },
  { when: "after", verb: "beginSend", call: 1 },
  { when: "before", verb: "settleDelivery", call: 1 },
  { when: "after", verb: "settleDelivery", call: 1 },
];
const POLLED_SELDOM = { BUFFER_PROCESSING_INTERVAL_MS: "60000" };

test.each(MODES)("%s, whenever the process dies: the customer is told exactly once", async (mode) => {
  for (const point of POINTS)
    for (const echo of [true, false]) {
      const crash = new Crash(point);
      await using app = await openTestApp({ echo, wrapStore: crash.wrapStore, env: POLLED_SELDOM });
      const token = await addToken(app, "service");
      await app.receive("quanto custa?");
      await app.clock.tick(SILENCE_MS);
      crash.aim(app);
      app.chatwoot.failNext(mode, 1);
      const { body } = await notify(app, token);
      await crash.live(app, 30_000);
      await app.clock.tick(HEALED_MS);
      await crash.restarted();
      expect({
        mode,
        point,
        told: visibleReplies(app.chatwoot.ledger).get(String(body["deliveryId"])),
      }).toEqual({
        mode,
        point,
        told: 1,
      });
      expect((await deliveriesOf(app)).at(-1)).toMatchObject({ state: "sent" });
      expect(app.chatwoot.violations).toEqual([]);
    }
});

test("a colleague who is at it, a conversation that is theirs or resolved: it goes out all the same", async () => {
  await using told = await openAnswered();
  const { app } = told;
  await app.deliver(app.chatwoot.humanSays(CONVERSATION, "eu cuido"));
  await app.deliver(app.chatwoot.setStatus(CONVERSATION, "open"));
  await app.deliver(app.chatwoot.assign(CONVERSATION, "human"));
  await told.notify();
  await app.deliver(app.chatwoot.resolve(CONVERSATION));
  await told.notify({ message: "até logo" });
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", MESSAGE, "até logo"]);
});

test("it waits while processing is off, and goes when it is on again", async () => {
  await using told = await openAnswered();
  const { app } = told;
  await app.admin("POST", "/processing", { enabled: false });
  await told.notify();
  await app.clock.tick(60_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  await app.admin("POST", "/processing", { enabled: true });
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", MESSAGE]);
});

test("it stands in line with the replies of its conversation, and holds none of another up", async () => {
  await using told = await openAnswered();
  const { app } = told;
  app.chatwoot.failNext("rate_limited");
  await told.notify({ message: "um" });
  await told.notify({ message: "dois" });
  await app.receive("e o frete?");
  await app.clock.tick(60_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "um", "dois", "ok"]);
});

test("a window that closed on the way fails a text visibly, and bothers nobody in the conversation", async () => {
  await using told = await openAnswered();
  const { app } = told;
  app.chatwoot.setCanReply(CONVERSATION, false);
  await told.notify();
  expect((await deliveriesOf(app)).at(-1)).toMatchObject({
    kind: "notification",
    state: "failed",
    reason: "window_closed",
    sends: 0,
  });
  await told.notify({ template: { name: "order_shipped", language: "pt_BR" } });
  expect((await deliveriesOf(app)).at(-1)).toMatchObject({ state: "sent" });
  expect(notesOf(app)).toEqual([]);
  expect(app.chatwoot.room(CONVERSATION)?.status).toBe("pending");
});

test("a refusal of Chatwoot's fails it, visibly; an admin may send it once more", async () => {
  await using told = await openAnswered();
  const { app } = told;
  app.chatwoot.failNext("reject_422");
  const { body } = await told.notify();
  expect((await deliveriesOf(app)).at(-1)).toMatchObject({ state: "failed", reason: "http_422", sends: 1 });
  await app.clock.tick(HEALED_MS);
  expect(postsOf(app)).toHaveLength(2);
  const retried = await app.admin("POST", `/outbox/${String(body["deliveryId"])}/retry`);
  expect(retried.status).toBe(200);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", MESSAGE]);
  expect((await app.admin("POST", `/outbox/${String(body["deliveryId"])}/retry`)).status).toBe(404);
});

test("what waits for a user who is deleted is not sent, and its words are gone", async () => {
  await using told = await openAnswered();
  const { app } = told;
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, CUSTOMER);
  await app.receive("sou eu");
  await app.clock.tick(SILENCE_MS);
  await app.admin("POST", "/processing", { enabled: false });
  await told.notify({ userId });
  await app.admin("DELETE", `/users/${userId}`);
  await app.admin("POST", "/processing", { enabled: true });
  await app.clock.tick(60_000);
  expect((await deliveriesOf(app)).at(-1)).toMatchObject({ state: "cancelled", reason: "deleted" });
  expect(app.chatwoot.sent(CONVERSATION)).not.toContain(MESSAGE);
});
