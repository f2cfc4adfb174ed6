import { expect, test } from "bun:test";
import { verifySignature } from "../../src/chatwoot/signature.ts";
import { arrived } from "../chatwoot/fixture.ts";
import { ChatwootDouble, visibleReplies } from "./chatwoot.ts";
import type { ChatwootDoubleOptions } from "./chatwoot.ts";
import type { LedgerEntry } from "./chatwoot-ledger.ts";
import { listenChatwoot } from "./chatwoot-socket.ts";

const NOW = 1_781_787_902_000;
const BASE = "http://chatwoot.test";
const CONVERSATION = "/api/v1/accounts/3/conversations/458";
const CONVERSATIONS = "/api/v1/accounts/3/conversations";
const MESSAGES = `${CONVERSATION}/messages`;
const REPLY = {
  content: "Temos!",
  message_type: "outgoing",
  private: false,
  content_type: "text",
  content_attributes: { lull_reply_id: "r-1", other: [1, { deep: null }] },
};

function openDouble(options: Partial<ChatwootDoubleOptions> = {}): ChatwootDouble {
  const double = new ChatwootDouble({
    accountId: 3,
    userToken: "user",
    botToken: "bot",
    now: () => NOW,
    delay: () => Promise.resolve(),
    ...options,
  });
  double.customerSays(458, "oi");
  return double;
}

interface Ask {
  token?: string | null;
  body?: unknown;
  headerName?: string;
}

function ask(double: ChatwootDouble, method: string, path: string, options: Ask = {}): Promise<Response> {
  const { token = "user", headerName = "api-access-token", body } = options;
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token !== null) headers[headerName] = token;
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return double.handle(new Request(BASE + path, init));
}

function post(double: ChatwootDouble, body: unknown = REPLY, token = "bot"): Promise<Response> {
  return ask(double, "POST", MESSAGES, { token, body });
}

async function listedIds(double: ChatwootDouble, query = ""): Promise<number[]> {
  const answer = await ask(double, "GET", MESSAGES + query);
  const { payload } = (await answer.json()) as { payload: { id: number }[] };
  return payload.map(({ id }) => id);
}

const BOTS_REFUSED = "Access to this endpoint is not authorized for bots";
const REFUSALS: [
  name: string,
  method: string,
  path: string,
  token: string | null,
  status: number,
  error: string,
][] = [
  ["no token", "GET", CONVERSATION, null, 401, "Invalid Access Token"],
  ["a wrong token", "POST", MESSAGES, "else", 401, "Invalid Access Token"],
  ["a bot asking for a profile", "GET", "/api/v1/profile", "bot", 401, BOTS_REFUSED],
  ["a bot asking for a list", "GET", MESSAGES, "bot", 401, BOTS_REFUSED],
  ["a bot asking for conversations", "GET", CONVERSATIONS, "bot", 401, BOTS_REFUSED],
  [
    "a user in another account",
    "GET",
    "/api/v1/accounts/4/conversations/458",
    "user",
    401,
    "You are not authorized to access this account",
  ],
  [
    "a bot in another account",
    "GET",
    "/api/v1/accounts/4/conversations/458",
    "bot",
    401,
    "Bot is not authorized to access this account",
  ],
  [
    "an unknown conversation",
    "GET",
    "/api/v1/accounts/3/conversations/1",
    "user",
    404,
    "Resource could not be found",
  ],
  [
    "an unknown route",
    "GET",
    `${CONVERSATION}/custom_attributes`,
    "user",
    404,
    "Resource could not be found",
  ],
  ["a known route by another method", "PUT", MESSAGES, "user", 404, "Resource could not be found"],
];

test.each(REFUSALS)(
  "%s is refused in Chatwoot's words",
  async (_name, method, path, token, status, error) => {
    const double = openDouble();
    const answer = await ask(double, method, path, { token });
    expect([answer.status, await answer.json()]).toEqual([status, { error }]);
    expect(double.ledger.at(-1)).toMatchObject({ kind: "request", method, path, accepted: false, status });
  },
);

test("both spellings of the token's header are one", async () => {
  const answer = await ask(openDouble(), "GET", "/api/v1/profile", { headerName: "api_access_token" });
  expect(answer.status).toBe(200);
});

const WRONG_BODIES: [string, object][] = [
  ["no content", { content: undefined }],
  ["a number as content", { content: 5 }],
  ["blank content", { content: "  " }],
  ["too long a content", { content: "x".repeat(150_001) }],
  ["a source_id, which keeps Chatwoot from delivering", { source_id: "wamid.x" }],
  ["an incoming message", { message_type: "incoming" }],
  ["another content type", { content_type: "cards" }],
  ["a text as private", { private: "false" }],
  ["a text as content_attributes", { content_attributes: "{}" }],
  ["an unknown key", { contnet: "x" }],
];

