// Lists: by prefix, page after page, in whatever order a store has of its own.
import { expect, test } from "bun:test";
import type { ObjectStore } from "../../../src/storage/objects.ts";
import {
  BUCKET,
  contentOf,
  failureOf,
  LABELS,
  openWithBucket,
  type OpenScene,
  OTHER_BUCKET,
  patient,
  refused,
} from "../scene.ts";

export function listConformance(open: OpenScene): void {
  test("pages follow each other without a gap or a repeat, in one order whatever their length", async () => {
    await using scene = await openWithBucket(open);
    const names = ["a", "a/", "a/b", "a-b", "B", "b", "é", "～", "😀", "a/b/c", "aa"];
    for (const name of names) await scene.store.put(BUCKET, name, contentOf(name), patient);
    const inOrder = (await pagesOf(scene.store, "", 100)).flat();
    expect(inOrder.toSorted()).toEqual(names.toSorted());
    for (const limit of [1, 2, 5, 11, 100])
      expect((await pagesOf(scene.second, "", limit)).flat()).toEqual(inOrder);
    expect((await pagesOf(scene.second, "", 11)).map((page) => page.length)).toEqual([11]);
    expect((await pagesOf(scene.second, "", 5)).map((page) => page.length)).toEqual([5, 5, 1]);
  });

  test("whoever removes what the first page has, and asks for it again, removes everything", async () => {
    await using scene = await openWithBucket(open);
    const names = Array.from({ length: 25 }, (_, nth) => `v1/${nth}`);
    for (const name of names) await scene.store.put(BUCKET, name, contentOf(name), patient);
    const removed: string[] = [];
    for (;;) {
      const { objects } = await scene.store.list(BUCKET, "", null, 10, patient);
      if (objects.length === 0) break;
      for (const { name } of objects) expect(await scene.store.remove(BUCKET, name, patient)).toBe(true);
      removed.push(...objects.map(({ name }) => name));
    }
    expect(removed.toSorted()).toEqual(names.toSorted());
  });

  test("the pages of a prefix have all of it and nothing else", async () => {
    await using scene = await openWithBucket(open);
    const names = Array.from({ length: 30 }, (_, nth) => `v1/${nth % 3}/${nth}`);
    for (const name of names) await scene.store.put(BUCKET, name, contentOf(name), patient);
    for (const limit of [1, 3, 10, 100]) {
      const pages = await pagesOf(scene.second, "v1/1/", limit);
      expect(pages.flat().toSorted()).toEqual(names.filter((name) => name.startsWith("v1/1/")).toSorted());
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
    }
  });

  test("a prefix is where a name begins, not a folder", async () => {
    await using scene = await openWithBucket(open);
    for (const name of ["v1/1/a", "v1/10/b", "v2/1/a"])
      await scene.store.put(BUCKET, name, contentOf("x"), patient);
    const [found = []] = await pagesOf(scene.store, "v1/1", 10);
    expect(found.toSorted()).toEqual(["v1/1/a", "v1/10/b"]);
    expect(await pagesOf(scene.store, "v1/1/", 10)).toEqual([["v1/1/a"]]);
    expect(await pagesOf(scene.store, "v3", 10)).toEqual([[]]);
  });

  test("a list tells of each object what info tells", async () => {
    await using scene = await openWithBucket(open);
    await scene.store.put(BUCKET, "a", contentOf("x", { metadata: { title: "Olá" } }), patient);
    const { objects } = await scene.store.list(BUCKET, "", null, 10, patient);
    expect(objects).toEqual([await scene.store.info(BUCKET, "a", patient)].filter((info) => info !== null));
    expect(objects).toHaveLength(1);
  });

  test("a list goes on after its cursor, though the object there is gone", async () => {
    await using scene = await openWithBucket(open);
    for (const name of ["a", "b", "c"]) await scene.store.put(BUCKET, name, contentOf(name), patient);
    const first = await scene.store.list(BUCKET, "", null, 2, patient);
    const [, second = { name: "" }] = first.objects;
    await scene.store.remove(BUCKET, second.name, patient);
    const rest = await scene.store.list(BUCKET, "", first.nextCursor, 2, patient);
    expect(rest.nextCursor).toBeNull();
    expect([...first.objects, ...rest.objects].map(({ name }) => name).toSorted()).toEqual(["a", "b", "c"]);
  });

  test("buckets do not see each other's objects, and one that is not there has no list", async () => {
    await using scene = await openWithBucket(open);
    await scene.store.put(BUCKET, "a", contentOf("x"), patient);
    expect(await failureOf(scene.store.list(OTHER_BUCKET, "", null, 10, patient))).toEqual(
      refused("no_bucket"),
    );
    await scene.store.createBucket(OTHER_BUCKET, LABELS, patient);
    expect(await scene.store.list(OTHER_BUCKET, "", null, 10, patient)).toEqual({
      objects: [],
      nextCursor: null,
    });
    expect(await scene.store.info(OTHER_BUCKET, "a", patient)).toBeNull();
  });
}

async function pagesOf(store: ObjectStore, prefix: string, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page = await store.list(BUCKET, prefix, cursor, limit, patient);
    pages.push(page.objects.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return pages;
}
