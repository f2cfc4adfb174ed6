// Reading: the whole or a part, as much as is asked for.
import { expect, test } from "bun:test";
import {
  BUCKET,
  bytesOf,
  contentOf,
  failureOf,
  openWithBucket,
  type OpenScene,
  OTHER_BUCKET,
  patient,
  readBytes,
  refused,
} from "../scene.ts";

const SIZE = 1_000_000;

export function readConformance(open: OpenScene): void {
  test.each([
    [0, 0],
    [0, SIZE - 1],
    [SIZE - 1, SIZE - 1],
    [255_999, 256_001],
    [1, SIZE - 2],
  ])("a range has the bytes from %i to %i, both included", async (from, to) => {
    await using scene = await openWithBucket(open);
    const bytes = bytesOf(SIZE);
    await scene.store.put(BUCKET, "a", contentOf(bytes), patient);
    const part = await readBytes(scene.store, "a", { from, to });
    expect(Buffer.compare(part ?? Buffer.alloc(0), bytes.subarray(from, to + 1))).toBe(0);
    const found = await scene.store.read(BUCKET, "a", { from, to }, patient);
    expect(found?.info.sizeBytes).toBe(SIZE);
    await found?.body.cancel();
  });

  test.each([
    { from: 0, to: 10 },
    { from: 10, to: 10 },
    { from: 5, to: 4 },
    { from: -1, to: 4 },
    { from: 0.5, to: 4 },
    { from: Number.NaN, to: 4 },
  ])("a range that is not within the object is refused: %o", async (range) => {
    await using scene = await openWithBucket(open);
    await scene.store.put(BUCKET, "a", contentOf("0123456789"), patient);
    expect(await failureOf(scene.store.read(BUCKET, "a", range, patient))).toEqual(refused("range"));
  });

  test("what is not there is not read", async () => {
    await using scene = await openWithBucket(open);
    expect(await scene.store.read(BUCKET, "a", null, patient)).toBeNull();
    expect(await scene.store.read(BUCKET, "a", { from: 0, to: 1 }, patient)).toBeNull();
    expect(await scene.store.read(OTHER_BUCKET, "a", null, patient)).toBeNull();
    expect(await scene.store.info(BUCKET, "a", patient)).toBeNull();
    expect(await scene.store.info(OTHER_BUCKET, "a", patient)).toBeNull();
  });

  test("a reader may stop early, and the signal ends the body that is under way", async () => {
    await using scene = await openWithBucket(open);
    await scene.store.put(BUCKET, "a", contentOf(bytesOf(6 * SIZE)), patient);
    const left = await scene.store.read(BUCKET, "a", null, patient);
    const reader = left?.body.getReader();
    expect((await reader?.read())?.value?.byteLength).toBeGreaterThan(0);
    await reader?.cancel();
    const stop = new AbortController();
    const cut = await scene.store.read(BUCKET, "a", null, stop.signal);
    const body = cut?.body.getReader();
    await body?.read();
    stop.abort(new DOMException("stop", "AbortError"));
    expect(await failureOf(Promise.resolve(body?.read()))).toEqual({ name: "AbortError" });
  });

  test("a body that is being read is read to its end, though the object is removed", async () => {
    await using scene = await openWithBucket(open);
    const bytes = bytesOf(2 * SIZE);
    await scene.store.put(BUCKET, "a", contentOf(bytes), patient);
    const found = await scene.store.read(BUCKET, "a", null, patient);
    await scene.second.remove(BUCKET, "a", patient);
    const read = found === null ? Buffer.alloc(0) : await Bun.readableStreamToBytes(found.body);
    expect(Buffer.compare(read, bytes)).toBe(0);
  });
}