test.each(WRONG_BODIES)("%s is a violation, answered by 422, and stores nothing", async (_name, change) => {
  const double = openDouble();
  const answer = await post(double, { ...REPLY, ...change });
  expect(answer.status).toBe(422);
  expect(double.violations).toHaveLength(1);
  expect(double.visible(458)).toEqual([]);
});

test("a posted message keeps its attributes word for word and gets the account's next id", async () => {
  const double = openDouble();
  const elsewhere = double.customerSays(9, "outra conversa").messageId;
  const answer = (await (await post(double)).json()) as Record<string, unknown>;
  expect(answer).toMatchObject({
    id: elsewhere + 1,
    content_attributes: REPLY.content_attributes,
    message_type: 1,
  });
  expect(double.sent(458)).toEqual(["Temos!"]);
  expect(double.violations).toEqual([]);
});

test("lists end where Chatwoot's do", async () => {
  const double = openDouble();
  const ids = Array.from({ length: 150 }, (_, n) => double.customerSays(458, String(n)).messageId);
  const [first = 0, second = 0] = ids;
  expect(await listedIds(double)).toEqual(ids.slice(-20));
  expect(await listedIds(double, `?after=${first}`)).toEqual(ids.slice(1, 101));
  expect(await listedIds(double, `?before=${ids[30]}`)).toEqual(ids.slice(10, 30));
  expect(await listedIds(double, `?after=${second}&before=${ids[5]}`)).toEqual(ids.slice(1, 5));
});

test("an activity stands in the list, and a note stays out of sight", async () => {
  const double = openDouble();
  double.notes(458, "Conversation was resolved");
  double.humanSays(458, "só para nós", { isPrivate: true });
  const answer = await ask(double, "GET", MESSAGES);
  const { payload } = (await answer.json()) as { payload: { message_type: number; private: boolean }[] };
  expect(payload.map((message) => [message.message_type, message.private])).toEqual([
    [0, false],
    [2, false],
    [1, true],
  ]);
  expect(double.visible(458)).toEqual([]);
});

test("the ledger alone tells how many replies of which marker a customer got", async () => {
  const written: LedgerEntry[] = [];
  const double = openDouble({ record: (entry) => written.push(entry) });
  await post(double);
  double.failNext("accept_500");
  await post(double);
  double.failNext("reject_500");
  await post(double, { ...REPLY, content_attributes: { lull_reply_id: "r-2" } });
  await post(double, { ...REPLY, private: true, content_attributes: { lull_reply_id: "r-3" } });
  double.humanSays(458, "bom dia");
  expect(visibleReplies(written)).toEqual(new Map([["r-1", 2]]));
  expect(written).toEqual([...double.ledger]);
  expect(written.map(({ order }) => order)).toEqual(written.map((_, index) => index + 1));
});

test("a ledger entry cannot be changed afterwards", () => {
  const [entry] = openDouble().ledger;
  expect(Object.isFrozen(entry)).toBe(true);
});

test("accept_late answers 504 at once and stores only when its time has come", async () => {
  const due = Promise.withResolvers<void>();
  const delays: number[] = [];
  const double = openDouble({
    delay: (delayMs) => {
      delays.push(delayMs);
      return due.promise;
    },
  });
  double.failNext("accept_late", 1, { delayMs: 20_000 });
  expect((await post(double)).status).toBe(504);
  expect([delays, double.sent(458)]).toEqual([[20_000], []]);
  due.resolve();
  await double.settled();
  expect(double.sent(458)).toEqual(["Temos!"]);
});

test("accept_reset stores, then breaks the connection in process and behind a socket alike", async () => {
  const double = openDouble();
  double.failNext("accept_reset", 2);
  expect(await post(double).then(() => "answered", String)).toContain("connection reset");
  const server = await listenChatwoot(double);
  try {
    const headers = { "content-type": "application/json", "api-access-token": "bot" };
    const asked = fetch(server.url + MESSAGES, { method: "POST", headers, body: JSON.stringify(REPLY) });
    expect(
      await asked.then(
        () => "answered",
        () => "broken",
      ),
    ).toBe("broken");
  } finally {
    await server.stop();
  }
  expect(double.sent(458)).toHaveLength(2);
});

test("a fault lasts as many calls as it was asked for, and faults come in the order they were asked", async () => {
  const double = openDouble();
  double.failNext("reject_404", 2);
  double.failNext("rate_limited");
  const statuses: number[] = [];
  for (let n = 0; n < 4; n++) statuses.push((await post(double)).status);
  expect(statuses).toEqual([404, 404, 429, 200]);
});

