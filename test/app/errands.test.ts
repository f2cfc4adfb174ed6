// What lull does in Chatwoot beside messages to customers: done once and in order, whatever Chatwoot's day is like.
import { describe, expect, test } from "bun:test";
import { Crash, intercept, notesOf, requestsOf } from "../delivery/scene.ts";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";

const WATCH: TestAppOptions = { env: { CHATWOOT_INBOX_MODE: "watch" } };
/** For tests that last a day: no sweep in between, so that they stay quick. */
const LONG: TestAppOptions = { env: { ...WATCH.env, BUFFER_PROCESSING_INTERVAL_MS: "3600000" } };
const LONG_TEST_MS = 30_000;
const INBOX = "/inboxes/default/12";
const HOUR_MS = 3_600_000;

/** The customer writes, and the turn is over. */
async function ask(app: TestApp, text = "quanto custa?"): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

function noteTexts(app: TestApp): (string | null)[] {
  return notesOf(app).map(({ content }) => content);
}

/** What was asked of the conversation by POST, in order; messages to the customer left out. */
function work(app: TestApp): string[] {
  const posts = requestsOf(app, "POST", `/conversations/${CONVERSATION}/`);
  return posts.flatMap(({ path, body }) => {
    const { private: isPrivate, status, labels } = body as Record<string, unknown>;
    const verb = path.slice(path.lastIndexOf("/") + 1);
    if (verb === "messages") return isPrivate === true ? ["note"] : [];
    if (verb === "toggle_typing_status") return [];
    return [verb === "toggle_status" ? String(status) : verb === "labels" ? String(labels) : verb];
  });
}

async function stateOf(app: TestApp): Promise<unknown> {
  const due = await app.store().dueErrands(10, app.clock.now() + 1_000 * HOUR_MS);
  return due.length;
}

describe("a note", () => {
  test("appears once, marked, and comes back as a webhook without any effect", async () => {
    await using app = await openTestApp(WATCH);
    await ask(app);
    await app.clock.tick(5 * 60_000);
    expect(noteTexts(app)).toHaveLength(1);
    expect(notesOf(app)[0]?.replyId).toEqual([...app.errands.keys()][0] ?? "");
    expect(await stateOf(app)).toBe(0);
    expect(app.events.filter(({ name }) => name === "errand.done")).toHaveLength(1);
    await ask(app, "e agora?");
    expect(noteTexts(app)).toHaveLength(2);
  });

  test("is no colleague's command, though it reads like one", async () => {
    await using app = await openTestApp(WATCH);
    await app.receive("oi");
    await app.store().addErrand(1, CONVERSATION, { kind: "note", text: "/bot off" }, app.clock.now());
    await app.clock.tick(40_010);
    expect(noteTexts(app)).toContain("/bot off");
    const { body } = await app.admin("GET", "/conversations");
    expect(body["data"]).toMatchObject([{ pausedBy: null }]);
  });

  test.each(["user", "bot"] as const)(
    "is not written twice when the answer to its POST is lost (%s token)",
    async (tokens) => {
      await using app = await openTestApp({ ...WATCH, tokens });
      app.chatwoot.failNext("note_reset");
      await ask(app);
      await app.clock.tick(60_000);
      expect(noteTexts(app)).toHaveLength(1);
      expect(await stateOf(app)).toBe(0);
    },
  );

  test("is not written twice when lull dies before it has put down that it was", async () => {
    const crash = new Crash({ when: "before", verb: "settleErrand", call: 1 });
    await using app = await openTestApp({ ...WATCH, wrapStore: crash.wrapStore });
    crash.aim(app);
    await ask(app);
    expect(await crash.restarted()).toBe(true);
    await app.clock.tick(60_000);
    expect(crash.happened).toBe(true);
    expect(noteTexts(app)).toHaveLength(1);
    expect(await stateOf(app)).toBe(0);
  });

  test("waits while processing is off, and for a Chatwoot that is away for an hour", async () => {
    await using app = await openTestApp(WATCH);
    await app.receive("oi");
    app.chatwoot.failNext("note_down", 100_000);
    await app.clock.tick(30_010 + HOUR_MS);
    expect(noteTexts(app)).toEqual([]);
    await app.admin("POST", "/processing", { enabled: false });
    app.chatwoot.heal();
    await app.clock.tick(600_000);
    expect(noteTexts(app)).toEqual([]);
    await app.admin("POST", "/processing", { enabled: true });
    await app.clock.tick(600_000);
    expect(noteTexts(app)).toHaveLength(1);
  });

  test(
    "is given up after a day, in the log without a word of it",
    async () => {
      await using app = await openTestApp(LONG);
      app.chatwoot.failNext("note_down", 100_000);
      app.ai.answerWith("custa dez reais");
      await ask(app);
      await app.clock.tick(25 * HOUR_MS);
      expect(await stateOf(app)).toBe(0);
      expect(app.events.find(({ name }) => name === "errand.failed")).toMatchObject({
        level: "error",
        fields: { kind: "note", conversationId: CONVERSATION, reason: "chatwoot_unreachable" },
      });
      expect(JSON.stringify(app.events)).not.toContain("dez reais");
    },
    LONG_TEST_MS,
  );
});

