// The double itself: a test is only as honest as what it asks.
import { expect, test } from "bun:test";
import { AI_TEST_KEY, AiDouble, decisionOf } from "../doubles/ai.ts";
import { jpeg } from "../harness/pictures.ts";

const GROQ_PATH = "/openai/v1/chat/completions";
const JPEG = Buffer.from(await jpeg(30, 20)).toString("base64");
const BODY = { model: "m", messages: [{ role: "user", content: "say json" }] };

function post(body: unknown, headers: Record<string, string> = {}, path = "/v1/chat/completions"): Request {
  return new Request(`http://ai.test${path}`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { authorization: `Bearer ${AI_TEST_KEY}`, "content-type": "application/json", ...headers },
  });
}

/** A request whose answer is to be held to a schema, with something changed about it. */
function held(change: Record<string, unknown>, schemaChange: Record<string, unknown> = {}): Request {
  const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], ...schemaChange };
  const json_schema = {
    name: "answer",
    strict: true,
    schema: { additionalProperties: false, ...schema },
    ...change,
  };
  return post({ ...BODY, response_format: { type: "json_schema", json_schema } });
}

/** A question with pictures, with something changed about it. */
function pictured(change: Record<string, unknown>, path?: string): Request {
  const { url = `data:image/jpeg;base64,${JPEG}`, model = "gpt-5.4-mini", role = "user", count = 1 } = change;
  const part = change["part"] ?? { type: "image_url", image_url: { url } };
  const content = [{ type: "text", text: "say json" }, ...Array<unknown>(Number(count)).fill(part)];
  return post({ model, messages: [{ role, content }] }, {}, path);
}

test.each<[string, Request, number]>([
  ["an unknown path", post(BODY, {}, "/v1/models"), 404],
  ["a GET", new Request("http://ai.test/v1/chat/completions"), 405],
  ["an unknown key", post(BODY, { authorization: "Bearer nobody" }), 401],
  ["no bearer token", post(BODY, { authorization: AI_TEST_KEY }), 401],
  ["a text body", post(BODY, { "content-type": "text/plain" }), 400],
  ["broken JSON", post("{"), 400],
  ["no model", post({ ...BODY, model: undefined }), 400],
  ["no messages", post({ ...BODY, messages: [] }), 400],
  ["an unknown role", post({ ...BODY, messages: [{ role: "boss", content: "x" }] }), 400],
  ["content that is no string", post({ ...BODY, messages: [{ role: "user", content: null }] }), 400],
  ["a part of another kind", pictured({ part: { type: "input_audio" } }), 400],
  ["a picture at an address", pictured({ url: "https://example.com/1.jpg" }), 400],
  ["a picture that is none", pictured({ url: "data:image/jpeg;base64,AAAAAAAAAAAA" }), 400],
  ["a picture for a model that sees none", pictured({ model: "gpt-3.5-turbo" }), 400],
  ["a picture of the rules", pictured({ role: "system" }), 400],
  ["a picture of the assistant's", pictured({ role: "assistant" }), 400],
  [
    "more pictures than Groq takes",
    pictured({ model: "meta-llama/llama-4-scout", count: 6 }, GROQ_PATH),
    400,
  ],
  ["an unknown parameter", post({ ...BODY, wait: true }), 400],
  ["store at Groq", post({ ...BODY, store: false }, {}, "/openai/v1/chat/completions"), 400],
  ["a temperature that is too high", post({ ...BODY, temperature: 2.1 }), 400],
  ["a temperature that is no number", post({ ...BODY, temperature: "warm" }), 400],
  ["no tokens", post({ ...BODY, max_completion_tokens: 0 }), 400],
  [
    "JSON mode without the word",
    post({
      model: "m",
      messages: [{ role: "user", content: "hi" }],
      response_format: { type: "json_object" },
    }),
    400,
  ],
  ["a format of another kind", post({ ...BODY, response_format: { type: "text" } }), 400],
  ["a schema without a name", held({ name: "" }), 400],
  ["a schema that is not strict", held({ strict: false }), 400],
  ["a schema that allows other fields", held({}, { additionalProperties: true }), 400],
  ["a schema that leaves a field out of those required", held({}, { required: [] }), 400],
  ["a schema of a list without items", held({}, { properties: { a: { type: "array" } } }), 400],
])("%s is turned away and not in the ledger", async (_what, request, status) => {
  const ai = new AiDouble();
  expect((await ai.handle(request)).status).toBe(status);
  expect(ai.asked).toEqual([]);
  expect(ai.turnedAway.map((turned) => turned.status)).toEqual([status]);
});

