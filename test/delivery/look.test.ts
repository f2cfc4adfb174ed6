// What the look before a POST finds: messages and people that no webhook told of.
import { describe, expect, test } from "bun:test";
import type { ConversationView, ListedMessage } from "../../src/chatwoot/api.ts";
import { findProof, judge } from "../../src/delivery/look.ts";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { deliveriesOf, listReadsOf, postsOf, SILENCE_MS } from "./scene.ts";

const ANCHOR = 100;
const REPLY = "0190-reply";

function listed(id: number, more: Partial<ListedMessage> = {}): ListedMessage {
  return {
    id,
    direction: "incoming",
    isPrivate: false,
    fromHuman: false,
    attributes: {},
    replyId: null,
    answersTo: null,
    createdAt: null,
    isDeleted: false,
    content: "oi",
    contentType: "text",
    attachments: [],
    sender: null,
    ...more,
  };
}

const VIEW: ConversationView = {
  conversationId: CONVERSATION,
  status: "pending",
  assignee: "none",
  canReply: true,
  lastMessage: null,
  lastMessageId: 0,
  activeAt: null,
  told: {},
};

function verdictOf(messages: ListedMessage[], view: Partial<ConversationView> = {}) {
  const seen = { ...VIEW, ...view };
  const verdict = judge(REPLY, ANCHOR, { view: seen, messages }, ["pending", "open"]);
  return "reason" in verdict ? verdict.reason : verdict.kind;
}

describe("the verdict of a look", () => {
  const mine = listed(101, { direction: "outgoing", replyId: REPLY });
  const byPerson = listed(102, { direction: "outgoing", fromHuman: true });
  const said = listed(103);

  test.each([
    ["nothing new", [], {}, "clear"],
    ["our marker, whatever else there is", [mine, byPerson, said], { status: "resolved" }, "sent"],
    ["a person's reply", [byPerson, said], {}, "human_active"],
    ["a person's reply from before the batch", [{ ...byPerson, id: ANCHOR }], {}, "clear"],
    ["an assignee", [said], { assignee: "human" }, "human_assigned"],
    ["an assigned bot", [], { assignee: "bot" }, "clear"],
    ["a resolved conversation", [said], { status: "resolved" }, "status"],
    ["a closed window", [said], { canReply: false }, "window_closed"],
    ["a newer message", [said], {}, "newer"],
    ["the batch itself", [listed(ANCHOR)], {}, "clear"],
    ["another reply of lull's", [{ ...mine, replyId: "another" }], {}, "clear"],
    ["a deleted message", [listed(104, { isDeleted: true })], {}, "clear"],
    ["an empty message", [listed(104, { content: " " })], {}, "clear"],
    ["a voice note", [listed(104, { content: null, attachments: [{}] })], {}, "newer"],
    ["a private note", [listed(104, { direction: "outgoing", isPrivate: true })], {}, "clear"],
    ["an activity", [listed(104, { direction: "activity" })], {}, "clear"],
  ] as const)("of %s", (_what, messages, view, verdict) => {
    expect(verdictOf([...messages], view)).toBe(verdict);
  });

  test("is proof only by the very marker", () => {
    expect(findProof(REPLY, [byPerson, said])).toBeNull();
    expect(findProof(REPLY, [byPerson, mine])).toBe(101);
  });
});

/** The customer asks; what happens in the last second before the reply, no webhook tells. */
async function openMissed(happen: (app: TestApp) => void): Promise<TestApp> {
  const app = await openTestApp();
  await app.receive("bom dia");
  await app.clock.tick(29_000);
  happen(app);
  await app.clock.tick(SILENCE_MS - 29_000);
  return app;
}

test("messages that only the list shows are kept and answered together with the batch, once", async () => {
  const missed: string[] = [];
  await using app = await openMissed(({ chatwoot, ai }) => {
    ai.answerWith(({ order }) => `resposta ${order}`);
    for (const text of ["quanto custa?", "o azul"]) chatwoot.customerSays(CONVERSATION, text);
    const { messageId } = chatwoot.customerSays(CONVERSATION, "apagada");
    chatwoot.deleteMessage(messageId);
    chatwoot.humanSays(CONVERSATION, "só uma nota", { isPrivate: true });
    chatwoot.notes(CONVERSATION, "uma atividade");
    missed.push("quanto custa?", "o azul");
  });
  expect(postsOf(app)).toHaveLength(0);
  await app.clock.tick(31_000);
  expect(app.ai.asked.at(-1)?.prompt).toContain("[1] bom dia\n[2] quanto custa?\n[3] o azul");
  expect(app.ai.asked.at(-1)?.prompt).not.toContain("apagada");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["resposta 2"]);
  expect([...visibleReplies(app.chatwoot.ledger).values()]).toEqual([1]);
  const { body } = await app.admin("GET", "/stats");
  expect(body["data"]).toMatchObject({ messages: { answered: 1 + missed.length } });
});

