// The webhook's door: what each recorded body is answered, which addresses take it, and who is turned away.
import { describe, expect, test } from "bun:test";
import { isLocalPage, isLocalProgram } from "../../src/routes/caller.ts";
import { fixture, fixtureNames } from "../chatwoot/fixture.ts";
import { CONVERSATION, openTestApp, type TestApp, WEBHOOK_SECRET } from "../harness/app.ts";
import { TEST_START } from "../harness/clock.ts";
import { answerTo, listed, rowCount, send, signed } from "./signed.ts";

const PATH_SECRET = "test-path-secret-0001";
const TEXT = fixture("message_created.incoming.text");

/** Reasons of the recorded bodies that are not a customer's new message. */
const SKIPPED: Record<string, string> = {
  "message_created.outgoing.human_agent": "human_reply",
  "message_created.outgoing.human_agent.still_pending": "human_reply",
  "message_created.outgoing.whatsapp_app_echo": "human_reply",
  "message_created.outgoing.whatsapp_template": "human_reply",
  "message_created.outgoing.agent_bot": "outgoing_message",
  "message_created.outgoing.captain": "outgoing_message",
  "message_created.outgoing.automation_rule": "automation",
  "message_created.private_note": "private_note",
  "message_created.template.greeting": "template",
  "message_updated.template.csat": "status_handled",
  "message_updated.deleted": "deleted",
  "message_updated.incoming.voice_transcribed": "not_buffered",
  "message_updated.outgoing.delivered": "outgoing_message",
  "message_updated.outgoing.failed": "outgoing_message",
  conversation_created: "status_handled",
  "conversation_status_changed.open": "status_handled",
  "conversation_status_changed.open_by_bot_error": "status_handled",
  "conversation_status_changed.resolved": "status_handled",
  "conversation_updated.assignee": "status_handled",
  "conversation_updated.status": "status_handled",
  "agent_bot.conversation_opened": "status_handled",
  "agent_bot.conversation_resolved": "status_handled",
  "conversation_typing_on.agent": "status_handled",
  "conversation_typing_on.contact": "status_handled",
  "conversation_typing_off.agent_bot": "status_handled",
  contact_updated: "unsupported_event",
};

const BUFFERED = {
  success: true,
  action: "buffered",
  message: "Message added to buffer for processing",
  bufferId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
  dueAt: new Date(TEST_START + 30_000).toISOString(),
};

describe("a recorded webhook, signed and delivered, is answered", () => {
  test.each(fixtureNames())("%s", async (name) => {
    await using app = await openTestApp();
    const reason = SKIPPED[name];
    if (reason === undefined) expect(name).toStartWith("message_created.incoming.");
    const { status, body } = await send(app, fixture(name));
    expect(status).toBe(200);
    expect<unknown>(body).toEqual(
      reason === undefined ? BUFFERED : { success: true, action: "skipped", reason },
    );
    const { messages } = await app.store().counts();
    expect(messages).toEqual(waitingAfter(name, reason));
  });
});

/** A deletion that came before its message is remembered; everything else that is skipped leaves no message. */
function waitingAfter(name: string, reason: string | undefined): Record<string, number> {
  if (reason === undefined) return { waiting: 1 };
  return name === "message_updated.deleted" ? { cancelled: 1 } : {};
}

