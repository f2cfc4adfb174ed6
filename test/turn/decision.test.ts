import { expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../../src/errors.ts";
import { readDecision } from "../../src/turn/decision.ts";
import type { Decision } from "../../src/turn/decision.ts";

const WHOLE = {
  shouldRespond: true,
  content: "Olá!",
  confidence: 0.9,
  intent: "greeting",
  actions: ["handoff"],
};

test("a whole decision is read as it is", () => {
  expect(readDecision(JSON.stringify(WHOLE))).toEqual({ ...WHOLE, readAs: "json" });
});

test("text that is no JSON is the reply itself", () => {
  expect(readDecision("  Custa dez reais.\nAté logo!  ")).toEqual({
    shouldRespond: true,
    content: "Custa dez reais.\nAté logo!",
    confidence: null,
    intent: null,
    actions: [],
    readAs: "text",
  });
});

test.each([
  ["Olá {nome}, tudo bem?"],
  ["Horário: [1] manhã [2] tarde"],
  ["São 5\" de tela, 'ok'?"],
  ["10"],
  ["Veja: 10 > 5 { quase }"],
])("%p is text", (text) => {
  expect(readDecision(text)).toMatchObject({ content: text, readAs: "text" });
});

test.each<[string, string, Partial<Decision>]>([
  ["a code fence", '```json\n{"shouldRespond":true,"content":"oi"}\n```', { content: "oi" }],
  [
    "a fence with prose after",
    'Here:\n```\n{"shouldRespond":true,"content":"oi"}\n```\nDone!',
    { content: "oi" },
  ],
  ["prose around", 'Sure! {"shouldRespond":true,"content":"oi"} Anything else?', { content: "oi" }],
  ["a placeholder before", 'For {name}: {"shouldRespond":true,"content":"oi"}', { content: "oi" }],
  [
    "trailing commas",
    '{"shouldRespond":true,"content":"oi","actions":["a",],}',
    { content: "oi", actions: ["a"] },
  ],
  ["single quotes", "{'shouldRespond': true, 'content': 'It\\'s ok'}", { content: "It's ok" }],
  ["an apostrophe in single quotes", "{'shouldRespond': true, 'content': 'It's ok'}", { content: "It's ok" }],
  ["typographic quotes", "{“shouldRespond”: true, “content”: “oi”}", { content: "oi" }],
  ["bare keys", '{shouldRespond: true, content: "oi"}', { content: "oi" }],
  ["Python's words", '{"shouldRespond": False, "content": None}', { shouldRespond: false, content: "" }],
  ["line breaks in a string", '{"shouldRespond":true,"content":"um\ndois"}', { content: "um\ndois" }],
  [
    "unescaped quotes",
    '{"shouldRespond":true,"content":"é "ótimo", sim","intent":"x"}',
    { content: 'é "ótimo", sim' },
  ],
  ["a missing comma", '{"shouldRespond":true "content":"oi"}', { content: "oi" }],
  ["a missing end brace", '{"shouldRespond":true,"content":"oi"', { content: "oi" }],
  ["a missing end brace in a fence", '```json\n{"shouldRespond":true,"content":"oi"\n```', { content: "oi" }],
  [
    "a list cut off",
    '{"shouldRespond":true,"content":"oi","actions":["a","b',
    { content: "oi", actions: [] },
  ],
  [
    "a figure cut off",
    '{"shouldRespond":true,"content":"oi","confidence":0',
    { content: "oi", confidence: null },
  ],
  [
    "the decision twice",
    '{"shouldRespond":true,"content":"oi"}{"shouldRespond":true,"content":"tchau"}',
    { content: "oi" },
  ],
  ["a brace in the content", 'So: {"shouldRespond":true,"content":"use } e {"}', { content: "use } e {" }],
])("JSON with %s is repaired", (_how, text, expected) => {
  expect(readDecision(text)).toMatchObject({ shouldRespond: true, ...expected, readAs: "repaired" });
});

test.each([
  ["nothing", ""],
  ["blanks", " \n "],
  ["an empty object", "{}"],
  ["a blank content", '{"shouldRespond":true,"content":"  "}'],
  ["no content", '{"shouldRespond":true}'],
  ["content that is no string", '{"shouldRespond":true,"content":{"text":"oi"}}'],
  ["another shape", '{"reply":"oi"}'],
  ["another shape in prose", 'Sure: {reply: "oi"}'],
  ["a list", '[{"shouldRespond":true,"content":"oi"}]'],
  ["null", "null"],
  ["true", "true"],
  ["an unclear yes", '{"shouldRespond":"maybe","content":"oi"}'],
  ["content cut off", '{"shouldRespond":true,"content":"Custa de'],
  ["content cut off after a brace", '{"shouldRespond":true,"content":"use }'],
  ["content cut off in single quotes", "{'shouldRespond': true, 'content': 'use }"],
  ["content cut off in a fence", '```json\n{"shouldRespond":true,"content":"Custa de\n```'],
  ["cut off before it said no", '{"content":"(silêncio)","shouldRespond":fal'],
  ["an object without its head", '"shouldRespond":true,"content":"oi"}'],
  ["a head alone", '{"'],
  ["one unescaped quote, which may be a cut", '{"shouldRespond":true,"content":"tela de 5" custa dez"}'],
  ["our format as a list of lines", "shouldRespond: true\ncontent: oi"],
  ["the format within the content", '{"shouldRespond":true,"content":"{\\"shouldRespond\\":true}"}'],
  ["an object as content", '{"shouldRespond":true,"content":"{\\"a\\":1}"}'],
  ["deep nesting", `{"content":${"[".repeat(50_000)}`],
  ["endless quotes", `{"content":"${'" '.repeat(30_000)}`],
  ["far too much", "a".repeat(70_000)],
  ["thoughts without an answer", "<think>hmm, the customer"],
])("%s is a bad answer, to be asked again", (_what, text) => {
  const failure = failureOf(text);
  expect([failure.code, failure.retryable]).toEqual(["ai_bad_answer", true]);
});

test("what a model thinks aloud is left out", () => {
  expect(readDecision("<think>{secret: 1}</think>\nOlá!").content).toBe("Olá!");
  expect(readDecision(`<think>hm</think>${JSON.stringify(WHOLE)}`)).toEqual({ ...WHOLE, readAs: "json" });
});

test("JSON quoted once more is unpacked", () => {
  expect(readDecision(JSON.stringify(JSON.stringify(WHOLE)))).toEqual({ ...WHOLE, readAs: "json" });
});

test.each<[unknown, unknown, boolean]>([
  [undefined, "oi", true],
  [null, "oi", true],
  ["true", "oi", true],
  [" False ", "oi", false],
  [false, undefined, false],
  [false, null, false],
])("shouldRespond %p with content %p means %p", (shouldRespond, content, expected) => {
  expect(readDecision(JSON.stringify({ shouldRespond, content })).shouldRespond).toBe(expected);
});

test.each<[unknown, number | null]>([
  [0.5, 0.5],
  [7, 1],
  [-1, 0],
  ["0.75", 0.75],
  [" 1e-1 ", 0.1],
  ["high", null],
  ["", null],
  [null, null],
  [true, null],
  [undefined, null],
])("confidence %p is read as %p", (confidence, expected) => {
  expect(readDecision(JSON.stringify({ content: "oi", confidence })).confidence).toBe(expected);
});

test.each<[unknown, string | null]>([
  [" order ", "order"],
  ["", null],
  [3, null],
  ["x".repeat(200), "x".repeat(100)],
])("intent %p is read as %p", (intent, expected) => {
  expect(readDecision(JSON.stringify({ content: "oi", intent })).intent).toBe(expected);
});

test.each<[unknown, string[]]>([
  [
    ["handoff", 1, null, { type: "label" }, " resolve ", ""],
    ["handoff", "resolve"],
  ],
  [Array.from({ length: 12 }, (_, at) => `a${at}`), Array.from({ length: 10 }, (_, at) => `a${at}`)],
  [["x".repeat(101)], []],
  ["handoff", []],
  [{ type: "handoff" }, []],
])("actions %p are read as %p", (actions, expected) => {
  expect(readDecision(JSON.stringify({ content: "oi", actions })).actions).toEqual(expected);
});

const anyContent = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(...Array.from("{}[]\",:\\'`“” \naé😀")) }),
  fc.constantFrom("use }", 'ele disse "oi", sim', '","shouldRespond', "```"),
);
const anyAnswer = fc
  .record(
    {
      shouldRespond: fc.oneof(fc.boolean(), fc.constantFrom("true", "false", null)),
      content: anyContent,
      confidence: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom("0.5", null)),
      intent: fc.oneof(anyContent, fc.constant(null)),
      actions: fc.array(fc.oneof(anyContent, fc.integer(), fc.constant({ type: "x" }))),
    },
    { requiredKeys: ["content"] },
  )
  .chain((answer) => {
    const entries = Object.entries(answer);
    return fc
      .shuffledSubarray(entries, { minLength: entries.length })
      .map((shuffled) => ({ answer, text: JSON.stringify(Object.fromEntries(shuffled)) }));
  });
