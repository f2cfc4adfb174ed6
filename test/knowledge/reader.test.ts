// Files are read one by one in the background: into passages, or given up with a reason; what is not their fault waits.
import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/errors.ts";
import { EXTRACT_LIMITS, unreadable } from "../../src/knowledge/extracted.ts";
import { addRead } from "../db/filed.ts";
import { must } from "../db/scene.ts";
import { away, foundBy, openScene, POLL_MS, refusedRights, rowOf, store, until, upload } from "./scene.ts";

const MIB = 1024 * 1024;
const busy = new AppError("busy", "busy", { retryable: true, retryAfterMs: 30_000 });
/** As many passages as this makes, with the number of each in it. */
const paragraphs = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `Parágrafo ${index}: ${"o metro custa dez reais. ".repeat(30)}`,
  ).join("\n\n");

describe("a file that was added", () => {
  test("is read from the spool, and found by its words", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "# Preços\n\no metro custa dez" });
    expect(await foundBy(scene, userId, "metro")).toBeNull();
    expect(await scene.reader.runOnce()).toBe(1);
    expect(await rowOf(scene, userId, fileId)).toMatchObject({
      state: "read",
      passageCount: 1,
      isTruncated: 0,
    });
    expect(await foundBy(scene, userId, "quanto custa o metro?")).toEqual(["# Preços\n\no metro custa dez"]);
    expect(await scene.reader.runOnce()).toBe(0);
  });

  test("is read from its bucket when it is there already", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    await upload(scene, { userId, content: "o metro" });
    await store(scene);
    expect(await scene.reader.runOnce()).toBe(1);
    expect(await foundBy(scene, userId, "metro")).toEqual(["o metro"]);
  });

  test("shows its pages, and that it holds more than was read", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "o metro" });
    scene.extract = async () => ({ text: "o metro", pages: 12, isTruncated: true });
    await scene.reader.runOnce();
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ pageCount: 12, isTruncated: 1 });
  });

  test("is read by itself once the reader is started or woken", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    scene.reader.start();
    await scene.clock.settle();
    await upload(scene, { userId, content: "o metro" });
    scene.reader.wake();
    await until(scene, async () => (await foundBy(scene, userId, "metro")) !== null);
    await upload(scene, { userId, content: "o veludo" });
    await scene.clock.tick(POLL_MS);
    await until(scene, async () => (await foundBy(scene, userId, "veludo"))?.length === 1);
    expect(scene.events.filter(({ name }) => name === "file.read")).toHaveLength(2);
  });
});

describe("a file that cannot be read", () => {
  test("is kept and named with the reason, and the next one is read", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "segredo" });
    const other = await upload(scene, { userId, content: "o metro" });
    scene.extract = async (_kind, bytes) => {
      const text = new TextDecoder().decode(bytes);
      if (text === "segredo") throw unreadable("encrypted");
      return { text, isTruncated: false };
    };
    expect(await scene.reader.runOnce()).toBe(2);
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ state: "unreadable", reason: "encrypted" });
    expect(await rowOf(scene, userId, other)).toMatchObject({ state: "read" });
    await store(scene);
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ isStored: 1, name: "preços.txt" });
    expect(await scene.reader.runOnce()).toBe(0);
  });

  test("since it is too large is not even loaded", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const content = new Uint8Array(EXTRACT_LIMITS.bytesMax + 1).fill(65);
    const fileId = await upload(scene, { userId, content, pieceBytes: MIB });
    await scene.folder.remove(fileId);
    await scene.reader.runOnce();
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ state: "unreadable", reason: "too_large" });
  });

  test("since it has no text, or nobody has its bytes any more, says so", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const [blank, lost] = [
      await upload(scene, { userId, content: "   \n " }),
      await upload(scene, { userId, content: "o metro" }),
    ];
    await scene.folder.remove(lost);
    expect(await scene.reader.runOnce()).toBe(2);
    expect(await rowOf(scene, userId, blank)).toMatchObject({ state: "unreadable", reason: "no_text" });
    expect(await rowOf(scene, userId, lost)).toMatchObject({ state: "unreadable", reason: "missing" });
  });

  test("since the user's files are long enough together is cut, or refused when nothing of it would be left", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const many = Array.from({ length: 4_999 }, () => "a");
    for (let count = 0; count < 4; count++) await addRead(scene.store, userId, many);
    const [cut, none] = [
      await upload(scene, { userId, content: paragraphs(20) }),
      await upload(scene, { userId, content: "o veludo" }),
    ];
    await scene.reader.runOnce();
    expect(await rowOf(scene, userId, cut)).toMatchObject({ state: "read", passageCount: 4, isTruncated: 1 });
    expect(await rowOf(scene, userId, none)).toMatchObject({ state: "unreadable", reason: "no_room" });
  });
});

