import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { GROQ_MODEL_DEFAULT } from "../../src/ai/groq.ts";
import { OPENAI_MODEL_DEFAULT } from "../../src/ai/openai.ts";
import {
  costMicroUsd,
  estimateTokens,
  PRICES_AS_OF,
  type PricedUsage,
  publicName,
} from "../../src/ai/prices.ts";

const took = (
  inputTokens: number | null,
  outputTokens: number | null,
  cachedTokens?: number | null,
): PricedUsage =>
  cachedTokens === undefined ? { inputTokens, outputTokens } : { inputTokens, outputTokens, cachedTokens };
const heard = (audioSeconds: number | null): PricedUsage => ({
  inputTokens: null,
  outputTokens: null,
  audioSeconds,
});

test("the prices have a date", () => {
  expect(PRICES_AS_OF).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(new Date(PRICES_AS_OF).toISOString()).toStartWith(PRICES_AS_OF);
});

test.each([
  ["openai", "gpt-5.4-mini", "gpt-5.4-mini"],
  ["openai", "gpt-5.4-mini-2026-03-01", "gpt-5.4-mini"],
  ["openai", "whisper-1", "whisper-1"],
  ["offline", "offline", "offline"],
  ["openai", "Zoraide +5511987654321", "other"],
  ["groq", "gpt-5.4-mini", "other"],
  ["constructor", "name", "other"],
])("the public name of %s %s is %s", (provider, model, name) => {
  expect(publicName(provider, model)).toBe(name);
});

describe("a call costs", () => {
  // 200,000 tokens in, of these 50,000 from the cache, and 100,000 out.
  test.each([
    ["openai", "gpt-5.4-mini", 150_000 * 0.75 + 50_000 * 0.075 + 100_000 * 4.5],
    ["openai", "gpt-5.4", 150_000 * 2.5 + 50_000 * 0.25 + 100_000 * 15],
    ["openai", "gpt-6-luna", 150_000 * 0.1 + 50_000 * 0.01 + 100_000 * 0.5],
    ["openai", "gpt-4.1-mini", 150_000 * 0.4 + 50_000 * 0.1 + 100_000 * 1.6],
    ["openai", "gpt-4o-mini", 150_000 * 0.15 + 50_000 * 0.075 + 100_000 * 0.6],
    ["openai", "gpt-5.5-pro", 200_000 * 30 + 100_000 * 180],
    ["openai", "gpt-4o-mini-transcribe", 200_000 * 1.25 + 100_000 * 5],
    ["groq", "openai/gpt-oss-20b", 150_000 * 0.075 + 50_000 * 0.0375 + 100_000 * 0.3],
    ["groq", "openai/gpt-oss-120b", 150_000 * 0.15 + 50_000 * 0.075 + 100_000 * 0.6],
    ["groq", "llama-3.3-70b-versatile", 200_000 * 0.59 + 100_000 * 0.79],
  ])("by its tokens: %s %s, %d millionths of a dollar", (provider, model, microUsd) => {
    expect(costMicroUsd(provider, model, took(200_000, 100_000, 50_000))).toBe(microUsd);
  });

  test.each([
    ["openai", "whisper-1", 60, 6_000],
    ["openai", "gpt-transcribe", 60, 4_500],
    ["openai", "whisper-1", 1, 100],
    ["groq", "whisper-large-v3", 3_600, 111_000],
    ["groq", "whisper-large-v3-turbo", 3_600, 40_000],
    // Billed as ten seconds: 111.1… and 308.3….
    ["groq", "whisper-large-v3-turbo", 2, 112],
    ["groq", "whisper-large-v3", 0, 309],
  ])("by its audio: %s %s, %d s, %d millionths of a dollar", (provider, model, seconds, microUsd) => {
    expect(costMicroUsd(provider, model, heard(seconds))).toBe(microUsd);
  });

  test("what the next whole millionth of a dollar is", () => {
    expect(costMicroUsd("openai", "gpt-5.4-nano", took(1, 0))).toBe(1);
    expect(costMicroUsd("openai", "gpt-5.4-nano", took(5, 0))).toBe(1);
    expect(costMicroUsd("openai", "gpt-5.4-nano", took(6, 0))).toBe(2);
    expect(costMicroUsd("openai", "gpt-5.4-nano", took(0, 0))).toBe(0);
  });

  test("as if nothing were cached when nobody tells, and never less than nothing when too much is", () => {
    const whole = costMicroUsd("openai", "gpt-5.4", took(1_000, 10));
    expect(costMicroUsd("openai", "gpt-5.4", took(1_000, 10, null))).toBe(whole);
    expect(costMicroUsd("openai", "gpt-5.4", took(1_000, 10, -5))).toBe(whole);
    const cached = costMicroUsd("openai", "gpt-5.4", took(1_000, 10, 1_000));
    expect(cached).toBe(400);
    expect(costMicroUsd("openai", "gpt-5.4", took(1_000, 10, 9_000))).toBe(cached);
  });

  test("nothing with the offline responder, whatever it took", () => {
    expect(costMicroUsd("offline", "offline-responder", took(null, null))).toBe(0);
    expect(costMicroUsd("offline", "gpt-5.4", took(1_000, 1_000))).toBe(0);
  });

  test("something known for the models that lull asks unless it is told another", () => {
    expect(costMicroUsd("openai", OPENAI_MODEL_DEFAULT, took(1_000, 1_000))).toBeGreaterThan(0);
    expect(costMicroUsd("groq", GROQ_MODEL_DEFAULT, took(1_000, 1_000))).toBeGreaterThan(0);
  });
});

