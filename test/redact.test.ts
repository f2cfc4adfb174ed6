// Nothing that is somebody's secret gets past the one choke point of the log, wherever a caller let it slip in.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createLog, type LogFields } from "../src/log.ts";
import { MASK, redact, redactField } from "../src/redact.ts";

const letters = (signs: string, min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...signs.split("")), minLength: min, maxLength: max });
const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const KEY = `${LOWER}${LOWER.toUpperCase()}${DIGITS}_-`;

/** A secret, and the part of it that must not be seen. */
const SECRETS: Record<string, fc.Arbitrary<readonly [text: string, secret: string]>> = {
  "a key of Groq": letters(KEY, 12, 50).map((key) => [`gsk_${key}`, key] as const),
  "a key of OpenAI": letters(KEY, 12, 60).map((key) => [`sk-proj-${key}`, key] as const),
  "a token of lull": letters(KEY, 43, 43).map((key) => [`lull_admin_${key}`, key] as const),
  "a bearer": letters(KEY, 12, 40).map((key) => [`Bearer ${key}`, key] as const),
  "a token of Chatwoot": letters(`${LOWER}${DIGITS}`, 21, 21).map((key) => [`aZ9${key}`, key] as const),
  "a signature": letters("0123456789abcdef", 64, 64).map((key) => [`sha256=${key}`, key] as const),
  "a dialable number": letters(DIGITS, 10, 14).map((digits) => [`+1${digits}`, digits] as const),
  "a bare number": letters(DIGITS, 9, 13).map((digits) => [`55${digits}`, `55${digits}`] as const),
  "a number as people write it": letters(DIGITS, 9, 9).map((digits) => {
    const text = `(11) ${digits.slice(0, 5)}-${digits.slice(5)}`;
    return [text, text] as const;
  }),
  "a JID": letters(DIGITS, 10, 13).map((digits) => [`${digits}@s.whatsapp.net`, digits] as const),
  "a mail address": letters(LOWER, 4, 12).map((name) => [`${name}@shop.example.com`, name] as const),
  "an address with a query": letters(KEY, 8, 30).map((key) => [`https://a.test/x?key=${key}`, key] as const),
  "an address with a secret path": letters(KEY, 8, 30).map(
    (key) => [`http://a.test/hook/${key}`, key] as const,
  ),
  "an address with a password": letters(`${LOWER}${DIGITS}`, 8, 20).map(
    (key) => [`https://me:${key}@a.test/`, key] as const,
  ),
  "a webhook's path": letters(KEY, 16, 30).map((key) => [`/webhooks/chatwoot/default/${key}`, key] as const),
};

const AROUND = fc.constantFrom("", " ", "text ", "key=", '"', "(", ": ", "\n", "é ", "failed for ");
const BEHIND = fc.constantFrom("", " ", '"', ")", ", then", "\n", ".");

describe("a text", () => {
  test.each(Object.entries(SECRETS))(
    "with %s in it is masked, whatever stands around it",
    (_kind, secret) => {
      fc.assert(
        fc.property(secret, AROUND, BEHIND, ([text, hidden], before, behind) => {
          const shown = redact(`${before}${text}${behind}`);
          expect(shown).toContain(MASK);
          expect(shown).not.toContain(hidden);
        }),
      );
    },
  );

  test.each([
    "turn.answered",
    "0198f2c4-1234-7abc-8def-123456789012",
    "lull-user-0198f2c4-1234-7abc-8def-123456789012",
    "http://127.0.0.1:8787",
    "2026-06-18T13:05:03.317Z",
    "at runTurn (/app/src/turn/run-turn.ts:123:45) < async work (/app/node_modules/pkg@1.2.3/index.js:1:2)",
    "The message could not be stored.",
    "openai/gpt-oss-20b",
    "Check the free space and the permissions of the data folder; Chatwoot sends it again.",
    "3f786850e387550fdab836ed7e6dc881de23001b",
    "conversation 458 of account 3, 25 of 100 %",
  ])("that holds nothing of anybody's stays as it is: %s", (text) => {
    expect(redact(text)).toBe(text);
  });

  test("is one line without a sign that moves, colours or turns what is read", () => {
    const shown = redact("a\r\nb\u001b[31mc\u202ed\u2066e\u0007");
    expect(shown).toBe("a\\u{d}\\u{a}b\\u{1b}[31mc\\u{202e}d\\u{2066}e\\u{7}");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(redact(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2028\u2029]/u);
      }),
    );
  });

  test("is masked once and for all, and never grows without end", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(redact(redact(text))).toBe(redact(text));
      }),
    );
    expect(redact("x".repeat(100_000)).length).toBeLessThan(5_000);
  });
});

describe("a field", () => {
  test("with a secret's name is masked whatever it holds, one without a text stays", () => {
    expect(redactField("apiToken", "abc")).toBe(MASK);
    expect(redactField("webhookSecret", "")).toBe("");
    expect(redactField("inputTokens", 300)).toBe(300);
  });

  test("with a large number is masked unless it says what it measures", () => {
    expect(redactField("number", 5_511_987_654_321)).toBe(MASK);
    expect(redactField("dueAt", 1_781_787_903_000)).toBe(1_781_787_903_000);
    expect(redactField("conversationId", 458)).toBe(458);
  });

  test("reaches no sink but through here, be it of an event or of a failure", () => {
    const lines: LogFields[] = [];
    const log = createLog((_level, _name, fields) => void lines.push(fields));
    log.event("info", "turn.odd", { reason: "call +5511987654321" });
    log.failure("turn.failed", new Error("x"), { reason: "gsk_0123456789abcdef" });
    expect(lines.map(({ reason }) => reason)).toEqual([`call ${MASK}`, MASK]);
  });
});
