import { expect, test } from "bun:test";
import fc from "fast-check";
import { factsOf } from "../../src/chatwoot/adopt.ts";
import { openChatwootClient } from "../../src/chatwoot/client.ts";
import type { ChatwootCall, ChatwootClientDeps } from "../../src/chatwoot/client.ts";
import type { SendOutcome } from "../../src/chatwoot/api.ts";
import type { Clock } from "../../src/clock.ts";
import { AppError } from "../../src/errors.ts";
import { ChatwootDouble, visibleReplies } from "../doubles/chatwoot.ts";
import type { PostMode } from "../doubles/chatwoot-faults.ts";
import { listenChatwoot } from "../doubles/chatwoot-socket.ts";

const NOW = 1_781_787_902_000;
const CONVERSATION = 458;
const REPLY = { text: "Temos o 38 sim!", replyId: "0198-reply" };
const never = new AbortController().signal;
const noon: Clock = { now: () => NOW, monotonic: () => 0, setTimer: () => ({ cancel: () => undefined }) };

function openDouble(): ChatwootDouble {
  return new ChatwootDouble({
    accountId: 3,
    userToken: "user-token",
    botToken: "bot-token",
    now: () => NOW,
    delay: () => Promise.resolve(),
  });
}

function openClient(deps: Partial<ChatwootClientDeps>) {
  return openChatwootClient({
    baseUrl: "http://chatwoot.test",
    accountId: 3,
    apiToken: "user-token",
    userToken: null,
    fetch: () => Promise.reject(new Error("no network in this test")),
    clock: noon,
    ...deps,
  });
}

type AnswerBody = string | ReadableStream<Uint8Array> | null;

/** A Chatwoot that gives one answer to everything. */
function answering(body: AnswerBody, init: ResponseInit = {}): Partial<ChatwootClientDeps> {
  return { fetch: () => Promise.resolve(new Response(body, init)) };
}

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}

test("a message goes out with exactly the marker and no key that would keep Chatwoot from delivering it", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "tem o 38?");
  const outcome = await openClient({ fetch: double.fetch }).createMessage(CONVERSATION, REPLY, never);
  const [stored] = double.visible(CONVERSATION);
  expect(outcome).toEqual({ kind: "sent", messageId: stored?.id ?? 0 });
  expect(double.ledger.find((entry) => entry.kind === "request")).toMatchObject({
    method: "POST",
    path: "/api/v1/accounts/3/conversations/458/messages",
    token: "user",
    body: {
      content: "Temos o 38 sim!",
      message_type: "outgoing",
      private: false,
      content_type: "text",
      content_attributes: { lull_reply_id: "0198-reply" },
    },
  });
  expect(double.violations).toEqual([]);
});

const SEND_MODES: [PostMode, object, visibleCount: number][] = [
  ["accept", { kind: "sent" }, 1],
  ["accept_500", { kind: "unknown", reason: "http_500" }, 1],
  ["accept_reset", { kind: "unknown", reason: "network" }, 1],
  ["accept_late", { kind: "unknown", reason: "http_504" }, 1],
  ["no_id_200", { kind: "unknown", reason: "no_id" }, 1],
  ["reject_404", { kind: "refused", status: 404, reason: "http_404" }, 0],
  ["reject_422", { kind: "refused", status: 422, reason: "http_422" }, 0],
  ["too_many", { kind: "not_accepted", retryAfterMs: null }, 0],
  ["rate_limited", { kind: "not_accepted", retryAfterMs: 7_000 }, 0],
  ["reject_500", { kind: "unknown", reason: "http_500" }, 0],
  ["html_200", { kind: "unknown", reason: "not_json" }, 0],
];

test.each(SEND_MODES)("a send that meets %s comes to %j", async (mode, outcome, visibleCount) => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  double.failNext(mode);
  const client = openClient({ fetch: double.fetch });
  expect(await client.createMessage(CONVERSATION, REPLY, never)).toMatchObject(outcome);
  await double.settled();
  expect(visibleReplies(double.ledger).get(REPLY.replyId) ?? 0).toBe(visibleCount);
});

test("a send that hangs until it is given up is unknown", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  double.failNext("hang");
  const giveUp = new AbortController();
  const outcome = openClient({ fetch: double.fetch }).createMessage(CONVERSATION, REPLY, giveUp.signal);
  giveUp.abort();
  expect(await outcome).toEqual({ kind: "unknown", reason: "aborted" });
});

