// Lists: by prefix, in the order of the names' bytes, page after page.
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
  test("pages follow each other without a gap or a repeat, in the order of the bytes", async () => {
    await using scene = await openWithBucket(open);
    // By code units, which is another order, U+1F600 would come before U+FF5E.
    const names = ["a", "a/", "a/b", "a-b", "B", "b", "é", "～", "😀", "a/b/c", "aa"];
    for (const name of names) await scene.store.put(BUCKET, name, contentOf(name), patient);
    const inOrder = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const limit of [1, 2, 5, 11, 100])
      expect((await pagesOf(scene.second, "", limit)).flat()).toEqual(inOrder);
    expect((await pagesOf(scene.second, "", 11)).map((page) => page.length)).toEqual([11]);
    expect((await pagesOf(scene.second, "", 5)).map((page) => page.length)).toEqual([5, 5, 1]);
  });

  test("a prefix is where a name begins, not a folder", async () => {
    await using scene = await openWithBucket(open);
    for (const name of ["v1/1/a", "v1/10/b", "v2/1/a"])
      await scene.store.put(BUCKET, name, contentOf("x"), patient);
    expect(await pagesOf(scene.store, "v1/1", 10)).toEqual([["v1/1/a", "v1/10/b"]]);
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
    await scene.store.remove(BUCKET, "b", patient);
    const rest = await scene.store.list(BUCKET, "", first.nextCursor, 2, patient);
    expect(rest).toMatchObject({ objects: [{ name: "c" }], nextCursor: null });
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
