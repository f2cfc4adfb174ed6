import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
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

test("a first start that is refused keeps the admin token for the one that is not", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "lull-boot-"));
  try {
    const config = readConfig({ env: { LULL_DATA_DIR: dataDir }, readFile: () => null });
    const open = () => openApp(config, { log: createLog(() => {}) });
    writeFileSync(join(dataDir, "master.key"), "no key at all");
    const refusal: unknown = await open().then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: "bad_config" });
    rmSync(join(dataDir, "master.key"));
    const app = await open();
    expect(app.madeAdminToken).toMatch(/^[\w-]{43}$/);
    await app.stop();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
