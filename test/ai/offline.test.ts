import { expect, test } from "bun:test";
import { offlineModel } from "../../src/ai/offline.ts";
import { readDecision } from "../../src/turn/decision.ts";

const NEVER = new AbortController().signal;

async function answer(prompt: string): Promise<string> {
  const messages = [
    { role: "system" as const, content: "Answer in JSON." },
    { role: "user" as const, content: prompt },
  ];
  const completion = await offlineModel().complete({ messages, outputTokensMax: 100 }, NEVER);
  return readDecision(completion.text).content;
}

test.each([
  [
    "[1] hi\n[2] are you open?\n[3] how much is it?",
    "🤖 Offline responder · I read your 3 messages as one: “hi” · “are you open?” · “how much is it?”",
  ],
  [
    "[1] oi\n[2] quanto custa?",
    "🤖 Respondedor offline · Li 2 mensagens suas como uma só: “oi” · “quanto custa?”",
  ],
  ["[1] hello there", "🤖 Offline responder · I read your 1 message: “hello there”"],
  ["[1] atenção", "🤖 Respondedor offline · Li 1 mensagem sua: “atenção”"],
  [
    "History:\n[1] old line\n\nMessages:\n[1] new line\n",
    "🤖 Offline responder · I read your 1 message: “new line”",
  ],
  ["no block at all", "🤖 Offline responder · I read your 1 message: “no block at all”"],
])("%p is answered with its count and quotes", async (prompt, content) => {
  expect(await answer(prompt)).toBe(content);
});

test("long messages and long bursts are quoted shortly", async () => {
  const lines = Array.from({ length: 12 }, (_, at) => `[${at + 1}] ${"😀".repeat(100)}`);
  const content = await answer(lines.join("\n"));
  expect(content).toContain(`12 messages as one: “${"😀".repeat(59)}…” · `);
  expect(content).toEndWith("” · +2");
});

test("it answers the same every time, as a sure decision that cost nothing", async () => {
  const request = { messages: [{ role: "user" as const, content: "[1] hi" }], outputTokensMax: 100 };
  const first = await offlineModel().complete(request, NEVER);
  expect(await offlineModel().complete(request, NEVER)).toEqual(first);
  expect([first.model, first.inputTokens, first.outputTokens]).toEqual(["offline-responder", 0, 0]);
  expect(readDecision(first.text)).toMatchObject({
    shouldRespond: true,
    confidence: 1,
    intent: "offline_demo",
  });
});

test("an abort ends it as any model", async () => {
  const call = offlineModel().complete(
    { messages: [], outputTokensMax: 1 },
    AbortSignal.abort(new Error("stopping")),
  );
  expect(await call.catch((error: unknown) => error)).toEqual(new Error("stopping"));
});
