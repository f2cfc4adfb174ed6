import { expect, test } from "bun:test";
import { isAnswer, readGcsFailure } from "../../src/storage/gcs-failure.ts";

const SECRET = "Bearer token-1 of lull-user-7";

function sdkError(fields: Record<string, unknown>): Error {
  return Object.assign(new Error(SECRET), fields);
}

test.each([
  [{ code: 503 }, "storage_unavailable", 503],
  [{ code: "503" }, "storage_unavailable", 503],
  [{ code: "ECONNRESET", response: { statusCode: 502, headers: {} } }, "storage_unavailable", 502],
  [{ code: 429 }, "storage_unavailable", 429],
  [{ code: "408" }, "storage_unavailable", 408],
  [{ code: 302 }, "storage_unavailable", 302],
  [{ code: 409 }, "storage_refused", 409],
  [{ code: "412" }, "storage_refused", 412],
  [{ code: 403 }, "storage_refused", 403],
  [{ code: "ECONNRESET" }, "storage_unavailable", null],
  [{ code: 99 }, "storage_unavailable", null],
  [{}, "storage_unavailable", null],
])("a failure is read by its status, number or text: %o", (fields, code, answered) => {
  const failure = readGcsFailure(sdkError(fields));
  expect(failure).toMatchObject({ code, answered, retryable: code === "storage_unavailable" });
  expect(Bun.inspect(failure)).not.toContain("token-1");
  if (answered !== null) expect(isAnswer(failure, answered)).toBe(true);
  expect(isAnswer(failure, 418)).toBe(false);
});

test.each([
  [{ "retry-after": "7" }, 7000],
  [new Headers({ "retry-after": "7" }), 7000],
  [{ "retry-after": "999999999" }, 3_600_000],
  [{ "retry-after": "Fri, 31 Dec 1999 23:59:59 GMT" }, undefined],
  [{ "retry-after": "-1" }, undefined],
  [{}, undefined],
])("a wait is read from either kind of headers, within reason: %o", (headers, retryAfterMs) => {
  const response = { statusCode: 429, headers };
  expect(readGcsFailure(sdkError({ code: 429, response })).retryAfterMs).toBe(retryAfterMs);
});

test.each([null, undefined, "text", 7])("what is thrown may be anything: %p", (thrown) => {
  expect(readGcsFailure(thrown)).toMatchObject({ code: "storage_unavailable", retryable: true });
});