test("a send that hangs behind a real connection is unknown too, and the double learns that its caller left", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  double.failNext("hang");
  const arrived = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const server = await listenChatwoot({
    handle: (request) => {
      request.signal.addEventListener("abort", () => left.resolve(), { once: true });
      arrived.resolve();
      return double.handle(request);
    },
  });
  try {
    const giveUp = new AbortController();
    const client = openClient({ baseUrl: server.url, fetch: (url, init) => fetch(url, init) });
    const outcome = client.createMessage(CONVERSATION, REPLY, giveUp.signal);
    await arrived.promise;
    giveUp.abort();
    expect(await outcome).toEqual({ kind: "unknown", reason: "aborted" });
    await left.promise;
    expect(double.visible(CONVERSATION)).toEqual([]);
  } finally {
    await server.stop();
  }
});

test("a send given up before it left was not accepted, and nothing leaves", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  const client = openClient({ fetch: double.fetch });
  const outcome = await client.createMessage(CONVERSATION, REPLY, AbortSignal.abort());
  expect(outcome).toEqual({ kind: "not_accepted", retryAfterMs: null });
  expect(double.ledger.filter((entry) => entry.kind === "request")).toEqual([]);
});

test("a connection that really breaks after the store leaves the send unknown", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  double.failNext("accept_reset");
  const server = await listenChatwoot(double);
  try {
    const client = openClient({ baseUrl: server.url, fetch: (url, init) => fetch(url, init) });
    expect(await client.createMessage(CONVERSATION, REPLY, never)).toMatchObject({ kind: "unknown" });
    expect(visibleReplies(double.ledger)).toEqual(new Map([[REPLY.replyId, 1]]));
    expect(await client.createMessage(CONVERSATION, REPLY, never)).toMatchObject({ kind: "sent" });
  } finally {
    await server.stop();
  }
});

const SEND_ANSWERS: [string, AnswerBody, ResponseInit, SendOutcome][] = [
  ["201 with an id", '{"id":9}', { status: 201 }, { kind: "sent", messageId: 9 }],
  [
    "200 with another's marker",
    '{"id":9,"content_attributes":{"lull_reply_id":"another"}}',
    {},
    { kind: "unknown", reason: "other_marker" },
  ],
  ["200 with a text as id", '{"id":"9"}', {}, { kind: "unknown", reason: "no_id" }],
  ["200 with null", "null", {}, { kind: "unknown", reason: "no_id" }],
  ["200 with nothing", null, {}, { kind: "unknown", reason: "not_json" }],
  ["a redirect", null, { status: 302, headers: { location: "http://a.test" } }, unknownHttp(302)],
  ["408", null, { status: 408 }, unknownHttp(408)],
  ["409", null, { status: 409 }, unknownHttp(409)],
  ["503 with Retry-After", null, { status: 503, headers: { "retry-after": "9" } }, unknownHttp(503)],
  ["401", "{}", { status: 401 }, { kind: "refused", status: 401, reason: "http_401" }],
  ["413", "<html>", { status: 413 }, { kind: "refused", status: 413, reason: "http_413" }],
  ["429 without a wait", null, { status: 429 }, { kind: "not_accepted", retryAfterMs: null }],
  [
    "429 with an endless wait",
    null,
    { status: 429, headers: { "retry-after": "999999999" } },
    { kind: "not_accepted", retryAfterMs: 3_600_000 },
  ],
  [
    "429 with a date",
    null,
    { status: 429, headers: { "retry-after": "Fri, 20 Nov 2026 12:00:00 GMT" } },
    { kind: "not_accepted", retryAfterMs: null },
  ],
];

function unknownHttp(status: number): SendOutcome {
  return { kind: "unknown", reason: `http_${status}` };
}

test.each(SEND_ANSWERS)("a send answered by %s", async (_name, body, init, outcome) => {
  expect(await openClient(answering(body, init)).createMessage(CONVERSATION, REPLY, never)).toEqual(outcome);
});

