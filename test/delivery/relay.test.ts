// A reply's way to Chatwoot when Chatwoot says clearly what became of it.
import { expect, test } from "bun:test";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { ADMIN_TOKEN, CONVERSATION, openTestApp } from "../harness/app.ts";
import {
  deliveriesOf,
  intercept,
  listDownAfterPost,
  listReadsOf,
  notesOf,
  openAsked,
  postsOf,
  requestsOf,
} from "./scene.ts";

const HOUR_MS = 3_600_000;
/** A whole day, minute by minute, takes its time on a busy machine. */
const LONG_TEST_MS = 60_000;

test("a reply carries its marker and the last message it answers in content_attributes, and nothing that Chatwoot would take for an echo", async () => {
  await using app = await openAsked({});
  const [delivery] = await deliveriesOf(app);
  const asked = app.chatwoot.messages(CONVERSATION)[0];
  expect(postsOf(app).map(({ body }) => body)).toEqual([
    {
      content: "ok",
      message_type: "outgoing",
      private: false,
      content_type: "text",
      content_attributes: { lull_reply_id: delivery?.id, lull_answers_to: asked?.id },
    },
  ]);
  expect(delivery).toMatchObject({ state: "sent", sends: 1, reason: null });
  expect(app.chatwoot.violations).toEqual([]);
});

test("the conversation is read before every POST, and the intent is on the disk before that", async () => {
  await using app = await openAsked({}, ({ chatwoot }) => chatwoot.failNext("list_down", 1));
  expect(postsOf(app)).toHaveLength(0);
  expect(await deliveriesOf(app)).toMatchObject([
    { state: "intent", reason: "chatwoot_unreachable", sends: 0 },
  ]);
  await app.crash();
  await app.start();
  await app.clock.tick(5_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  expect(listReadsOf(app)).toHaveLength(2);
  expect(app.ai.asked).toHaveLength(1);
});

test.each(["reject_404", "reject_422"] as const)(
  "a refusal for good (%s) is a failed delivery, an open conversation and one private note",
  async (mode) => {
    await using app = await openAsked({}, ({ chatwoot }) => chatwoot.failNext(mode));
    await app.clock.tick(HOUR_MS);
    const deliveries = await deliveriesOf(app);
    expect(deliveries).toMatchObject([{ state: "failed", reason: `http_${mode.slice(-3)}`, sends: 1 }]);
    expect(postsOf(app)).toHaveLength(1);
    expect(app.chatwoot.visible(CONVERSATION)).toEqual([]);
    expect(app.chatwoot.room(CONVERSATION)?.status).toBe("open");
    expect(notesOf(app)).toHaveLength(1);
    const turn = await app.admin("GET", `/turns/${deliveries[0]?.turnId}`);
    expect(turn.body["data"]).toMatchObject({
      outcome: "failed",
      messages: [{ outcome: "failed", reason: deliveries[0]?.reason }],
    });
  },
);

test("a failed delivery is sent once more when an admin says so, and only then", async () => {
  await using app = await openAsked({}, ({ chatwoot }) => chatwoot.failNext("reject_422"));
  const [failed] = await deliveriesOf(app);
  const path = `/outbox/${failed?.id}/retry`;
  expect(await app.admin("POST", path)).toMatchObject({ status: 200, body: { action: "scheduled" } });
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  expect(await app.admin("POST", path)).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(postsOf(app)).toHaveLength(2);
  const turn = await app.admin("GET", `/turns/${failed?.turnId}`);
  expect(turn.body["data"]).toMatchObject({
    outcome: "answered",
    messages: [{ outcome: "answered", replyId: failed?.id }],
  });
});

test(
  "a retry by hand of a reply that Chatwoot does have finds it and posts nothing",
  async () => {
    await using app = await openAsked(
      { echo: false, env: { BUFFER_PROCESSING_INTERVAL_MS: String(HOUR_MS) } },
      ({ chatwoot }) => chatwoot.failNext("accept_500"),
    );
    const heal = listDownAfterPost(app);
    await app.clock.tick(24 * HOUR_MS);
    const [failed] = await deliveriesOf(app);
    expect(failed).toMatchObject({ state: "failed", reason: "too_old" });
    heal();
    await app.admin("POST", `/outbox/${failed?.id}/retry`);
    await app.clock.tick(HOUR_MS);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "sent" }]);
    expect(postsOf(app)).toHaveLength(1);
  },
  LONG_TEST_MS,
);

