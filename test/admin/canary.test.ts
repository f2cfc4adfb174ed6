// What must never be seen: secrets, the customer's number and every word that was written. A long bad day, in which
// every failure repeats them as the worst software would, and then a search through all that lull tells of itself.
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { AI_FAILURES, AI_TEST_KEY } from "../doubles/ai.ts";
import { isPostMode, POST_MODES, type PostMode, READ_MODES } from "../doubles/chatwoot-faults.ts";
import { ADMIN_TOKEN, openTestApp, type TestApp, WEBHOOK_SECRET } from "../harness/app.ts";
import { intercept, SILENCE_MS } from "../delivery/scene.ts";

const PHONE = "+5511987654321";
const NAME = "Canária da Silva";
const WORDS = {
  customer: "palavra-da-cliente-7731",
  human: "palavra-da-colega-7732",
  reply: "palavra-da-resposta-7733",
  upstream: "palavra-do-servidor-7734",
};
const SECRETS = { WEBHOOK_SECRET, ADMIN_TOKEN, AI_TEST_KEY, user: "user-token", bot: "bot-token" };
const CANARIES = [...Object.values(SECRETS), ...Object.values(WORDS), PHONE, PHONE.slice(1), NAME];
/** An error's own text, as unkind as can be: it even looks like a line of a stack. */
const UNKIND = `failed\n    at ${PHONE} (${Object.values(SECRETS).join(":")}:1:1)\n    at ${WORDS.upstream}`;

/** Those that end without waiting for a time-out. */
const FAILURES_AT_ONCE = AI_FAILURES.filter((failure) => failure !== "hang" && failure !== "stall_body");

const contact = { id: 9001, name: NAME, phoneNumber: PHONE };
let nextConversation = 1;

/** One conversation under one failure: asked, waited for, and answered or not. */
async function talk(app: TestApp, prepare: () => void): Promise<number> {
  const conversationId = nextConversation++;
  prepare();
  await app.receive(`${WORDS.customer} ${conversationId}`, { conversationId, contact });
  await app.clock.tick(SILENCE_MS);
  await app.clock.tick(90_000);
  app.chatwoot.heal();
  return conversationId;
}

async function badDay(app: TestApp): Promise<string[]> {
  app.ai.answerWith(WORDS.reply);
  for (const failure of FAILURES_AT_ONCE) await talk(app, () => app.ai.failNext(failure, 2));
  app.ai.rawAnswer(`{"shouldRespond":true,"content":"${WORDS.reply}`);
  await talk(app, () => undefined);
  app.ai.answerWith(WORDS.reply);
  for (const mode of [...(Object.keys(POST_MODES) as PostMode[]), ...READ_MODES])
    await talk(app, () => app.chatwoot.failNext(mode, isPostMode(mode) ? 1 : 3));
  const heal = intercept(app, (url) =>
    url.includes("/messages") ? Promise.reject(unkindError()) : undefined,
  );
  await talk(app, () => undefined);
  heal();
  const people = await talk(app, () => undefined);
  await app.deliver(app.chatwoot.humanSays(people, WORDS.human));
  return refusals(app, people);
}

function unkindError(): Error {
  const error = new TypeError(UNKIND, { cause: new Error(UNKIND) });
  return Object.assign(error, { path: UNKIND });
}

/** Every kind of request that lull refuses, with canaries wherever a caller can put one. */
async function refusals(app: TestApp, conversationId: number): Promise<string[]> {
  const { body } = app.chatwoot.customerSays(conversationId, WORDS.customer, { contact });
  const signed = app.chatwoot.customerSays(conversationId, WORDS.customer, { contact }).request();
  const url = "http://localhost/webhooks/chatwoot";
  const post = (to: string, text: string, headers: Record<string, string> = {}): Request =>
    new Request(to, {
      method: "POST",
      body: text,
      headers: { "content-type": "application/json", ...headers },
    });
  const admin = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const requests = [
    post(url, JSON.stringify(body)),
    post(url, JSON.stringify(body), { "x-chatwoot-signature": WEBHOOK_SECRET, "x-chatwoot-timestamp": "1" }),
    post(`${url}/${WORDS.customer}/${WEBHOOK_SECRET}`, JSON.stringify(body)),
    new Request(signed, { method: "POST", body: `${WORDS.customer}${PHONE}` }),
    new Request(`http://localhost/admin/stats?token=${ADMIN_TOKEN}`),
    new Request("http://localhost/admin/stats", { headers: { authorization: `Bearer ${AI_TEST_KEY}` } }),
    new Request(`http://localhost/admin/turns/${WORDS.customer}`, { headers: admin }),
    new Request(`http://localhost/admin/jobs?state=${WORDS.customer}`, { headers: admin }),
    new Request(`http://localhost/admin/jobs?cursor=${PHONE}`, { headers: admin }),
    new Request(`http://localhost/${WORDS.customer}/${PHONE}`),
    post("http://localhost/admin/processing", `{"enabled":"${WORDS.customer}"}`, admin),
    post("http://localhost/admin/processing", `{"${WORDS.customer}`, admin),
    post("http://localhost/admin/users", JSON.stringify({ name: 5, email: WORDS.customer }), admin),
    post("http://localhost/admin/users/nobody/numbers", JSON.stringify({ number: PHONE }), admin),
    post("http://localhost/admin/users/nobody/numbers", JSON.stringify({ number: `${PHONE}x` }), admin),
    post("http://localhost/admin/ai-keys", JSON.stringify({ provider: "x", apiKey: AI_TEST_KEY }), admin),
    post("http://localhost/admin/ai-keys", JSON.stringify({ provider: "groq", key: AI_TEST_KEY }), admin),
    post("http://localhost/admin/tokens", JSON.stringify({ name: "x", scope: WORDS.customer }), admin),
    post("http://localhost/v1/me/numbers", JSON.stringify({ number: PHONE }), admin),
    new Request(`http://localhost/admin/identity?number=${PHONE}&country=${WORDS.customer}`, {
      headers: admin,
    }),
    new Request(`http://localhost/v1/identity/resolve?number=${PHONE}`),
    new Request(`http://localhost/v1/me/${WORDS.customer}`),
    post("http://localhost/playground/messages", JSON.stringify({ text: WORDS.customer })),
  ];
  const answers: string[] = [];
  for (const request of requests) {
    const response = await app.handle(request);
    expect(response.status).toBeGreaterThanOrEqual(400);
    answers.push(`${JSON.stringify([...response.headers])} ${await response.text()}`);
  }
  return answers;
}