test("a note is spared the faults of messages, and healing forgets them", async () => {
  const double = openDouble();
  double.failNext("reject_500", Number.POSITIVE_INFINITY);
  expect((await post(double, { ...REPLY, private: true })).status).toBe(200);
  expect((await post(double)).status).toBe(500);
  double.heal();
  expect((await post(double)).status).toBe(200);
});

test("a stale list shows nothing that came after the mode began", async () => {
  const double = openDouble();
  const before = await listedIds(double);
  double.failNext("stale_list");
  await post(double);
  expect(await listedIds(double)).toEqual(before);
  expect(await listedIds(double)).toHaveLength(before.length + 1);
});

test.each([
  ["list_down", MESSAGES, 503, "application/json"],
  ["list_html", MESSAGES, 200, "text/html"],
  ["show_down", CONVERSATION, 503, "application/json"],
] as const)("%s spoils one read of %s", async (mode, path, status, contentType) => {
  const double = openDouble();
  double.failNext(mode);
  const answer = await ask(double, "GET", path);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toStartWith(contentType);
  const next = await ask(double, "GET", path);
  expect([next.status, next.headers.get("content-type")?.split(";")[0]]).toEqual([200, "application/json"]);
});

test("every webhook is signed over its raw bytes, and a retry keeps its delivery id", async () => {
  const secret = "a-webhook-secret";
  const target = { url: "http://lull.test/hook", secret, deliver: () => Promise.resolve(new Response(null)) };
  const double = openDouble({ webhook: target });
  const delivery = double.customerSays(458, "<urgente> & rápido");
  const request = delivery.request();
  const raw = new Uint8Array(await request.arrayBuffer());
  const timestamp = request.headers.get("x-chatwoot-timestamp");
  const signature = request.headers.get("x-chatwoot-signature");
  expect(verifySignature({ secret, timestamp, signature, raw, nowMs: NOW })).toBe(true);
  expect(new TextDecoder().decode(raw)).toContain("\\u003curgente\\u003e \\u0026 rápido");
  const ids = [request, delivery.request(), double.customerSays(458, "de novo").request()].map((each) =>
    each.headers.get("x-chatwoot-delivery"),
  );
  expect(new Set(ids).size).toBe(2);
});

test("what happens in a conversation arrives as the news it is", () => {
  const double = openDouble();
  const said = double.customerSays(458, "oi");
  const news: [string, Record<string, unknown>][] = [
    ["message", said.body],
    ["human_reply", double.humanSays(458, "bom dia").body],
    ["human_reply", double.phoneSays(458, "respondi do celular").body],
    ["state", double.setStatus(458, "open").body],
    ["state", double.assign(458, "human").body],
    ["state", double.resolve(458).body],
    ["typing", double.typing(458, true).body],
    ["deletion", double.deleteMessage(said.messageId).body],
  ];
  expect(news.map(([, body]) => arrived(body))).toEqual(news.map(([kind]) => kind));
});

async function conversationIds(double: ChatwootDouble, query: string): Promise<number[]> {
  const answer = await ask(double, "GET", `${CONVERSATIONS}?${query}`);
  const { data } = (await answer.json()) as { data: { payload: { id: number }[] } };
  return data.payload.map(({ id }) => id);
}

test("conversations are listed as Chatwoot does: the open ones unless asked otherwise, 25 a page, the last active first", async () => {
  let now = NOW;
  const double = openDouble({ now: () => now });
  for (let id = 1; id <= 30; id++) {
    now += 1_000;
    double.customerSays(id, "oi");
  }
  double.setStatus(3, "open");
  double.setStatus(4, "resolved");
  double.assign(5, "human");
  double.customerSays(6, "outra caixa", { inboxId: 13 });
  expect(await conversationIds(double, "")).toEqual([3]);
  expect(await conversationIds(double, "status=all&assignee_type=assigned")).toEqual([5]);
  expect(await conversationIds(double, "status=resolved")).toEqual([4]);
  expect(await conversationIds(double, "status=all&inbox_id=13")).toEqual([6]);
  const first = await conversationIds(double, "status=all&assignee_type=all&page=1");
  expect(first).toHaveLength(25);
  expect(first.slice(0, 3)).toEqual([6, 30, 29]);
  expect(await conversationIds(double, "status=all&page=2")).toEqual([5, 4, 3, 2, 1, 458]);
  expect(await conversationIds(double, "status=all&page=3")).toEqual([]);
  expect(double.violations).toEqual([]);
});