test("whatever is answered, a send never throws and is sent only on a 2xx with an id", async () => {
  const statuses = fc.integer({ min: 200, max: 599 }).filter((status) => ![204, 205, 304].includes(status));
  const bodies = fc.oneof(fc.string(), fc.json(), fc.constant('{"id":12}'));
  await fc.assert(
    fc.asyncProperty(statuses, bodies, async (status, body) => {
      const outcome = await openClient(answering(body, { status })).createMessage(1, REPLY, never);
      const isSent = outcome.kind === "sent";
      expect(isSent && status >= 300).toBe(false);
      if (body === '{"id":12}') expect(isSent).toBe(status < 300);
      expect(outcome.kind === "refused" && (status < 400 || status >= 500)).toBe(false);
    }),
  );
});

test("an answer above 4 MiB is given up and its body cancelled", async () => {
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    cancel: () => {
      isCancelled = true;
    },
  });
  const outcome = await openClient(answering(endless)).createMessage(CONVERSATION, REPLY, never);
  expect(outcome).toEqual({ kind: "unknown", reason: "too_large" });
  expect(isCancelled).toBe(true);
});

test("the list brings every message above the anchor, page by page and ascending", async () => {
  const double = openDouble();
  const first = double.customerSays(CONVERSATION, "0").messageId;
  for (let n = 1; n <= 250; n++) double.customerSays(CONVERSATION, String(n));
  const messages = await openClient({ fetch: double.fetch }).listMessages(CONVERSATION, first, never);
  expect(messages.map(({ content }) => content)).toEqual(
    Array.from({ length: 250 }, (_, n) => String(n + 1)),
  );
  expect(double.ledger.filter((entry) => entry.kind === "request")).toHaveLength(4);
});

test("a full last page is followed by one more look", async () => {
  const double = openDouble();
  for (let n = 0; n < 100; n++) double.customerSays(CONVERSATION, String(n));
  expect(await openClient({ fetch: double.fetch }).listMessages(CONVERSATION, 0, never)).toHaveLength(100);
  expect(double.ledger.filter((entry) => entry.kind === "request")).toHaveLength(3);
});

test("a list longer than twenty pages is refused, for a cut list would hide a reply", async () => {
  const double = openDouble();
  for (let n = 0; n < 2001; n++) double.customerSays(CONVERSATION, "x");
  const error = await failureOf(openClient({ fetch: double.fetch }).listMessages(CONVERSATION, 0, never));
  expect(error.code).toBe("chatwoot_refused");
});

test("a list that ignores the anchor is not taken for the answer", async () => {
  const payload = [{ id: 5, message_type: 1, content: "old" }];
  const error = await failureOf(openClient(listing(payload)).listMessages(CONVERSATION, 5, never));
  expect(error).toMatchObject({ code: "chatwoot_unreachable", retryable: true });
});

/** A Chatwoot whose token is a user's and whose list is `payload`. */
function listing(payload: unknown[]): Partial<ChatwootClientDeps> {
  return {
    fetch: (url) =>
      Promise.resolve(Response.json(url.endsWith("/profile") ? { id: 1 } : { meta: {}, payload })),
  };
}

test("a listed incoming message shows its customer", async () => {
  const sender = { id: 9031, name: "Maria", phone_number: "+5511900000000", type: "contact" };
  const attachments = [{ id: 1, file_type: "audio" }];
  const payload = [
    {
      id: 6,
      message_type: 0,
      content: null,
      content_type: "text",
      sender,
      attachments,
      created_at: 1_781_787_902,
    },
  ];
  expect(await openClient(listing(payload)).listMessages(CONVERSATION, 5, never)).toEqual([
    {
      id: 6,
      direction: "incoming",
      isPrivate: false,
      fromHuman: false,
      attributes: {},
      replyId: null,
      answersTo: null,
      isDeleted: false,
      content: null,
      contentType: "text",
      attachments,
      sender: { id: 9031, name: "Maria", phoneNumber: "+5511900000000" },
      createdAt: 1_781_787_902_000,
    },
  ]);
});