describe("what is not the file's fault", () => {
  test.each([
    ["the storage is away", away],
    ["the storage refuses", refusedRights],
    ["too many files are being read", busy],
  ])("waits longer each time, and is read after that: %s", async (_what, failure) => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "o metro" });
    await store(scene);
    let tries = 0;
    const asItIs = scene.extract;
    const isBusy = failure === busy;
    scene.extract = async (...given) => {
      tries++;
      if (isBusy && tries <= 2) throw busy;
      return await asItIs(...given);
    };
    scene.refuse = () => (!isBusy && ++tries <= 2 ? failure : null);
    expect(await scene.reader.runOnce()).toBe(0);
    expect(await scene.reader.runOnce()).toBe(0);
    expect(tries).toBe(1);
    await scene.clock.tick(isBusy ? 40_000 : 7_000);
    expect(await scene.reader.runOnce()).toBe(0);
    expect(tries).toBe(2);
    await scene.clock.tick(3_000);
    expect(await scene.reader.runOnce()).toBe(0);
    expect(tries).toBe(2);
    await scene.clock.tick(40_000);
    expect(await scene.reader.runOnce()).toBe(1);
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ state: "read" });
  });

  test("keeps no other file from being read: those in the spool need no storage", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const far = await upload(scene, { userId, content: "o metro" });
    await store(scene);
    const near = await upload(scene, { userId, content: "o veludo" });
    scene.objects.failure = away;
    expect(await scene.reader.runOnce()).toBe(1);
    expect(await rowOf(scene, userId, near)).toMatchObject({ state: "read" });
    expect(await rowOf(scene, userId, far)).toMatchObject({ state: "reading", reason: null });
  });

  test("fails the round when it is the database, and costs the file no attempt", async () => {
    let isFull = true;
    await using scene = openScene((real) => ({
      ...real,
      addPassages: (...given) => (isFull ? Promise.reject(new Error("full")) : real.addPassages(...given)),
    }));
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "o metro" });
    for (let count = 0; count < 5; count++) {
      const failure: unknown = await scene.reader.runOnce().catch((error: unknown) => error);
      expect(failure).toMatchObject({ message: "full" });
    }
    isFull = false;
    expect(await scene.reader.runOnce()).toBe(1);
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ state: "read" });
  });
});

describe("a process that dies in the middle", () => {
  test("between two lots begins the file anew, and nothing is in the index twice", async () => {
    let lotCount = 0;
    const dead = new Promise<never>(() => {});
    await using scene = openScene((real) => ({
      ...real,
      addPassages: (...given) => (++lotCount === 2 ? dead : real.addPassages(...given)),
    }));
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: paragraphs(250) });
    void scene.reader.runOnce();
    await until(scene, () => lotCount === 2);
    expect(scene.counts()).toMatchObject({ knowledge_passages: 100, knowledge_index: 100 });
    expect(await foundBy(scene, userId, "metro")).toBeNull();
    expect(await scene.openReader().runOnce()).toBe(1);
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ state: "read", passageCount: 250 });
    expect(scene.counts()).toMatchObject({ knowledge_passages: 250, knowledge_index: 250 });
  });

  test("three times by the same file gives the file up", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "veneno" });
    const next = await upload(scene, { userId, content: "o metro" });
    let begunCount = 0;
    scene.extract = async (_kind, bytes) => {
      const text = new TextDecoder().decode(bytes);
      if (text === "veneno" && ++begunCount > 0) await new Promise<never>(() => {});
      return { text, isTruncated: false };
    };
    for (let boot = 1; boot <= 3; boot++) {
      void scene.openReader().runOnce();
      await until(scene, () => begunCount === boot);
    }
    expect(await scene.openReader().runOnce()).toBe(2);
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ state: "unreadable", reason: "crashed" });
    expect(await rowOf(scene, userId, next)).toMatchObject({ state: "read" });
  });

  test("a stop gives up the file under way without holding it against it", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    await upload(scene, { userId, content: "o metro" });
    let begunCount = 0;
    scene.extract = (_kind, _bytes, signal) => {
      begunCount++;
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    };
    for (let boot = 1; boot <= 4; boot++) {
      const reader = scene.openReader();
      reader.start();
      await until(scene, () => begunCount === boot);
      await reader.stop();
    }
    expect(must(await scene.store.nextFileToRead(0))).toMatchObject({ attempts: 0 });
    expect(scene.events.filter(({ name }) => name === "file.waiting")).toEqual([]);
  });
});

test("a file that is deleted while it is read leaves nothing behind", async () => {
  await using scene = openScene();
  const userId = await scene.owner();
  const fileId = await upload(scene, { userId, content: paragraphs(250) });
  const asItIs = scene.extract;
  scene.extract = async (...given) => {
    await scene.files.remove(userId, fileId);
    return await asItIs(...given);
  };
  expect(await scene.reader.runOnce()).toBe(0);
  expect(await scene.sweeper.runOnce()).toBe(1);
  expect(new Set(Object.values(scene.counts()))).toEqual(new Set([0]));
});

test("a file that customers may see while it is read is read anew for them", async () => {
  await using scene = openScene();
  const userId = await scene.owner();
  const fileId = await upload(scene, { userId, content: paragraphs(150) });
  const asItIs = scene.extract;
  let count = 0;
  scene.extract = async (...given) => {
    if (++count === 1) await scene.files.change(userId, fileId, { audience: "customers" });
    return await asItIs(...given);
  };
  expect(await scene.reader.runOnce()).toBe(0);
  expect(await scene.reader.runOnce()).toBe(1);
  const found = await scene.store.searchPassages({ senderId: null, ownerId: userId }, "metro", 200);
  expect(found).toHaveLength(150);
});
