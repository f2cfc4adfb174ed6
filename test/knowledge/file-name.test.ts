// Names of files as strangers send them, and what is kept of them.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { cleanFileName } from "../../src/knowledge/file-name.ts";

const NAME_COUNT = 10_000;
const SEED = 20_261_121;
const LENGTH_MAX = 200;

test.each([
  ["tabela.pdf", "tabela.pdf"],
  ["Preços – março.xlsx", "Preços – março.xlsx"],
  ["文件 📄.docx", "文件 📄.docx"],
  ["cafe\u0301.txt", "café.txt"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Users\\ana\\notas.txt", "notas.txt"],
  ["a/b\\c.txt", "c.txt"],
  ["folder/", "file"],
  ["..", "file"],
  [".", "file"],
  ["", "file"],
  ["   ", "file"],
  ["\u0000\u202E", "file"],
  [".htaccess", "htaccess"],
  ["a..b...pdf", "a.b.pdf"],
  [".\u202E.\u0000./x", "x"],
  ["a.\u200F.b", "a.b"],
  ["name. . .", "name"],
  ["a\r\nSet-Cookie: b=1.pdf", "aSet-Cookie: b=1.pdf"],
  ["\u202Efdp.exe", "fdp.exe"],
  ["lone\uD800.txt", "lone\uFFFD.txt"],
  ["👩\u200D👧.png", "👩\u200D👧.png"],
  [`${"a".repeat(300)}.pdf`, `${"a".repeat(196)}.pdf`],
  [`${"a".repeat(195)}.b.pdf`, `${"a".repeat(195)}.pdf`],
  [`a.${"b".repeat(300)}`, `a.${"b".repeat(198)}`],
  [`${"📄".repeat(150)}.pdf`, `${"📄".repeat(98)}.pdf`],
  ["x".repeat(200), "x".repeat(200)],
])("%p becomes %p", (raw, clean) => {
  expect(cleanFileName(raw)).toBe(clean);
});

test(`${NAME_COUNT} made-up names keep every rule and stay as they are the second time`, () => {
  const scrap = fc.constantFrom(
    "..",
    ".",
    "/",
    "\\",
    " ",
    "\0",
    "\r\n",
    "\u202E",
    "\u0301",
    "\uD83D",
    "\uDCC4",
    "e",
    ".pdf",
    "%",
    '"',
  );
  const scraps = fc.array(fc.oneof(scrap, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 400 });
  const names = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    scraps.map((parts) => parts.join("")),
  );
  fc.assert(fc.property(names, keepsTheRules), { numRuns: NAME_COUNT, seed: SEED });
});

test("an extension outlives the cut", () => {
  const stems = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 400 })
    .filter((stem) => !/[/\\]/.test(stem));
  const property = fc.property(stems, (stem) => {
    const clean = cleanFileName(`a${stem}z.pdf`);
    expect(clean).toEndWith(".pdf");
    keepsTheRules(clean);
  });
  fc.assert(property, { numRuns: 1_000, seed: SEED });
});

function keepsTheRules(raw: string): void {
  const name = cleanFileName(raw);
  expect(name.length).toBeWithin(1, LENGTH_MAX + 1);
  expect(name.isWellFormed()).toBe(true);
  expect(name.normalize("NFC")).toBe(name);
  expect(name).not.toMatch(/[/\\\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]|\.\./u);
  expect(name.trim()).toBe(name);
  expect(name).not.toMatch(/^\.|\.$/);
  expect(cleanFileName(name)).toBe(name);
}
