// What a deleted file left is taken away in small steps: words, bytes, row; and again from the start after a crash.
import { expect, test } from "bun:test";
import { AppError } from "../../src/errors.ts";
import { addRead } from "../db/filed.ts";
import { away, foundBy, openScene, refusedRights, store, until, upload } from "./scene.ts";

const EMPTY = { knowledge_files: 0, knowledge_passages: 0, knowledge_index: 0, storage_spool: 0 };

test("nothing is left of a deleted file: no row, no word, no byte on the disk or in the bucket", async () => {
  await using scene = openScene();
  const userId = await scene.owner();
  const [near, far] = [
    await upload(scene, { userId, content: "o metro" }),
    await upload(scene, { userId, content: "o veludo" }),
  ];
  await scene.reader.runOnce();
  await scene.files.remove(userId, near);
  await store(scene);
  await scene.files.remove(userId, far);
  expect(await scene.sweeper.runOnce()).toBe(2);
  expect(scene.counts()).toEqual(EMPTY);
  expect(scene.spooled()).toEqual([]);
  expect([...scene.objects.buckets.values()].map(({ objects }) => objects.size)).toEqual([0]);
});

test("the same is true of all files of a deleted user", async () => {
  await using scene = openScene();
  const [ana, bia] = [await scene.owner(), await scene.owner()];
  for (const userId of [ana, ana, bia]) await upload(scene, { userId, content: `o metro de ${userId}` });
  await scene.reader.runOnce();
  await store(scene);
  await scene.store.deleteUser(ana, scene.clock.now());
  expect(await scene.sweeper.runOnce()).toBe(2);
  expect(scene.counts()).toMatchObject({ knowledge_files: 1, knowledge_passages: 1, knowledge_index: 1 });
  expect(await foundBy(scene, bia, "metro")).toEqual([`o metro de ${bia}`]);
});

test("a file of many passages goes in lots, and a sweep that is cut off goes on where it was", async () => {
  await using scene = openScene();
  const userId = await scene.owner();
  const texts = Array.from({ length: 120 }, (_, index) => `metro ${index}`);
  const fileId = await addRead(scene.store, userId, texts);
  await scene.files.remove(userId, fileId);
  scene.sweeper.start();
  while (scene.counts()["knowledge_passages"] === 120) await new Promise((resolve) => setImmediate(resolve));
  await scene.sweeper.stop();
  const left = scene.counts()["knowledge_passages"] ?? 0;
  expect(left).toBeWithin(1, 120);
  expect(scene.counts()).toMatchObject({ knowledge_files: 1, knowledge_index: left });
  await scene.openSweeper().runOnce();
  expect(scene.counts()).toEqual(EMPTY);
});

test("bytes are taken from a bucket once nothing more goes into it", async () => {
  await using scene = openScene();
  const userId = await scene.owner();
  const fileId = await upload(scene, { userId, content: "o metro" });
  await store(scene);
  await scene.files.remove(userId, fileId);
  const idle = Promise.withResolvers<void>();
  scene.idle = () => idle.promise;
  const sweep = scene.sweeper.runOnce();
  await scene.clock.settle();
  const [bucket] = [...scene.objects.buckets.values()];
  expect(bucket?.objects.size).toBe(1);
  idle.resolve();
  expect(await sweep).toBe(1);
  expect(bucket?.objects.size).toBe(0);
});

test("a stop does not wait for a bucket that never comes to rest", async () => {
  await using scene = openScene();
  const userId = await scene.owner();
  const fileId = await upload(scene, { userId, content: "o metro" });
  await scene.files.remove(userId, fileId);
  scene.idle = () => new Promise<never>(() => {});
  scene.sweeper.start();
  await scene.clock.settle();
  await scene.sweeper.stop();
  expect(scene.counts()).toMatchObject({ knowledge_files: 1 });
  expect(scene.events.filter(({ name }) => name === "file.sweep_waiting")).toEqual([]);
});

test("a bucket that was never made, or is gone, keeps no file from being swept", async () => {
  await using scene = openScene();
  const userId = await scene.owner();
  const fileId = await upload(scene, { userId, content: "o metro" });
  await scene.files.remove(userId, fileId);
  scene.refuse = () => new AppError("storage_refused", "none", { reason: "no_bucket" });
  expect(await scene.sweeper.runOnce()).toBe(1);
  expect(scene.counts()).toEqual(EMPTY);
});

test("while the storage is away the words go all the same, and it is asked less and less often", async () => {
  await using scene = openScene();
  const userId = await scene.owner();
  for (const content of ["o metro", "o veludo", "o algodão"]) {
    const fileId = await upload(scene, { userId, content });
    await scene.reader.runOnce();
    await store(scene);
    await scene.files.remove(userId, fileId);
  }
  let asked = 0;
  scene.refuse = () => (asked++, away);
  expect(await scene.sweeper.runOnce()).toBe(0);
  expect(asked).toBe(1);
  expect(scene.counts()).toMatchObject({ knowledge_files: 3, knowledge_passages: 0, knowledge_index: 0 });
  scene.sweeper.start();
  for (let minute = 0; minute < 60; minute++) await scene.clock.tick(60_000);
  expect(asked).toBeWithin(7, 14);
  scene.refuse = () => null;
  await scene.clock.tick(20 * 60_000);
  await until(scene, () => scene.counts()["knowledge_files"] === 0);
});

test("a bucket that refuses keeps the files of no other bucket", async () => {
  await using scene = openScene();
  const [ana, bia] = [await scene.owner(), await scene.owner()];
  for (const userId of [ana, bia]) {
    const fileId = await upload(scene, { userId, content: userId });
    await store(scene);
    await scene.files.remove(userId, fileId);
  }
  const name = (await scene.store.bucketRowOf(ana))?.["name"];
  scene.refuse = (bucket) => (bucket === name ? refusedRights : null);
  expect(await scene.sweeper.runOnce()).toBe(1);
  expect(scene.counts()).toMatchObject({ knowledge_files: 1 });
  scene.refuse = () => null;
  await scene.clock.tick(10_000);
  expect(await scene.sweeper.runOnce()).toBe(1);
  expect(scene.counts()).toEqual(EMPTY);
});
