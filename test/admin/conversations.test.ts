// Conversations as an admin sees them: who keeps lull quiet and until when, what was done; and how to change that.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { listed, metric } from "../app/signed.ts";

const AT = `/conversations/${CONVERSATION}`;
const QUIET = { pausedBy: null, pausedByName: null, pausedAt: null, pausedUntil: null };

type Shown = Record<string, unknown> & { events: { name: string }[]; turns: unknown[] };

async function shown(app: TestApp, at = AT): Promise<Shown> {
  const { status, body } = await app.admin("GET", at);
  expect(status).toBe(200);
  return body["data"] as Shown;
}

async function conversations(app: TestApp, query = ""): Promise<Record<string, unknown>[]> {
  return (await app.admin("GET", `/conversations${query}`)).body["data"] as Record<string, unknown>[];
}

async function say(app: TestApp, text = "oi"): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

const iso = (at: number): string => new Date(at).toISOString();

describe("the list", () => {
  test("tells of each conversation where it stands, and why lull would be silent there", async () => {
    await using app = await openTestApp();
    await say(app);
    await app.receive("oi", { conversationId: 2 });
    await app.deliver(app.chatwoot.assign(2, "human"));
    expect(await conversations(app)).toMatchObject([
      { conversationId: 2, assignee: "human", state: "idle", silence: "human_assigned", ...QUIET },
      {
        conversationId: CONVERSATION,
        connection: "default",
        inboxId: 12,
        status: "pending",
        state: "idle",
        canReply: true,
        silence: null,
        ...QUIET,
      },
    ]);
    expect(JSON.stringify(await conversations(app))).not.toContain("Customer");
  });

  test("comes by page, and by state", async () => {
    await using app = await openTestApp();
    for (const conversationId of [1, 2, 3]) await app.receive("oi", { conversationId });
    await app.admin("POST", "/conversations/2/pause", {});
    const ids = async (query: string) =>
      (await conversations(app, query)).map(({ conversationId }) => conversationId);
    expect(await ids("?state=buffering")).toEqual([3, 1]);
    expect(await ids("?state=paused")).toEqual([2]);
    expect(await ids("?state=idle")).toEqual([2]);
    const { body } = await app.admin("GET", "/conversations?limit=2");
    expect(await ids(`?limit=2&cursor=${String(body["nextCursor"])}`)).toEqual([1]);
    expect((await app.admin("GET", "/conversations?state=loud")).status).toBe(400);
  });

  test("says that a shop is closed", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", "/inboxes/default/12", {
      hours: { timeZone: "UTC", days: { mon: ["09:00-10:00"] } },
    });
    await say(app);
    expect((await conversations(app))[0]).toMatchObject({ silence: "outside_hours" });
  });
});

describe("an operator's pause", () => {
  test("drops what waits, keeps lull quiet until resumed, and is told in the story", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    const { body } = await app.admin("POST", `${AT}/pause`, {});
    expect(body["data"]).toMatchObject({ pausedBy: "operator", pausedUntil: null, silence: "paused" });
    expect((await listed(app, "/buffers"))[0]).toMatchObject({ status: "cancelled", cancelReason: "paused" });
    expect(await metric(app, 'lull_silences_total{reason="paused"}')).toBe(1);
    await say(app, "alguém?");
    expect(await metric(app, 'lull_silences_total{reason="paused"}')).toBe(2);
    expect((await app.admin("POST", `${AT}/resume`)).body["data"]).toMatchObject({ silence: null, ...QUIET });
    await say(app, "e agora?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    const { events, turns } = await shown(app);
    const names = events.map(({ name }) => name).filter((name) => name.startsWith("conversation."));
    expect(names).toEqual(["conversation.paused", "conversation.resumed"]);
    expect(turns).toMatchObject([{ outcome: "answered" }, { outcome: "silenced", reason: "paused" }]);
  });

  test("for some minutes ends by itself, and is then shown as none", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    const { body } = await app.admin("POST", `${AT}/pause`, { minutes: 5 });
    expect(body["data"]).toMatchObject({ pausedUntil: iso(app.clock.now() + 5 * 60_000) });
    await app.clock.tick(5 * 60_000);
    expect(await shown(app)).toMatchObject({ silence: null, ...QUIET });
    expect(await conversations(app, "?state=paused")).toEqual([]);
    await say(app, "voltou?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("while the model works keeps its answer back", async () => {
    await using app = await openTestApp();
    app.ai.hold();
    await say(app);
    await app.admin("POST", `${AT}/pause`, {});
    app.ai.release();
    await app.clock.tick(10_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect((await listed(app, "/jobs"))[0]).toMatchObject({ outcome: "silenced", reason: "paused" });
  });

  test("is an audited change, as is the end of it", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    const { id } = await shown(app);
    await app.admin("POST", `${AT}/pause`, {});
    await app.admin("POST", `/conversations/${String(id)}/resume`);
    const changes = app.events.filter(({ name }) => name === "admin.changed").map(({ fields }) => fields);
    expect(changes).toEqual([
      { action: "conversation.pause", id: String(id) },
      { action: "conversation.resume", id: String(id) },
    ]);
  });
});

describe("a person's pause", () => {
  test.each([
    [
      "a colleague's reply",
      (app: TestApp) => app.chatwoot.humanSays(CONVERSATION, "oi, aqui é a Ana"),
      "Sample Agent",
    ],
    ["a reply from the phone", (app: TestApp) => app.chatwoot.phoneSays(CONVERSATION, "oi"), "phone"],
  ])("%s is shown with who and until when", async (_name, reply, pausedByName) => {
    await using app = await openTestApp({ env: { HUMAN_PAUSE_MINUTES: "10" } });
    await app.deliver(reply(app));
    const pausedUntil = iso(app.clock.now() + 600_000);
    expect(await shown(app)).toMatchObject({
      pausedBy: "human",
      pausedByName,
      pausedUntil,
      silence: "human_active",
    });
    await app.deliver(app.chatwoot.resolve(CONVERSATION));
    expect(await shown(app)).toMatchObject({ status: "resolved", ...QUIET });
  });
});

describe("a conversation is named", () => {
  test("by its id or by Chatwoot's number, with its connection where that is another than the environment's", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    const { id } = await shown(app);
    for (const at of [`/conversations/${String(id)}`, `/conversations/default:${CONVERSATION}`])
      expect((await shown(app, at))["id"]).toBe(String(id));
  });

  test.each([
    "/conversations/1",
    "/conversations/nowhere:1",
    "/conversations/019edad1-99b0-74f9-8802-932a90106aac",
  ])("%s: 404 where there is none", async (at) => {
    await using app = await openTestApp();
    expect((await app.admin("GET", at)).status).toBe(404);
    expect((await app.admin("POST", `${at}/pause`, {})).status).toBe(404);
    expect((await app.admin("POST", `${at}/resume`)).status).toBe(404);
  });

  test.each([[{ minutes: 0 }], [{ minutes: 43_201 }], [{ minutes: "5" }], [{ forever: true }]])(
    "and %j is no pause",
    async (body) => {
      await using app = await openTestApp();
      await app.receive("oi");
      expect((await app.admin("POST", `${AT}/pause`, body)).status).toBe(400);
      expect(await shown(app)).toMatchObject(QUIET);
    },
  );
});