describe("a model is known", () => {
  const usage = took(1_000_000 / 4, 0);

  test("by its name with a date, as providers answer it", () => {
    expect(costMicroUsd("openai", "gpt-5-mini-2025-08-07", usage)).toBe(62_500);
    expect(costMicroUsd("openai", "gpt-4.1-2025-04-14", usage)).toBe(500_000);
    expect(costMicroUsd("openai", "gpt-4o-transcribe-2025-12-15", usage)).toBe(625_000);
  });

  test("by the dated name first, where that has a price of its own", () => {
    expect(costMicroUsd("openai", "gpt-4o-2024-05-13", usage)).toBe(1_250_000);
    expect(costMicroUsd("openai", "gpt-4o-2024-11-20", usage)).toBe(625_000);
  });

  test.each([
    ["openai", "gpt-5.4-mini-fast"],
    ["openai", "gpt-5.4-mini-"],
    ["openai", "gpt-5.4-mini-20260317"],
    ["openai", "gpt-5.4-mini-2026-03-17-eu"],
    ["openai", "2026-03-17"],
    ["openai", "-2026-03-17"],
    ["openai", "GPT-5.4-mini"],
    ["openai", "ft:gpt-4.1-mini-2025-04-14:lull::abc"],
    ["openai", "openai/gpt-oss-20b"],
    ["openai", "llama-3.3-70b-versatile"],
    ["openai", "whisper-large-v3"],
    ["groq", "gpt-5.4-mini"],
    ["groq", "gpt-oss-20b"],
    ["openai", ""],
    ["openai", "constructor"],
    ["constructor", "name"],
    ["__proto__", "toString"],
    ["mistral", "gpt-5.4-mini"],
    ["", "gpt-5.4-mini"],
  ])("by nothing else: %s %p", (provider, model) => {
    expect(costMicroUsd(provider, model, { ...took(1_000, 1_000), audioSeconds: 60 })).toBeNull();
  });
});

describe("unknown, which is not free, is the cost", () => {
  test.each([
    ["without the input", took(null, 10)],
    ["without the output", took(10, null)],
    ["of less than nothing", took(-1, 10)],
    ["of half a token", took(10, 0.5)],
    ["of what is no number", took(NaN, 10)],
    ["without an end", took(10, Infinity)],
    ["of a prompt that is charged by another price", took(272_001, 10)],
    ["of audio, by tokens", heard(60)],
  ])("%s", (_, usage) => {
    expect(costMicroUsd("openai", "gpt-5.4", usage)).toBeNull();
  });

  test.each([null, -1, NaN, Infinity])("of %p seconds of audio", (seconds) => {
    expect(costMicroUsd("openai", "whisper-1", heard(seconds))).toBeNull();
  });

  test("of audio of which only tokens are told", () => {
    expect(costMicroUsd("openai", "whisper-1", took(10, 10))).toBeNull();
  });
});

