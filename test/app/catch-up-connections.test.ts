// Catch-up where there are several Chatwoots, or an older system beside lull: each is looked at for itself, and what is not
// lull's is left.
import { expect, test } from "bun:test";
import { CONVERSATION, openTestApp } from "../harness/app.ts";
import { openBesideSecond, SECOND } from "../harness/second.ts";

const MINUTE_MS = 60_000;
const TURN_MS = 30_010;

test("a connection that was added while lull runs is looked at, too, and nothing from before it was", async () => {
  await using two = await openBesideSecond();
  const { app, second } = two;
  second.customerSays(CONVERSATION, "de ontem");
  await app.clock.tick(MINUTE_MS);
  await app.admin("POST", "/connections", { ...SECOND });
  await app.clock.tick(2 * MINUTE_MS);
  second.customerSays(CONVERSATION, "to the second");
  app.chatwoot.customerSays(CONVERSATION, "to the first");
  await app.clock.tick(MINUTE_MS + TURN_MS);
  expect(second.sent(CONVERSATION)).toEqual(["to: [1] to the second"]);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["to: [1] to the first"]);
});

test("one Chatwoot that is down keeps no other from being looked at", async () => {
  await using two = await openBesideSecond();
  const { app, second } = two;
  await app.admin("POST", "/connections", { ...SECOND });
  await app.clock.tick(MINUTE_MS);
  app.chatwoot.failNext("conversations_down", 10);
  second.customerSays(CONVERSATION, "oi");
  await app.clock.tick(MINUTE_MS + TURN_MS);
  expect(second.sent(CONVERSATION)).toEqual(["to: [1] oi"]);
  const broken = app.events.filter(({ name }) => name === "catch_up.broken_off");
  expect(new Set(broken.map(({ fields }) => fields["connection"]))).toEqual(new Set(["default"]));
});

test("what is the older system's is left to it, found or not", async () => {
  await using app = await openTestApp({
    env: { LEGACY_WEBHOOK_URL: "http://legacy.test/webhook" },
    fetch: () => Promise.resolve(new Response(null, { status: 200 })),
  });
  await app.admin("PUT", "/flags/message_buffering", { enabled: true, rolloutPercent: 0 });
  app.chatwoot.customerSays(CONVERSATION, "oi");
  await app.clock.tick(5 * MINUTE_MS);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
  expect((await app.store().counts()).messages).toEqual({});
  const reads = app.chatwoot.ledger.filter(
    (entry) => entry.kind === "request" && entry.path.includes("after="),
  );
  expect(reads).toEqual([]);
});