const user = { id: 41, type: "user" };
const WRITERS: [string, Record<string, unknown>, fromHuman: boolean][] = [
  ["a colleague in the dashboard", { sender: user }, true],
  ["a colleague on the phone", { content_attributes: { external_echo: true } }, true],
  [
    "the phone as a fork marks it",
    { sender: null, content_attributes: { external_sender_name: "WhatsApp" } },
    true,
  ],
  [
    "a bot with such a name",
    { sender: { type: "agent_bot" }, content_attributes: { external_sender_name: "x" } },
    false,
  ],
  ["lull with a user token", { sender: user, content_attributes: { lull_reply_id: "r" } }, false],
  ["a bot", { sender: { id: 7, type: "agent_bot" } }, false],
  ["Captain", { sender: { id: 1, type: "captain_assistant" } }, false],
  ["nobody", {}, false],
  ["an automation rule", { sender: user, content_attributes: { automation_rule_id: 4 } }, false],
  ["a campaign", { sender: user, additional_attributes: { campaign_id: 4 } }, false],
  ["a colleague in a note", { sender: user, private: true }, false],
  ["a template", { sender: user, message_type: 3 }, false],
  ["an activity", { sender: user, message_type: 2 }, false],
];

test.each(WRITERS)("what %s wrote: %j is from a person: %p", async (_name, fields, fromHuman) => {
  const payload = [{ id: 6, message_type: 1, content: "oi", ...fields }];
  const [message] = await openClient(listing(payload)).listMessages(CONVERSATION, 5, never);
  expect(message?.fromHuman).toBe(fromHuman);
});

test("a deleted message is told as deleted", async () => {
  const double = openDouble();
  const { messageId } = double.customerSays(CONVERSATION, "errado");
  double.deleteMessage(messageId);
  const [message] = await openClient({ fetch: double.fetch }).listMessages(CONVERSATION, 0, never);
  expect(message).toMatchObject({ id: messageId, isDeleted: true });
});

test("one unreadable entry spoils a list, for it might be the reply looked for", async () => {
  const payload = [{ id: 6, message_type: 1 }, { content: "no id" }];
  const error = await failureOf(openClient(listing(payload)).listMessages(CONVERSATION, 5, never));
  expect(error.code).toBe("chatwoot_unreachable");
});

test.each(["list_down", "list_html"] as const)(
  "a list that meets %s is unreachable, and may be read later",
  async (mode) => {
    const double = openDouble();
    double.customerSays(CONVERSATION, "oi");
    double.failNext(mode);
    const client = openClient({ fetch: double.fetch });
    const error = await failureOf(client.listMessages(CONVERSATION, 0, never));
    expect(error).toMatchObject({ code: "chatwoot_unreachable", retryable: true });
    expect(await client.listMessages(CONVERSATION, 0, never)).toHaveLength(1);
  },
);

test("the token's kind is asked once and then remembered", async () => {
  const double = openDouble();
  const bot = openClient({ fetch: double.fetch, apiToken: "bot-token" });
  expect([await bot.tokenKind(never), await bot.tokenKind(never), await bot.canList(never)]).toEqual([
    "bot",
    "bot",
    false,
  ]);
  expect(double.ledger).toHaveLength(1);
  expect(await openClient({ fetch: double.fetch }).tokenKind(never)).toBe("user");
});

test("a wrong token is refused with what to do, and asked about again", async () => {
  const double = openDouble();
  const client = openClient({ fetch: double.fetch, apiToken: "old-token" });
  const error = await failureOf(client.tokenKind(never));
  expect(error).toMatchObject({
    code: "chatwoot_refused",
    fix: "Copy it again from Profile settings → Access token.",
  });
  expect(error.message).not.toContain("old-token");
  await failureOf(client.tokenKind(never));
  expect(double.ledger).toHaveLength(2);
});

test("a bot token alone may show and send but not list", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  const client = openClient({ fetch: double.fetch, apiToken: "bot-token" });
  expect(await client.showConversation(CONVERSATION, never)).toMatchObject({ status: "pending" });
  expect(await client.createMessage(CONVERSATION, REPLY, never)).toMatchObject({ kind: "sent" });
  const error = await failureOf(client.listMessages(CONVERSATION, 0, never));
  expect(error.code).toBe("chatwoot_refused");
  expect(error.fix).toContain("user token");
});

test("with a user token beside the bot's, reads use the first and writes the second", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  const client = openClient({ fetch: double.fetch, apiToken: "bot-token", userToken: "user-token" });
  await client.listMessages(CONVERSATION, 0, never);
  await client.showConversation(CONVERSATION, never);
  await client.createMessage(CONVERSATION, REPLY, never);
  await client.setTyping(CONVERSATION, true, never);
  const tokens = double.ledger.flatMap((entry) => (entry.kind === "request" ? [entry.token] : []));
  expect(tokens).toEqual(["user", "user", "bot", "bot"]);
});