test("pictures are told apart from the text, and by their size", async () => {
  const ai = new AiDouble();
  expect((await ai.handle(pictured({ count: 2 }))).status).toBe(200);
  const seen = { contentType: "image/jpeg", width: 30, height: 20 };
  expect(ai.asked[0]).toMatchObject({ prompt: "say json", images: [seen, seen] });
});

test("it knows the keys it was told", async () => {
  const ai = new AiDouble({ keys: ["a", "b"] });
  const statuses = [];
  for (const key of ["a", "b", AI_TEST_KEY]) {
    statuses.push((await ai.handle(post(BODY, { authorization: `Bearer ${key}` }))).status);
  }
  expect(statuses).toEqual([200, 200, 401]);
});

test("it learns further keys, and tells which one was used", async () => {
  const ai = new AiDouble();
  const later = () => ai.handle(post(BODY, { authorization: "Bearer later" }));
  expect((await later()).status).toBe(401);
  ai.addKey("later");
  expect((await later()).status).toBe(200);
  expect(ai.asked.map(({ key }) => key)).toEqual(["later"]);
});

test("a strict schema is taken, and its name is in the ledger", async () => {
  const ai = new AiDouble();
  expect((await ai.handle(held({}))).status).toBe(200);
  expect(ai.asked[0]?.schema).toBe("answer");
});

test("an answer can depend on what was asked", async () => {
  const ai = new AiDouble();
  ai.answerWith((asked) => `${asked.order}: ${asked.prompt}`);
  const answer: unknown = await (await ai.handle(post(BODY))).json();
  expect(answer).toMatchObject({ choices: [{ message: { content: decisionOf("1: say json") } }] });
});

test("planned failures come in order and end", async () => {
  const ai = new AiDouble();
  ai.failNext("server_error", 2);
  ai.failNext("rate_limited", 1, { "retry-after": "3" });
  const answers = [];
  for (let count = 0; count < 4; count++) answers.push(await ai.handle(post(BODY)));
  expect(answers.map((answer) => answer.status)).toEqual([500, 500, 429, 200]);
  expect(answers[2]?.headers.get("retry-after")).toBe("3");
  expect(ai.asked.map((asked) => asked.outcome)).toEqual([
    "server_error",
    "server_error",
    "rate_limited",
    "answered",
  ]);
});

test("held questions wait, already in the ledger, until they are released", async () => {
  await using served = serve();
  served.ai.hold();
  const answers = [served.ask(), served.ask()];
  while (served.ai.waiting < 2) await new Promise(setImmediate);
  expect(served.ai.asked).toHaveLength(2);
  served.ai.release();
  expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual([200, 200]);
  expect(served.ai.waiting).toBe(0);
});

test("a held question whose caller left waits no longer", async () => {
  const ai = new AiDouble();
  ai.hold();
  const stop = new AbortController();
  const call = ai.fetch(new Request(post(BODY), { signal: stop.signal }));
  while (ai.waiting < 1) await new Promise(setImmediate);
  stop.abort(new Error("left"));
  expect(await call.catch(String)).toBe("Error: left");
  while (ai.waiting > 0) await new Promise(setImmediate);
  expect(ai.asked).toHaveLength(1);
});

function serve() {
  const ai = new AiDouble();
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: ai.handle });
  return {
    ai,
    ask: () =>
      fetch(new URL("/v1/chat/completions", server.url), {
        method: "POST",
        body: JSON.stringify(BODY),
        headers: { authorization: `Bearer ${AI_TEST_KEY}`, "content-type": "application/json" },
      }),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
