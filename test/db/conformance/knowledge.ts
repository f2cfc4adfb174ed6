// Users' files: kept with their way into the bucket, bounded, replaced under the same id, gone at once when they are deleted.
import { expect, test } from "bun:test";
import { addFile, addOwner, addRead, fileOf, idOf, LIMITS, listed, read, sweepAll } from "../filed.ts";
import { ALL, addUser } from "../identified.ts";
import { must, type OpenScene, only } from "../scene.ts";

export function knowledgeConformance(open: OpenScene): void {
  test("a file is kept with its way into its user's bucket, and shown with all that is known of it", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const file = fileOf(ana, { audience: "customers", kind: "pdf", contentType: "application/pdf" });
    const added = await scene.first.addFile(file, null, LIMITS, scene.now);
    expect(added).toEqual({ kind: "added", fileId: file.id });
    const bucket = must(await scene.second.bucketOf({ ...NOBODY, userId: ana }));
    await scene.first.bucketReady(bucket.name, scene.now);
    expect(only(await scene.second.dueUploads(scene.now, 10))).toMatchObject({
      id: file.id,
      bucketName: bucket.name,
      objectName: file.objectName,
      kind: "file",
      contentType: "application/pdf",
      originalName: "preços.txt",
      sizeBytes: 1_000,
      checksum: "AAAAAA==",
      body: null,
    });
    const row = must(await scene.second.fileRow(ana, file.id));
    expect(row).toEqual({
      id: file.id,
      name: "preços.txt",
      kind: "pdf",
      contentType: "application/pdf",
      audience: "customers",
      sizeBytes: 1_000,
      state: "reading",
      reason: null,
      pageCount: null,
      passageCount: 0,
      isTruncated: 0,
      isStored: 0,
      createdAt: scene.now,
      updatedAt: scene.now,
    });
    expect(must(await scene.second.listFiles(ana, ALL)).data).toEqual([row]);
  });

  test("its bytes are the spool's until the bucket has them, and the bucket's after that", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const fileId = await addFile(scene.first, ana);
    const before = must(await scene.second.fileToOpen(ana, fileId));
    expect(before).toMatchObject({ name: "preços.txt", sizeBytes: 1_000, spoolId: fileId });
    await scene.first.bucketReady(before.bucketName, scene.now);
    await scene.first.uploaded(await scene.first.dueUploads(scene.now, 10), scene.now);
    expect(await scene.second.fileToOpen(ana, fileId)).toEqual({ ...before, spoolId: null });
    expect(must(await scene.second.fileRow(ana, fileId))["isStored"]).toBe(1);
  });

  test("a list shows the user's own, newest first, page by page; others' nobody can name", async () => {
    await using scene = await open();
    const [ana, bia] = [await addOwner(scene.first), await addOwner(scene.first)];
    const files = [await addFile(scene.first, ana), await addFile(scene.first, ana)];
    const foreign = await addFile(scene.first, bia);
    const first = must(await scene.second.listFiles(ana, { ...ALL, limit: 1 }));
    expect(first.data.map((row) => row["id"])).toEqual([files[1] ?? ""]);
    const second = must(await scene.second.listFiles(ana, { ...ALL, limit: 1, cursor: first.nextCursor }));
    expect([second.data.map((row) => row["id"]), second.nextCursor]).toEqual([[files[0] ?? ""], null]);
    expect(await scene.second.listFiles("nobody", ALL)).toBeNull();
    expect(await scene.second.fileRow(ana, foreign)).toBeNull();
    expect(await scene.second.fileToOpen(ana, foreign)).toBeNull();
    expect(await scene.second.changeFile(ana, foreign, { name: "mine" }, scene.now)).toBe(false);
    expect(await scene.second.deleteFile(ana, foreign, scene.now)).toBe(false);
    const stolen = await scene.second.addFile(fileOf(ana), foreign, LIMITS, scene.now);
    expect(stolen).toEqual({ kind: "refused", reason: "no_file" });
    expect(await listed(scene, bia)).toEqual([foreign]);
  });

  test("a list shows only files in the state that is asked for", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const done = await addRead(scene.first, ana, ["o metro"]);
    await addFile(scene.first, ana);
    const page = must(await scene.second.listFiles(ana, { ...ALL, state: "read" }));
    expect(page.data).toMatchObject([{ id: done, state: "read", passageCount: 1 }]);
  });

  test("nobody keeps a file for a user who is none", async () => {
    await using scene = await open();
    const refused = { kind: "refused", reason: "no_user" } as const;
    expect(await scene.first.addFile(fileOf("nobody"), null, LIMITS, scene.now)).toEqual(refused);
    const ana = await addUser(scene);
    expect(await scene.first.addFile(fileOf(ana), null, LIMITS, scene.now)).toEqual(refused);
  });

  test("a user has so many files, bytes and passages and no more, whatever others have", async () => {
    await using scene = await open();
    const [ana, bia] = [await addOwner(scene.first), await addOwner(scene.first)];
    await addRead(scene.first, bia, ["a", "b", "c"]);
    const first = await addRead(scene.first, ana, ["a", "b", "c"], { sizeBytes: 600 });
    expect(await scene.second.fileTotals(ana)).toEqual({ fileCount: 1, bytes: 600, passageCount: 3 });
    const add = (limits: object, replaces: string | null = null, sizeBytes = 400) =>
      scene.second.addFile(fileOf(ana, { sizeBytes }), replaces, { ...LIMITS, ...limits }, scene.now);
    expect(await add({ filesMax: 1 })).toEqual({ kind: "refused", reason: "filesMax" });
    expect(await add({ bytesMax: 999 })).toEqual({ kind: "refused", reason: "bytesMax" });
    expect(await add({ passagesMax: 3 })).toEqual({ kind: "refused", reason: "passagesMax" });
    expect(await scene.first.fileTotals(ana)).toEqual({ fileCount: 1, bytes: 600, passageCount: 3 });
    // The version before makes room for the next.
    expect(await add({ filesMax: 1, bytesMax: 999, passagesMax: 3 }, first, 999)).toMatchObject({
      kind: "added",
    });
    expect(await scene.first.fileTotals(ana)).toEqual({ fileCount: 1, bytes: 999, passageCount: 0 });
    expect(await add({ filesMax: 2, bytesMax: 1_399 })).toMatchObject({ kind: "added" });
  });

  test("a new version takes the file's id, and the version before is deleted", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const fileId = await addRead(scene.first, ana, ["o metro custa dez"]);
    const next = fileOf(ana, { name: "preços 2.txt", sizeBytes: 2_000 });
    expect(await scene.second.addFile(next, fileId, LIMITS, scene.now)).toEqual({ kind: "added", fileId });
    expect(await listed(scene, ana)).toEqual([fileId]);
    expect(must(await scene.first.fileRow(ana, fileId))).toMatchObject({
      name: "preços 2.txt",
      state: "reading",
    });
    expect(await scene.first.searchPassages({ senderId: ana, ownerId: null }, "metro", 6)).toBeNull();
    await read(scene.first, fileId, ["o metro custa onze"]);
    const found = await scene.second.searchPassages({ senderId: ana, ownerId: null }, "metro", 6);
    expect(found).toEqual([{ fileId, fileName: "preços 2.txt", text: "o metro custa onze" }]);
    expect(await sweepAll(scene.first)).toBe(1);
    expect(await listed(scene, ana)).toEqual([fileId]);
  });

  test("an old version that waits for the bucket waits no more, and coming back to it is another object", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const fileId = await addFile(scene.first, ana, { sha256: "one" });
    const old = must(await scene.second.fileToOpen(ana, fileId));
    await scene.first.addFile(fileOf(ana, { sha256: "two" }), fileId, LIMITS, scene.now);
    await scene.first.addFile(fileOf(ana, { sha256: "one" }), fileId, LIMITS, scene.now);
    const now = must(await scene.second.fileToOpen(ana, fileId));
    expect(now.objectName).not.toBe(old.objectName);
    expect(await scene.second.spoolSize()).toEqual({ objectCount: 1, bytes: 1_000 });
    const swept = must(await scene.second.nextFileToSweep(0));
    expect(swept.objectName).toBe(old.objectName);
  });

  test("the same bytes again change its name and audience, and nothing else", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const fileId = await addRead(scene.first, ana, ["o metro"], { sha256: "one", audience: "customers" });
    const again = fileOf(ana, { sha256: "one", name: "tabela.txt", audience: "owner" });
    expect(await scene.first.addFile(again, fileId, LIMITS, scene.now + 5)).toEqual({ kind: "same", fileId });
    const row = must(await scene.second.fileRow(ana, fileId));
    expect(row).toMatchObject({ name: "tabela.txt", audience: "owner", state: "read", passageCount: 1 });
    expect(row["updatedAt"]).toBe(scene.now + 5);
    expect(await scene.second.nextFileToSweep(0)).toBeNull();
    expect(await scene.second.spoolSize()).toEqual({ objectCount: 1, bytes: 1_000 });
  });

  test("a file that customers may see from now on is read anew for them, one they may not any more is not", async () => {
    await using scene = await open();
    const [ana, line] = [{ senderId: null, ownerId: "" }, { ownerId: "" }];
    const userId = await addOwner(scene.first);
    ana.ownerId = line.ownerId = userId;
    const fileId = await addRead(scene.first, userId, ["o metro"]);
    expect(await scene.first.searchPassages(ana, "metro", 6)).toBeNull();
    expect(await scene.first.changeFile(userId, fileId, { audience: "customers" }, scene.now)).toBe(true);
    const file = must(await scene.second.nextFileToRead(0));
    expect(file).toMatchObject({ id: fileId, audience: "customers" });
    await scene.first.removePassages(file.key, 10);
    await read(scene.first, fileId, ["o metro"]);
    expect(await scene.second.searchPassages(ana, "metro", 6)).toHaveLength(1);
    await scene.first.changeFile(userId, fileId, { audience: "owner" }, scene.now);
    expect(await scene.second.searchPassages(ana, "metro", 6)).toBeNull();
    expect(must(await scene.second.fileRow(userId, fileId))["state"]).toBe("read");
  });

  test("a deleted file is gone at once from lists, downloads, searches and the spool; the sweep leaves nothing of it", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    const fileId = await addRead(scene.first, ana, ["o metro"]);
    expect(await scene.first.deleteFile(ana, fileId, scene.now)).toBe(true);
    expect(await listed(scene, ana)).toEqual([]);
    expect(await scene.second.fileRow(ana, fileId)).toBeNull();
    expect(await scene.second.fileToOpen(ana, fileId)).toBeNull();
    expect(await scene.second.searchPassages({ senderId: ana, ownerId: null }, "metro", 6)).toBeNull();
    expect(await scene.second.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
    expect(await scene.second.fileTotals(ana)).toEqual({ fileCount: 0, bytes: 0, passageCount: 0 });
    expect(await scene.second.deleteFile(ana, fileId, scene.now)).toBe(false);
    expect(await sweepAll(scene.second)).toBe(1);
    expect(await scene.first.nextFileToSweep(0)).toBeNull();
  });

  test("with their user all files are deleted, their bucket retires under the user's id and takes nothing more", async () => {
    await using scene = await open();
    const [ana, bia] = [await addOwner(scene.first), await addOwner(scene.first)];
    const fileId = await addRead(scene.first, ana, ["o metro"], { audience: "customers" });
    const kept = await addFile(scene.first, bia);
    const { name } = must(await scene.first.bucketOf({ ...NOBODY, userId: ana }));
    expect(await scene.first.deleteUser(ana, scene.now)).toBe(true);
    expect(await scene.second.fileToOpen(ana, fileId)).toBeNull();
    expect(await scene.second.searchPassages({ senderId: ana, ownerId: ana }, "metro", 6)).toBeNull();
    expect(await scene.second.bucketRow(name)).toMatchObject({
      state: "retired",
      reason: "user_deleted",
      formerOwner: ana,
      retiredAt: scene.now,
      userId: null,
    });
    expect(await scene.second.spooledFileIds()).toEqual([kept]);
    expect(must(await scene.second.nextFileToSweep(0)).bucketName).toBe(name);
    expect(await sweepAll(scene.second)).toBe(1);
    expect(await listed(scene, bia)).toEqual([kept]);
  });

  test("an erased bucket takes its files along, and no others", async () => {
    await using scene = await open();
    const [ana, bia] = [await addOwner(scene.first), await addOwner(scene.first)];
    await addRead(scene.first, ana, ["o metro"]);
    const kept = await addFile(scene.first, bia);
    const { name } = must(await scene.first.bucketOf({ ...NOBODY, userId: ana }));
    await scene.first.eraseBucket(name, scene.now);
    expect([await listed(scene, ana), await listed(scene, bia)]).toEqual([[], [kept]]);
    expect(idOf(await scene.first.addFile(fileOf(ana), null, LIMITS, scene.now))).not.toBe(kept);
    expect(await sweepAll(scene.second)).toBe(1);
  });
}

const NOBODY = { connectionKey: 0, contactRef: null, phoneKey: null };
