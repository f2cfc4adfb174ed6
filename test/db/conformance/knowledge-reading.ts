// Files whose text is read in lots, begun anew after a crash, and taken away in small steps.
import { expect, test } from "bun:test";
import { addFile, addOwner, addRead, sweepAll, toRead } from "../filed.ts";
import { must, type OpenScene } from "../scene.ts";

const FOUND = { pageCount: 7, isTruncated: true };

export function knowledgeReadingConformance(open: OpenScene): void {
  test("files wait to be read, oldest first, until they are read or given up", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const ids = [await addFile(scene.first, ana), await addFile(scene.first, ana)];
    const first = must(await scene.second.nextFileToRead(0));
    const second = must(await scene.second.nextFileToRead(first.key));
    expect([first.id, second.id]).toEqual(ids);
    expect(await scene.second.nextFileToRead(second.key)).toBeNull();
    expect(await scene.first.finishReading(first, FOUND, scene.now)).toBe(true);
    expect(await scene.first.failReading(second, "encrypted", scene.now)).toBe(true);
    expect(await scene.second.nextFileToRead(0)).toBeNull();
    expect(await scene.second.fileRow(ana, first.id)).toMatchObject({
      state: "read",
      pageCount: 7,
      isTruncated: 1,
    });
    expect(await scene.second.fileRow(ana, second.id)).toMatchObject({
      state: "unreadable",
      reason: "encrypted",
    });
  });

  test("passages are found when the last lot is in, not before", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const file = await toRead(scene.first, await addFile(scene.first, ana));
    const search = () => scene.second.searchPassages({ senderId: ana, ownerId: null }, "metro", 6);
    expect(await scene.first.addPassages(file, 0, ["um metro", "dois"])).toBe(true);
    expect(await search()).toBeNull();
    expect(await scene.first.addPassages(file, 2, ["outro metro"])).toBe(true);
    await scene.first.finishReading(file, FOUND, scene.now);
    expect(await search()).toHaveLength(2);
    expect(await scene.second.fileRow(ana, file.id)).toMatchObject({ passageCount: 3 });
  });

  test("a lot comes in once, in its place", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const file = await toRead(scene.first, await addFile(scene.first, ana));
    expect(await scene.first.addPassages(file, 0, ["a", "b"])).toBe(true);
    expect(await scene.second.addPassages(file, 0, ["a", "b"])).toBe(false);
    expect(await scene.second.addPassages(file, 3, ["d"])).toBe(false);
    expect(await scene.second.fileTotals(ana)).toMatchObject({ passageCount: 2 });
  });

  test("what was read of a file before a crash is taken out, and it begins anew", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const file = await toRead(scene.first, await addFile(scene.first, ana));
    await scene.first.beginReading(file);
    await scene.first.addPassages(file, 0, ["velho metro", "b", "c"]);
    const again = await toRead(scene.second, file.id);
    expect(again.attempts).toBe(1);
    expect([
      await scene.second.removePassages(file.key, 2),
      await scene.second.removePassages(file.key, 2),
      await scene.second.removePassages(file.key, 2),
    ]).toEqual([2, 1, 0]);
    expect(await scene.second.addPassages(again, 0, ["novo metro"])).toBe(true);
    await scene.second.finishReading(again, FOUND, scene.now);
    const found = await scene.first.searchPassages({ senderId: ana, ownerId: null }, "metro", 6);
    expect(found).toMatchObject([{ text: "novo metro" }]);
  });

  test("an attempt that was ended from outside does not count", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const file = await toRead(scene.first, await addFile(scene.first, ana));
    await scene.first.beginReading(file);
    await scene.first.beginReading(file);
    await scene.second.releaseReading(file);
    expect(await toRead(scene.second, file.id)).toMatchObject({ attempts: 1 });
  });

  test("whoever reads a file that was deleted or given to another audience meanwhile is told so", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const [gone, changed] = [await addFile(scene.first, ana), await addFile(scene.first, ana)];
    const readings = [await toRead(scene.first, gone), await toRead(scene.first, changed)];
    for (const reading of readings) await scene.first.addPassages(reading, 0, ["a"]);
    await scene.second.deleteFile(ana, gone, scene.now);
    await scene.second.changeFile(ana, changed, { audience: "customers" }, scene.now);
    for (const reading of readings) {
      expect(await scene.first.addPassages(reading, 1, ["b"])).toBe(false);
      expect(await scene.first.finishReading(reading, FOUND, scene.now)).toBe(false);
      expect(await scene.first.failReading(reading, "broken", scene.now)).toBe(false);
      expect(await scene.first.beginReading(reading)).toBe(false);
    }
    expect(await toRead(scene.second, changed)).toMatchObject({ audience: "customers" });
  });

  test("the key of a file that was swept is never another file's", async () => {
    await using scene = await open();
    const [ana, bia] = [await addOwner(scene.first), await addOwner(scene.first)];
    const late = await toRead(scene.first, await addFile(scene.first, ana));
    await scene.first.deleteFile(ana, late.id, scene.now);
    await sweepAll(scene.first);
    await addFile(scene.first, bia);
    expect(await scene.first.addPassages(late, 0, ["Ana's"])).toBe(false);
    expect(await scene.first.fileTotals(bia)).toMatchObject({ passageCount: 0 });
  });

  test("an upload that ends after its object was taken out of the spool settles nobody else's", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const fileId = await addFile(scene.first, ana);
    const { bucketName } = must(await scene.first.fileToOpen(ana, fileId));
    await scene.first.bucketReady(bucketName, scene.now);
    const underWay = await scene.first.dueUploads(scene.now, 10);
    await scene.second.deleteFile(ana, fileId, scene.now);
    const next = await addFile(scene.second, ana);
    await scene.first.uploaded(underWay, scene.now);
    expect(must(await scene.first.fileRow(ana, next))["isStored"]).toBe(0);
    expect(await scene.first.spooledFileIds()).toEqual([next]);
  });

  test("a file that is not deleted cannot be removed, nor one that still has passages", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const file = await toRead(scene.first, await addFile(scene.first, ana));
    await scene.first.removeFile(file.key);
    expect(await scene.second.fileRow(ana, file.id)).not.toBeNull();
    const other = await addRead(scene.first, ana, ["a"]);
    await scene.first.deleteFile(ana, other, scene.now);
    const { key } = must(await scene.first.nextFileToSweep(0));
    const refusal: unknown = await scene.first.removeFile(key).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "StoreError", kind: "conflict" });
  });
}
