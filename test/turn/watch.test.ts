import { expect, test } from "bun:test";
import type { TurnResult } from "../../src/db/store-turns.ts";
import { watched } from "../../src/turn/watch.ts";

const reply: TurnResult = { kind: "reply", parts: ["um {{contact.email}}", "dois"], answerKey: "1" };
const handoff = {
  reason: "words",
  errand: { kind: "handoff", note: "The customer asks.", label: "x", assigneeId: 1, teamId: 2 },
} as const;
const loop = { kind: "note", text: "a loop" } as const;
const findings = { promptVersion: 1, urgency: 2, confidence: 0.5, intent: "x", quality: null };

test("a reply becomes a note that says so, harmless to Chatwoot's template engine, and what was found out is kept", () => {
  const text = "Draft, not sent:\n\num {\u200B{contact.email}\u200B}\n\ndois";
  expect(watched({ ...reply, findings })).toEqual({
    kind: "silence",
    reason: "mode_off",
    answerKey: "1",
    findings,
    errands: [{ kind: "note", text }],
  });
});

test("a note has its bound, however long the reply", () => {
  const { errands = [] } = watched({ ...reply, parts: ["{{".repeat(4_000)] });
  expect(errands.map((errand) => (errand.kind === "note" ? errand.text.length : 0))).toEqual([2_000]);
});

test("a handoff becomes a note, after the draft", () => {
  const { errands, ...end } = watched({ ...reply, handoff });
  expect(end).toEqual({ kind: "silence", reason: "mode_off", answerKey: "1" });
  expect(errands?.[1]).toEqual({ kind: "note", text: "lull would hand this over: The customer asks." });
});

test("labels and ends stay undone; notes are told, and a machine is left alone as ever", () => {
  const pause = { by: "loop", byName: null, until: 5 } as const;
  const errands = [{ kind: "label", label: "vip" }, { kind: "resolve" }, loop] as const;
  expect(watched({ kind: "silence", reason: "loop", pause, errands })).toEqual({
    kind: "silence",
    reason: "loop",
    pause,
    errands: [loop],
  });
});

test.each([
  ["handed_off", "mode_off"],
  ["low_confidence", "low_confidence"],
] as const)("a silence as %s that hands over ends as %s", (reason, watchedReason) => {
  const { errands, ...end } = watched({ kind: "silence", reason, handoff });
  expect(end).toEqual({ kind: "silence", reason: watchedReason });
  expect(errands).toHaveLength(1);
});
