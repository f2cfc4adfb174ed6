// CSV and JSON as they come out of Postgres, cut anywhere: records, lines, and what is no export.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../../src/errors.ts";
import { CsvReader } from "../../src/upkeep/import-csv.ts";
import { JsonReader } from "../../src/upkeep/import-json.ts";
import { type ExportedRow, readExport } from "../../src/upkeep/import-files.ts";
import { Cells, RefusedRow } from "../../src/upkeep/import-cells.ts";
import { tableOfFile } from "../../src/upkeep/import-tables.ts";

function records(pieces: readonly string[]): [line: number, ...fields: string[]][] {
  const reader = new CsvReader();
  const found = [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()];
  return found.map(({ line, fields }) => [line, ...fields]);
}

test.each<[text: string, ...expected: [line: number, ...fields: string[]][]]>([
  ["a,b\r\n1,2\r\n", [1, "a", "b"], [2, "1", "2"]],
  ["a,b\n1,2", [1, "a", "b"], [2, "1", "2"]],
  ["\ufeffa,b\n", [1, "a", "b"]],
  ['a,"b, c"\n', [1, "a", "b, c"]],
  ['a,"say ""hi"""\n', [1, "a", 'say "hi"']],
  ['"two\r\nlines",b\nc,d\n', [1, "two\r\nlines", "b"], [3, "c", "d"]],
  ['a,""\n', [1, "a", ""]],
  ['""\n', [1, ""]],
  ["a,\n\n\nb,c\n", [1, "a", ""], [4, "b", "c"]],
  ['5" disk,b\n', [1, '5" disk', "b"]],
  [""],
])("CSV %j is read as RFC 4180 has it", (text, ...expected) => {
  expect(records([text])).toEqual(expected);
  expect(records(text.split(""))).toEqual(expected);
});

test("what is written as CSV is read as it was, wherever it is cut", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "é", " "), maxLength: 8 });
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.nat(), (lines, at) => {
      const text = lines
        .map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(","))
        .join("\r\n");
      const cut = at % (text.length + 1);
      const read = records([text.slice(0, cut), text.slice(cut)]).map(([, ...fields]) => fields);
      expect(read).toEqual(lines);
    }),
  );
});

test("a quote that is never closed is told with the line it was opened on", () => {
  expect(() => records(['a,b\n1,"2\n3,4\n'])).toThrow(/begins on line 2 never ends/);
});

test.each<[text: string, ...expected: [line: number, text: string][]]>([
  ['[{"a":1},\n {"a":[{"b":"}"}]}]', [1, '{"a":1}'], [2, '{"a":[{"b":"}"}]}']],
  ['{"a":"\\""}\n{"a":"{"}\n', [1, '{"a":"\\""}'], [2, '{"a":"{"}']],
  ["[]"],
  ["\ufeff[ ]"],
])("JSON %j is cut into its objects", (text, ...expected) => {
  for (const pieces of [[text], text.split("")]) {
    const reader = new JsonReader();
    const found = [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()];
    expect(found.map((each) => [each.line, each.text])).toEqual(expected);
  }
});

test.each(["id,email\n1,a", "[1,2]", '{"a":1', "<html>"])("JSON %j is no export", (text) => {
  const reader = new JsonReader();
  expect(() => [...reader.read(text), ...reader.end()]).toThrow(AppError);
});

async function rowsOf(form: "csv" | "json", text: string | Uint8Array<ArrayBuffer>): Promise<ExportedRow[]> {
  const file = { table: "users", form, open: () => new Blob([text]).stream() } as const;
  const rows: ExportedRow[] = [];
  for await (const some of readExport(file, () => {})) rows.push(...some);
  return rows;
}

test("rows have what their columns hold, and those that cannot be read their line", async () => {
  expect(await rowsOf("csv", "id,email\n1,a@b.example\n2\n3,\n")).toEqual([
    { line: 2, values: { id: "1", email: "a@b.example" } },
    { line: 3, reason: "wrong_field_count" },
    { line: 4, values: { id: "3" } },
  ]);
  expect(await rowsOf("json", '[{"id":1,"email":null,"raw_user_meta_data":{"name":"A"}},{"id":}]')).toEqual([
    { line: 1, values: { id: "1", raw_user_meta_data: '{"name":"A"}' } },
    { line: 1, reason: "invalid_json" },
  ]);
  expect(await rowsOf("csv", `id,email\n1,${"x".repeat(300_001)}\n`)).toEqual([
    { line: 2, reason: "too_large" },
  ]);
});

test("a row that nests without end is refused, and those beside it are read", async () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  expect(await rowsOf("json", `[{"id":"1","raw_user_meta_data":${deep}},{"id":"2"}]`)).toEqual([
    { line: 1, reason: "invalid_json" },
    { line: 1, values: { id: "2" } },
  ]);
});

test("a file that is not UTF-8 is refused", () => {
  expect(rowsOf("csv", Uint8Array.of(0x69, 0x64, 0x0a, 0xff))).rejects.toThrow("not UTF-8");
});

test.each([
  ["2025-09-01 10:00:00+00", "2025-09-01T10:00:00.000Z"],
  ["2025-09-01 10:00:00.123456+00", "2025-09-01T10:00:00.123Z"],
  ["2025-09-01T07:00:00.5-03:00", "2025-09-01T10:00:00.500Z"],
  ["2025-09-01 10:00:00", "2025-09-01T10:00:00.000Z"],
  ["2025-09-01 15:30:00+0530", "2025-09-01T10:00:00.000Z"],
  ["2025-09-01", "2025-09-01T00:00:00.000Z"],
])("the moment %j is %j", (text, expected) => {
  const at = new Cells({ created_at: text }).moment("created_at") ?? 0;
  expect(new Date(at).toISOString()).toBe(expected);
});

test.each([
  "yesterday",
  "2025-13-01",
  "1756720800",
  "2025-09-01 25:00:00",
  "1969-12-31",
  // What is said that late would stand after all that lull ever hears.
  "9999-12-31 23:59:59+00",
])("%j is no moment", (text) => {
  expect(() => new Cells({ created_at: text }).moment("created_at")).toThrow(RefusedRow);
});

test("an id that is no UUID gives one, always the same and of its table alone", () => {
  const id = new Cells({ id: "17" }).id("profiles");
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Cells({ id: "17" }).id("profiles")).toBe(id);
  expect(new Cells({ id: "17" }).id("meeting_notes")).not.toBe(id);
});

test.each([
  ["users.csv", "users"],
  ["auth.users.csv", "users"],
  ["profiles_rows.csv", "profiles"],
  ["public.message_buffer.jsonl", "message_buffer"],
  ["Profiles.JSON", "profiles"],
])("the file %s is of the table %s", (name, table) => {
  expect(tableOfFile(name)?.table ?? null).toBe(table as never);
});

test("a file of another kind is of no table", () => {
  expect([tableOfFile("README.md"), tableOfFile("posts.csv")?.table]).toEqual([null, null]);
});
