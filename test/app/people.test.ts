// A person takes over: what waits is dropped, what is being written is not sent, and lull keeps quiet until it may speak again.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import type { Delivery } from "../doubles/chatwoot.ts";
import { lastTurn, listed, metric, send } from "./signed.ts";

type Takeover = (app: TestApp) => Delivery;

const TAKEOVERS: [name: string, takeover: Takeover, reason: string][] = [
  ["a reply from the dashboard", (app) => app.chatwoot.humanSays(CONVERSATION, "Ana aqui"), "human_active"],
  ["a reply from the phone", (app) => app.chatwoot.phoneSays(CONVERSATION, "Ana aqui"), "human_active"],
  ["an assignment to a person", (app) => app.chatwoot.assign(CONVERSATION, "human"), "human_assigned"],
  ["a resolved conversation", (app) => app.chatwoot.resolve(CONVERSATION), "status"],
  ["a snoozed conversation", (app) => app.chatwoot.setStatus(CONVERSATION, "snoozed"), "status"],
];

/** Lets the silence pass while the model is held, so that the turn is under way. */
async function untilModelWorks(app: TestApp, text = "oi"): Promise<void> {
  await app.receive(text);
  app.ai.hold();
  await app.clock.tick(30_010);
  expect(app.ai.waiting).toBe(1);
}

function postCount(app: TestApp): number {
  return app.chatwoot.ledger.filter(
    (entry) => entry.kind === "request" && entry.method === "POST" && entry.path.endsWith("/messages"),
  ).length;
}

describe.each(TAKEOVERS)("%s", (_name, takeover, reason) => {
  test("cancels what waits and keeps the reason", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await app.deliver(takeover(app));
    expect((await listed(app, "/buffers"))[0]).toMatchObject({ status: "cancelled", cancelReason: reason });
    await app.clock.tick(600_000);
    expect(app.ai.asked).toHaveLength(0);
    expect((await app.store().counts()).messages).toEqual({ cancelled: 1 });
  });

  test("while the model works keeps its answer back", async () => {
    await using app = await openTestApp();
    await untilModelWorks(app);
    await app.deliver(takeover(app));
    app.ai.release();
    await app.clock.tick(60_000);
    expect(postCount(app)).toBe(0);
    expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason });
    expect(await metric(app, `lull_silences_total{reason="${reason}"}`)).toBe(1);
  });

  test("that no webhook told of is seen by the look before the POST", async () => {
    await using app = await openTestApp();
    await untilModelWorks(app);
    takeover(app);
    app.ai.release();
    await app.clock.tick(60_000);
    expect(postCount(app)).toBe(0);
    expect(await lastTurn(app)).toMatchObject({
      outcome: "silenced",
      reason,
      deliveries: [{ state: "cancelled", reason }],
    });
  });

  test("that is told between the answer and the POST keeps the reply back", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("show_down");
    await app.receive("oi");
    await app.clock.tick(30_010);
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "intent" });
    await app.deliver(takeover(app));
    await app.clock.tick(60_000);
    expect(postCount(app)).toBe(0);
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "cancelled", reason });
  });
});

describe("a person's reply that stands above the customer's last message and is told of late", () => {
  test("keeps the answer back while the model works", async () => {
    await using app = await openTestApp();
    const reply = app.chatwoot.humanSays(CONVERSATION, "Ana aqui");
    await untilModelWorks(app);
    await app.deliver(reply);
    app.ai.release();
    await app.clock.tick(60_000);
    expect(postCount(app)).toBe(0);
  });

  test("keeps the reply back before its POST, though the look alone would not find it", async () => {
    await using app = await openTestApp();
    const reply = app.chatwoot.humanSays(CONVERSATION, "Ana aqui");
    app.chatwoot.failNext("show_down");
    await app.receive("oi");
    await app.clock.tick(30_010);
    await app.deliver(reply);
    await app.clock.tick(60_000);
    expect(postCount(app)).toBe(0);
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "cancelled", reason: "human_active" });
  });
});

