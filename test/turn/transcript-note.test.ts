import { expect, test } from "bun:test";
import { transcriptNote } from "../../src/turn/transcript-note.ts";

test.each<[string, number | null, string]>([
  ["queria saber o preço", 7, "🎤 0:07 — “queria saber o preço”"],
  ["oi", 0.4, "🎤 0:00 — “oi”"],
  ["um minuto", 61.6, "🎤 1:02 — “um minuto”"],
  ["longo", 900, "🎤 15:00 — “longo”"],
  ["quem sabe", null, "🎤 — “quem sabe”"],
])("%j of %p seconds", (transcript, seconds, note) => {
  expect(transcriptNote(transcript, seconds)).toBe(note);
});

test("what was said is no template to Chatwoot, and hides nothing", () => {
  const note = transcriptNote("{{contact.email}} {% raw %}\u0000\u202e", 1);
  expect(note).not.toMatch(/\{\{|\{%|%\}|\}\}/);
  for (const unseen of ["\u0000", "\u202e"]) expect(note).not.toContain(unseen);
});

test("is bounded", () => {
  expect(transcriptNote("a".repeat(200_000), 1).length).toBeLessThan(4_100);
});
