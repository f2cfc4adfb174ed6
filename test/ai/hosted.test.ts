// OpenAI and Groq through their real SDKs, with the network played in process.
import { expect, test } from "bun:test";
import { openGroqModel } from "../../src/ai/groq.ts";
import { openOpenAiModel } from "../../src/ai/openai.ts";
import type { HostedModelDeps } from "../../src/ai/completion.ts";
import type { Fetch } from "../../src/ai/exchange.ts";
import { type ChatModel, type CompletionRequest, type KeyFault, ModelError } from "../../src/ai/provider.ts";
import { AppError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { AI_TEST_KEY, AiDouble } from "../doubles/ai.ts";
import type { AiFailure } from "../doubles/ai.ts";

const REQUEST: CompletionRequest = {
  messages: [
    { role: "system", content: "Answer in JSON." },
    { role: "user", content: "bom dia" },
  ],
  outputTokensMax: 321,
};
const NEVER = new AbortController().signal;

const DEPS = {
  apiKey: AI_TEST_KEY,
  baseUrl: null,
  model: "m-1",
  capabilities: { sees: false, obeysSchema: false },
};
const PROVIDERS = {
  openai: (deps: Partial<HostedModelDeps> & { fetch: Fetch }) => openOpenAiModel({ ...DEPS, ...deps }),
  groq: (deps: Partial<HostedModelDeps> & { fetch: Fetch }) => openGroqModel({ ...DEPS, ...deps }),
};
const EACH = ["openai", "groq"] as const;

async function failureOf(model: ChatModel, signal: AbortSignal = NEVER): Promise<AppError> {
  const failure: unknown = await model.complete(REQUEST, signal).catch((error: unknown) => error);
  if (!(failure instanceof AppError)) throw new Error("expected an AppError");
  return failure;
}

/** A network that answers everything with this. */
function answering(body: string | null, init: ResponseInit): Fetch {
  return async () => new Response(body, init);
}

function answeringJson(body: unknown, status = 200, headers: Record<string, string> = {}): Fetch {
  return async () => Response.json(body, { status, headers });
}

test.each(EACH)("%s gives the model's text with its tokens", async (name) => {
  const ai = new AiDouble();
  ai.rawAnswer("olá");
  const completion = await PROVIDERS[name]({ fetch: ai.fetch }).complete(REQUEST, NEVER);
  expect(completion).toEqual({
    text: "olá",
    model: "m-1",
    inputTokens: 100,
    cachedTokens: null,
    outputTokens: 20,
  });
  expect(ai.asked).toEqual([
    {
      order: 1,
      provider: name,
      key: AI_TEST_KEY,
      model: "m-1",
      messages: REQUEST.messages,
      outputTokensMax: 321,
      prompt: "bom dia",
      outcome: "answered",
    },
  ]);
});

test.each([
  ["openai", null, "https://api.openai.com/v1/chat/completions"],
  ["openai", "https://proxy.test/v1", "https://proxy.test/v1/chat/completions"],
  ["groq", null, "https://api.groq.com/openai/v1/chat/completions"],
  ["groq", "https://proxy.test", "https://proxy.test/openai/v1/chat/completions"],
  ["groq", "https://proxy.test/openai/v1", "https://proxy.test/openai/v1/chat/completions"],
  ["groq", "https://proxy.test/openai/v1/", "https://proxy.test/openai/v1/chat/completions"],
] as const)("%s with the base URL %p asks %s", async (name, baseUrl, url) => {
  const ai = new AiDouble();
  const asked: string[] = [];
  const fetch: Fetch = (input, init) => {
    asked.push(input instanceof Request ? input.url : input.toString());
    return ai.fetch(input, init);
  };
  await PROVIDERS[name]({ baseUrl, fetch }).complete(REQUEST, NEVER);
  expect(asked).toEqual([url]);
});

test.each(EACH)("%s sends four headers of our own and nothing from the environment", async (name) => {
  const ai = new AiDouble();
  let sent: RequestInit | undefined;
  const fetch: Fetch = (input, init) => {
    sent = init;
    return ai.fetch(input, init);
  };
  const names = ["OPENAI_CUSTOM_HEADERS", "GROQ_CUSTOM_HEADERS"];
  const before = names.map((variable) => process.env[variable]);
  for (const variable of names) process.env[variable] = "Authorization: Bearer other\nX-Leak: yes";
  try {
    await PROVIDERS[name]({ fetch }).complete(REQUEST, NEVER);
  } finally {
    names.forEach((variable, at) => {
      const value = before[at];
      if (value === undefined) delete process.env[variable];
      else process.env[variable] = value;
    });
  }
  expect([...new Headers(sent?.headers)]).toEqual([
    ["accept", "application/json"],
    ["authorization", `Bearer ${AI_TEST_KEY}`],
    ["content-type", "application/json"],
    ["user-agent", "lull"],
  ]);
  expect(sent?.redirect).toBe("manual");
});

test.each([
  ["openai", { store: false }],
  ["groq", {}],
] as const)("%s is asked for JSON, without a temperature", async (name, extra) => {
  const ai = new AiDouble();
  let body: unknown;
  const fetch: Fetch = (input, init) => {
    body = JSON.parse(typeof init?.body === "string" ? init.body : "null");
    return ai.fetch(input, init);
  };
  await PROVIDERS[name]({ fetch }).complete(REQUEST, NEVER);
  expect(body).toEqual({
    model: "m-1",
    messages: REQUEST.messages,
    max_completion_tokens: 321,
    response_format: { type: "json_object" },
    ...extra,
  });
});

test.each(EACH)("%s is asked with a temperature that was chosen, also with 0", async (name) => {
  const ai = new AiDouble();
  for (const temperature of [0, 0.7, null])
    await PROVIDERS[name]({ fetch: ai.fetch, temperature }).complete(REQUEST, NEVER);
  expect(ai.asked.map(({ temperature }) => temperature)).toEqual([0, 0.7, undefined]);
});

const FAILURES: [AiFailure, ErrorCode, boolean, string][] = [
  ["rate_limited", "ai_unavailable", true, "answered 429: too many requests"],
  ["billing", "ai_refused", false, "answered 429: billing"],
  ["unauthorized", "ai_refused", false, "answered 401: the key was not accepted"],
  ["server_error", "ai_unavailable", true, "answered 500: server error"],
  ["html", "ai_unavailable", true, "answered 200 without a completion"],
  ["malformed_json", "ai_unavailable", true, "answered with broken JSON"],
  ["empty_choices", "ai_bad_answer", true, "gave an empty answer"],
  ["empty_content", "ai_bad_answer", true, "gave an empty answer"],
  ["context_too_long", "ai_context_too_long", false, "answered 400: the prompt is too long"],
];

for (const name of EACH) {
  test.each(FAILURES)(`${name}: %s becomes %s`, async (mode, code, retryable, text) => {
    const ai = new AiDouble();
    ai.failNext(mode);
    const failure = await failureOf(PROVIDERS[name]({ fetch: ai.fetch }));
    expect([failure.code, failure.retryable, failure.message]).toEqual([code, retryable, `${name} ${text}`]);
    expect(ai.asked).toHaveLength(1);
  });

  test.each(FAILURES)(`${name}: %s leaves no trace of the key in the error`, async (mode) => {
    const ai = new AiDouble();
    ai.failNext(mode);
    const failure = await failureOf(PROVIDERS[name]({ fetch: ai.fetch }));
    const told = [failure.message, failure.fix, failure.stack, JSON.stringify(failure), Bun.inspect(failure)];
    expect(told.join("\n")).not.toContain(AI_TEST_KEY);
    expect(failure.cause).toBeUndefined();
  });

  test.each([
    ["insufficient_quota"],
    ["credit_balance_exhausted"],
    ["organization_spend_limit_exceeded"],
    ["project_spend_limit_exceeded"],
    ["organization_usage_limit_exceeded"],
    ["billing_hard_limit_reached"],
  ])(`${name}: a 429 with the code %s is final`, async (code) => {
    const failure = await failureOf(PROVIDERS[name]({ fetch: answeringJson({ error: { code } }, 429) }));
    expect([failure.code, failure.retryable]).toEqual(["ai_refused", false]);
  });

  test.each<[number, ErrorCode]>([
    [302, "ai_unavailable"],
    [400, "ai_refused"],
    [402, "ai_refused"],
    [403, "ai_refused"],
    [404, "ai_refused"],
    [408, "ai_unavailable"],
    [409, "ai_unavailable"],
    [413, "ai_refused"],
    [418, "ai_refused"],
    [422, "ai_refused"],
    [498, "ai_unavailable"],
    [502, "ai_unavailable"],
    [503, "ai_unavailable"],
  ])(`${name}: a plain %d means %s`, async (status, code) => {
    const failure = await failureOf(PROVIDERS[name]({ fetch: answering(AI_TEST_KEY, { status }) }));
    expect([failure.code, failure.retryable]).toEqual([code, code === "ai_unavailable"]);
    expect(failure.message).toStartWith(`${name} answered ${status}: `);
    expect(Bun.inspect(failure)).not.toContain(AI_TEST_KEY);
  });

  test.each<[number, string | null, KeyFault | null]>([
    [401, null, "unauthorized"],
    [402, null, "billing"],
    [403, null, "forbidden"],
    [429, null, "rate_limited"],
    [429, "insufficient_quota", "billing"],
    [400, null, null],
    [404, "model_not_found", null],
    [413, null, null],
    [422, null, null],
    [498, null, null],
    [503, null, null],
  ])(`${name}: a %d with the code %p holds %p against the key`, async (status, code, keyFault) => {
    const failure = await failureOf(PROVIDERS[name]({ fetch: answeringJson({ error: { code } }, status) }));
    expect(failure instanceof ModelError ? failure.keyFault : null).toBe(keyFault);
  });

  test(`${name}: a model that wrote no JSON gave a bad answer, the request was not refused`, async () => {
    const fetch = answeringJson({ error: { code: "json_validate_failed", failed_generation: "{" } }, 400);
    const failure = await failureOf(PROVIDERS[name]({ fetch }));
    expect([failure.code, failure.retryable]).toEqual(["ai_bad_answer", true]);
  });

  test.each<[string, Record<string, string>, number | undefined]>([
    ["seconds", { "retry-after": "7" }, 7_000],
    ["fractions of seconds", { "retry-after": "0.25" }, 250],
    ["milliseconds, which win", { "retry-after-ms": "1500", "retry-after": "9" }, 1_500],
    [
      "a date, against the answer's own date",
      { "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT", date: "Wed, 21 Oct 2015 07:28:00 GMT" },
      30_000,
    ],
    [
      "a date that is over",
      { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT", date: "Wed, 21 Oct 2015 07:28:30 GMT" },
      0,
    ],
    ["a date without a date to compare", { "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT" }, undefined],
    ["ages, cut to a day", { "retry-after": "99999999" }, 86_400_000],
    ["nonsense", { "retry-after": "soon" }, undefined],
    ["nothing", {}, undefined],
  ])(`${name}: a wait told in %s is understood`, async (_form, headers, waitMs) => {
    const ai = new AiDouble();
    ai.failNext("rate_limited", 1, headers);
    const failure = await failureOf(PROVIDERS[name]({ fetch: ai.fetch }));
    expect(failure.retryAfterMs).toBe(waitMs);
  });

  test(`${name}: a network that fails is unavailable`, async () => {
    const fetch: Fetch = () => Promise.reject(new Error(`no route for ${AI_TEST_KEY}`));
    const failure = await failureOf(PROVIDERS[name]({ fetch }));
    expect([failure.code, failure.retryable, failure.message]).toEqual([
      "ai_unavailable",
      true,
      `${name} could not be reached`,
    ]);
    expect(Bun.inspect(failure)).not.toContain(AI_TEST_KEY);
  });

  test.each<[string, unknown]>([
    ["a string", "hello"],
    ["null", null],
    ["another service's object", { ok: true }],
    ["an error in a 200", { error: { message: AI_TEST_KEY } }],
  ])(`${name}: a 200 with %s is a foreign body`, async (_what, body) => {
    const failure = await failureOf(PROVIDERS[name]({ fetch: answeringJson(body) }));
    expect([failure.code, failure.retryable]).toEqual(["ai_unavailable", true]);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["blank", " \n"],
    ["a list", [{ type: "text", text: "hi" }]],
  ])(`${name}: content that is %s is a bad answer`, async (_what, content) => {
    const failure = await failureOf(
      PROVIDERS[name]({ fetch: answeringJson({ choices: [{ message: { content } }] }) }),
    );
    expect([failure.code, failure.retryable]).toEqual(["ai_bad_answer", true]);
  });

  test(`${name}: a 204 is a foreign body`, async () => {
    const failure = await failureOf(PROVIDERS[name]({ fetch: answering(null, { status: 204 }) }));
    expect(failure.code).toBe("ai_unavailable");
  });

  test(`${name}: text of 1 MiB is taken, one byte more is refused`, async () => {
    const ai = new AiDouble();
    ai.rawAnswer("a".repeat(1024 * 1024));
    const model = PROVIDERS[name]({ fetch: ai.fetch });
    expect((await model.complete(REQUEST, NEVER)).text).toHaveLength(1024 * 1024);
    ai.rawAnswer("a".repeat(1024 * 1024 + 1));
    expect((await failureOf(model)).code).toBe("ai_bad_answer");
  });

  test(`${name}: a body without end is left at its limit`, async () => {
    let pulledBytes = 0;
    const fetch: Fetch = async () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulledBytes += 1024 * 1024;
            controller.enqueue(new Uint8Array(1024 * 1024));
          },
        }),
      );
    expect((await failureOf(PROVIDERS[name]({ fetch }))).message).toBe(`${name} sent a body over 8 MiB`);
    expect(pulledBytes).toBeLessThan(16 * 1024 * 1024);
  });

  test(`${name}: tells how much of the prompt it had in its cache`, async () => {
    const ai = new AiDouble();
    ai.cachedTokens = 64;
    const completion = await PROVIDERS[name]({ fetch: ai.fetch }).complete(REQUEST, NEVER);
    expect(completion).toMatchObject({ inputTokens: 100, cachedTokens: 64, outputTokens: 20 });
  });

  test(`${name}: tokens that are no counts are unknown`, async () => {
    const fetch = answeringJson({
      choices: [{ message: { content: "hi" } }],
      usage: { prompt_tokens: -1, completion_tokens: "20" },
    });
    expect(await PROVIDERS[name]({ fetch }).complete(REQUEST, NEVER)).toEqual({
      text: "hi",
      model: "m-1",
      inputTokens: null,
      cachedTokens: null,
      outputTokens: null,
    });
  });

  test.each<AiFailure>(["hang", "stall_body"])(`${name}: an abort ends a %s at once`, async (mode) => {
    const ai = new AiDouble();
    ai.failNext(mode);
    const stop = new AbortController();
    const call = PROVIDERS[name]({ fetch: ai.fetch }).complete(REQUEST, stop.signal);
    const reason = new Error("superseded");
    queueMicrotask(() => stop.abort(reason));
    expect(await call.catch((error: unknown) => error)).toBe(reason);
  });

  test.each<AiFailure>(["hang", "stall_body"])(
    `${name}: an abort ends a %s over a real connection`,
    async (mode) => {
      const ai = new AiDouble();
      ai.failNext(mode);
      using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: ai.handle });
      const baseUrl = `${server.url.origin}${name === "openai" ? "/v1" : ""}`;
      const stop = new AbortController();
      const call = PROVIDERS[name]({ baseUrl, fetch }).complete(REQUEST, stop.signal);
      while (ai.asked.length === 0) await new Promise(setImmediate);
      stop.abort(new Error("stopping"));
      expect(await call.catch(String)).toBe("Error: stopping");
    },
  );

  test(`${name}: an abort ends a call even if the network never notices`, async () => {
    const stop = new AbortController();
    const started = Promise.withResolvers<void>();
    const fetch: Fetch = async () => {
      started.resolve();
      return new Response(new ReadableStream(), { headers: { "content-type": "application/json" } });
    };
    const call = PROVIDERS[name]({ fetch }).complete(REQUEST, stop.signal);
    await started.promise;
    stop.abort(new Error("stopping"));
    expect(await call.catch(String)).toBe("Error: stopping");
  });

  test(`${name}: an aborted signal asks nobody`, async () => {
    const ai = new AiDouble();
    const call = PROVIDERS[name]({ fetch: ai.fetch }).complete(REQUEST, AbortSignal.abort(new Error("gone")));
    expect(await call.catch(String)).toBe("Error: gone");
    expect(ai.asked).toEqual([]);
  });
}