describe("an address", () => {
  test.each(["/webhooks/chatwoot", "/webhooks/chatwoot/default", "/functions/v1/chatwoot-webhook-v2"])(
    "%s takes a signed webhook and waits for silence",
    async (path) => {
      await using app = await openTestApp();
      expect((await send(app, TEXT, { path })).body).toEqual(BUFFERED);
      await app.clock.tick(29_990);
      expect(app.ai.asked).toHaveLength(0);
      await app.clock.tick(20);
      expect(app.ai.asked).toHaveLength(1);
    },
  );

  test("/functions/v1/chatwoot-webhook takes it and answers at once", async () => {
    await using app = await openTestApp();
    const { status, body } = await send(app, TEXT, { path: "/functions/v1/chatwoot-webhook" });
    expect(status).toBe(200);
    expect(body).toEqual({ ...BUFFERED, dueAt: new Date(TEST_START).toISOString() });
    await app.clock.tick(10);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("with the path secret takes a webhook that nobody signed", async () => {
    await using app = await openTestApp({ env: { CHATWOOT_WEBHOOK_PATH_SECRET: PATH_SECRET } });
    const answered = await answerTo(app, unsigned(`/webhooks/chatwoot/default/${PATH_SECRET}`));
    expect(answered).toEqual({ status: 200, body: BUFFERED });
  });

  test.each(["GET", "PUT", "DELETE"])("does not exist for %s", async (method) => {
    await using app = await openTestApp();
    const before = rowCount(app);
    const request = new Request("http://localhost/webhooks/chatwoot", { method });
    const { status, body } = await answerTo(app, request);
    expect(status).toBe(404);
    expect(body).toMatchObject({ success: false, code: "not_found", requestId: expect.any(String) });
    expect(rowCount(app)).toBe(before);
  });
});

function unsigned(path: string, headers: Record<string, string> = {}, body: unknown = TEXT): Request {
  return new Request(`http://localhost${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

function withHeader(request: Request, name: string, value: string | null): Request {
  const headers = new Headers(request.headers);
  if (value === null) headers.delete(name);
  else headers.set(name, value);
  return new Request(request, { headers });
}

type Stranger = (app: TestApp) => Request;

const STRANGERS: [name: string, request: Stranger][] = [
  ["no signature", () => unsigned("/webhooks/chatwoot")],
  ["a connection nobody knows", (app) => signed(app, TEXT, { path: "/webhooks/chatwoot/nobody" })],
  [
    "a connection named like an object's own key",
    (app) => signed(app, TEXT, { path: "/webhooks/chatwoot/constructor" }),
  ],
  ["another secret", (app) => signed(app, TEXT, { secret: `${WEBHOOK_SECRET}x` })],
  ["an empty secret", (app) => signed(app, TEXT, { secret: "" })],
  ["no signed moment", (app) => withHeader(signed(app, TEXT), "x-chatwoot-timestamp", null)],
  [
    "a moment beside the signed one",
    (app) => withHeader(signed(app, TEXT), "x-chatwoot-timestamp", String(TEST_START / 1000 + 1)),
  ],
  ["a moment that is no number", (app) => withHeader(signed(app, TEXT), "x-chatwoot-timestamp", "NaN")],
  ["a moment 301 s ago", (app) => signed(app, TEXT, { offsetSeconds: -301 })],
  ["a moment in 301 s", (app) => signed(app, TEXT, { offsetSeconds: 301 })],
  [
    "a signature of another body",
    (app) => new Request(signed(app, TEXT), { method: "POST", body: `${JSON.stringify(TEXT)} ` }),
  ],
  [
    "a signature in capitals",
    (app) =>
      withHeader(
        signed(app, TEXT),
        "x-chatwoot-signature",
        signed(app, TEXT).headers.get("x-chatwoot-signature")?.toUpperCase() ?? "",
      ),
  ],
  ["an empty signature", (app) => withHeader(signed(app, TEXT), "x-chatwoot-signature", "sha256=")],
  [
    "a path secret where none is set, signed as well",
    (app) => signed(app, TEXT, { path: `/webhooks/chatwoot/default/${PATH_SECRET}` }),
  ],
  [
    "the playground's address, with another's secret",
    (app) => signed(app, TEXT, { path: "/webhooks/chatwoot/playground" }),
  ],
  ["the signing secret as a path secret", () => unsigned(`/webhooks/chatwoot/default/${WEBHOOK_SECRET}`)],
  ["the old address without a signature", () => unsigned("/functions/v1/chatwoot-webhook-v2")],
];

describe("who cannot prove to be Chatwoot is refused, and nothing is stored", () => {
  test.each(STRANGERS)("%s", async (_name, request) => {
    await using app = await openTestApp();
    const before = rowCount(app);
    const { status, body } = await answerTo(app, request(app));
    expect(status).toBe(401);
    expect(body).toMatchObject({
      success: false,
      code: "unauthorized",
      retryable: false,
      requestId: expect.any(String),
    });
    expect(rowCount(app)).toBe(before);
  });

  test("all refusals are the same bytes but for the request id", async () => {
    await using app = await openTestApp();
    const seen = new Set<string>();
    const ids = new Set<string>();
    for (const [, request] of STRANGERS) {
      const response = await app.handle(request(app));
      const text = await response.text();
      const { requestId } = JSON.parse(text) as { requestId: string };
      ids.add(requestId);
      seen.add(JSON.stringify([response.status, [...response.headers], text.replace(requestId, "")]));
    }
    expect(seen.size).toBe(1);
    expect(ids.size).toBe(STRANGERS.length);
  });

  test("a wrong path secret is refused, also beside a valid signature", async () => {
    await using app = await openTestApp({ env: { CHATWOOT_WEBHOOK_PATH_SECRET: PATH_SECRET } });
    const before = rowCount(app);
    for (const wrong of [`${PATH_SECRET}x`, PATH_SECRET.slice(1), PATH_SECRET.toUpperCase(), "%00"]) {
      const { status } = await answerTo(
        app,
        signed(app, TEXT, { path: `/webhooks/chatwoot/default/${wrong}` }),
      );
      expect(status).toBe(401);
    }
    expect(rowCount(app)).toBe(before);
  });

  test("a path secret does not make the signed address open", async () => {
    await using app = await openTestApp({ env: { CHATWOOT_WEBHOOK_PATH_SECRET: PATH_SECRET } });
    expect((await answerTo(app, unsigned("/webhooks/chatwoot"))).status).toBe(401);
  });

  test("299 s either way are taken", async () => {
    await using app = await openTestApp();
    for (const offsetSeconds of [-299, 299]) {
      expect((await send(app, TEXT, { offsetSeconds })).status).toBe(200);
    }
  });

  test("replies go to nobody because of a refused webhook", async () => {
    await using app = await openTestApp({ hasCatchUp: false });
    await answerTo(app, signed(app, TEXT, { secret: "not-the-secret" }));
    await app.clock.tick(600_000);
    expect(app.ai.asked).toHaveLength(0);
    expect(app.chatwoot.ledger).toHaveLength(0);
  });
});

describe("the account of a body", () => {
  test("that is another one's is skipped, and nothing is stored", async () => {
    await using app = await openTestApp();
    const before = rowCount(app);
    const { status, body } = await send(app, { ...TEXT, account: { id: 4 } });
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, action: "skipped", reason: "unknown_account" });
    expect(rowCount(app)).toBe(before);
  });

  test("may be missing: then it is the connection's own", async () => {
    await using app = await openTestApp();
    const conversation = { id: CONVERSATION, status: "pending" };
    const { body } = await send(app, {
      event: "message_created",
      id: 1,
      message_type: "incoming",
      content: "oi",
      conversation,
    });
    expect(body).toEqual(BUFFERED);
    expect((await listed(app, "/buffers"))[0]).toMatchObject({
      connection: "default",
      conversationId: CONVERSATION,
    });
  });
});

describe("without any secret", () => {
  test("a webhook is refused when nobody knows which machine it comes from", async () => {
    await using app = await openTestApp({ env: { CHATWOOT_WEBHOOK_SECRET: "" } });
    const before = rowCount(app);
    expect((await answerTo(app, unsigned("/webhooks/chatwoot"))).status).toBe(401);
    expect((await answerTo(app, signed(app, TEXT))).status).toBe(401);
    expect(rowCount(app)).toBe(before);
  });

  type Caller = { peer: string | null; headers?: Record<string, string> };
  const JSON_TYPE = { "content-type": "application/json" };

  test.each<[name: string, caller: Caller, isProgram: boolean, isPage: boolean]>([
    ["a program on this machine", { peer: "127.0.0.1" }, true, true],
    ["one that uses IPv6", { peer: "::1", headers: { host: "[::1]:8787" } }, true, true],
    ["one whose IPv4 address is written in IPv6", { peer: "::ffff:127.0.0.1" }, true, true],
    [
      "one that uses the machine's other loopback address",
      { peer: "127.9.9.9", headers: { host: "127.9.9.9" } },
      true,
      true,
    ],
    [
      "one that adds a charset",
      { peer: "127.0.0.1", headers: { "content-type": "application/json; charset=utf-8" } },
      true,
      true,
    ],
    ["nobody knows who", { peer: null }, false, false],
    ["a program on another machine", { peer: "10.0.0.5" }, false, false],
    ["a machine whose name begins like loopback", { peer: "127.0.0.1.evil.test" }, false, false],
    ["an IPv6 neighbour", { peer: "::2" }, false, false],
    [
      "a name that was made to lead here",
      { peer: "127.0.0.1", headers: { host: "evil.test" } },
      false,
      false,
    ],
    [
      "a name that ends in localhost",
      { peer: "127.0.0.1", headers: { host: "evil.localhost" } },
      false,
      false,
    ],
    [
      "a name that begins with localhost",
      { peer: "127.0.0.1", headers: { host: "localhost.evil.test" } },
      false,
      false,
    ],
    [
      "a proxy that says Forwarded",
      { peer: "127.0.0.1", headers: { forwarded: "for=10.0.0.5" } },
      false,
      false,
    ],
    [
      "a proxy that says X-Forwarded-For",
      { peer: "127.0.0.1", headers: { "x-forwarded-for": "127.0.0.1" } },
      false,
      false,
    ],
    [
      "a proxy that says X-Forwarded-Proto",
      { peer: "127.0.0.1", headers: { "x-forwarded-proto": "https" } },
      false,
      false,
    ],
    ["a proxy that says Via", { peer: "127.0.0.1", headers: { via: "1.1 proxy" } }, false, false],
    ["a form, not JSON", { peer: "127.0.0.1", headers: { "content-type": "text/plain" } }, false, true],
    [
      "a type that only begins like JSON",
      { peer: "127.0.0.1", headers: { "content-type": "application/jsonx" } },
      false,
      true,
    ],
    ["a page of another site", { peer: "127.0.0.1", headers: { origin: "https://evil.test" } }, false, false],
    ["a page without an origin to name", { peer: "127.0.0.1", headers: { origin: "null" } }, false, false],
    ["lull's own page", { peer: "127.0.0.1", headers: { origin: "http://localhost:8787" } }, false, true],
    ["a browser", { peer: "127.0.0.1", headers: { "sec-fetch-site": "none" } }, false, true],
  ])("%s", (_name, { peer, headers = {} }, isProgram, isPage) => {
    const request = new Request("http://localhost:8787/webhooks/chatwoot", {
      method: "POST",
      headers: { host: "localhost:8787", ...JSON_TYPE, ...headers },
      body: "{}",
    });
    expect(isLocalProgram(request, peer)).toBe(isProgram);
    expect(isLocalPage(request, peer)).toBe(isPage);
  });
});
