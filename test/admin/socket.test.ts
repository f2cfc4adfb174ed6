// The socket in the data folder: an admin's door without a token for the daemon's own user, and for nobody by the port.
import { afterEach, describe, expect, test } from "bun:test";
import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import { createLog } from "../../src/log.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";

const folders: string[] = [];
const umask = process.umask();
afterEach(() => {
  process.umask(umask);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lull-socket-"));
  folders.push(folder);
  return folder;
}

/** A daemon that listens. `hold` keeps what asks for counts waiting until it is let go. */
async function openListening(dataDir = makeFolder()) {
  const events: { name: string; fix: unknown }[] = [];
  const clock = new ManualClock();
  const asked = Promise.withResolvers<void>();
  let gate = Promise.resolve();
  const app = await openApp(
    readConfig({ env: { LULL_DATA_DIR: dataDir, PORT: "0" }, readFile: () => null }),
    {
      log: createLog((_level, name, { fix }) => void events.push({ name, fix })),
      clock,
      random: seededRandom(),
      openStore(path, random) {
        const store = openSqliteStore({ path, random });
        const counts: typeof store.counts = async () => {
          asked.resolve();
          await gate;
          return store.counts();
        };
        return { ...store, counts };
      },
    },
  );
  await app.start();
  const port = await app.listen();
  const unix = join(dataDir, "lull.sock");
  return {
    events,
    unix,
    clock,
    bySocket: (path: string, init: RequestInit = {}) => fetch(`http://lull${path}`, { ...init, unix }),
    byPort: (path: string, init: RequestInit = {}) => fetch(`${port}${path}`, init),
    hold() {
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      return { arrived: asked.promise, letGo: held.resolve };
    },
    stop: () => app.stop(),
    [Symbol.asyncDispose]: () => app.stop(),
  };
}

describe("the socket", () => {
  test("is an admin's door without a token; the port, asked the very same at the same time, is not", async () => {
    await using daemon = await openListening();
    const status = async (ask: typeof daemon.byPort) =>
      (await ask("/admin/users", { headers: { host: "lull" } })).status;
    expect(await status(daemon.bySocket)).toBe(200);
    const pairs = Array.from({ length: 8 }, () =>
      Promise.all([status(daemon.bySocket), status(daemon.byPort)]),
    );
    for (const pair of await Promise.all(pairs)) expect(pair).toEqual([200, 401]);
  });

  test("takes changes, and answers as the port does", async () => {
    await using daemon = await openListening();
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ name: "Ana" });
    const made = await daemon.bySocket("/admin/users", { method: "POST", headers, body });
    expect([made.status, await made.json()]).toMatchObject([200, { success: true, data: { name: "Ana" } }]);
    expect((await daemon.byPort("/admin/users", { method: "POST", headers, body })).status).toBe(401);
    const missing = await daemon.bySocket("/nowhere");
    expect([missing.status, await missing.json()]).toMatchObject([404, { code: "not_found" }]);
    expect((await daemon.bySocket("/livez")).status).toBe(200);
  });

  test("is nobody's user, and takes no unsigned webhook", async () => {
    await using daemon = await openListening();
    expect((await daemon.bySocket("/v1/me/profile")).status).toBe(403);
    const headers = { "content-type": "application/json", host: "localhost" };
    const webhook = await daemon.bySocket("/webhooks/chatwoot", { method: "POST", headers, body: "{}" });
    expect(webhook.status).toBe(401);
  });

  test("can be opened by its own user alone, whatever the umask was, and leaves the umask as it was", async () => {
    process.umask(0);
    await using daemon = await openListening();
    const file = lstatSync(daemon.unix);
    expect([file.isSocket(), file.mode & 0o777]).toEqual([true, 0o600]);
    expect(process.umask()).toBe(0);
  });

  test("takes the place of what a dead process left, and goes with the stop", async () => {
    const dataDir = makeFolder();
    const stale = Bun.listen({ unix: join(dataDir, "left"), socket: { data: () => undefined } });
    const left = Bun.spawnSync(["mv", join(dataDir, "left"), join(dataDir, "lull.sock")]);
    stale.stop(true);
    expect([left.exitCode, lstatSync(join(dataDir, "lull.sock")).isSocket()]).toEqual([0, true]);
    const daemon = await openListening(dataDir);
    expect((await daemon.bySocket("/admin/stats")).status).toBe(200);
    await daemon.stop();
    expect(lstatSync(daemon.unix, { throwIfNoEntry: false })).toBeUndefined();
  });

  test("a stop lets who is being answered have the answer", async () => {
    const daemon = await openListening();
    const { arrived, letGo } = daemon.hold();
    const answering = daemon.bySocket("/admin/stats");
    await arrived;
    const stopping = daemon.stop();
    letGo();
    expect((await answering).status).toBe(200);
    await stopping;
    expect(daemon.clock.armedCount).toBe(0);
  });
});

describe("a daemon without its socket", () => {
  test("runs when the path is too long, and its log says what to do", async () => {
    const dataDir = join(makeFolder(), "d".repeat(100));
    await using daemon = await openListening(dataDir);
    expect((await daemon.byPort("/livez")).status).toBe(200);
    expect(daemon.events).toContainEqual({
      name: "boot.no_socket",
      fix: "Choose a shorter LULL_DATA_DIR: the socket's path may have 100 bytes.",
    });
    expect(lstatSync(daemon.unix, { throwIfNoEntry: false })).toBeUndefined();
  });

  test("runs when something else has the name, and leaves that alone", async () => {
    const dataDir = makeFolder();
    writeFileSync(join(dataDir, "lull.sock"), "somebody's notes");
    const daemon = await openListening(dataDir);
    expect((await daemon.byPort("/livez")).status).toBe(200);
    expect(daemon.events.map(({ name }) => name)).toContain("boot.no_socket");
    await daemon.stop();
    expect(readFileSync(daemon.unix, "utf8")).toBe("somebody's notes");
  });
});
