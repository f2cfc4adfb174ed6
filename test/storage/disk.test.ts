// The store in a folder: everything that every store has to do, and what only a disk can do wrong.
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { objectStoreConformance } from "./conformance.ts";
import { type DiskScene, openDisk, openDiskScene } from "./disk-scene.ts";
import {
  broken,
  BUCKET,
  bytesOf,
  contentOf,
  failureOf,
  LABELS,
  patient,
  readBytes,
  readText,
} from "./scene.ts";

const DAY_MS = 24 * 60 * 60_000;

objectStoreConformance("objects on disk", openDiskScene);

async function openWithObject(): Promise<DiskScene> {
  const scene = await openDiskScene();
  await scene.store.createBucket(BUCKET, LABELS, patient);
  await scene.store.put(BUCKET, "../../a", contentOf(bytesOf(1_000_000)), patient);
  return scene;
}

/** Every path below a folder. */
function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path)));
}

function dataFile({ folder }: DiskScene): string {
  return pathsIn(folder).find((path) => path.endsWith("/data")) ?? "";
}

describe("the folder", () => {
  test("is not touched before it is needed, nor by questions", async () => {
    await using scene = await openDiskScene();
    await scene.store.bucket(BUCKET, patient);
    await scene.store.info(BUCKET, "a", patient);
    await scene.store.listBuckets("", patient);
    expect(existsSync(scene.folder)).toBe(false);
  });

  test("is for lull's user alone, whatever is in it", async () => {
    await using scene = await openWithObject();
    const paths = [scene.folder, ...pathsIn(scene.folder)];
    const modes = paths
      .map((path) => statSync(path))
      .map((found) => [found.isDirectory(), found.mode & 0o777]);
    expect(modes.filter(([isFolder, mode]) => mode !== (isFolder ? 0o700 : 0o600))).toEqual([]);
    expect(paths.length).toBeGreaterThan(5);
  });

  test("holds no name of an object in any path, and nothing beside itself", async () => {
    await using scene = await openWithObject();
    await scene.store.put(BUCKET, "NOTE\\..", contentOf("x"), patient);
    const names = pathsIn(join(scene.folder, BUCKET)).map((path) => path.slice(scene.folder.length + 1));
    for (const name of names)
      expect(name).toMatch(/^[a-z0-9-]+\/([0-9a-f]{64}(\/data|\/object\.json)?|bucket\.json)$/);
    expect(readdirSync(join(scene.folder, ".."))).toEqual(["objects"]);
  });

  test("holds nothing of what failed, was removed or came second", async () => {
    await using scene = await openWithObject();
    await failureOf(scene.store.put(BUCKET, "b", { ...contentOf("x"), sizeBytes: 5 }, patient));
    await scene.store.put(BUCKET, "../../a", contentOf("y"), patient);
    await scene.store.createBucket(BUCKET, LABELS, patient);
    await scene.store.remove(BUCKET, "../../a", patient);
    expect(readdirSync(join(scene.folder, ".staging"))).toEqual([]);
    expect(readdirSync(join(scene.folder, BUCKET))).toEqual(["bucket.json"]);
  });

  test("holds one file of labels, for lull's user alone, however often they change", async () => {
    await using scene = await openWithObject();
    for (const team of ["a", "b", "c"]) await scene.store.labelBucket(BUCKET, { team }, patient);
    const path = join(scene.folder, BUCKET, "bucket.json");
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ labels: { ...LABELS, team: "c" } });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(scene.folder, ".staging"))).toEqual([]);
  });

  test("may hold one that is no bucket: its name is not ours to take, and it stays as it is", async () => {
    await using scene = await openDiskScene();
    await Bun.write(join(scene.folder, BUCKET, "notes.txt"), "mine");
    expect(await scene.store.createBucket(BUCKET, LABELS, patient)).toBe("theirs");
    expect(await scene.store.labelBucket(BUCKET, LABELS, patient)).toBe(false);
    expect(readdirSync(join(scene.folder, BUCKET))).toEqual(["notes.txt"]);
  });

  test("is looked into for the objects of a page, not for the rest of the bucket", async () => {
    await using scene = await openDiskScene();
    await scene.store.createBucket(BUCKET, LABELS, patient);
    for (let nth = 0; nth < 150; nth++) await scene.store.put(BUCKET, `v1/${nth}`, contentOf("x"), patient);
    const { objects, nextCursor } = await scene.store.list(BUCKET, "", null, 100, patient);
    const listed = new Set(objects.map(({ name }) => name));
    expect(listed.size).toBe(100);
    for (const path of pathsIn(scene.folder).filter((path) => path.endsWith("/object.json")))
      if (!listed.has(JSON.parse(readFileSync(path, "utf8")).name)) writeFileSync(path, "broken");
    expect(await scene.store.list(BUCKET, "", null, 100, patient)).toEqual({ objects, nextCursor });
    expect(await failureOf(scene.store.list(BUCKET, "", nextCursor, 100, patient))).toMatchObject({
      code: "storage_unavailable",
    });
  });

  test("loses what a dead process left in it after a day, and not what one is writing", async () => {
    await using scene = await openWithObject();
    const leftover = join(scene.folder, ".staging", "dead");
    await Bun.write(join(leftover, "data"), "half");
    const writtenAt = statSync(leftover).mtimeMs;
    await openDisk(scene.folder, 3, writtenAt + DAY_MS - 60_000).put(BUCKET, "b", contentOf("x"), patient);
    expect(existsSync(leftover)).toBe(true);
    await openDisk(scene.folder, 4, writtenAt + DAY_MS + 60_000).put(BUCKET, "c", contentOf("x"), patient);
    expect(existsSync(leftover)).toBe(false);
    expect(await readText(scene.store, "b")).toBe("x");
  });
});

describe("a disk that fails", () => {
  test("by fewer bytes than were written is an error of the body, never a shorter one", async () => {
    await using scene = await openWithObject();
    truncateSync(dataFile(scene), 600_000);
    expect(await failureOf(readBytes(scene.store, "../../a"))).toEqual(broken);
    expect(await failureOf(readBytes(scene.store, "../../a", { from: 500_000, to: 700_000 }))).toEqual(
      broken,
    );
    expect(await readBytes(scene.store, "../../a", { from: 0, to: 9 })).toEqual(
      bytesOf(1_000_000).slice(0, 10),
    );
  });

  test("by another byte than was written is an error of the body", async () => {
    await using scene = await openWithObject();
    const bytes = bytesOf(1_000_000);
    bytes[123_456] = (bytes[123_456] ?? 0) ^ 1;
    writeFileSync(dataFile(scene), bytes);
    expect(await failureOf(readBytes(scene.store, "../../a"))).toEqual(broken);
  });

  test("by a path that is taken is a storage that is not available, and the path stays untold", async () => {
    await using scene = await openDiskScene();
    await Bun.write(scene.folder, "a file");
    const error = await scene.store
      .createBucket(BUCKET, LABELS, patient)
      .catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "storage_unavailable", retryable: true });
    expect(Bun.inspect(error)).not.toContain(scene.folder);
  });
});