test("a listed conversation has the API's shape, not a webhook's", async () => {
  const double = openDouble();
  double.customerSays(2_000, "oi", { channel: "Channel::Whatsapp" });
  double.notes(2_000, "Conversation was marked resolved by Ana");
  const answer = await ask(double, "GET", `${CONVERSATIONS}?status=all`);
  const { data } = (await answer.json()) as { data: { payload: Record<string, unknown>[] } };
  const shown = data.payload.find(({ id }) => id === 2_000);
  expect(shown).not.toHaveProperty("channel");
  expect(shown).not.toHaveProperty("meta.assignee");
  expect(shown).toMatchObject({
    meta: { channel: "Channel::Whatsapp", sender: { id: 11_000, blocked: false } },
    messages: [{ message_type: 2 }],
    last_non_activity_message: {
      message_type: 0,
      conversation: { contact_inbox: { source_id: "5511900002000" } },
    },
    updated_at: NOW / 1000,
  });
});

test.each(["status=gone", "assignee_type=mine", "page=0", "page=x", "updated_within=60", "sort_by=x"])(
  "a list of conversations by %s is a violation",
  async (query) => {
    const double = openDouble();
    expect((await ask(double, "GET", `${CONVERSATIONS}?${query}`)).status).toBe(422);
    expect(double.violations).toHaveLength(1);
  },
);

test("a reply comes back as a webhook, by itself when asked to", async () => {
  const received: unknown[] = [];
  const deliver = async (request: Request): Promise<Response> => {
    received.push(await request.json());
    return new Response(null);
  };
  const webhook = { url: "http://lull.test/hook", secret: null, deliver };
  const [quiet, echoing] = [openDouble({ webhook }), openDouble({ webhook, echo: true })];
  await post(quiet);
  await quiet.settled();
  expect(received).toEqual([]);
  await post(echoing);
  await echoing.settled();
  expect(received).toEqual([quiet.echoes[0]?.body]);
  expect(arrived(received[0] as Record<string, unknown>)).toBe("own_reply");
});

test.each([
  ["resolved", "pending"],
  ["snoozed", "open"],
  ["open", "open"],
])("a customer's message finds a conversation %s and leaves it %s", (before, after) => {
  const double = openDouble();
  double.setStatus(458, before);
  double.customerSays(458, "voltei");
  expect(double.room(458)?.status).toBe(after);
});

test("a bot's hand-over opens the conversation, with the null that Chatwoot answers then", async () => {
  const double = openDouble();
  const body = { status: "open" };
  const byBot = await ask(double, "POST", `${CONVERSATION}/toggle_status`, { token: "bot", body });
  expect(await byBot.json()).toMatchObject({ payload: { success: null, current_status: "open" } });
  const byUser = await ask(double, "POST", `${CONVERSATION}/toggle_status`, { body: { status: "resolved" } });
  expect(await byUser.json()).toMatchObject({ payload: { success: true, current_status: "resolved" } });
  const wrong = await ask(double, "POST", `${CONVERSATION}/toggle_status`, { body: { status: "closed" } });
  expect([wrong.status, double.room(458)?.status]).toEqual([500, "resolved"]);
});

test("a customer's file is missing as often as it was told to be, then leads on to its bytes, and no token is told for it", async () => {
  const double = openDouble();
  const bytes = Buffer.from("%PDF-1.7");
  const missingCount = 1;
  const path = double.addFile(bytes, { contentType: "application/pdf", missingCount, isElsewhere: true });
  const door = await ask(double, "GET", path, { token: null });
  const place = door.headers.get("location") ?? "";
  expect([door.status, place]).toEqual([302, expect.stringMatching(/^\/rails\/active_storage\/disk\//)]);
  expect((await ask(double, "GET", place, { token: null })).status).toBe(404);
  const file = await ask(double, "GET", place, { token: null });
  expect([file.status, file.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes);
  expect((await ask(double, "GET", `${place}x`, { token: null })).status).toBe(404);
  expect(double.violations).toEqual([]);
  await ask(double, "GET", place, { token: "user" });
  expect(double.violations).toEqual(["a token told to whoever keeps the files"]);
});

test.each([
  ["labels", {}],
  ["labels", { labels: ["vip", "vip"] }],
  ["labels", { labels: "vip" }],
  ["assignments", { assignee_id: 41, team_id: 2 }],
  ["assignments", { team_id: "2" }],
  ["assignments", {}],
])("%s %j is nothing that a correct client sends", async (route, body) => {
  const double = openDouble();
  expect((await ask(double, "POST", `${CONVERSATION}/${route}`, { body })).status).toBe(422);
  expect(double.violations).toHaveLength(1);
  expect(double.room(458)).toMatchObject({ labels: [], assigneeId: null, teamId: null });
});

test("labels that are posted take the place of those that were there", async () => {
  const double = openDouble();
  for (const labels of [["vip", "novo"], ["gente"]])
    await ask(double, "POST", `${CONVERSATION}/labels`, { token: "bot", body: { labels } });
  const answer = await ask(double, "GET", `${CONVERSATION}/labels`, { token: "bot" });
  expect(await answer.json()).toEqual({ payload: ["gente"] });
});