test("a conversation shows status, assignee, window and last message", async () => {
  const double = openDouble();
  const client = openClient({ fetch: double.fetch });
  double.customerSays(CONVERSATION, "oi");
  double.assign(CONVERSATION, "human");
  double.setStatus(CONVERSATION, "open");
  double.setCanReply(CONVERSATION, false);
  double.humanSays(CONVERSATION, "bom dia");
  double.notes(CONVERSATION, "Conversation was opened");
  expect(await client.showConversation(CONVERSATION, never)).toMatchObject({
    status: "open",
    assignee: "human",
    canReply: false,
    lastMessage: { content: "bom dia", fromHuman: true, direction: "outgoing" },
  });
  double.assign(CONVERSATION, "bot");
  expect(await client.showConversation(CONVERSATION, never)).toMatchObject({ assignee: "bot" });
  double.assign(CONVERSATION, "none");
  expect(await client.showConversation(CONVERSATION, never)).toMatchObject({ assignee: "none" });
});

const LAST_MESSAGES: [string, Record<string, unknown>, lastId: number | null][] = [
  ["its last non-activity message", { last_non_activity_message: { id: 4, message_type: 1 } }, 4],
  [
    "else the last of its messages",
    {
      messages: [
        { id: 4, message_type: 1 },
        { id: 5, message_type: 0 },
      ],
    },
    5,
  ],
  ["but never an activity", { messages: [{ id: 5, message_type: 2 }] }, null],
  ["and none when there is none", { messages: [] }, null],
];

test.each(LAST_MESSAGES)("a conversation's last message is %s", async (_name, fields, lastId) => {
  const client = openClient(answering(JSON.stringify({ status: "open", ...fields })));
  expect((await client.showConversation(CONVERSATION, never)).lastMessage?.id ?? null).toBe(lastId);
});

test("a hand-over opens the conversation, a note stays hidden, typing goes on and off", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "quero falar com alguém");
  const client = openClient({ fetch: double.fetch, apiToken: "bot-token" });
  await client.setStatus(CONVERSATION, "open", never);
  await client.createPrivateNote(CONVERSATION, { text: "Resumo", noteId: "n-1" }, never);
  await client.setTyping(CONVERSATION, true, never);
  await client.setTyping(CONVERSATION, false, never);
  expect(double.room(CONVERSATION)?.status).toBe("open");
  expect(double.visible(CONVERSATION)).toEqual([]);
  const bodies = double.ledger.flatMap((entry) => (entry.kind === "request" ? [entry.body] : []));
  expect(bodies).toEqual([
    { status: "open" },
    {
      content: "Resumo",
      message_type: "outgoing",
      private: true,
      content_type: "text",
      content_attributes: { lull_reply_id: "n-1" },
    },
    { typing_status: "on", is_private: false },
    { typing_status: "off", is_private: false },
  ]);
  expect(double.violations).toEqual([]);
});

test("a label joins those that are there, and is posted once", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  const client = openClient({ fetch: double.fetch, apiToken: "bot-token", userToken: "user-token" });
  await client.addLabels(CONVERSATION, ["vip"], never);
  await client.addLabels(CONVERSATION, ["bot-handoff", "vip"], never);
  await client.addLabels(CONVERSATION, ["bot-handoff"], never);
  expect(double.room(CONVERSATION)?.labels).toEqual(["vip", "bot-handoff"]);
  const calls = double.ledger.flatMap((entry) =>
    entry.kind === "request" ? [`${entry.method} ${entry.token}`] : [],
  );
  expect(calls).toEqual(["GET user", "POST bot", "GET user", "POST bot", "GET user"]);
  expect(double.violations).toEqual([]);
});

test("labels that cannot be read are not written over", async () => {
  for (const body of ["{}", '{"payload":[1]}', "null"]) {
    const error = await failureOf(openClient(answering(body)).addLabels(CONVERSATION, ["vip"], never));
    expect(error.code).toBe("chatwoot_unreachable");
  }
});

test("a conversation is given to a team and to a person, and is ended", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  const client = openClient({ fetch: double.fetch, apiToken: "bot-token" });
  await client.assign(CONVERSATION, { teamId: 2 }, never);
  await client.assign(CONVERSATION, { assigneeId: 41 }, never);
  await client.setStatus(CONVERSATION, "resolved", never);
  expect(double.room(CONVERSATION)).toMatchObject({ teamId: 2, assigneeId: 41, status: "resolved" });
  expect(double.violations).toEqual([]);
});