test("the webhook of such a message, when it does come, is a duplicate", async () => {
  const late: { request: () => Request }[] = [];
  await using app = await openMissed(
    ({ chatwoot }) => void late.push(chatwoot.customerSays(CONVERSATION, "quanto custa?")),
  );
  expect(await app.deliver(late[0] ?? { request: () => new Request("about:blank") })).toMatchObject({
    body: { action: "duplicate" },
  });
  await app.clock.tick(31_000);
  expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
});

test("two answers at most are thrown away for messages that only the list shows; then the reply goes out", async () => {
  await using app = await openTestApp();
  app.ai.answerWith(({ order }) => `resposta ${order}`);
  await app.receive("um");
  for (const text of ["dois", "três", "quatro"]) {
    await app.clock.tick(29_000);
    app.chatwoot.customerSays(CONVERSATION, text);
    await app.clock.tick(1_020);
  }
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["resposta 3"]);
  await app.clock.tick(31_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["resposta 3", "resposta 4"]);
  expect(app.ai.asked.at(-1)?.prompt).toContain("quatro");
});

test.each([
  ["in the dashboard", ({ chatwoot }: TestApp) => chatwoot.humanSays(CONVERSATION, "eu respondo")],
  ["on the phone", ({ chatwoot }: TestApp) => chatwoot.phoneSays(CONVERSATION, "eu respondo")],
] as const)("a person's reply %s that only the list shows suppresses the reply", async (_where, happen) => {
  await using app = await openMissed((opened) => void happen(opened));
  expect(await deliveriesOf(app)).toMatchObject([{ state: "cancelled", reason: "human_active", sends: 0 }]);
  await app.clock.tick(600_000);
  expect(postsOf(app)).toHaveLength(0);
  const [delivery] = await deliveriesOf(app);
  const turn = await app.admin("GET", `/turns/${delivery?.turnId}`);
  expect(turn.body["data"]).toMatchObject({
    outcome: "silenced",
    reason: "human_active",
    messages: [{ outcome: "silenced", reason: "human_active" }],
  });
});

test("a person's reply that only the list shows pauses lull as its webhook would have, until it is resolved", async () => {
  await using app = await openMissed(({ chatwoot }) => void chatwoot.humanSays(CONVERSATION, "eu respondo"));
  await app.receive("obrigada");
  await app.clock.tick(31_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
  await app.clock.tick(5_000);
  await app.deliver(app.chatwoot.resolve(CONVERSATION));
  await app.receive("mais uma coisa");
  await app.clock.tick(31_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test.each([
  ["human_assigned", ({ chatwoot }: TestApp) => chatwoot.assign(CONVERSATION, "human")],
  ["status", ({ chatwoot }: TestApp) => chatwoot.resolve(CONVERSATION)],
  ["status", ({ chatwoot }: TestApp) => chatwoot.setStatus(CONVERSATION, "snoozed")],
  ["window_closed", ({ chatwoot }: TestApp) => chatwoot.setCanReply(CONVERSATION, false)],
] as const)("%s is seen by the look even when no webhook told", async (reason, happen) => {
  await using app = await openMissed((opened) => void happen(opened));
  await app.clock.tick(600_000);
  expect(await deliveriesOf(app)).toMatchObject([{ state: "cancelled", reason, sends: 0 }]);
  expect(postsOf(app)).toHaveLength(0);
});

test("a conversation with more news than one page is read to its end before anything is posted", async () => {
  await using app = await openMissed(({ chatwoot }) => {
    for (let note = 0; note < 150; note++) chatwoot.notes(CONVERSATION, "uma atividade");
    chatwoot.humanSays(CONVERSATION, "eu respondo");
  });
  expect(listReadsOf(app)).toHaveLength(2);
  expect(await deliveriesOf(app)).toMatchObject([{ state: "cancelled", reason: "human_active" }]);
});
