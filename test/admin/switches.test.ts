// Flags and the processing switch, as an admin turns them.
import { describe, expect, test } from "bun:test";
import { ADMIN_TOKEN, CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";

async function flag(app: TestApp, name: string): Promise<unknown> {
  const { body } = await app.admin("GET", "/flags");
  return (body["data"] as { name: string }[]).find((row) => row.name === name);
}

test("a flag is changed at once and stays so over a restart", async () => {
  await using app = await openTestApp();
  expect(await flag(app, "message_buffering")).toMatchObject({ isEnabled: true, isLocked: false });
  await app.admin("PUT", "/flags/message_buffering", { enabled: false });
  await app.receive("oi");
  await app.clock.tick(100);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  await app.stop();
  await app.start();
  expect(await flag(app, "message_buffering")).toMatchObject({ isEnabled: false });
});

test("a flag that the environment locks is 409, names where to change it, and keeps its value", async () => {
  await using app = await openTestApp({ env: { LULL_FLAG_TYPING_INDICATORS: "false" } });
  const { status, body } = await app.admin("PUT", "/flags/typing_indicators", { enabled: true });
  expect([status, body["code"]]).toEqual([409, "conflict"]);
  expect(body["error"]).toContain("LULL_FLAG_TYPING_INDICATORS");
  expect(await flag(app, "typing_indicators")).toMatchObject({ isEnabled: false, isLocked: true });
});

test("a flag that is none is 404", async () => {
  await using app = await openTestApp();
  for (const name of ["nonsense", "constructor", "__proto__"]) {
    expect((await app.admin("PUT", `/flags/${name}`, { enabled: true })).status).toBe(404);
  }
});

test("with processing off nothing closes, turns or sends; on again, what is overdue goes at once", async () => {
  await using app = await openTestApp();
  expect(await app.admin("POST", "/processing", { enabled: false })).toMatchObject({
    status: 200,
    body: { data: { enabled: false } },
  });
  await app.receive("oi");
  await app.clock.tick(600_000);
  expect([app.ai.asked.length, app.chatwoot.sent(CONVERSATION).length]).toEqual([0, 0]);
  await app.crash();
  await app.start();
  await app.clock.tick(60_000);
  expect(app.ai.asked).toHaveLength(0);
  await app.admin("POST", "/processing", { enabled: true });
  await app.clock.tick(SILENCE_MS);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

describe.each([
  ["PUT", "/admin/flags/typing_indicators"],
  ["POST", "/admin/processing"],
])("a body that is no switch is refused by %s %s:", (method, path) => {
  test.each([
    ["another type of content", "enabled=true", "application/x-www-form-urlencoded", 415],
    ["no JSON", '{"enabled":', "application/json", 400],
    ["no object", "[true]", "application/json", 400],
    ["no field", "{}", "application/json", 400],
    ["a field of another type", '{"enabled":"a-secret-value"}', "application/json", 400],
    [
      "more than a mebibyte",
      JSON.stringify({ enabled: true, pad: "x".repeat(1_048_576) }),
      "application/json",
      413,
    ],
  ])("%s", async (_what, body, type, status) => {
    await using app = await openTestApp();
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": type };
    const answer = await app.handle(new Request(`http://localhost${path}`, { method, headers, body }));
    expect(answer.status).toBe(status);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ success: false, requestId: expect.any(String) });
    expect(text).not.toContain("a-secret-value");
    expect((await app.admin("GET", "/stats")).body["data"]).toMatchObject({ isProcessingOn: true });
  });
});
