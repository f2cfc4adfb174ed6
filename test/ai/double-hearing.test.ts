// The double's ears: what it turns away, as the providers would.
import { expect, test } from "bun:test";
import { AI_TEST_KEY, AiDouble } from "../doubles/ai.ts";
import { oggOpus, wav } from "../harness/sounds.ts";

const OPENAI = "/v1/audio/transcriptions";
const GROQ = "/openai/v1/audio/transcriptions";

interface Form {
  path?: string;
  key?: string;
  model?: string;
  format?: string;
  name?: string;
  type?: string;
  bytes?: Uint8Array;
  more?: Record<string, string>;
}

function post(given: Form = {}): Request {
  const { path = GROQ, key = AI_TEST_KEY, model = "whisper-large-v3-turbo", format = "verbose_json" } = given;
  const { name = "voice.ogg", type = "audio/ogg", bytes = oggOpus(1), more = {} } = given;
  const form = new FormData();
  form.append("file", new File([new Uint8Array(bytes)], name, { type }));
  for (const [field, value] of Object.entries({ model, response_format: format, ...more }))
    form.append(field, value);
  const headers = { authorization: `Bearer ${key}` };
  return new Request(`http://ai.test${path}`, { method: "POST", body: form, headers });
}

function postJson(): Request {
  const headers = { authorization: `Bearer ${AI_TEST_KEY}`, "content-type": "application/json" };
  return new Request(`http://ai.test${GROQ}`, { method: "POST", body: "{}", headers });
}

test.each<[string, Request, number]>([
  ["a GET", new Request(`http://ai.test${OPENAI}`), 405],
  ["an unknown key", post({ key: "nobody" }), 401],
  ["JSON", postJson(), 400],
  ["an unknown model", post({ model: "gpt-5" }), 400],
  ["the other provider's model", post({ path: OPENAI }), 400],
  ["a long answer of GPT", post({ path: OPENAI, model: "gpt-4o-mini-transcribe" }), 400],
  ["an unknown parameter", post({ more: { wait: "1" } }), 400],
  ["a name without an ending", post({ name: "voice" }), 400],
  ["an ending that is no sound's", post({ name: "voice.pdf" }), 400],
  ["a file of another type", post({ type: "application/pdf" }), 400],
  ["bytes that are not what the name says", post({ bytes: wav(1) }), 400],
  ["no bytes", post({ bytes: new Uint8Array() }), 400],
  ["more than 25 MB", post({ name: "voice.mp3", bytes: new Uint8Array(25 * 1024 * 1024 + 1) }), 400],
])("%s is turned away and not in the ledger", async (_what, request, status) => {
  const ai = new AiDouble();
  expect((await ai.handle(request)).status).toBe(status);
  expect(ai.heard).toEqual([]);
  expect(ai.turnedAway.map((turned) => turned.status)).toEqual([status]);
});

test.each([
  post(),
  post({ path: OPENAI, model: "whisper-1" }),
  post({ path: OPENAI, model: "gpt-4o-mini-transcribe", format: "json" }),
  post({ name: "voice.wav", type: "audio/wav", bytes: wav(1) }),
])("what the providers take is heard and in the ledger", async (request) => {
  const ai = new AiDouble();
  ai.hearAs("olá");
  const answer = await ai.handle(request);
  expect(await answer.json()).toMatchObject({ text: "olá" });
  expect(ai.heard).toHaveLength(1);
});

test("a failure of hearing is no failure of answering", async () => {
  const ai = new AiDouble();
  ai.failNext("server_error");
  expect((await ai.handle(post())).status).toBe(200);
  ai.failNextHearing("rate_limited", 1, { "retry-after": "7" });
  const answer = await ai.handle(post());
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
});
