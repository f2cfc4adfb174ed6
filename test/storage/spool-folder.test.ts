// The files of the spool: whole or not there, under the ids of their rows, and swept once nobody names them.
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checksumOf } from "../../src/storage/checksum.ts";
import { SpoolFolder } from "../../src/storage/spool-folder.ts";
import { bytesOf, failureOf } from "./scene.ts";

const ID = "019edad1-2480-73c2-8563-2b92409d3fb6";
const OTHER_ID = "019edad1-2480-73c2-8563-2b92409d3fb7";
const NOW = Date.UTC(2026, 5, 18, 13);

interface FolderScene extends Disposable {
  folder: SpoolFolder;
  path: string;
}

function openFolder(): FolderScene {
  const parent = mkdtempSync(join(tmpdir(), "lull-spool-"));
  const path = join(parent, "data", "spool");
  return {
    folder: new SpoolFolder(path),
    path,
    [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }),
  };
}

async function write(folder: SpoolFolder, id: string, ...pieces: Uint8Array[]) {
  const writer = await folder.begin(id);
  for (const piece of pieces) await writer.write(piece);
  return await writer.finish();
}

function age(path: string, writtenAt: number): void {
  utimesSync(path, writtenAt / 1000, writtenAt / 1000);
}

describe("a file", () => {
  test("comes out as it went in, and its size and sums are those of its bytes", async () => {
    using scene = openFolder();
    const bytes = bytesOf(600_000);
    const sums = await write(
      scene.folder,
      ID,
      bytes.subarray(0, 1),
      bytes.subarray(1, 300_000),
      bytes.subarray(300_000),
    );
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(sums).toEqual({ sizeBytes: 600_000, checksum: checksumOf(bytes), sha256 });
    expect(await scene.folder.sizeBytes(ID)).toBe(600_000);
    expect(Buffer.compare(await Bun.readableStreamToBytes(scene.folder.read(ID)), bytes)).toBe(0);
    expect(readFileSync(scene.folder.path(ID))).toHaveLength(600_000);
  });

  test.each([
    [0, 0],
    [0, 599_999],
    [599_999, 599_999],
    [262_143, 262_145],
    [1, 262_144],
  ])("is read from %i to %i, both included", async (from, to) => {
    using scene = openFolder();
    const bytes = bytesOf(600_000);
    await write(scene.folder, ID, bytes);
    const part = await Bun.readableStreamToBytes(scene.folder.read(ID, from, to));
    expect(Buffer.compare(part, bytes.subarray(from, to + 1))).toBe(0);
  });

  test.skipIf(!existsSync("/proc/self/fd"))(
    "is closed however its reader leaves it: early, before it came, or not at all",
    async () => {
      using scene = openFolder();
      await write(scene.folder, ID, bytesOf(600_000));
      const openFiles = () =>
        readdirSync("/proc/self/fd")
          .map(linkOf)
          .filter((path) => path.startsWith(scene.path));
      const early = scene.folder.read(ID).getReader();
      await early.read();
      expect(openFiles()).toHaveLength(1);
      await early.cancel();
      const hasty = scene.folder.read(ID).getReader();
      const piece = hasty.read();
      await Promise.all([hasty.cancel(), piece]);
      await scene.folder.read(ID).cancel();
      expect(openFiles()).toEqual([]);
    },
  );

  test("passes through one piece of memory, for one who keeps none of it", async () => {
    using scene = openFolder();
    const bytes = bytesOf(600_000);
    await write(scene.folder, ID, bytes);
    const memories = new Set<ArrayBufferLike>();
    const passed: Buffer[] = [];
    const reader = scene.folder.readThrough(ID).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      memories.add(piece.value.buffer);
      passed.push(Buffer.from(piece.value));
    }
    expect(Buffer.compare(Buffer.concat(passed), bytes)).toBe(0);
    expect([memories.size, passed.length > 1]).toEqual([1, true]);
  });

  test("may be empty", async () => {
    using scene = openFolder();
    expect(await write(scene.folder, ID)).toMatchObject({ sizeBytes: 0, checksum: "AAAAAA==" });
    expect(await scene.folder.sizeBytes(ID)).toBe(0);
    expect(await Bun.readableStreamToBytes(scene.folder.read(ID))).toHaveLength(0);
  });

  test("is not there before it is whole, nor after it was given up", async () => {
    using scene = openFolder();
    const writer = await scene.folder.begin(ID);
    await writer.write(bytesOf(1000));
    expect(await scene.folder.sizeBytes(ID)).toBeNull();
    await writer.abandon();
    await writer.abandon();
    expect(readdirSync(scene.path)).toEqual([]);
  });

  test("that is not there has no size, is no stream and need not be removed", async () => {
    using scene = openFolder();
    expect(await scene.folder.sizeBytes(ID)).toBeNull();
    expect(await failureOf(new Response(scene.folder.read(ID)).bytes())).toEqual({ name: "Error" });
    await scene.folder.remove(ID);
    await write(scene.folder, ID, bytesOf(10));
    await scene.folder.remove(ID);
    expect(await scene.folder.sizeBytes(ID)).toBeNull();
  });

  test("that cannot be looked at is not taken for one that is gone", async () => {
    using scene = openFolder();
    writeFileSync(join(scene.path, "..", "..", "file"), "");
    const beneath = new SpoolFolder(join(scene.path, "..", "..", "file", "spool"));
    expect(await failureOf(beneath.sizeBytes(ID))).toEqual({ name: "Error" });
  });

  test("is for lull's user alone, and so is its folder", async () => {
    using scene = openFolder();
    await write(scene.folder, ID, bytesOf(10));
    expect(statSync(scene.path).mode & 0o777).toBe(0o700);
    expect(statSync(scene.folder.path(ID)).mode & 0o777).toBe(0o600);
  });

  test("that is written again takes the place of the first", async () => {
    using scene = openFolder();
    await write(scene.folder, ID, bytesOf(1000, 1));
    await write(scene.folder, ID, bytesOf(10, 2));
    expect(await Bun.readableStreamToBytes(scene.folder.read(ID))).toEqual(bytesOf(10, 2));
    expect(readdirSync(scene.path)).toEqual([ID]);
  });

  test.each(["../../etc/passwd", "", "a", `${ID}x`, ID.toUpperCase(), `${ID}.part`, `../${ID}`.slice(0, 36)])(
    "has no name but an id: %j",
    async (id) => {
      using scene = openFolder();
      expect(() => scene.folder.path(id)).toThrow(RangeError);
      expect(() => scene.folder.read(id)).toThrow(RangeError);
      expect(await failureOf(scene.folder.begin(id))).not.toBeNull();
      expect(await failureOf(scene.folder.remove(id))).toEqual({ name: "RangeError" });
    },
  );

  test("that cannot be written says so in our words", async () => {
    using scene = openFolder();
    writeFileSync(join(scene.path, "..", "..", "file"), "");
    const beneath = new SpoolFolder(join(scene.path, "..", "..", "file", "spool"));
    expect(await failureOf(beneath.begin(ID))).toMatchObject({ code: "cannot_store", retryable: true });
  });
});

/** Where a number of an open file leads. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

describe("the sweep", () => {
  test("takes what is old and named by no row, finished or not, and leaves the rest", async () => {
    using scene = openFolder();
    await write(scene.folder, ID, bytesOf(10));
    await write(scene.folder, OTHER_ID, bytesOf(10));
    const unfinished = await scene.folder.begin(ID);
    for (const name of readdirSync(scene.path)) age(join(scene.path, name), NOW - 1);
    const fresh = "019edad1-2480-73c2-8563-2b92409d3fb8";
    await write(scene.folder, fresh, bytesOf(10));
    age(scene.folder.path(fresh), NOW);
    expect(await scene.folder.sweep(new Set([ID]), NOW)).toBe(2);
    expect(readdirSync(scene.path).toSorted()).toEqual([ID, fresh]);
    expect(await scene.folder.sweep(new Set([ID]), NOW)).toBe(0);
    await unfinished.abandon();
  });

  test("of a folder that was never needed finds nothing and makes nothing", async () => {
    using scene = openFolder();
    expect(await scene.folder.sweep(new Set(), NOW)).toBe(0);
    expect(existsSync(scene.path)).toBe(false);
  });
});
