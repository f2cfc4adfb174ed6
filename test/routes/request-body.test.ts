// Bodies that do not arrive whole, are too large or no JSON object: each refused with its own code, none an error of lull's.
import { describe, expect, test } from "bun:test";
import { AppError, type ErrorCode } from "../../src/errors.ts";
import { readBytes, readJsonObject } from "../../src/routes/request-body.ts";
import { ADMIN_TOKEN, openTestApp } from "../harness/app.ts";

const BYTES_MAX = 1_000;
const JSON_TYPE = { "content-type": "application/json" };

/** Sends half a body, then the caller is gone. */
function breakingOff(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"event":'));
      controller.error(new Error("the connection was closed by +5511987654321"));
    },
  });
}

function request(
  body: string | ReadableStream<Uint8Array>,
  headers: Record<string, string> = JSON_TYPE,
): Request {
  return new Request("http://localhost/", { method: "POST", headers, body });
}

async function refusal(reading: Promise<unknown>): Promise<AppError> {
  const error = await reading.then(
    () => new Error("it was taken"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}

test("bytes up to the limit are read, announced or not", async () => {
  expect(await readBytes(request("x".repeat(BYTES_MAX)), BYTES_MAX)).toHaveLength(BYTES_MAX);
  expect((await refusal(readBytes(request("x".repeat(BYTES_MAX + 1)), BYTES_MAX))).code).toBe("too_large");
  const announced = request("x", { "content-length": String(BYTES_MAX + 1) });
  expect((await refusal(readBytes(announced, BYTES_MAX))).code).toBe("too_large");
});

test("a body that breaks off is the caller's failure, and may be sent again", async () => {
  const error = await refusal(readBytes(request(breakingOff()), BYTES_MAX));
  expect(error).toMatchObject({ code: "invalid_body", status: 400, retryable: true });
  expect(error.message).toBe("The body did not arrive whole.");
});

describe("JSON", () => {
  test("of an object is read", async () => {
    expect(await readJsonObject(request('{"enabled":true}'), BYTES_MAX)).toEqual({ enabled: true });
  });

  test.each<[name: string, asked: Request, code: ErrorCode]>([
    ["another content type", request("{}", { "content-type": "text/plain" }), "unsupported_media_type"],
    ["nothing", request(""), "invalid_json"],
    ["half an object", request('{"a":'), "invalid_json"],
    [
      "bytes that are no UTF-8",
      new Request("http://localhost/", {
        method: "POST",
        headers: JSON_TYPE,
        body: Uint8Array.of(0x22, 0xff, 0x22),
      }),
      "invalid_json",
    ],
    ["a list", request("[]"), "invalid_body"],
    ["too many levels", request(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`), "too_deep"],
    ["too many bytes", request(`{"a":"${"x".repeat(BYTES_MAX)}"}`), "too_large"],
  ])("is refused when it is %s", async (_name, asked, code) => {
    expect((await refusal(readJsonObject(asked, BYTES_MAX))).code).toBe(code);
  });
});

test.each(["/webhooks/chatwoot", "/functions/v1/chatwoot-webhook", "/admin/processing"])(
  "a body that breaks off on its way to %s is a 400 and no error in the log",
  async (path) => {
    await using app = await openTestApp();
    const headers = { ...JSON_TYPE, authorization: `Bearer ${ADMIN_TOKEN}` };
    const init = { method: "POST", headers, body: breakingOff() };
    const answer = await app.handle(new Request(`http://localhost${path}`, init));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      success: false,
      code: "invalid_body",
      error: "The body did not arrive whole.",
    });
    expect(app.events.filter(({ level }) => level === "error")).toEqual([]);
    expect((await app.admin("GET", "/stats")).status).toBe(200);
  },
);
