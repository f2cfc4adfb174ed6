// Business hours: judged when the silence ends, told once, and never in the way of what was asked before closing.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { lastTurn, metric } from "./signed.ts";

const INBOX = "/inboxes/default/12";
const HOUR_MS = 60 * 60_000;
/** Tests begin on a Thursday at 10:00 in São Paulo. */
const SHOP = { timeZone: "America/Sao_Paulo", days: { thu: ["09:00-12:00"], fri: ["09:00-12:00"] } };

/** Hours pass here. */
const RARE_SWEEPS = { BUFFER_PROCESSING_INTERVAL_MS: "3600000" };

async function openShop(hours: Record<string, unknown>): Promise<TestApp> {
  const app = await openTestApp({ env: RARE_SWEEPS });
  await app.admin("PUT", INBOX, { hours: { ...SHOP, ...hours } });
  return app;
}

async function say(app: TestApp, text: string): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

test("inside the hours customers are answered, outside they are not, and the turn says why", async () => {
  await using app = await openShop({});
  await say(app, "oi");
  await app.clock.tick(2 * HOUR_MS);
  await say(app, "alguém?");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "outside_hours" });
  expect(await metric(app, 'lull_silences_total{reason="outside_hours"}')).toBe(1);
  await app.clock.tick(21 * HOUR_MS);
  await say(app, "bom dia");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
});

test("it is the end of the silence that counts, not the message nor the answer", async () => {
  await using app = await openShop({});
  await app.clock.tick(2 * HOUR_MS - 45_000);
  await app.receive("ainda dá tempo?");
  app.ai.hold();
  await app.clock.tick(30_010);
  await app.clock.tick(20_000);
  app.ai.release();
  await app.clock.tick(1_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  await app.clock.tick(21 * HOUR_MS - 25_000);
  await app.receive("já abriu?");
  await app.clock.tick(30_010);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
});

test("a holiday is closed", async () => {
  await using app = await openShop({ holidays: ["2026-06-18"] });
  await say(app, "oi");
  expect(await lastTurn(app)).toMatchObject({ reason: "outside_hours" });
});

test("a shop that wants lull at night alone gets it so, and nobody is told that it is closed", async () => {
  await using app = await openShop({ answer: "outside", isCustomerTold: true });
  await say(app, "oi");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
  await app.clock.tick(3 * HOUR_MS);
  await say(app, "e agora?");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

describe("a customer who is to be told", () => {
  const CLOSED = 3 * HOUR_MS;

  test("is told once, in their language and the shop's time, until the shop has been open again", async () => {
    await using app = await openShop({ isCustomerTold: true });
    await app.clock.tick(CLOSED);
    await say(app, "boa tarde, quanto custa?");
    const told = "Estamos fechados agora. Voltamos a responder: sexta-feira, 09:00.";
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([told]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered", reason: "outside_hours" });
    await say(app, "tá bom");
    expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "outside_hours" });
    await app.clock.tick(24 * HOUR_MS);
    await say(app, "oi, e hoje?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([
      told,
      "Estamos fechados agora. Voltamos a responder: quinta-feira, 09:00.",
    ]);
    expect(app.ai.asked).toEqual([]);
  });

  test("is told in the daemon's language where their words do not tell theirs", async () => {
    await using app = await openTestApp({ env: { ...RARE_SWEEPS, LULL_LOCALE: "fr" } });
    await app.admin("PUT", INBOX, { hours: { ...SHOP, isCustomerTold: true } });
    await app.clock.tick(CLOSED);
    await say(app, "👋");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([
      "Nous sommes fermés pour le moment. Nous répondons de nouveau : vendredi 09:00.",
    ]);
  });

  test("is told with the next message when the first telling was never sent", async () => {
    await using app = await openShop({ isCustomerTold: true });
    await app.clock.tick(CLOSED);
    app.chatwoot.failNext("reject_404");
    await say(app, "oi");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    await app.deliver(app.chatwoot.setStatus(CONVERSATION, "pending"));
    await say(app, "oi?");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
  });

  test("is not told twice by a daemon that starts again", async () => {
    await using app = await openShop({ isCustomerTold: true });
    await app.clock.tick(CLOSED);
    await say(app, "oi");
    await app.crash();
    await app.start();
    await say(app, "oi?");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
  });

  test("is not told where a person is at work", async () => {
    await using app = await openShop({ isCustomerTold: true });
    await app.clock.tick(CLOSED);
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await say(app, "oi");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(await lastTurn(app)).toMatchObject({ reason: "human_active" });
  });
});
