// The second look at an answer: when it is due, what is kept of it. And what a turn paid for, kept and read again.
import { describe, expect, test } from "bun:test";
import type { Decision } from "../../src/turn/decision.ts";
import { enhancePrompt, isUnsure, qualityOf, readEnhanced } from "../../src/turn/quality.ts";
import { readThought, type Thought, writeThought } from "../../src/turn/thought.ts";

const DRAFT: Decision = {
  shouldRespond: true,
  content: "Acho que dez.",
  confidence: 0.4,
  intent: "price",
  actions: ["handoff"],
  readAs: "json",
};
const ENHANCED = {
  content: "Custa dez.",
  confidence: 0.9,
  coherence: 0.8,
  relevance: 1,
  actionableItems: ["order"],
  followUpQuestions: ["which colour?"],
};

describe("an answer is looked at again", () => {
  test.each<[number | null, boolean]>([
    [0, true],
    [0.69, true],
    [0.7, false],
    [1, false],
    [null, false],
  ])("with a confidence of %p: %p", (confidence, isDue) => {
    expect(isUnsure({ confidence }, 0.7)).toBe(isDue);
  });

  test("below the prompt that it was made from, as a draft", () => {
    const asked = [
      { role: "system" as const, content: "rules" },
      { role: "user" as const, content: "quanto custa?" },
    ];
    const seen = asked.map((message) => ({ ...message, images: ["data:image/jpeg;base64,AA=="] }));
    const prompt = enhancePrompt({ messages: asked, seen }, DRAFT);
    expect(prompt.messages.slice(0, 2)).toEqual(asked);
    expect(JSON.parse(prompt.messages[2]?.content ?? "")).toEqual({
      draft: "Acho que dez.",
      confidence: 0.4,
    });
    expect(prompt.messages[3]?.role).toBe("user");
    expect(prompt.seen).toEqual([...seen, ...prompt.messages.slice(2)]);
    expect(enhancePrompt({ messages: asked }, DRAFT)).not.toHaveProperty("seen");
  });
});

describe("what comes back of a second look", () => {
  test("is read whole", () => {
    expect(readEnhanced(JSON.stringify(ENHANCED))).toEqual(ENHANCED);
  });

  test("may lack everything but the answer, and hold nonsense", () => {
    expect(
      readEnhanced(
        '{"content":"Dez.","coherence":7,"relevance":"high","actionableItems":"x","followUpQuestions":[1,""," a "]}',
      ),
    ).toEqual({
      content: "Dez.",
      confidence: null,
      coherence: 1,
      relevance: null,
      actionableItems: [],
      followUpQuestions: ["a"],
    });
  });

  test("without an answer is none", () => {
    expect(() => readEnhanced('{"content":"","confidence":1}')).toThrow("no content");
  });

  test("is kept as figures and a few words, however much a model wrote", () => {
    const many = Array.from({ length: 30 }, () => "x".repeat(1_000));
    const wordy = { ...ENHANCED, actionableItems: many, followUpQuestions: many };
    const enhanced = readEnhanced(JSON.stringify(wordy));
    expect(JSON.parse(qualityOf(DRAFT, enhanced))).toMatchObject({
      confidenceBefore: 0.4,
      confidence: 0.9,
      coherence: 0.8,
      relevance: 1,
      actionableCount: 5,
      followUpCount: 5,
    });
    expect(qualityOf(DRAFT, enhanced).length).toBeLessThan(2_500);
    expect(qualityOf(DRAFT, enhanced)).not.toContain("Custa dez.");
  });
});

describe("what a turn paid for", () => {
  const AS_TEXT: Decision = { ...DRAFT, readAs: "text", confidence: null, intent: null, actions: [] };
  test.each<[string, Thought]>([
    ["an answer", { decision: DRAFT, promptVersion: 3, quality: "{}" }],
    ["plain text", { decision: AS_TEXT, promptVersion: null, quality: null }],
    [
      "a silence",
      { decision: { ...DRAFT, shouldRespond: false, content: "" }, promptVersion: null, quality: null },
    ],
  ])("for %s is read as it was written", (_what, thought) => {
    expect(readThought(writeThought(thought))).toEqual(thought);
  });

  test.each(["Custa dez.", JSON.stringify(ENHANCED)])("by an older lull is the model's text: %s", (text) => {
    expect(readThought(text)).toMatchObject({
      decision: { shouldRespond: true, content: "Custa dez." },
      promptVersion: null,
      quality: null,
    });
  });
});
