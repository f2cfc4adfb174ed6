// What a customer is told outside the hours: in their language, in the shop's time.
import { expect, test } from "bun:test";
import { awayText } from "../../src/inbox/away-text.ts";

const NOW = Date.parse("2026-06-18T23:30:00Z");
const SAO_PAULO = "America/Sao_Paulo";

test.each([
  ["en", "2026-06-19T01:00:00Z", "We are closed now. We answer from 10:00 PM."],
  ["en", "2026-06-19T12:00:00Z", "We are closed now. We answer from Friday 9:00 AM."],
  ["pt-BR", "2026-06-19T12:00:00Z", "Estamos fechados agora. Voltamos a responder: sexta-feira, 09:00."],
  ["es", "2026-06-22T12:00:00Z", "Ahora estamos cerrados. Volvemos a responder: lunes, 9:00."],
  [
    "fr",
    "2026-06-19T12:00:00Z",
    "Nous sommes fermés pour le moment. Nous répondons de nouveau : vendredi 09:00.",
  ],
  [
    "fr",
    "2026-07-14T12:00:00Z",
    "Nous sommes fermés pour le moment. Nous répondons de nouveau : mardi 14 juillet à 9:00.",
  ],
] as const)("%s, open from %s: %s", (language, from, told) => {
  expect(awayText(language, { from: Date.parse(from), now: NOW, timeZone: SAO_PAULO })).toBe(told);
});

test("no more than that it is closed when nobody knows for how long", () => {
  expect(awayText("en", { from: null, now: NOW, timeZone: SAO_PAULO })).toBe("We are closed now.");
});