describe("after a person's reply", () => {
  /** A customer's message and the silence after it. */
  async function say(app: TestApp, text: string): Promise<void> {
    await app.receive(text);
    await app.clock.tick(30_010);
  }

  test("lull is quiet until the conversation is resolved, however long that takes", async () => {
    await using app = await openTestApp();
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await say(app, "obrigada");
    await app.clock.tick(2 * 3_600_000);
    await say(app, "e outra coisa");
    expect(app.ai.asked).toHaveLength(0);
    expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "human_active" });
    await app.deliver(app.chatwoot.resolve(CONVERSATION));
    await say(app, "bom dia de novo");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("a farewell in a conversation already resolved does not silence the customer's next visit", async () => {
    await using app = await openTestApp();
    await say(app, "oi");
    await app.deliver(app.chatwoot.resolve(CONVERSATION));
    await app.deliver(app.chatwoot.phoneSays(CONVERSATION, "até logo!"));
    await say(app, "voltei");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(2);
  });

  test("nor does a person's reply whose webhook is overtaken by the one that tells of the resolution", async () => {
    await using app = await openTestApp();
    await say(app, "oi");
    const reply = app.chatwoot.humanSays(CONVERSATION, "resolvido!");
    await app.clock.tick(1_000);
    await app.deliver(app.chatwoot.resolve(CONVERSATION));
    await app.deliver(reply);
    await say(app, "voltei");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(2);
  });

  test("lull is quiet for HUMAN_PAUSE_MINUTES, counted from the last reply", async () => {
    await using app = await openTestApp({ env: { HUMAN_PAUSE_MINUTES: "10" } });
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await app.clock.tick(5 * 60_000);
    await app.deliver(app.chatwoot.phoneSays(CONVERSATION, "ainda aqui"));
    await app.clock.tick(9 * 60_000);
    await say(app, "oi?");
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(60_000);
    await say(app, "alguém?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("a second delivery of that reply does not make the pause longer", async () => {
    await using app = await openTestApp({ env: { HUMAN_PAUSE_MINUTES: "10" } });
    const reply = app.chatwoot.humanSays(CONVERSATION, "Ana aqui");
    await app.deliver(reply);
    await app.clock.tick(9 * 60_000);
    expect((await app.deliver(reply)).body).toMatchObject({ reason: "human_reply" });
    await app.clock.tick(60_000);
    await say(app, "oi?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("the pause outlives a restart", async () => {
    await using app = await openTestApp();
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await app.crash();
    await app.start();
    await say(app, "obrigada");
    expect(app.ai.asked).toHaveLength(0);
  });

  test("other conversations are answered as ever", async () => {
    await using app = await openTestApp();
    await app.deliver(app.chatwoot.humanSays(1, "Ana aqui"));
    await app.receive("oi", { conversationId: 2 });
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(2)).toEqual(["ok"]);
  });

  test("what the person wrote is history for the next answer", async () => {
    await using app = await openTestApp();
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Entregamos amanhã"));
    await app.deliver(app.chatwoot.resolve(CONVERSATION));
    await say(app, "a que horas?");
    expect(app.ai.asked[0]?.messages).toContainEqual({
      role: "assistant",
      content: "(a colleague wrote) Entregamos amanhã",
    });
  });
});

describe("an assignment", () => {
  test("keeps lull quiet while it stands and no longer", async () => {
    await using app = await openTestApp();
    await app.deliver(app.chatwoot.assign(CONVERSATION, "human"));
    await app.receive("oi");
    await app.clock.tick(30_010);
    expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "human_assigned" });
    await app.deliver(app.chatwoot.assign(CONVERSATION, "none"));
    await app.receive("oi?");
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("to a bot changes nothing", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await app.deliver(app.chatwoot.assign(CONVERSATION, "bot"));
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("that was lifted stays lifted when its older news comes late", async () => {
    await using app = await openTestApp();
    const assigned = app.chatwoot.assign(CONVERSATION, "human");
    await app.clock.tick(1_000);
    await app.deliver(app.chatwoot.assign(CONVERSATION, "none"));
    await app.receive("oi");
    await app.deliver(assigned);
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

describe("the statuses that are answered", () => {
  test("an older status that is told late undoes no newer one", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    const resolved = app.chatwoot.resolve(CONVERSATION);
    await app.clock.tick(1_000);
    await app.receive("mais uma coisa");
    await app.deliver(resolved);
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("are pending and open, as long as nobody is assigned", async () => {
    await using app = await openTestApp();
    await app.deliver(app.chatwoot.setStatus(CONVERSATION, "open"));
    await app.receive("oi");
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("are what CHATWOOT_ANSWER_STATUSES says", async () => {
    await using app = await openTestApp({ env: { CHATWOOT_ANSWER_STATUSES: "pending" } });
    await app.receive("oi");
    await app.deliver(app.chatwoot.setStatus(CONVERSATION, "open"));
    expect((await listed(app, "/buffers"))[0]).toMatchObject({ status: "cancelled", cancelReason: "status" });
  });
});

describe("what is no person's reply", () => {
  const TOKENS: NonNullable<TestAppOptions["tokens"]>[] = ["user", "bot", "bot and user"];

  test.each(TOKENS)(
    "lull's own, sent with the token of a %s, though it comes back as a webhook",
    async (tokens) => {
      await using app = await openTestApp({ tokens, echo: true });
      for (const text of ["um", "dois", "três"]) {
        await app.receive(text);
        await app.clock.tick(30_010);
      }
      expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok", "ok"]);
      expect(app.chatwoot.echoes).toHaveLength(3);
      expect(await metric(app, 'lull_silences_total{reason="human_active"}')).toBe(0);
    },
  );

  test("lull's own that comes back while the next burst already waits", async () => {
    await using app = await openTestApp({ tokens: "user", echo: false });
    await app.receive("um");
    await app.clock.tick(30_010);
    await app.receive("dois");
    const [echo] = app.chatwoot.echoes;
    expect((await send(app, echo?.body)).body).toMatchObject({ action: "skipped", reason: "own_reply" });
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
  });

  test("a private note", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    const note = app.chatwoot.humanSays(CONVERSATION, "cliente antigo", { isPrivate: true });
    expect((await app.deliver(note)).body).toMatchObject({ reason: "private_note" });
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(JSON.stringify(app.ai.asked)).not.toContain("cliente antigo");
  });

  test("a receipt for what a person wrote before", async () => {
    await using app = await openTestApp();
    const reply = app.chatwoot.humanSays(CONVERSATION, "Ana aqui");
    await app.receive("oi");
    const receipt = { ...reply.body, event: "message_updated" };
    expect((await send(app, receipt)).body).toMatchObject({ reason: "outgoing_message" });
    expect((await listed(app, "/buffers"))[0]).toMatchObject({ status: "active" });
  });
});