/** Every short text that lull keeps of its own failures, straight from the file. */
function storedReasons(app: TestApp): string[] {
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  try {
    return [
      "SELECT coalesce(error_code, '') || ' ' || coalesce(error_message, '') || ' ' || coalesce(reason, '') AS text FROM buffer_processing_jobs",
      "SELECT coalesce(reason, '') AS text FROM outbox",
      "SELECT coalesce(reason, '') AS text FROM buffered_messages",
      "SELECT name || ' ' || detail AS text FROM events",
      "SELECT name || ' ' || outcome || ' ' || detail AS text FROM turn_steps",
      "SELECT name || ' ' || value AS text FROM settings",
    ].flatMap((sql) =>
      db
        .query<{ text: string }, []>(sql)
        .all()
        .map(({ text }) => text),
    );
  } finally {
    db.close();
  }
}

async function metricsOf(app: TestApp): Promise<string> {
  return (await app.handle(new Request("http://localhost/metrics"))).text();
}

function expectClean(what: string, texts: readonly string[]): void {
  const found = CANARIES.filter((canary) => texts.some((text) => text.includes(canary)));
  expect({ what, found }).toEqual({ what, found: [] });
}

test.each(["user", "bot", "bot and user"] as const)(
  "a bad day with a token of a %s leaves no secret, no number and no word in logs, figures, reasons or refusals",
  async (tokens) => {
    await using app = await openTestApp({ tokens });
    const answers = await badDay(app);
    const events = app.events.map((event) => JSON.stringify(event));
    const reasons = storedReasons(app);
    expect(app.events.filter(({ level }) => level === "error").length).toBeGreaterThan(15);
    expect(reasons.length).toBeGreaterThan(100);
    expectClean("logged events", events);
    expectClean("metrics", [await metricsOf(app)]);
    expectClean("stored reasons", reasons);
    expectClean("answers of refusal", answers);
    for (const list of ["/jobs", "/outbox", "/buffers", "/stats", "/flags"])
      expectClean(list, [JSON.stringify((await app.admin("GET", list)).body)]);
  },
  30_000,
);

test("a store that fails with an unkind error tells no more of it than its kind and place", async () => {
  let isBroken = false;
  await using app = await openTestApp({
    wrapStore: (store) => ({
      ...store,
      receive: (...args) => (isBroken ? Promise.reject(unkindError()) : store.receive(...args)),
      counts: () => (isBroken ? Promise.reject(unkindError()) : store.counts()),
      openWork: () => (isBroken ? Promise.reject(unkindError()) : store.openWork()),
      ping: (now) => (isBroken ? Promise.reject(unkindError()) : store.ping(now)),
      claimTurns: (...args) => (isBroken ? Promise.reject(unkindError()) : store.claimTurns(...args)),
    }),
  });
  isBroken = true;
  const refused = await app.receive(WORDS.customer, { contact });
  expect([refused.status, refused.answer["code"]]).toEqual([500, "cannot_store"]);
  const stats = await app.admin("GET", "/stats");
  expect([stats.status, stats.body["code"]]).toEqual([500, "internal"]);
  const answers = [refused.answer, stats.body].map((answer) => JSON.stringify(answer));
  for (const path of ["/readyz", "/metrics"]) {
    const answer = await app.handle(new Request(`http://localhost${path}`));
    expect(answer.status).toBeGreaterThanOrEqual(500);
    answers.push(await answer.text());
  }
  await app.clock.tick(20_000);
  const events = app.events.map((event) => JSON.stringify(event));
  expect(app.events.map(({ name }) => name)).toContain("worker.failed");
  expectClean("logged events", events);
  expectClean("answers of refusal", answers);
});
