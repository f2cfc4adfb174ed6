// Whose messages an inbox's lists keep out: every spelling of a number, and nothing that only looks like one.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Sender } from "../../src/identity/layers.ts";
import { compileLists } from "../../src/inbox/lists.ts";

const NOBODY: Sender = { contactId: 1, phone: null, sourceId: null, identifier: null };
const from = (sender: Partial<Sender>): Sender => ({ ...NOBODY, ...sender });

function isBlocked(lists: { block?: string[]; allow?: string[] }, sender: Sender): boolean {
  return compileLists({ block: [], allow: [], ...lists }, "BR")?.isBlocked(sender) ?? false;
}

/** One line of São Paulo, as WhatsApp, bridges and people write it. */
const SPELLINGS: readonly Sender[] = [
  from({ phone: "+5511987654321" }),
  from({ sourceId: "5511987654321" }),
  from({ sourceId: "551187654321" }),
  from({ identifier: "5511987654321@s.whatsapp.net" }),
  from({ sourceId: "551187654321@s.whatsapp.net" }),
  from({ phone: "+55 11 98765-4321", sourceId: "whatsapp:+5511987654321" }),
];

describe("a number is the same in every spelling", () => {
  const patterns = [
    "+5511987654321",
    "551187654321",
    "11987654321",
    "1187654321",
    "+55119*",
    "11*",
    "*4321",
    "+55*",
    "*",
  ];
  test.each(patterns.flatMap((pattern) => SPELLINGS.map((sender) => ({ pattern, sender }))))(
    "$pattern fits $sender.phone$sender.sourceId$sender.identifier",
    ({ pattern, sender }) => {
      expect(isBlocked({ block: [pattern] }, sender)).toBe(true);
      expect(isBlocked({ allow: [pattern] }, sender)).toBe(false);
    },
  );
});

describe("what does not fit", () => {
  test.each(["+5521*", "+1*", "21*", "*0000", "+5511987654320", "5*", "+", "+551198765432"])(
    "%s",
    (pattern) => {
      for (const sender of SPELLINGS) {
        expect(isBlocked({ block: [pattern] }, sender)).toBe(false);
        expect(isBlocked({ allow: [pattern] }, sender)).toBe(true);
      }
    },
  );

  test("a LID or a BSUID is no number, whatever its digits", () => {
    for (const sourceId of ["551198765432101@lid", "BR.5511987654321"])
      for (const block of [["+55*"], ["*"]]) expect(isBlocked({ block }, from({ sourceId }))).toBe(false);
  });
});

test("no lists block nobody, and are not even made", () => {
  expect(compileLists({ block: [], allow: [] }, "BR")).toBeNull();
});

test("who is on both lists is blocked", () => {
  const [sender = NOBODY] = SPELLINGS;
  expect(isBlocked({ block: ["*4321"], allow: ["+55*"] }, sender)).toBe(true);
});

test("with an allow list somebody without a number is blocked, with a block list alone not", () => {
  expect(isBlocked({ allow: ["*"] }, NOBODY)).toBe(true);
  expect(isBlocked({ block: ["*"] }, NOBODY)).toBe(false);
});

test("a number that was typed beside WhatsApp's own lets nobody in", () => {
  const sender = from({ sourceId: "14155550123", phone: "+5511987654321" });
  expect(isBlocked({ allow: ["+55*"] }, sender)).toBe(true);
});

test("a pattern of nothing but stars and ones is judged at once", () => {
  const pattern = "1*".repeat(32);
  const lists = compileLists({ block: Array.from({ length: 1_000 }, () => `${pattern}2`), allow: [] }, "BR");
  const startedAt = performance.now();
  expect(lists?.isBlocked(from({ phone: "+55111111111111" }))).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(500);
});

test("a pattern cut out of a number with stars for what is missing always fits it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10_000_000, max: 99_999_999 }),
      fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }),
      (line, kept) => {
        const digits = `55119${line}`;
        const pattern = Array.from(digits)
          .map((digit, index) => (kept[index] === true ? digit : "*"))
          .join("");
        const sender = from({ sourceId: digits });
        if (pattern.includes("*")) expect(isBlocked({ block: [`+${pattern}`] }, sender)).toBe(true);
      },
    ),
  );
});
