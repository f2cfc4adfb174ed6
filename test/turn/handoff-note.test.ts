// What colleagues read of a conversation that comes to them: all of it, bounded, and harmless to Chatwoot.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  draftNote,
  failureNote,
  handoffNote,
  NOTE_LENGTH_MAX,
  wouldHandOver,
} from "../../src/turn/handoff-note.ts";

const BARE = { reason: "words", said: [], draft: null, summary: null } as const;

describe("the summary of a handoff", () => {
  test("says why, what the customer wrote, what lull would have answered and what came before", () => {
    const note = handoffNote({
      reason: "low_confidence",
      said: ["oi", "quero cancelar"],
      draft: "Cancelado.",
      summary: "A customer of three years.",
    });
    expect(note).toBe(
      [
        "lull is not sure enough of its answer to send it.",
        "The customer wrote:\noi\nquero cancelar",
        "lull would have answered:\nCancelado.",
        "Before that:\nA customer of three years.",
      ].join("\n\n"),
    );
  });

  test("leaves out what there is not", () => {
    expect(handoffNote({ ...BARE, said: [" "], draft: "", summary: "\n" })).toBe(
      "The customer asks for a person.",
    );
  });

  test("cuts each of its parts, so that none pushes out another", () => {
    const long = "x".repeat(5_000);
    const note = handoffNote({ ...BARE, said: [long], draft: long, summary: `the end ${long}` });
    expect(note).toContain("Before that:\nthe end");
    expect(note.length).toBeLessThanOrEqual(NOTE_LENGTH_MAX);
  });
});

test("a failure is told in words, with its code and the turn; another code as it is", () => {
  expect(failureNote("ai_refused", "turn-1")).toBe(
    "lull could not answer this customer: the AI provider refused the request (ai_refused). The turn is turn-1; it can be tried again.",
  );
  expect(failureNote("media_refused", "turn-1")).toContain("it failed (media_refused)");
});

test("no note is longer than its bound, and none makes Chatwoot fill in anything, whatever was said", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 3_000 }),
    fc.constant("{{a}}{%b%}".repeat(400)),
  );
  fc.assert(
    fc.property(text, text, (said, draft) => {
      const note = handoffNote({ ...BARE, said: [said], draft, summary: said });
      for (const each of [note, draftNote([said, draft]), wouldHandOver(note)]) {
        expect(each.length).toBeLessThanOrEqual(NOTE_LENGTH_MAX);
        expect(each).not.toMatch(/\{[{%]|%\}|\}\}/);
        expect(each.isWellFormed()).toBe(true);
      }
    }),
  );
});
