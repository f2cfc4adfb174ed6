import { expect, test } from "bun:test";
import { firstAnswer } from "../../src/ai/chain.ts";
import type { ModelAttempt } from "../../src/ai/chain.ts";
import type { ChatModel, CompletionRequest, ProviderName } from "../../src/ai/provider.ts";
import type { Clock } from "../../src/clock.ts";
import { AppError } from "../../src/errors.ts";
import type { AppErrorDetails, ErrorCode } from "../../src/errors.ts";

const REQUEST: CompletionRequest = { messages: [{ role: "user", content: "hi" }], outputTokensMax: 10 };

test("the first model that answers is the last one asked", async () => {
  const house = openHouse();
  const models = [failing("groq", "ai_unavailable"), answering("openai"), answering("offline")];
  const completion = await house.ask(models);
  expect(completion).toEqual({
    text: "ok",
    model: "openai-model",
    inputTokens: 1,
    cachedTokens: null,
    outputTokens: 2,
    provider: "openai",
  });
  expect(house.outcomes()).toEqual(["groq ai_unavailable", "openai ok"]);
});

test("every attempt tells its model, time and tokens", async () => {
  const house = openHouse();
  const slow: ChatModel = {
    ...answering("groq"),
    complete: async () => {
      house.clock.advance(250.4);
      return { text: "ok", model: "m-2024", inputTokens: 5, cachedTokens: null, outputTokens: null };
    },
  };
  await house.ask([slow]);
  expect(house.attempts).toEqual([
    {
      provider: "groq",
      model: "m-2024",
      outcome: "ok",
      durationMs: 250,
      inputTokens: 5,
      cachedTokens: null,
      outputTokens: null,
      audioSeconds: null,
    },
  ]);
});

test.each<ErrorCode>(["ai_unavailable", "ai_refused", "ai_bad_answer"])(
  "%s moves on to the next",
  async (code) => {
    const house = openHouse();
    expect((await house.ask([failing("groq", code), answering("openai")])).provider).toBe("openai");
  },
);

test.each<ErrorCode>(["ai_context_too_long", "internal"])("%s is thrown at once", async (code) => {
  const house = openHouse();
  const failure = await house.failure([failing("groq", code), answering("openai")]);
  expect(failure.code).toBe(code);
  expect(house.outcomes()).toEqual([`groq ${code}`]);
});

test("a mistake of the program is no failure of the model", async () => {
  const house = openHouse();
  const broken: ChatModel = { ...answering("groq"), complete: () => Promise.reject(new TypeError("bug")) };
  expect(await house.ask([broken, answering("openai")]).catch(String)).toBe("TypeError: bug");
  expect(house.attempts).toEqual([]);
});

test("without a model there is no credential", async () => {
  const failure = await openHouse().failure([]);
  expect([failure.code, failure.retryable]).toEqual(["no_credential", false]);
  expect(failure.fix).toBe("Set GROQ_API_KEY or OPENAI_API_KEY, then retry the job.");
});

test("when every model refused, the whole is refused and final", async () => {
  const failure = await openHouse().failure([failing("groq", "ai_refused"), failing("openai", "ai_refused")]);
  expect([failure.code, failure.retryable, failure.fix]).toEqual([
    "ai_refused",
    false,
    "Check the key and its billing.",
  ]);
  expect(failure.message).toBe("every model refused: groq failed; openai failed");
});

test.each<[string, ChatModel[], number | undefined]>([
  [
    "the least wait of all",
    [failing("groq", "ai_unavailable", 9_000), failing("openai", "ai_unavailable", 4_000)],
    4_000,
  ],
  [
    "no wait when one named none",
    [failing("groq", "ai_unavailable", 9_000), failing("openai", "ai_bad_answer")],
    undefined,
  ],
  [
    "the wait of those that may recover",
    [failing("groq", "ai_unavailable", 9_000), failing("openai", "ai_refused")],
    9_000,
  ],
])("when no model answered, it is unavailable with %s", async (_wait, models, waitMs) => {
  const failure = await openHouse().failure(models);
  expect([failure.code, failure.retryable, failure.retryAfterMs]).toEqual(["ai_unavailable", true, waitMs]);
});

test("each model has its own time; one that is too slow counts as unavailable", async () => {
  const house = openHouse();
  const asked = house.ask([hanging("groq", () => house.clock.advance(1_000)), answering("openai")]);
  expect((await asked).provider).toBe("openai");
  expect(house.outcomes()).toEqual(["groq ai_unavailable", "openai ok"]);
  expect(house.attempts[0]?.durationMs).toBe(1_000);
  expect(house.clock.armed()).toBe(0);
});

test("one that is too slow alone is told as such", async () => {
  const house = openHouse();
  const failure = await house.failure([hanging("groq", () => house.clock.advance(1_000))]);
  expect(failure.message).toBe("no model answered: groq did not answer within 1000 ms");
});

test("an abort stops at once, with its own reason", async () => {
  const house = openHouse();
  const reason = new Error("superseded");
  const call = house.ask([hanging("groq", () => house.stop.abort(reason)), answering("openai")]);
  expect(await call.catch((error: unknown) => error)).toBe(reason);
  expect(house.attempts).toEqual([]);
  expect(house.clock.armed()).toBe(0);
});

interface HandClock extends Clock {
  advance(ms: number): void;
  armed(): number;
}

function handClock(): HandClock {
  const timers = new Set<{ dueAt: number; fire: () => void }>();
  let time = 0;
  return {
    now: () => time,
    monotonic: () => time,
    setTimer(delayMs, fire) {
      const timer = { dueAt: time + delayMs, fire };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    advance(ms) {
      time += ms;
      for (const timer of timers) if (timer.dueAt <= time && timers.delete(timer)) timer.fire();
    },
    armed: () => timers.size,
  };
}

function openHouse() {
  const clock = handClock();
  const stop = new AbortController();
  const attempts: ModelAttempt[] = [];
  const deps = {
    clock,
    attemptTimeoutMs: 1_000,
    onAttempt: (attempt: ModelAttempt) => void attempts.push(attempt),
  };
  const ask = (models: ChatModel[]) =>
    firstAnswer(
      models.map((one) => ({
        provider: one.provider,
        model: one.model,
        call: (signal: AbortSignal) => one.complete(REQUEST, signal),
      })),
      stop.signal,
      deps,
    );
  return {
    clock,
    stop,
    attempts,
    ask,
    outcomes: () => attempts.map(({ provider, outcome }) => `${provider} ${outcome}`),
    async failure(models: ChatModel[]): Promise<AppError> {
      const failure: unknown = await ask(models).catch((error: unknown) => error);
      if (!(failure instanceof AppError)) throw new Error("expected an AppError");
      return failure;
    },
  };
}

function answering(provider: ProviderName): ChatModel {
  const model = `${provider}-model`;
  return {
    provider,
    model,
    capabilities: { sees: false, obeysSchema: false },
    complete: async () => ({ text: "ok", model, inputTokens: 1, cachedTokens: null, outputTokens: 2 }),
  };
}

function failing(provider: ProviderName, code: ErrorCode, retryAfterMs?: number): ChatModel {
  const details: AppErrorDetails = retryAfterMs === undefined ? {} : { retryAfterMs };
  const failure = new AppError(code, `${provider} failed`, details);
  return { ...answering(provider), complete: () => Promise.reject(failure) };
}

/** Answers only the abort, after `meanwhile` happened. */
function hanging(provider: ProviderName, meanwhile: () => void): ChatModel {
  const complete: ChatModel["complete"] = (_request, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      queueMicrotask(meanwhile);
    });
  return { ...answering(provider), complete };
}
