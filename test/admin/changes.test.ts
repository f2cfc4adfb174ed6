// What an admin changes is told in the log, once each: which change, and of what. Looking and failing change nothing.
import { expect, test } from "bun:test";
import type { LogFields } from "../../src/log.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";

const NOBODY = "019edad1-99b0-74f9-8802-932a90106aac";

function changes(app: TestApp): LogFields[] {
  return app.events.filter(({ name }) => name === "admin.changed").map(({ fields }) => fields);
}

async function idOf(app: TestApp, path: string): Promise<string> {
  const { body } = await app.admin("GET", path);
  const [row] = body["data"] as { id: string }[];
  return row?.id ?? "none";
}

test("the switches", async () => {
  await using app = await openTestApp();
  await app.admin("PUT", "/flags/message_buffering", { enabled: false });
  await app.admin("PUT", "/flags/message_buffering", { enabled: true });
  await app.admin("POST", "/processing", { enabled: false });
  await app.admin("POST", "/processing", { enabled: true });
  expect(changes(app)).toEqual([
    { action: "flag.off", id: "message_buffering" },
    { action: "flag.on", id: "message_buffering" },
    { action: "processing.off", id: undefined },
    { action: "processing.on", id: undefined },
  ]);
});

test("a buffer answered now, another dropped", async () => {
  await using app = await openTestApp();
  const first = await app.receive("oi", { conversationId: 1 });
  const second = await app.receive("oi", { conversationId: 2 });
  const [now, drop] = [first, second].map(({ answer }) => String(answer["bufferId"]));
  await app.admin("POST", `/buffers/${now}/process`);
  await app.admin("POST", `/buffers/${drop}/cancel`);
  expect(changes(app)).toEqual([
    { action: "buffer.process", id: now },
    { action: "buffer.cancel", id: drop },
  ]);
});

test("a failed job tried again, then its refused reply", async () => {
  await using app = await openTestApp();
  app.ai.failNext("context_too_long");
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  app.chatwoot.failNext("reject_404");
  const job = await idOf(app, "/jobs?state=failed");
  await app.admin("POST", `/jobs/${job}/retry`);
  await app.clock.tick(1_000);
  const reply = await idOf(app, "/outbox?state=failed");
  await app.admin("POST", `/outbox/${reply}/retry`);
  await app.clock.tick(1_000);
  expect(changes(app)).toEqual([
    { action: "job.retry", id: job },
    { action: "outbox.retry", id: reply },
  ]);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("nothing that was only looked at, refused or not there", async () => {
  await using app = await openTestApp({ env: { LULL_FLAG_TYPING_INDICATORS: "false" } });
  for (const path of ["/stats", "/buffers", "/jobs", "/outbox", "/flags"]) await app.admin("GET", path);
  for (const path of [`/buffers/${NOBODY}/process`, `/buffers/${NOBODY}/cancel`, `/jobs/${NOBODY}/retry`]) {
    expect((await app.admin("POST", path)).status).toBe(404);
  }
  expect((await app.admin("POST", `/outbox/${NOBODY}/retry`)).status).toBe(404);
  expect((await app.admin("PUT", "/flags/typing_indicators", { enabled: true })).status).toBe(409);
  expect((await app.admin("PUT", "/flags/nonsense", { enabled: true })).status).toBe(404);
  expect((await app.admin("POST", "/processing", { enabled: "on" })).status).toBe(400);
  expect(changes(app)).toEqual([]);
});
