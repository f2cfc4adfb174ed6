// What the store says when SQLite cannot: no room, another writer. After the trouble it works on, and nothing is lost.
import { expect, test } from "bun:test";
import { openRaw, openSqlitePair, openStore, tempFolder } from "./sqlite-pair.ts";
import { message } from "./arrivals.ts";
import { Scene } from "./scene.ts";

test("a store without room says it is full, keeps what it acknowledged and works on when there is room", async () => {
  using folder = tempFolder();
  // The child's files may not grow beyond 10 MB; the signal that would end it is ignored, so that SQLite sees the error.
  const limited = `trap '' XFSZ; ulimit -S -f 20000; exec "$0" "$1" "$2"`;
  const child = Bun.spawn(
    ["sh", "-c", limited, process.execPath, `${import.meta.dir}/full-child.ts`, folder.path],
    {
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const told = JSON.parse(await new Response(child.stdout).text()) as Record<string, unknown>;
  expect(await child.exited).toBe(0);
  expect(told).toMatchObject({ receive: "full", ping: "full" });
  const acknowledged = Number(told["acknowledged"]);
  expect(acknowledged).toBeGreaterThan(50);
  expect(told).toMatchObject({ whileFull: acknowledged, whenThereIsRoom: acknowledged + 1 });
  const store = openStore(folder.path);
  expect((await store.counts()).messages).toEqual({ waiting: acknowledged + 1 });
  await store.close();
});

test("a store behind another writer says it is busy, loses nothing and works on when that one is done", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const { bufferId } = await scene.say(10);
  const writer = openRaw(pair.path);
  writer.run("BEGIN IMMEDIATE");
  const refused = scene.receiveAll([message(11), message(12)]);
  expect(await refused.catch((error: unknown) => error)).toMatchObject({ name: "StoreError", kind: "busy" });
  writer.run("ROLLBACK");
  writer.close();
  await scene.receiveAll([message(11), message(12)]);
  expect(await scene.bufferRow(bufferId)).toMatchObject({ messageCount: 3 });
});

test("a rule of the schema that is broken outside a batch is a conflict", async () => {
  await using scene = await Scene.open(openSqlitePair());
  const writer = "stranger" as unknown as "bot";
  const odd = { writer, text: "", isPrivate: false, contentAttributes: {}, sample: null, createdAt: 0 };
  const refused = scene.first.addPlaygroundMessage(odd);
  expect(await refused.catch((error: unknown) => error)).toMatchObject({
    name: "StoreError",
    kind: "conflict",
  });
});

test("what was kept is there when the file is opened again", async () => {
  using folder = tempFolder();
  const before = openStore(folder.path, 1);
  const key = await before.ensureConnection("here", 1);
  await before.saveSetting("color", "red", 1);
  await before.close();
  const after = openStore(folder.path, 2);
  expect(await after.ensureConnection("here", 2)).toBe(key);
  expect(await after.setting("color")).toBe("red");
  expect((await after.sizes()).databaseBytes).toBeGreaterThan(16_384);
  await after.close();
});
