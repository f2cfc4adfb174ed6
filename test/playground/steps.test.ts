import { expect, test } from "bun:test";
import { readSteps } from "../../src/playground/steps.ts";
import { EN } from "../../src/web/playground-en.ts";
import { stepWords } from "../../src/web/playground-words.ts";

const event = (id: number, at: number, name: string, detail: object) => ({
  id,
  at,
  name,
  subject_id: "x",
  detail: JSON.stringify(detail),
});

test("the timeline tells arrivals and events in one order, in words", () => {
  const events = [
    event(1, 30_000, "buffer.closed", { messageCount: 3, waitedMs: 30_004 }),
    event(2, 30_001, "turn.claimed", { attempt: 1 }),
    event(3, 31_000, "delivery.sent", { messageId: 9, part: 0 }),
  ];
  const messages = [{ messageId: 7, receivedAt: 1_000, deletedAt: null }];
  expect(readSteps(events, messages, []).map((step) => stepWords(step, EN))).toEqual([
    "Message 7 received",
    "Silence reached after 30.0 s: 3 messages, one question",
    "Reading it as one turn",
    "Posted once to Chatwoot, as message 9",
  ]);
});

test("the work of a turn stands in its place, when it was done; what the events tell anyway is left out", () => {
  const step = (name: string, startedAt: number, outcome = "ok") => ({
    attempt: 1,
    name,
    outcome,
    startedAt,
    durationMs: 500,
    detail: "{}",
  });
  const work = [step("identify", 30_001), step("transcribe", 30_001), step("enhance", 30_900, "failed")];
  const events = [event(3, 31_500, "delivery.sent", { messageId: 9, part: 0 })];
  expect(readSteps(events, [], work).map((step) => stepWords(step, EN))).toEqual([
    "A voice note was heard",
    "The answer was looked over once more: failed",
    "Posted once to Chatwoot, as message 9",
  ]);
});

test("no two steps share a number, and an event without words shows its name", () => {
  const steps = readSteps(
    [event(7, 1, "something.new", {})],
    [{ messageId: 7, receivedAt: 1, deletedAt: 2 }],
    [],
  );
  expect(new Set(steps.map(({ id }) => id)).size).toBe(2);
  expect(steps.map((step) => stepWords(step, EN))).toContain("something.new");
  expect(steps.map((step) => stepWords(step, EN))).toContain("Message 7 received, deleted since");
});