describe("a handoff", () => {
  const HANDOFF = { label: "gente", assigneeId: 41, teamId: 2 };

  async function openHanding(options: TestAppOptions = {}): Promise<TestApp> {
    const app = await openTestApp(options);
    await app.admin("PUT", INBOX, {
      handoff: { isByWords: true, words: [], customerText: null, ...HANDOFF },
    });
    return app;
  }

  test("opens, labels beside what is there, gives to the team and the person, then tells them", async () => {
    await using app = await openHanding();
    await app.receive("quero falar com um atendente");
    intercept(app, (url, { method }) =>
      method === "GET" && url.endsWith("/labels")
        ? Promise.resolve(Response.json({ payload: ["vip"] }))
        : undefined,
    );
    await app.clock.tick(40_010);
    expect(work(app)).toEqual(["open", "vip,gente", "assignments", "assignments", "note"]);
    expect(app.chatwoot.room(CONVERSATION)).toMatchObject({
      status: "open",
      labels: ["vip", "gente"],
      assigneeId: 41,
      teamId: 2,
    });
    expect(app.chatwoot.violations).toEqual([]);
  });

  test("tells them although a label and an assignment were refused, and says which", async () => {
    await using app = await openHanding();
    app.chatwoot.failNext("label_refused");
    app.chatwoot.failNext("assign_refused", 2);
    await ask(app, "quero falar com um atendente");
    await app.clock.tick(10_000);
    expect([app.chatwoot.room(CONVERSATION)?.status, noteTexts(app).length]).toEqual(["open", 1]);
    expect(app.events.find(({ name }) => name === "errand.failed")?.fields).toMatchObject({
      reason: "refused: label, assign, assign",
    });
    const failed = await app.admin("GET", "/errands?state=failed");
    const [errand] = failed.body["data"] as Record<string, unknown>[];
    expect(errand).toMatchObject({ kind: "handoff", conversationId: CONVERSATION, attempts: 1 });
    expect(JSON.stringify(failed.body)).not.toContain("atendente");
    const { body } = await app.admin("GET", `/turns/${String(errand?.["turnId"])}`);
    expect(body["data"]).toMatchObject({ handoffReason: "words", errands: [{ state: "failed" }] });
    expect((await app.admin("POST", `/errands/${String(errand?.["id"])}/retry`)).status).toBe(200);
    await app.clock.tick(1_000);
    expect((await app.admin("GET", "/errands?state=done")).body["data"]).toHaveLength(1);
    expect([app.chatwoot.room(CONVERSATION)?.teamId, noteTexts(app).length]).toEqual([2, 1]);
  });

  test("begins anew where Chatwoot went away in the middle, and tells them once", async () => {
    await using app = await openHanding();
    app.chatwoot.failNext("status_down", 3);
    app.chatwoot.failNext("note_reset");
    await ask(app, "quero falar com um atendente");
    await app.clock.tick(10 * 60_000);
    expect(noteTexts(app)).toHaveLength(1);
    expect(app.chatwoot.room(CONVERSATION)).toMatchObject({ status: "open", labels: ["gente"] });
  });

  test("opens a conversation once: what a person ended meanwhile is not opened again for the note", async () => {
    await using app = await openHanding();
    app.chatwoot.failNext("note_down", 3);
    await ask(app, "quero falar com um atendente");
    await app.clock.tick(1_000);
    expect([app.chatwoot.room(CONVERSATION)?.status, noteTexts(app).length]).toEqual(["open", 0]);
    await app.deliver(app.chatwoot.resolve(CONVERSATION));
    await app.clock.tick(60 * 60_000);
    expect([app.chatwoot.room(CONVERSATION)?.status, noteTexts(app).length]).toEqual(["resolved", 1]);
    expect(work(app).filter((step) => step === "open")).toHaveLength(1);
  });

  test("comes of a reply that is given up, though lull dies at once", async () => {
    const crash = new Crash({ when: "after", verb: "settleDelivery", call: 1 });
    await using app = await openHanding({ wrapStore: crash.wrapStore });
    crash.aim(app);
    app.chatwoot.failNext("reject_422");
    await ask(app);
    expect(await crash.restarted()).toBe(true);
    await app.clock.tick(60_000);
    expect(noteTexts(app)).toEqual([expect.stringContaining("could not deliver its reply")]);
    expect(app.chatwoot.room(CONVERSATION)).toMatchObject({ status: "open", labels: ["gente"] });
  });
});
