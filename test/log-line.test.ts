// An event as a person reads it: signs that line up, fields that can be told apart, and no colour where none is wanted.
import { describe, expect, test } from "bun:test";
import { logForm } from "../src/cli/serve.ts";
import { readConfig } from "../src/config.ts";
import { colouredLine, plainLine } from "../src/log-line.ts";
import { openProcessLog } from "../src/log.ts";

const AT = Date.UTC(2026, 5, 18, 13, 5, 3, 317);
const NOUNS = [
  "alert",
  "boot",
  "bucket",
  "buffer",
  "delivery",
  "identity",
  "job",
  "turn",
  "webhook",
  "unheard",
];

describe("a line", () => {
  test("says when, what and with which figures", () => {
    const fields = { bufferId: "b1", text: "two words", none: null, lateMs: 3 };
    expect(plainLine({ at: AT, level: "info", name: "buffer.closed", fields })).toBe(
      '13:05:03.317 ⏳ buffer.closed            bufferId=b1 text="two words" lateMs=3',
    );
  });

  test.each(NOUNS.flatMap((noun) => ["info", "warning", "error"].map((level) => [level, noun])))(
    "of level %s about %s begins its fields in the same column",
    (level, noun) => {
      const line = plainLine({ at: AT, level, name: `${noun}.done`, fields: { id: "x" } });
      expect(Bun.stringWidth(line.slice(0, line.indexOf("id=x")))).toBe(41);
    },
  );

  test("shows what went wrong before what it is about", () => {
    const line = (level: string) => plainLine({ at: AT, level, name: "turn.done", fields: {} });
    expect([line("info"), line("warning"), line("error")].map((text) => Array.from(text)[13])).toEqual([
      "🤖",
      "🟡",
      "❌",
    ]);
  });

  test("in colour says the same", () => {
    const event = { at: AT, level: "error", name: "turn.failed", fields: { code: "internal" } };
    expect(colouredLine(event)).toContain("\u001b[31m");
    expect(Bun.stripANSI(colouredLine(event))).toBe(plainLine(event));
  });
});

test("JSON has no sign and no colour, and one event a line", () => {
  const lines: string[] = [];
  const log = openProcessLog("info", "json", (line) => lines.push(line));
  log.event("warning", "turn.odd", { reason: "a\nb \u001b[31m" });
  log.event("debug", "turn.unsaid");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "WARN",
    message: "turn.odd",
    reason: "a\\u{a}b \\u{1b}[31m",
  });
  expect(lines[0]).toMatch(/^[ -~]+$/);
});

describe("the form of the log", () => {
  const config = (format: string) => readConfig({ env: { LULL_LOG_FORMAT: format }, readFile: () => null });
  test.each([
    ["auto", true, {}, "coloured"],
    ["auto", true, { NO_COLOR: "1" }, "pretty"],
    ["auto", true, { TERM: "dumb" }, "pretty"],
    ["auto", false, {}, "json"],
    ["pretty", false, {}, "pretty"],
    ["json", true, {}, "json"],
  ] as const)("%s where a person reads: %p, with %j, is %s", (format, isTerminal, env, form) => {
    const terminal = { isTerminal, env } as unknown as Parameters<typeof logForm>[0];
    expect(logForm(terminal, config(format))).toBe(form);
  });
});