test("a Chatwoot that limits requests gets the reply after the wait it asked for, not before", async () => {
  await using app = await openAsked({}, ({ chatwoot }) => chatwoot.failNext("rate_limited"));
  const [first] = postsOf(app);
  await app.clock.tick(6_900);
  expect(postsOf(app)).toHaveLength(1);
  await app.clock.tick(200);
  expect(postsOf(app)).toHaveLength(2);
  expect((postsOf(app)[1]?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(7_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("a limit on reading is kept as well: no look before the wait that was asked for", async () => {
  let limited = 1;
  await using app = await openAsked({}, (opened) =>
    intercept(opened, (url) => {
      if (!url.includes("/messages?after=") || limited-- <= 0) return undefined;
      const headers = { "retry-after": "40" };
      return Promise.resolve(Response.json({ error: "Retry later" }, { status: 429, headers }));
    }),
  );
  await app.clock.tick(39_900);
  // The other half of that look: the conversation is read beside its list.
  expect(requestsOf(app, "GET", "/conversations/")).toHaveLength(1);
  await app.clock.tick(200);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("too many messages of one conversation only delay the reply", async () => {
  await using app = await openAsked({}, ({ chatwoot }) => chatwoot.failNext("too_many", 3));
  await app.clock.tick(60_000);
  expect(postsOf(app)).toHaveLength(4);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  expect(notesOf(app)).toHaveLength(0);
});

test("with processing off nothing is sent, and what waited goes at once when it is on again", async () => {
  await using app = await openAsked({}, ({ chatwoot }) => chatwoot.failNext("too_many"));
  await app.admin("POST", "/processing", { enabled: false });
  await app.clock.tick(HOUR_MS);
  expect(postsOf(app)).toHaveLength(1);
  await app.admin("POST", "/processing", { enabled: true });
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("while one reply is of unknown fate, the next turn of its conversation waits and others do not", async () => {
  await using app = await openAsked({ echo: false }, ({ ai, chatwoot }) => {
    ai.answerWith(({ order }) => `reply ${order}`);
    chatwoot.failNext("reject_500");
  });
  await app.receive("e hoje?");
  await app.receive("outra conversa", { conversationId: 459 });
  await app.clock.tick(30_000);
  expect(app.chatwoot.sent(459)).toEqual(["reply 2"]);
  expect(app.ai.asked).toHaveLength(2);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
  await app.clock.tick(31_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["reply 1", "reply 3"]);
  expect([...visibleReplies(app.chatwoot.ledger).values()]).toEqual([1, 1, 1]);
});

test("twenty conversations whose sends are unknown delay nobody else", async () => {
  await using app = await openTestApp({ echo: false });
  app.chatwoot.failNext("accept_500", 20);
  for (let id = 1; id <= 20; id++) await app.receive("oi", { conversationId: id });
  await app.clock.tick(1_000);
  await app.receive("oi", { conversationId: 100 });
  await app.clock.tick(29_200);
  expect((await deliveriesOf(app)).filter(({ state }) => state === "unknown")).toHaveLength(20);
  await app.clock.tick(1_000);
  expect(app.chatwoot.sent(100)).toEqual(["ok"]);
});

test("an answer to an admin never shows the text of a reply in the outbox's list", async () => {
  await using app = await openAsked({}, ({ ai }) => ai.answerWith("um texto só da cliente"));
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const answer = await app.handle(new Request("http://localhost/admin/outbox", { headers }));
  expect(await answer.text()).not.toContain("um texto só da cliente");
});