describe("whatever a call took", () => {
  const model = fc.constantFrom(
    ["openai", "gpt-5.4-mini"],
    ["openai", "gpt-5.5-pro"],
    ["groq", "openai/gpt-oss-20b"],
    ["groq", "qwen/qwen3.6-27b"],
  );
  const input = fc.nat(200_000);
  const more = fc.nat(50_000);
  const cost = (provider = "", name = "", usage: PricedUsage): number => {
    const microUsd = costMicroUsd(provider, name, usage);
    if (microUsd === null) throw new Error("the cost is unknown");
    return microUsd;
  };

  test("it costs whole millionths, never less than nothing, never less for more, never more for cached", () => {
    fc.assert(
      fc.property(
        model,
        input,
        fc.nat(1_000_000),
        fc.nat(300_000),
        more,
        ([provider, name], into, out, cached, plus) => {
          const base = cost(provider, name, took(into, out, cached));
          expect(Number.isSafeInteger(base)).toBe(true);
          expect(base).toBeGreaterThanOrEqual(0);
          expect(cost(provider, name, took(into + plus, out, cached))).toBeGreaterThanOrEqual(base);
          expect(cost(provider, name, took(into, out + plus, cached))).toBeGreaterThanOrEqual(base);
          expect(cost(provider, name, took(into, out, cached + plus))).toBeLessThanOrEqual(base);
          expect(cost(provider, name, took(into, out))).toBeGreaterThanOrEqual(base);
        },
      ),
    );
  });

  test("audio costs never less for more", () => {
    const seconds = fc.double({ min: 0, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom("whisper-large-v3", "whisper-large-v3-turbo"),
        seconds,
        seconds,
        (name, one, two) => {
          const [less, longer] = [Math.min(one, two), Math.max(one, two)];
          expect(cost("groq", name, heard(less))).toBeGreaterThan(0);
          expect(cost("groq", name, heard(longer))).toBeGreaterThanOrEqual(cost("groq", name, heard(less)));
        },
      ),
    );
  });
});

describe("the tokens of a prompt", () => {
  test("are a third of its bytes, and something for each message and the request", () => {
    expect(estimateTokens([])).toBe(100);
    expect(estimateTokens([{ content: "" }])).toBe(108);
    expect(estimateTokens([{ content: "bom dia" }, { content: "ção" }])).toBe(100 + 8 + 3 + 8 + 2);
  });

  // Counted with o200k_base.
  test.each([
    ["English", "The quick brown fox jumps over the lazy dog.", 10],
    ["Portuguese", "Bom dia! Queria saber quanto custa a entrega para amanhã de manhã, por favor.", 18],
    ["French", "Bonjour, est-ce que vous êtes ouverts aujourd'hui jusqu'à dix-neuf heures ?", 17],
    ["Chinese", "您好，请问明天上午送货要多少钱？", 11],
    ["Arabic", "صباح الخير، كم تكلفة التوصيل غدا؟", 12],
    [
      "JSON",
      '{"shouldRespond":true,"content":"Custa dez.","confidence":0.9,"intent":"price","actions":[]}',
      25,
    ],
  ])("are rather too many, but not twice as many: %s", (_, content, counted) => {
    const estimated = estimateTokens([{ content }]) - estimateTokens([{ content: "" }]);
    expect(estimated).toBeGreaterThanOrEqual(counted);
    expect(estimated).toBeLessThan(counted * 2);
  });

  test.each([
    ["hurried chat", "oi, td bem? qto custa?", 9],
    ["emoji", "😀👍🏽🙏❤️🎉🇧🇷👨‍👩‍👧‍👦", 23],
  ])("are enough with what a message has beside its text: %s", (_, content, counted) => {
    expect(estimateTokens([{ content }]) - estimateTokens([])).toBeGreaterThanOrEqual(counted);
  });

  test("never shrink when a message grows or one comes in addition", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.array(text), text, text, (before, one, two) => {
        const messages = before.map((content) => ({ content }));
        const shorter = estimateTokens([...messages, { content: one }]);
        expect(estimateTokens([...messages, { content: one + two }])).toBeGreaterThanOrEqual(shorter);
        expect(estimateTokens(messages)).toBeLessThan(shorter);
        expect(Number.isSafeInteger(shorter)).toBe(true);
      }),
    );
  });
});
