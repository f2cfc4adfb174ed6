import { describe, expect, test } from "bun:test";
import { AppError } from "../src/errors.ts";
import { StoreError } from "../src/db/store.ts";
import { createLog, type LogFields, type LogLevel } from "../src/log.ts";

/** What must not come to stand in a log: it may be in the message of any foreign error. */
const PRIVATE = "call me on +5511987654321, sk-live-0123456789abcdef";

interface Line {
  level: LogLevel;
  name: string;
  fields: LogFields;
}

function failureLine(error: unknown, fields?: LogFields): LogFields {
  const lines: Line[] = [];
  createLog((level, name, written) => void lines.push({ level, name, fields: written })).failure(
    "turn.failed",
    error,
    fields,
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: "error", name: "turn.failed" });
  return lines[0]?.fields ?? {};
}

function withCode(code: unknown): Error {
  return Object.assign(new Error(PRIVATE), { code });
}

describe("an event", () => {
  test("is written with its level, its name and its fields as they are", () => {
    const lines: Line[] = [];
    const log = createLog((level, name, fields) => void lines.push({ level, name, fields }));
    log.event("info", "buffer.closed", { bufferId: "b1", lateMs: 3 });
    log.event("debug", "webhook.duplicate");
    expect(lines).toEqual([
      { level: "info", name: "buffer.closed", fields: { bufferId: "b1", lateMs: 3 } },
      { level: "debug", name: "webhook.duplicate", fields: {} },
    ]);
  });
});

describe("a failure", () => {
  test("keeps the fields it was given", () => {
    expect(failureLine(new Error(PRIVATE), { turnId: "t1" })).toMatchObject({ turnId: "t1", error: "Error" });
  });

  test("tells an AppError's own words, its code and its fix", () => {
    const error = new AppError("cannot_store", "No room.", { fix: "Make some." });
    expect(failureLine(error)).toEqual({ code: "cannot_store", error: "No room.", fix: "Make some." });
  });

  test.each([
    ["an error", new Error(PRIVATE)],
    ["an error of another kind", new TypeError(PRIVATE)],
    ["one of the parser", failureOf(() => JSON.parse(`{"phone": ${PRIVATE}}`))],
    ["one with a cause", new Error("outer", { cause: new Error(PRIVATE) })],
    [
      "one with a cause of a cause",
      new Error("a", { cause: new Error("b", { cause: new RangeError(PRIVATE) }) }),
    ],
    ["an AppError with a cause", new AppError("internal", "Odd.", { cause: new Error(PRIVATE) })],
    ["an AppError with a text as cause", new AppError("internal", "Odd.", { cause: PRIVATE })],
    ["an AppError with an object as cause", new AppError("internal", "Odd.", { cause: { text: PRIVATE } })],
    ["an error of the store", new StoreError("full", new Error(PRIVATE))],
    ["several errors in one", new AggregateError([new Error(PRIVATE)], PRIVATE)],
    ["an error of the platform", new DOMException(PRIVATE, "AbortError")],
    ["a message of many lines", new Error(`first\n    at ${PRIVATE}\n    at ${PRIVATE}`)],
    ["a code that is no code", withCode(PRIVATE)],
    ["a code that is an object", withCode({ text: PRIVATE })],
    ["a name that is no name", Object.assign(new Error("x"), { name: PRIVATE })],
    ["a text that was thrown", PRIVATE],
    ["an object that was thrown", { message: PRIVATE }],
    ["nothing that was thrown", undefined],
  ])("never shows what %s says", (_, error) => {
    const written = JSON.stringify(failureLine(error));
    expect(written).not.toContain("5511987654321");
    expect(written).not.toContain("sk-live");
    expect(written).not.toContain("call me");
  });

  test("says of a foreign error its kind, its code and where it came from", () => {
    const error = Object.assign(new RangeError(PRIVATE), { code: "ECONNRESET" });
    const fields = failureLine(error);
    expect(fields).toMatchObject({ error: "RangeError", code: "ECONNRESET" });
    expect(fields["at"]).toContain("log.test.ts");
  });

  test("says the same of its causes, under their own names", () => {
    const inner = Object.assign(new Error(PRIVATE), { code: "ENOSPC" });
    const fields = failureLine(
      new AppError("cannot_store", "No room.", { cause: new StoreError("full", inner) }),
    );
    expect(fields).toMatchObject({
      code: "cannot_store",
      "cause.error": "StoreError",
      "cause.cause.code": "ENOSPC",
    });
  });

  test("says no more than the type of what is no error", () => {
    expect(failureLine(PRIVATE)).toEqual({ error: "string" });
    expect(failureLine({ message: PRIVATE })).toEqual({ error: "object" });
  });

  test("tells of a deep stack its top alone", () => {
    const deep = (left: number): Error => (left === 0 ? new Error("deep") : deep(left - 1));
    expect(String(failureLine(deep(50))["at"]).split(" < ").length).toBeLessThanOrEqual(8);
  });
});

function failureOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
