// Back from a backup, over the whole app: what was answered since is not answered again, and what cannot be gone back to is
// refused before anything is touched.
import { Database } from "bun:sqlite";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { restore } from "../../src/app.ts";
import { takeLock } from "../../src/db/lock.ts";
import { SCHEMA_VERSION } from "../../src/db/open.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";

type Row = Record<string, unknown>;

const SILENCE_MS = 30_010;

async function backUp(app: TestApp): Promise<{ id: string; file: string }> {
  await app.admin("POST", "/backups");
  await app.clock.settle();
  const { body } = await app.admin("GET", "/backups");
  return (body["data"] as { id: string; file: string }[])[0] ?? { id: "", file: "" };
}

/** Stops lull, goes back, and starts it again. */
async function goBack(app: TestApp, named = "latest") {
  await app.stop();
  const restored = restore(app.config, named, app.clock.now());
  await app.start();
  return restored;
}

function refusalOf(app: TestApp, named = "latest"): unknown {
  try {
    return restore(app.config, named, app.clock.now());
  } catch (error) {
    return error;
  }
}

const pathOf = (app: TestApp, file: string): string => join(app.dataDir, "backups", file);

describe("an old copy", () => {
  test("answers nothing a second time: neither what waited when it was made nor what came since", async () => {
    await using app = await openTestApp();
    await app.receive("quanto custa?");
    await app.clock.tick(SILENCE_MS);
    await app.receive("e o azul?");
    await app.receive("oi", { conversationId: 2 });
    await backUp(app);
    await app.clock.tick(SILENCE_MS);
    for (const text of ["e o verde?", "e o preto?", "e o branco?"]) {
      await app.receive(text);
      await app.clock.tick(SILENCE_MS);
    }
    const sent = () => [app.chatwoot.sent(CONVERSATION).length, app.chatwoot.sent(2).length];
    expect(sent()).toEqual([5, 1]);
    await goBack(app);
    await app.clock.tick(10 * 60_000);
    expect(sent()).toEqual([5, 1]);
    const { body } = await app.admin("GET", "/outbox");
    const ends = (body["data"] as Row[]).map(({ state, reason }) => [state, reason]);
    expect(ends).toEqual([
      ["cancelled", "superseded"],
      ["cancelled", "superseded"],
      ["sent", null],
    ]);
    await app.receive("tem amarelo?");
    await app.clock.tick(SILENCE_MS);
    expect(sent()).toEqual([6, 1]);
  });

  test("loses nothing that Chatwoot still lists: what nobody answered is, once, and the rest stays as it is", async () => {
    await using app = await openTestApp();
    await app.receive("quanto custa?");
    await app.clock.tick(SILENCE_MS);
    await backUp(app);
    for (const text of ["e o verde?", "e o preto?", "e o branco?"]) {
      await app.receive(text);
      await app.clock.tick(SILENCE_MS);
    }
    await app.receive("tem em couro?");
    await app.receive("bom dia", { conversationId: 2 });
    await app.stop();
    app.chatwoot.customerSays(3, "oi, vocês abrem hoje?", {});
    restore(app.config, "latest", app.clock.now());
    await app.clock.tick(20_000);
    await app.start();
    await app.clock.tick(10 * 60_000);
    const sent = [CONVERSATION, 2, 3].map((conversationId) => app.chatwoot.sent(conversationId).length);
    expect(sent).toEqual([5, 1, 1]);
    const askedLast = app.ai.asked.slice(4).map(({ messages }) => JSON.stringify(messages.at(-1)));
    expect(askedLast.filter((text) => text.includes("couro"))).toHaveLength(1);
    expect(askedLast.filter((text) => text.includes("verde") || text.includes("branco"))).toEqual([]);
  });

  test("with a reply under way proves it by its marker", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("list_down", 1);
    await app.receive("quanto custa?");
    await app.clock.tick(SILENCE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    await backUp(app);
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
    await goBack(app);
    await app.clock.tick(10 * 60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
    const { body } = await app.admin("GET", "/outbox");
    expect(body["data"]).toMatchObject([{ state: "sent", sends: 0 }]);
  });
});

describe("going back", () => {
  test("brings every row back, and keeps the database that was there aside with all that its log held", async () => {
    await using app = await openTestApp();
    await app.receive("um");
    const { id } = await backUp(app);
    await app.receive("dois");
    const restored = await goBack(app, id);
    expect(restored.keptAs).toBe(join(app.dataDir, "lull.db.before-restore-2026-06-18T130000Z"));
    const messagesIn = (path: string): unknown[] => {
      using db = new Database(path, { readonly: true });
      return db.query<{ content: string }, []>("SELECT content FROM buffered_messages ORDER BY id").all();
    };
    expect(messagesIn(restored.keptAs ?? "")).toEqual([{ content: "um" }, { content: "dois" }]);
    expect(messagesIn(join(app.dataDir, "lull.db"))).toEqual([{ content: "um" }]);
    expect(statSync(join(app.dataDir, "lull.db")).mode & 0o777).toBe(0o600);
    expect(readdirSync(app.dataDir).filter((name) => name.includes("restoring"))).toEqual([]);
  });

  test("works where the database is damaged, or gone with its whole folder but for the key", async () => {
    await using app = await openTestApp();
    await app.receive("um");
    const { file } = await backUp(app);
    await app.stop();
    const path = join(app.dataDir, "lull.db");
    writeFileSync(path, Buffer.alloc(64 * 1024, 7));
    writeFileSync(`${path}-wal`, "rest");
    const { keptAs } = restore(app.config, "latest", app.clock.now());
    expect([existsSync(`${path}-wal`), existsSync(`${keptAs}-wal`)]).toEqual([false, true]);
    expect(readFileSync(keptAs ?? "").every((byte) => byte === 7)).toBe(true);
    rmSync(path);
    expect(restore(app.config, pathOf(app, file), app.clock.now()).keptAs).toBe(null);
    await app.start();
    expect((await app.admin("GET", "/stats")).body["data"]).toMatchObject({ buffers: { active: 1 } });
  });

  test("is refused while a lull runs there", async () => {
    await using app = await openTestApp();
    await backUp(app);
    await app.stop();
    const lock = takeLock(join(app.dataDir, "lull.lock"));
    expect(refusalOf(app)).toMatchObject({ code: "second_instance" });
    lock.release();
    expect(refusalOf(app)).toMatchObject({ keptAs: expect.any(String) });
  });

  test("is refused to a newer version, to another master key, without one, and to what is no backup", async () => {
    await using app = await openTestApp();
    const { file } = await backUp(app);
    await app.stop();
    const before = readFileSync(join(app.dataDir, "lull.db"));
    const copy = pathOf(app, file);
    const key = join(app.dataDir, "master.key");
    const keptKey = readFileSync(key);
    writeFileSync(key, `${Buffer.alloc(32, 9).toString("base64")}\n`);
    const otherKey = {
      code: "conflict",
      message: "This backup cannot be restored: another master key sealed it.",
    };
    const fix = expect.stringContaining("it is in no backup");
    expect(refusalOf(app)).toMatchObject({ ...otherKey, fix });
    rmSync(key);
    expect(refusalOf(app)).toMatchObject({ ...otherKey, fix });
    writeFileSync(key, keptKey);
    {
      using db = new Database(copy);
      db.run(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    }
    expect(refusalOf(app)).toMatchObject({
      message: `This backup cannot be restored: it is of version ${SCHEMA_VERSION + 1}, this lull knows ${SCHEMA_VERSION}.`,
    });
    writeFileSync(copy, "no database");
    expect(refusalOf(app)).toMatchObject({ message: expect.stringContaining("it cannot be read") });
    expect(refusalOf(app, "nothing")).toMatchObject({ code: "not_found" });
    expect(readFileSync(join(app.dataDir, "lull.db"))).toEqual(before);
  });

  test("an older backup is brought up to this version at the start", async () => {
    await using app = await openTestApp();
    await app.stop();
    const old = new URL("../db/versions/1.sql", import.meta.url).pathname;
    expect(existsSync(old)).toBe(true);
    const path = join(app.dataDir, "old.db");
    {
      using db = new Database(path, { create: true });
      db.run(readFileSync(old, "utf8"));
      db.run("PRAGMA user_version = 1");
    }
    restore(app.config, path, app.clock.now());
    rmSync(join(app.dataDir, "master.key"));
    await app.start();
    expect((await app.admin("GET", "/stats")).status).toBe(200);
  });
});
