// Where lull only watches, the customer sees nothing of it: what it would have said and done are private notes.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { errandsOf, lastTurn, metric } from "./signed.ts";

const INBOX = "/inboxes/default/12";
const WATCH: TestAppOptions = { env: { CHATWOOT_INBOX_MODE: "watch" } };

async function burst(app: TestApp, text: string): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

function notes(app: TestApp): unknown[] {
  return errandsOf(app).map(({ kind, detail }) => (kind === "note" ? detail["text"] : kind));
}

/** Messages that the customer sees, and "typing". */
function seen(app: TestApp): string[] {
  const calls = app.chatwoot.ledger.filter((entry) => entry.kind === "request" && entry.method === "POST");
  const paths = calls.map((entry) => (entry.kind === "request" ? entry.path : ""));
  return [...app.chatwoot.sent(CONVERSATION).map(String), ...paths.filter((path) => path.includes("typing"))];
}

describe("a reply of an inbox that is watched", () => {
  test("becomes a draft, and the turn a silence", async () => {
    await using app = await openTestApp(WATCH);
    app.ai.answerWith("Custa {{ dez }} reais.");
    await burst(app, "quanto custa?");
    expect(seen(app)).toEqual([]);
    expect(notes(app)).toEqual(["Draft, not sent:\n\nCusta {\u200B{ dez }\u200B} reais."]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "mode_off", deliveries: [] });
    expect(await metric(app, 'lull_silences_total{reason="mode_off"}')).toBe(1);
  });

  test("is one where its own mode says so, and none where that says answer", async () => {
    await using app = await openTestApp(WATCH);
    await app.admin("PUT", INBOX, { mode: "answer" });
    await burst(app, "oi");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
    await app.admin("PUT", INBOX, { mode: "watch" });
    await burst(app, "e agora?");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
    expect(notes(app)).toHaveLength(1);
  });

  test("goes by the mode that holds when it is written", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    app.ai.hold();
    await app.clock.tick(30_010);
    await app.admin("PUT", INBOX, { mode: "watch" });
    app.ai.release();
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(notes(app)).toHaveLength(1);
  });

  test("is held back where it waits to be sent while the mode changes", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("show_down");
    await burst(app, "oi");
    await app.admin("PUT", INBOX, { mode: "watch" });
    await app.clock.tick(600_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "mode_off" });
  });

  test("is not even a draft where a person took over meanwhile", async () => {
    await using app = await openTestApp(WATCH);
    await app.receive("oi");
    app.ai.hold();
    await app.clock.tick(30_010);
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    app.ai.release();
    await app.clock.tick(60_000);
    expect(notes(app)).toEqual([]);
    expect(await lastTurn(app)).toMatchObject({ reason: "human_active" });
  });

  test("is a draft, too, when it tells that the shop is closed", async () => {
    await using app = await openTestApp(WATCH);
    const hours = { timeZone: "UTC", days: { mon: ["03:00-03:01"] } };
    await app.admin("PUT", INBOX, { hours: { ...hours, isCustomerTold: true } });
    await burst(app, "quanto custa?");
    expect(seen(app)).toEqual([]);
    expect(notes(app)).toEqual([expect.stringContaining("Draft, not sent:")]);
  });
});

describe("a handoff of an inbox that is watched", () => {
  test("is a note beside the draft, and lull goes on to watch", async () => {
    await using app = await openTestApp(WATCH);
    await burst(app, "quero falar com um atendente");
    expect(notes(app)).toEqual([
      "Draft, not sent:\n\nVou chamar uma pessoa. Um momento.",
      expect.stringContaining("lull would hand this over: The customer asks for a person."),
    ]);
    expect(await lastTurn(app)).toMatchObject({ reason: "mode_off", handoffReason: null });
    await burst(app, "oi?");
    expect(await lastTurn(app)).toMatchObject({ reason: "mode_off" });
    expect(seen(app)).toEqual([]);
  });
});
