// A turn that failed for good leaves no customer alone: people are told why, and lull tries their next message again.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { errandsOf, lastTurn, metric } from "./signed.ts";

const INBOX = "/inboxes/default/12";
const HOUR_MS = 60 * 60_000;
/** Longer than all waits between the attempts of a turn together. */
const ATTEMPTS_MS = 200_000;

async function burst(app: TestApp, text = "oi"): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

/** As many errors as a turn is tried. */
async function fail(app: TestApp, text?: string): Promise<void> {
  app.ai.failNext("server_error", 5);
  await burst(app, text);
  await app.clock.tick(ATTEMPTS_MS);
  expect(await lastTurn(app)).toMatchObject({ outcome: "failed" });
}

function called(app: TestApp): Record<string, unknown>[] {
  return errandsOf(app)
    .filter(({ kind }) => kind === "handoff")
    .map(({ detail }) => detail);
}

describe("a turn that failed for good", () => {
  test("calls people with its reason and its id, by the inbox's label and for whom it names", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { handoff: { label: "lull-failed", assigneeId: 7, teamId: 2 } });
    await fail(app);
    const { id, errorCode } = await lastTurn(app);
    const [call] = called(app);
    expect(call).toEqual({ note: expect.any(String), label: "lull-failed", assigneeId: 7, teamId: 2 });
    expect(call?.["note"]).toContain(`no AI provider answered (${String(errorCode)})`);
    expect(call?.["note"]).toContain(String(id));
    expect(await metric(app, 'lull_turns_total{outcome="failed",reason="ai_unavailable"}')).toBe(1);
  });

  test("does not keep lull quiet: the next message is answered", async () => {
    await using app = await openTestApp();
    await fail(app);
    await burst(app, "e agora?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("still answers when an operator tries it again", async () => {
    await using app = await openTestApp();
    await fail(app);
    const { id } = await lastTurn(app);
    expect(await app.admin("POST", `/jobs/${String(id)}/retry`)).toMatchObject({ status: 200 });
    await app.clock.tick(10_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(called(app)).toHaveLength(1);
  });

  test("calls once an hour, however many fail, and each conversation for itself", async () => {
    await using app = await openTestApp({ hasModel: false });
    for (const text of ["um", "dois", "três"]) await burst(app, text);
    expect(called(app)).toHaveLength(1);
    await app.receive("oi", { conversationId: 2 });
    await app.clock.tick(30_010);
    expect(called(app)).toHaveLength(2);
    await app.clock.tick(HOUR_MS);
    await burst(app, "quatro");
    expect(called(app)).toHaveLength(3);
  });

  test("calls nobody where a person is at work by then", async () => {
    await using app = await openTestApp();
    app.ai.failNext("server_error", 5);
    await burst(app);
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await app.clock.tick(ATTEMPTS_MS);
    expect(called(app)).toEqual([]);
  });

  test("calls when the process ended over it again and again", async () => {
    await using app = await openTestApp();
    app.ai.hold();
    await burst(app);
    for (let crash = 0; crash < 10; crash++) {
      await app.crash();
      await app.start();
      await app.clock.tick(10);
    }
    expect(await lastTurn(app)).toMatchObject({ outcome: "failed", reason: "quarantined" });
    expect(called(app)).toEqual([
      expect.objectContaining({ note: expect.stringContaining("(quarantined)") }),
    ]);
    app.ai.release();
  });
});

describe("a failure of an inbox", () => {
  const failed = async (options: TestAppOptions, mode: string): Promise<unknown[]> => {
    await using app = await openTestApp({ hasModel: false, ...options });
    await app.receive("oi");
    await app.admin("PUT", INBOX, { mode });
    await app.clock.tick(30_010);
    await burst(app, "oi?");
    return errandsOf(app).map(({ kind }) => kind);
  };

  test("that is watched is a note, and one an hour", async () => {
    expect(await failed({}, "watch")).toEqual(["note"]);
  });

  test("that is off is nobody's business", async () => {
    expect(await failed({}, "off")).toEqual([]);
  });
});