test.each([
  ["label_refused", "chatwoot_refused"],
  ["assign_refused", "chatwoot_refused"],
  ["status_down", "chatwoot_unreachable"],
  ["note_down", "chatwoot_unreachable"],
  ["note_reset", "chatwoot_unreachable"],
] as const)("work for colleagues that meets %s is %s, once", async (mode, code) => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  double.failNext(mode);
  const client = openClient({ fetch: double.fetch });
  const take = (): Promise<void> => {
    if (mode === "label_refused") return client.addLabels(CONVERSATION, ["vip"], never);
    if (mode === "assign_refused") return client.assign(CONVERSATION, { teamId: 2 }, never);
    if (mode === "status_down") return client.setStatus(CONVERSATION, "open", never);
    return client.createPrivateNote(CONVERSATION, { text: "nota", noteId: "n-1" }, never);
  };
  expect((await failureOf(take())).code).toBe(code);
  await take();
  const noteCount = double.messages(CONVERSATION).filter(({ isPrivate }) => isPrivate).length;
  expect(noteCount).toBe(mode === "note_reset" ? 2 : mode === "note_down" ? 1 : 0);
});

const FAILURES: [string, Partial<ChatwootClientDeps>, object][] = [
  ["no network", {}, { code: "chatwoot_unreachable", retryable: true }],
  ["500", answering(null, { status: 500 }), { code: "chatwoot_unreachable", retryable: true }],
  ["408", answering(null, { status: 408 }), { code: "chatwoot_unreachable", retryable: true }],
  [
    "429",
    answering(null, { status: 429, headers: { "retry-after": "3" } }),
    { code: "chatwoot_unreachable", retryable: true, retryAfterMs: 3_000 },
  ],
  [
    "422, too many messages",
    answering('{"error":"Validation failed: Too many messages"}', { status: 422 }),
    { code: "chatwoot_unreachable", retryable: true },
  ],
  ["404", answering("{}", { status: 404 }), { code: "chatwoot_refused", retryable: false }],
  ["a redirect", answering(null, { status: 301 }), { code: "chatwoot_refused", retryable: false }],
  ["a page", answering("<html>"), { code: "chatwoot_unreachable", retryable: true }],
];

test.each(FAILURES)("every other call that meets %s fails the same way", async (_name, deps, failure) => {
  const client = openClient(deps);
  const calls = [
    client.showConversation(CONVERSATION, never),
    client.listMessages(CONVERSATION, 0, never),
    client.createPrivateNote(CONVERSATION, { text: "nota", noteId: "n-1" }, never),
    client.setTyping(CONVERSATION, true, never),
    client.setStatus(CONVERSATION, "open", never),
    client.addLabels(CONVERSATION, ["vip"], never),
    client.assign(CONVERSATION, { teamId: 2 }, never),
    client.tokenKind(never),
  ];
  const failures = await Promise.all(calls.map(failureOf));
  for (const error of failures) expect(error).toMatchObject(failure);
  expect(JSON.stringify(failures.map(String))).not.toContain("user-token");
});

test("redirects are never followed, so the token goes to nobody else", async () => {
  const inits: RequestInit[] = [];
  const client = openClient({
    fetch: (_url, init) => {
      inits.push(init);
      return Promise.resolve(
        new Response(null, { status: 302, headers: { location: "http://elsewhere.test" } }),
      );
    },
  });
  await failureOf(client.showConversation(CONVERSATION, never));
  expect(inits.map(({ redirect }) => redirect)).toEqual(["manual"]);
});

test("every call is observed by its route and class, never by an id", async () => {
  const seen: ChatwootCall[] = [];
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  double.failNext("accept_500");
  let ticks = 0;
  const clock = { ...noon, monotonic: () => (ticks += 5) };
  const client = openClient({ fetch: double.fetch, clock, observe: (call) => seen.push(call) });
  await client.showConversation(CONVERSATION, never);
  await client.createMessage(CONVERSATION, REPLY, never);
  await failureOf(openClient({ observe: (call) => seen.push(call) }).tokenKind(never));
  expect(seen).toEqual([
    { method: "GET", route: "conversation", statusClass: "2xx", durationMs: 5, dateAt: null },
    { method: "POST", route: "messages", statusClass: "5xx", durationMs: 5, dateAt: null },
    { method: "GET", route: "profile", statusClass: "none", durationMs: 0, dateAt: null },
  ]);
});

