import { describe, expect, test } from "bun:test";
import type { PlaygroundBuffer, PlaygroundState, PlaygroundTurn } from "../../src/playground/state.ts";
import {
  durationWords,
  pauseWords,
  phaseOf,
  restartWords,
  ringMs,
  webhookWords,
} from "../../src/web/playground-words.ts";
import { EN } from "../../src/web/playground-en.ts";
import { INSIGHT } from "./stage.ts";

const NOW = "2026-06-18T13:05:02.000Z";
const EMPTY: PlaygroundState = { ...INSIGHT, now: NOW, status: "pending", messages: [] };
const BUFFER: PlaygroundBuffer = {
  id: "b1",
  count: 3,
  openedAt: NOW,
  dueAt: "2026-06-18T13:05:32.000Z",
  windowMs: 30_000,
  isHeld: false,
};
const TURN: PlaygroundTurn = {
  id: "t1",
  state: "completed",
  outcome: "answered",
  reason: null,
  error: null,
  messageCount: 3,
  attempts: 1,
  nextTryAt: null,
};
const SENT = { id: "d1", state: "sent", reason: null };

function said(from: PlaygroundState["messages"][number]["from"]): PlaygroundState["messages"] {
  return [{ id: 1, from, text: "…", sample: null, at: NOW }];
}

describe("what the page says", () => {
  test.each<[string, Partial<PlaygroundState>, string, string]>([
    ["nothing happened yet", {}, "empty", "Nothing is waiting"],
    ["messages wait", { buffer: BUFFER }, "waiting", "3 messages will be answered together"],
    ["somebody types", { buffer: { ...BUFFER, isHeld: true } }, "held", "The deadline is held"],
    [
      "a message overtakes the model",
      { buffer: BUFFER, turn: { ...TURN, state: "running" } },
      "superseded",
      "starting again",
    ],
    [
      "messages wait after an answer",
      { buffer: BUFFER, turn: TURN, delivery: SENT },
      "waiting",
      "Waiting for silence",
    ],
    [
      "the turn is due",
      { turn: { ...TURN, state: "scheduled", outcome: null } },
      "answering",
      "Writing the answer",
    ],
    [
      "the model works",
      { turn: { ...TURN, state: "running", outcome: null } },
      "answering",
      "3 messages as one question",
    ],
    [
      "a try failed",
      { turn: { ...TURN, state: "scheduled", error: "ai_unavailable" } },
      "retrying",
      "ai_unavailable",
    ],
    ["the answer has no delivery yet", { turn: TURN }, "sending", "outbox"],
    [
      "the answer is under way",
      { turn: TURN, delivery: { ...SENT, state: "unknown" } },
      "sending",
      "unknown",
    ],
    [
      "the answer is there",
      { turn: TURN, delivery: SENT, messages: said("bot") },
      "answered",
      "Answered once",
    ],
    [
      "a message after the answer was skipped",
      { turn: TURN, delivery: SENT, messages: said("customer") },
      "quiet",
      "steps below",
    ],
    [
      "the delivery failed",
      { turn: TURN, delivery: { ...SENT, state: "failed", reason: "chatwoot_refused" } },
      "failed",
      "chatwoot_refused",
    ],
    [
      "the turn failed",
      { turn: { ...TURN, state: "failed", error: "ai_refused", attempts: 5 } },
      "failed",
      "Code ai_refused after 5 attempts",
    ],
    [
      "the model stayed silent",
      { turn: { ...TURN, outcome: "silenced", reason: "model_silent" } },
      "silent",
      "nothing to answer. (model_silent)",
    ],
    [
      "a reason is unknown",
      { turn: { ...TURN, outcome: "silenced", reason: "full_moon" } },
      "silent",
      "(full_moon)",
    ],
    ["it was handed over", { turn: { ...TURN, outcome: "handed_off" } }, "handed_off", "Handed to a person"],
    [
      "a person answered",
      { turn: TURN, messages: said("human"), pause: { by: "human", until: null } },
      "human",
      "A person answered",
    ],
    ["a pause was ended", { turn: TURN, messages: said("human") }, "quiet", "may answer the next message"],
    [
      "a person resolved it",
      { status: "resolved", messages: said("human") },
      "quiet",
      "goes back to the bot",
    ],
    [
      "a note was left after the answer",
      { turn: TURN, delivery: SENT, messages: [...said("bot"), ...said("note")] },
      "answered",
      "Answered once",
    ],
    ["processing is off", { isProcessingOn: false, buffer: BUFFER }, "off", "Messages are kept"],
  ])("when %s", (_name, part, kind, words) => {
    const phase = phaseOf({ ...EMPTY, ...part }, EN);
    expect(phase.kind).toBe(kind as typeof phase.kind);
    expect(`${phase.title} ${phase.detail}`).toContain(words);
  });

  test.each([
    ["human", "14:05", "A person of the team answered here; lull is quiet until 14:05."],
    [
      "handoff",
      null,
      "lull handed the customer to the team; lull is quiet until the conversation is resolved.",
    ],
    ["full_moon", "14:05", "lull is paused here; lull is quiet until 14:05."],
  ])("tells a pause by %s, and its end %p", (by, until, words) =>
    expect(pauseWords({ by, until: null }, until, EN)).toBe(words),
  );

  test.each([
    [1, "1 message will be answered"],
    [3, "3 messages will be answered together"],
  ])("counts %d", (count, words) => expect(EN.count(count)).toBe(words));

  test.each([
    [30_000, "30 s"],
    [1_500, "1.5 s"],
    [300_000, "5 min"],
    [90_000, "90 s"],
    [100, "0.1 s"],
  ])("says %d ms", (ms, words) => expect(durationWords(ms)).toBe(words));

  test("names what the webhook answered to each copy", () => {
    const bodies = [{ action: "buffered" }, { action: "skipped", reason: "human_reply" }, null];
    const answers = bodies.map((body) => ({ status: 401, body }));
    expect(webhookWords(answers, EN)).toBe("buffered, then skipped/human_reply, then HTTP 401");
  });
});

describe("what the page claims after a restart", () => {
  const before = { ...EMPTY, buffer: BUFFER, messages: said("customer") };
  test.each<[string, PlaygroundState, Partial<PlaygroundState>, string]>([
    ["the same deadline", before, {}, "nothing was lost, deadline kept."],
    ["another deadline", before, { buffer: { ...BUFFER, dueAt: NOW } }, "but the deadline moved."],
    [
      "a newer message",
      before,
      { buffer: { ...BUFFER, count: 4, dueAt: NOW } },
      "a newer message moved the deadline.",
    ],
    ["a buffer that closed meanwhile", before, { buffer: null }, "the waiting messages went on."],
    ["nothing waiting", { ...before, buffer: null }, { buffer: null }, "nothing was lost."],
    ["messages missing", before, { messages: [] }, "some messages are missing."],
  ])("with %s", (_name, earlier, part, words) => {
    const text = restartWords(earlier, { ...before, ...part }, "13:05:10", EN);
    expect(text).toStartWith("Restarted (new start at 13:05:10):");
    expect(text).toEndWith(words);
  });
});

test("the ring is the silence that the open buffer waits for, else the one of every buffer", () => {
  expect(ringMs(EMPTY)).toBe(30_000);
  expect(ringMs({ ...EMPTY, buffer: { ...BUFFER, windowMs: 11_000 } })).toBe(11_000);
  expect(ringMs({ ...EMPTY, buffer: { ...BUFFER, windowMs: null } })).toBe(30_000);
});
