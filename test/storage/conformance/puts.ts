// Objects are written once: whole, as they were said to be, and never over another.
import { expect, test } from "bun:test";
import type { Content } from "../../../src/storage/objects.ts";
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
  readText,
  refused,
} from "../scene.ts";

/** In one piece and in several. */
const SIZES = [40_000, 10 * 1024 * 1024];

export function putConformance(open: OpenScene): void {
  test("an object is kept with its type, its checksum and what was noted of it", async () => {
    await using scene = await openWithBucket(open);
    const content = contentOf("bom dia", {
      contentType: "audio/ogg; codecs=opus",
      metadata: { title: "Ação ☀" },
    });
    expect(await scene.store.put(BUCKET, "v1/1/2/a", content, patient)).toBe("stored");
    expect(await scene.second.info(BUCKET, "v1/1/2/a", patient)).toEqual({
      name: "v1/1/2/a",
      sizeBytes: 7,
      contentType: "audio/ogg; codecs=opus",
      checksum: content.checksum,
      metadata: { title: "Ação ☀" },
      createdAt: expect.any(Number),
    });
    expect(await readText(scene.second, "v1/1/2/a")).toBe("bom dia");
  });

  test("an empty object is an object", async () => {
    await using scene = await openWithBucket(open);
    expect(await scene.store.put(BUCKET, "empty", contentOf(""), patient)).toBe("stored");
    expect(await scene.store.put(BUCKET, "empty", contentOf(""), patient)).toBe("same");
    expect(await scene.store.info(BUCKET, "empty", patient)).toMatchObject({
      sizeBytes: 0,
      checksum: "AAAAAA==",
    });
    expect(await readText(scene.store, "empty")).toBe("");
  });

  test("the same bytes again are the same, other bytes are different, and neither changes a thing", async () => {
    await using scene = await openWithBucket(open);
    await scene.store.put(BUCKET, "a", contentOf("first"), patient);
    const before = await scene.store.info(BUCKET, "a", patient);
    const again = contentOf("first", { contentType: "image/png", metadata: { late: "yes" } });
    expect(await scene.second.put(BUCKET, "a", again, patient)).toBe("same");
    expect(await scene.second.put(BUCKET, "a", contentOf("other"), patient)).toBe("different");
    expect(await scene.second.put(BUCKET, "a", contentOf("first, and more"), patient)).toBe("different");
    expect(await scene.store.info(BUCKET, "a", patient)).toEqual(before);
    expect(await readText(scene.store, "a")).toBe("first");
  });

  test.each(SIZES)(
    "of two that write different bytes of %i at once, one is stored and stays",
    async (size) => {
      await using scene = await openWithBucket(open);
      const [one, other] = [bytesOf(size, 1), bytesOf(size, 2)];
      const ends = await Promise.all([
        scene.store.put(BUCKET, "raced", contentOf(one), patient),
        scene.second.put(BUCKET, "raced", contentOf(other), patient),
      ]);
      expect(ends.toSorted()).toEqual(["different", "stored"]);
      const kept = await readBytes(scene.store, "raced");
      expect(Buffer.compare(kept ?? Buffer.alloc(0), ends[0] === "stored" ? one : other)).toBe(0);
    },
  );

  test.each(SIZES)("of ten that write the same %i bytes at once, one has stored them", async (size) => {
    await using scene = await openWithBucket(open);
    const bytes = bytesOf(size);
    const ends = await Promise.all(
      Array.from({ length: 10 }, (_, nth) =>
        (nth % 2 === 0 ? scene.store : scene.second).put(BUCKET, "raced", contentOf(bytes), patient),
      ),
    );
    expect(ends.filter((end) => end === "stored")).toHaveLength(1);
    expect(ends.filter((end) => end === "same")).toHaveLength(9);
  });

  test("10 MiB arrive and come back as they are", async () => {
    await using scene = await openWithBucket(open);
    const bytes = bytesOf(10 * 1024 * 1024);
    expect(await scene.store.put(BUCKET, "large", contentOf(bytes), patient)).toBe("stored");
    expect(await scene.store.put(BUCKET, "large", contentOf(bytes), patient)).toBe("same");
    expect(Buffer.compare((await readBytes(scene.store, "large")) ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  test.each(SIZES)("%i bytes that are not what was said of them are not stored", async (size) => {
    await using scene = await openWithBucket(open);
    const bytes = bytesOf(size);
    const honest = contentOf(bytes);
    const lies: Content[] = [
      { ...honest, sizeBytes: size - 1 },
      { ...honest, sizeBytes: size + 1 },
      { ...honest, checksum: contentOf(bytesOf(size, 9)).checksum },
    ];
    for (const lie of lies)
      expect(await failureOf(scene.store.put(BUCKET, "a", lie, patient))).toEqual(refused("content"));
    expect(await scene.store.info(BUCKET, "a", patient)).toBeNull();
    expect(await scene.store.put(BUCKET, "a", honest, patient)).toBe("stored");
  });

  test.each(SIZES)(
    "a content of %i that breaks off on the way leaves nothing and is closed",
    async (size) => {
      await using scene = await openWithBucket(open);
      const openings = { count: 0, openCount: 0 };
      const shorter = { ...contentOf(bytesOf(size), { openings }), sizeBytes: size / 2 };
      expect(await failureOf(scene.store.put(BUCKET, "a", shorter, patient))).toEqual(refused("content"));
      expect(openings).toEqual({ count: 1, openCount: 0 });
      const failing: Content = { ...contentOf(bytesOf(size)), open: breakingStream };
      expect(await failureOf(scene.store.put(BUCKET, "a", failing, patient))).toMatchObject({
        code: "storage_unavailable",
      });
      expect(await scene.store.info(BUCKET, "a", patient)).toBeNull();
    },
  );

  test("a content that never comes is given up with the signal", async () => {
    await using scene = await openWithBucket(open);
    const stop = new AbortController();
    let isCancelled = false;
    const silent: Content = {
      ...contentOf("x"),
      open: () =>
        new ReadableStream({
          pull: () => {
            stop.abort(new DOMException("stop", "AbortError"));
            return new Promise(() => undefined);
          },
          cancel: () => void (isCancelled = true),
        }),
    };
    expect(await failureOf(scene.store.put(BUCKET, "a", silent, stop.signal))).toEqual({
      name: "AbortError",
    });
    expect(isCancelled).toBe(true);
    expect(await scene.store.info(BUCKET, "a", patient)).toBeNull();
  });

  test.each(["", "text", "text/plain\r\nx: y", "text/plän", `text/${"x".repeat(255)}`])(
    "%j is no content type",
    async (contentType) => {
      await using scene = await openWithBucket(open);
      const work = scene.store.put(BUCKET, "a", contentOf("x", { contentType }), patient);
      expect(await failureOf(work)).toEqual(refused("bad_type"));
    },
  );

  test("there is no putting into a bucket that is not there", async () => {
    await using scene = await openWithBucket(open);
    for (const size of SIZES)
      expect(await failureOf(scene.store.put(OTHER_BUCKET, "a", contentOf(bytesOf(size)), patient))).toEqual(
        refused("no_bucket"),
      );
  });

  test("what is removed is gone, once, and its name is free", async () => {
    await using scene = await openWithBucket(open);
    await scene.store.put(BUCKET, "a", contentOf("first"), patient);
    expect(await scene.second.remove(BUCKET, "a", patient)).toBe(true);
    expect(await scene.store.remove(BUCKET, "a", patient)).toBe(false);
    expect(await scene.store.remove(OTHER_BUCKET, "a", patient)).toBe(false);
    expect(await scene.store.info(BUCKET, "a", patient)).toBeNull();
    expect(await scene.store.put(BUCKET, "a", contentOf("second"), patient)).toBe("stored");
    expect(await readText(scene.store, "a")).toBe("second");
  });
}

function breakingStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytesOf(1000));
      controller.error(new Error("the disk failed"));
    },
  });
}