test.each(["file:///etc/passwd", "chatwoot.test", "ftp://chatwoot.test", ""])(
  "%p is no base URL",
  (baseUrl) => {
    expect(() => openClient({ baseUrl })).toThrow(/http or https/);
  },
);

test.each(["http://chatwoot.test/desk", "http://chatwoot.test/desk//"])(
  "a base URL may have a path: %s",
  async (baseUrl) => {
    const urls: string[] = [];
    const fetch = (url: string) => {
      urls.push(url);
      return Promise.resolve(Response.json({ id: 1 }));
    };
    await openClient({ baseUrl, fetch }).tokenKind(never);
    expect(urls).toEqual(["http://chatwoot.test/desk/api/v1/profile"]);
  },
);

test("conversations come in pages, with what a webhook would tell of them", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  double.assign(CONVERSATION, "human");
  const client = openClient({ fetch: double.fetch });
  const [shown] = await client.listConversations(1, never);
  expect(shown).toMatchObject({
    conversationId: CONVERSATION,
    status: "pending",
    assignee: "human",
    lastMessageId: double.messages(CONVERSATION)[0]?.id,
    activeAt: NOW,
    told: { id: CONVERSATION, inbox_id: 12, channel: "Channel::Whatsapp", can_reply: true },
  });
  expect(factsOf(shown?.told ?? {})).toMatchObject({
    contactPhone: "+5511900000458",
    contactSourceId: "5511900000458",
    assignee: "human",
    stateAt: NOW,
  });
  expect(await client.listConversations(2, never)).toEqual([]);
  expect(double.violations).toEqual([]);
});

test("that nobody is assigned is told, though Chatwoot's API leaves it out", async () => {
  const double = openDouble();
  double.customerSays(CONVERSATION, "oi");
  const { told } = await openClient({ fetch: double.fetch }).showConversation(CONVERSATION, never);
  expect(factsOf(told)).toMatchObject({ assignee: "none", status: "pending" });
});

test.each([
  ["no list", { data: { payload: {} } }],
  ["another shape", { payload: [] }],
  ["no data", null],
  ["an entry that is none", { data: { payload: [{ id: 1, status: "open" }, 7] } }],
  ["an id that is none", { data: { payload: [{ id: "1", status: "open" }] } }],
  ["a fraction for an id", { data: { payload: [{ id: 1.5, status: "open" }] } }],
  ["no status", { data: { payload: [{ id: 1 }] } }],
])("an answer to the list of conversations with %s is not Chatwoot's", async (_what, body) => {
  const error = await failureOf(openClient(answering(JSON.stringify(body))).listConversations(1, never));
  expect(error).toMatchObject({ code: "chatwoot_unreachable", retryable: true });
});

test("whatever stands in a conversation that is one, its list can be read", async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), async (junk, meta) => {
      const entry = { ...junk, id: 7, status: "open", meta, messages: [junk], last_activity_at: junk };
      const client = openClient(answering(JSON.stringify({ data: { payload: [entry] } })));
      expect(await client.listConversations(1, never)).toMatchObject([{ conversationId: 7, activeAt: null }]);
    }),
    { numRuns: 200 },
  );
});

test("a list without an end, by pages or by size, is refused and not read to its end", async () => {
  const page = (after: number, length: number) =>
    Array.from({ length: 100 }, (_, index) => ({
      id: after + index + 1,
      message_type: 0,
      content: "x".repeat(length),
    }));
  for (const [length, pages] of [
    [1, 20],
    [40_000, 5],
  ] as const) {
    let askedCount = 0;
    const fetch = (url: string): Promise<Response> => {
      if (url.endsWith("/profile")) return Promise.resolve(Response.json({ id: 1 }));
      askedCount++;
      return Promise.resolve(Response.json({ payload: page(Number(url.split("after=")[1]), length) }));
    };
    const error = await failureOf(openClient({ fetch }).listMessages(CONVERSATION, 5, never));
    expect(error).toMatchObject({ code: "chatwoot_refused" });
    expect(askedCount).toBe(pages);
  }
});
