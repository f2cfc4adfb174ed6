// The executable alone: nothing beside it, nothing around it that it would listen to.
import { afterAll, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Daemon, endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary, makeFolder } from "../harness/executable.ts";

binary();
afterAll(endDaemons);

test("copied into an empty folder it serves, answers, and keeps its files to itself, whatever the umask and the folder it is started in", async () => {
  const executable = join(makeFolder(), "lull");
  copyFileSync(binary(), executable);
  chmodSync(executable, 0o755);
  const cwd = hostileFolder();
  const dataDir = join(makeFolder(), "deep", "data");
  await using daemon = await startDaemon({
    command: ["/bin/sh", "-c", 'umask 000; exec "$0" "$@"', executable],
    cwd,
    dataDir,
    env: { HOME: "", PATH: "", LULL_ADMIN_TOKEN: "", MESSAGE_BUFFER_DURATION_MS: "200" },
  });

  const page = await fetch(`${daemon.address}/playground`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("lull playground")]);
  await playOnce(daemon);

  expect(modeOf(dataDir)).toBe("700");
  const files = readdirSync(dataDir);
  expect(files).toEqual(
    expect.arrayContaining(["admin.token", "lull.db", "lull.db-wal", "lull.lock", "media"]),
  );
  const ownMode = (name: string): string => (name === "media" ? "700" : "600");
  expect(files.filter((name) => modeOf(join(dataDir, name)) !== ownMode(name))).toEqual([]);
  expect(readdirSync(cwd).toSorted()).toEqual([
    ".env",
    ".env.local",
    "bunfig.toml",
    "evil.ts",
    "node_modules",
    "package.json",
    "tsconfig.json",
  ]);
  expect(existsSync(join(cwd, "evil.ran"))).toBe(false);
  expect(await daemon.stop()).toBe(0);
});

test("the admin token of the first start opens the admin's door, and the log does not show it", async () => {
  await using daemon = await startDaemon({ env: { LULL_ADMIN_TOKEN: "" } });
  await daemon.waitFor("boot.ready");
  const token = (await Bun.file(join(daemon.dataDir, "admin.token")).text()).trim();
  expect(token.length).toBeGreaterThanOrEqual(32);
  const ask = (bearer: string) =>
    daemon.ask("/admin/stats", { headers: { authorization: `Bearer ${bearer}` } });
  expect(await ask(token)).toMatchObject({ status: 200 });
  expect(await ask(`${token}x`)).toMatchObject({ status: 401 });
  expect(daemon.stderr).not.toContain(token);
});

/** Everything a runtime might pick up from the folder it is started in. */
function hostileFolder(): string {
  const folder = makeFolder();
  const settings = `LULL_DATA_DIR=${join(folder, "stolen")}\nPORT=1\nLULL_NONSENSE=1\nMESSAGE_BUFFER_DURATION_MS=1\n`;
  const files: Record<string, string> = {
    ".env": settings,
    ".env.local": settings,
    "bunfig.toml": 'preload = ["./evil.ts"]\n[run]\nsilent = true\n',
    "evil.ts": `await Bun.write(${JSON.stringify(join(folder, "evil.ran"))}, "yes");\nprocess.exit(99);\n`,
    "package.json": '{ "name": "lull", "main": "./evil.ts", "type": "commonjs" }',
    "tsconfig.json": '{ "compilerOptions": { "paths": { "*": ["./evil.ts"] } } }',
    "node_modules/elysia/index.js": "throw new Error('not this one')",
  };
  mkdirSync(join(folder, "node_modules/elysia"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** One message through the playground, to its answer. */
async function playOnce(daemon: Daemon): Promise<void> {
  const headers = { "content-type": "application/json" };
  const said = await daemon.ask("/playground/messages", {
    method: "POST",
    headers,
    body: '{"text":"bom dia"}',
  });
  expect(said).toMatchObject({
    status: 200,
    body: { webhooks: [{ status: 200, body: { action: "buffered" } }] },
  });
  await daemon.waitFor("delivery.sent");
  const { body } = await daemon.ask("/playground/state");
  expect(body["messages"]).toMatchObject([{ from: "customer", text: "bom dia" }, { from: "bot" }]);
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