const anyWrap = fc.constantFrom(["", ""], ["```json\n", "\n```"], ["Sure:\n", "\nBye!"], ["\uFEFF ", " "]);

test("an answer cut anywhere gives its true content or none, and never a false yes", () => {
  fc.assert(
    fc.property(
      anyAnswer,
      anyWrap,
      fc.double({ min: 0, max: 1, noNaN: true }),
      ({ answer, text }, wrap, part) => {
        const bytes = new TextEncoder().encode(text);
        const cut = new TextDecoder().decode(bytes.subarray(0, Math.ceil(part * bytes.length)));
        fc.pre(cut !== "");
        const decision = decisionOrNull(`${wrap[0]}${cut}${part === 1 ? wrap[1] : ""}`);
        if (decision === null) return;
        expect(decision.content).not.toContain("shouldRespond");
        if (decision.shouldRespond) {
          expect(decision.content).toBe(answer.content.trim());
          expect([true, "true", null, undefined]).toContain(answer.shouldRespond);
        }
      },
    ),
    { numRuns: 3_000 },
  );
});

test("a whole answer is read exactly, whatever it stands in", () => {
  fc.assert(
    fc.property(anyAnswer, anyWrap, ({ answer, text }, wrap) => {
      const content = answer.content.trim();
      fc.pre(content !== "" && !/shouldRespond|^[{[]/.test(content));
      expect(readDecision(wrap[0] + text + wrap[1]).content).toBe(content);
    }),
    { numRuns: 1_000 },
  );
});

test("whatever a model writes, it is read or refused in time", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from("{}[]\"'“”:,\\`\n a1")), maxLength: 200 }),
      (text) => {
        const decision = decisionOrNull(text);
        expect(decision === null || decision.content !== "" || !decision.shouldRespond).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
});

function failureOf(text: string): AppError {
  try {
    readDecision(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("expected a bad answer");
}

function decisionOrNull(text: string): Decision | null {
  try {
    return readDecision(text);
  } catch (error) {
    if (error instanceof AppError && error.code === "ai_bad_answer") return null;
    throw error;
  }
}
