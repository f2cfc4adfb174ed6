import { expect, test } from "bun:test";
import { openTestApp } from "../harness/app.ts";

test("a connection that takes unsigned webhooks is warned of at the start, with a fix", async () => {
  await using app = await openTestApp({ env: { CHATWOOT_WEBHOOK_SECRET: "" } });
  const warning = app.events.find(({ name }) => name === "boot.unsigned");
  expect(warning).toMatchObject({ level: "warning", fields: { connection: "default" } });
  expect(String(warning?.fields["fix"])).toContain("CHATWOOT_WEBHOOK_SECRET");
});

test("a connection that is signed, or has its secret in the address, is not warned of", async () => {
  await using signed = await openTestApp();
  const env = { CHATWOOT_WEBHOOK_SECRET: "", CHATWOOT_WEBHOOK_PATH_SECRET: "a-path-secret-0001" };
  await using byPath = await openTestApp({ env });
  const names = [...signed.events, ...byPath.events].map(({ name }) => name);
  expect(names).not.toContain("boot.unsigned");
});

test("the instance keeps its name over restarts, so that it knows the claims of its own dead processes", async () => {
  await using app = await openTestApp();
  const name = await app.store().setting("instance_id");
  expect(name).toMatch(/^[0-9a-f-]{36}$/);
  await app.crash();
  await app.start();
  expect(await app.store().setting("instance_id")).toBe(name);
});
