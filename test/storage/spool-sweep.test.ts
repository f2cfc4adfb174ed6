import { expect, test } from "bun:test";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DAY_MS, MINUTE_MS } from "../../src/clock.ts";
import { SpoolSweep } from "../../src/storage/spool-sweep.ts";
import { ServiceScene } from "./service-scene.ts";

const SECOND_MS = 1_000;
/** How often the folder is swept, and how old a leftover is by then. */
const SWEEP_MS = 10 * MINUTE_MS;

test("every ten minutes what is as old and no row names goes; what is fresh, waits or was given up stays", async () => {
  await using scene = await ServiceScene.open();
  await scene.make("bucket-1");
  await scene.map("not-yet");
  const [waits = ""] = await scene.spoolFiles("not-yet", "waits");
  const [givenUp = ""] = await scene.spoolFiles("bucket-1", "given up");
  const [object] = await scene.store.dueUploads(scene.clock.now(), 1);
  await scene.store.giveUpObject(object?.key ?? 0, "different");
  const [old, part, fresh] = ["6", "7", "8"].map((end) => `019edad1-2480-73c2-8563-2b92409d3fb${end}`);
  for (const id of [waits, givenUp]) age(scene.folder.path(id), scene.clock.now() - DAY_MS);
  leave(scene, `${part}.part`, SWEEP_MS + SECOND_MS);
  leave(scene, `${fresh}`, SECOND_MS);
  const sweep = new SpoolSweep(scene.shared);
  sweep.start();
  await scene.clock.settle();
  expect(readdirSync(scene.folderPath).toSorted()).toEqual([waits, givenUp, `${fresh}`].toSorted());
  leave(scene, `${old}`, SWEEP_MS + SECOND_MS);
  await scene.clock.tick(SWEEP_MS - 1);
  expect(readdirSync(scene.folderPath)).toHaveLength(4);
  await scene.clock.tick(1);
  expect(readdirSync(scene.folderPath).toSorted()).toEqual([waits, givenUp].toSorted());
  await sweep.stop();
});

test("before anything is written, everything goes that no row names, however fresh", async () => {
  await using scene = await ServiceScene.open();
  await scene.make("bucket-1");
  const [waits = ""] = await scene.spoolFiles("bucket-1", "waits");
  leave(scene, "019edad1-2480-73c2-8563-2b92409d3fb6.part", 0);
  const sweep = new SpoolSweep(scene.shared);
  expect(await sweep.sweep(Number.POSITIVE_INFINITY)).toBe(1);
  expect(readdirSync(scene.folderPath)).toEqual([waits]);
});

function leave(scene: ServiceScene, name: string, agedMs: number): void {
  const path = join(scene.folderPath, name);
  writeFileSync(path, "left");
  age(path, scene.clock.now() - agedMs);
}

function age(path: string, atMs: number): void {
  utimesSync(path, atMs / 1_000, atMs / 1_000);
}
