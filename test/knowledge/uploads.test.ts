// Files on their way in and out: told by their bytes, bounded, kept whole or not at all, opened wherever they are.
import { describe, expect, test } from "bun:test";
import { FILE_BYTES_MAX } from "../../src/knowledge/file-limits.ts";
import { ALL } from "../db/identified.ts";
import { LIMITS, fileOf } from "../db/filed.ts";
import { must } from "../db/scene.ts";
import { docxOf, linesOnPage, paragraph, pdfOf, utf8, zipOf } from "./files.ts";
import {
  away,
  forever,
  openScene,
  refusalOf,
  rowOf,
  type Scene,
  store,
  until,
  upload,
  uploadPieces,
} from "./scene.ts";

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
const MIB = 1024 * 1024;

async function contentOf(
  scene: Scene,
  userId: string,
  fileId: string,
  range: [number, number] | null = null,
) {
  const asked = range === null ? null : { from: range[0], to: range[1] };
  const { read, ...described } = await scene.files.open(userId, fileId);
  const body = await read(asked, forever);
  return { ...described, text: await new Response(body).text() };
}

describe("a file that comes in", () => {
  test.each([
    ["txt", "text/plain", "preços.txt", "o metro custa dez"],
    ["md", "text/markdown", "leia.md", "# Preços\n\no metro"],
    ["csv", "text/csv", "tabela.csv", "a,b\n1,2"],
    ["html", "text/html", "x.bin", "<!doctype html><p>o metro"],
    ["pdf", "application/pdf", "nome sem tipo", pdfOf({ pages: [linesOnPage(["Olá"])] })],
    [
      "docx",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      "x.zip",
      docxOf(paragraph("Olá")),
    ],
  ])("is kept as %s, by its bytes", async (kind, contentType, name, content) => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content, name, pieceBytes: 7 });
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ kind, contentType, name, state: "reading" });
    expect(scene.spooled()).toEqual([fileId]);
    expect(scene.wakes).toEqual({ added: 1, deleted: 0 });
  });

  test("that is a document of 30 MB is told by its end, and kept", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const picture = { name: "word/media/1.png", content: new Uint8Array(30 * MIB).fill(7), isStored: true };
    const content = docxOf(paragraph("Olá"), [picture]);
    const fileId = await upload(scene, { userId, content, name: "a.docx", pieceBytes: MIB });
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ kind: "docx", sizeBytes: content.length });
  });

  test.each([
    ["a picture that calls itself a text", "preços.txt", PNG],
    ["an archive", "a.zip", zipOf([{ name: "a.txt", content: utf8("a") }])],
    ["an archive that calls itself a document", "a.docx", zipOf([{ name: "a.txt", content: utf8("a") }])],
    ["nothing that is known", "a.txt", new Uint8Array(100).fill(1)],
  ])("that is %s is refused, and leaves nothing", async (_what, name, content) => {
    await using scene = openScene();
    const userId = await scene.owner();
    const refusal = await refusalOf(upload(scene, { userId, content, name }));
    expect(refusal).toMatchObject({ code: "unsupported_media_type" });
    expect(scene.spooled()).toEqual([]);
    expect(scene.counts()).toMatchObject({ knowledge_files: 0, storage_spool: 0 });
  });

  test("that is large and of no such kind is refused as soon as it is seen", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const started = await scene.files.begin({ userId, name: "a.txt", replaces: null });
    await started.write(PNG);
    const refusal = await refusalOf(started.write(new Uint8Array(64 * 1024)));
    expect(refusal).toMatchObject({ code: "unsupported_media_type" });
    expect(scene.spooled()).toEqual([]);
  });

  test("waits while the user, or everybody, has enough of them under way", async () => {
    await using scene = openScene();
    const owners = [
      await scene.owner(),
      await scene.owner(),
      await scene.owner(),
      await scene.owner(),
      await scene.owner(),
    ];
    const begin = (userId = "") => scene.files.begin({ userId, name: "a.txt", replaces: null });
    const begun = [];
    for (const userId of owners.slice(0, 4)) begun.push(await begin(userId), await begin(userId));
    expect(await refusalOf(begin(owners[4]))).toMatchObject({ code: "busy" });
    await begun[0]?.abandon();
    expect(await refusalOf(begin(owners[1]))).toMatchObject({ code: "busy" });
    const last = await begin(owners[4]);
    await last.write(utf8("um"));
    await last.finish({});
    for (const upload of begun) await upload.abandon();
    await (await begin(owners[1])).abandon();
    expect(scene.spooled()).toHaveLength(1);
  });

  test("that could not be read is taken in again, though its bytes are the same", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "um" });
    const file = must(await scene.store.nextFileToRead(0));
    await scene.store.beginReading(file);
    await scene.store.failReading(file, "too_slow", scene.clock.now());
    await upload(scene, { userId, content: "um", replaces: fileId });
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ id: fileId, state: "reading" });
  });

  test("that is empty, too large or given up leaves nothing", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    expect(await refusalOf(upload(scene, { userId, content: "" }))).toMatchObject({ code: "invalid_body" });
    const begin = () => scene.files.begin({ userId, name: "a.txt", replaces: null });
    const large = await begin();
    const piece = new Uint8Array(MIB).fill(65);
    for (let count = 0; count < FILE_BYTES_MAX / MIB; count++) await large.write(piece);
    expect(await refusalOf(large.write(Uint8Array.of(65)))).toMatchObject({ code: "too_large" });
    const abandoned = await begin();
    await abandoned.write(piece);
    await abandoned.abandon();
    await abandoned.abandon();
    expect(scene.spooled()).toEqual([]);
    expect(scene.counts()).toMatchObject({ knowledge_files: 0, storage_spool: 0 });
  });

  test("is not kept for nobody, nor while the spool is full, nor beyond the user's limits", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const nobody = upload(scene, { userId: "00000000-0000-7000-8000-000000000000", content: "a" });
    expect(await refusalOf(nobody)).toMatchObject({ code: "not_found" });
    const begun = await scene.files.begin({ userId, name: "a.txt", replaces: null });
    await begun.write(utf8("a"));
    scene.hasRoom = false;
    expect(await refusalOf(upload(scene, { userId, content: "a" }))).toMatchObject({ code: "busy" });
    expect(await refusalOf(begun.finish({}))).toMatchObject({ code: "busy" });
    scene.hasRoom = true;
    const unknown = upload(scene, { userId, content: "a", replaces: "00000000-0000-7000-8000-000000000000" });
    expect(await refusalOf(unknown)).toMatchObject({ code: "not_found" });
    for (let count = 0; count < 200; count++)
      await scene.store.addFile(fileOf(userId), null, LIMITS, scene.clock.now());
    const oneMore = await refusalOf(upload(scene, { userId, content: "a" }));
    expect(oneMore).toEqual({ code: "conflict", reason: "too_many_files" });
    expect(scene.spooled()).toEqual([]);
  });

  test("is not kept beyond the user's bytes, looked at before and after they came", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const [wide, big] = [{ ...LIMITS, bytesMax: 2 ** 40 }, 1024 * MIB - 2];
    await scene.store.addFile(fileOf(userId, { sizeBytes: big }), null, wide, 0);
    const full = { code: "too_large", reason: "too_many_bytes" };
    expect(await refusalOf(upload(scene, { userId, content: "abc" }))).toEqual(full);
    await upload(scene, { userId, content: "ab" });
    const begin = scene.files.begin({ userId, name: "a.txt", replaces: null });
    expect(await refusalOf(begin)).toEqual(full);
    expect(scene.spooled()).toHaveLength(1);
  });

  test("whose row cannot be written leaves nothing in the folder", async () => {
    await using scene = openScene((real) => ({
      ...real,
      addFile: () => Promise.reject(new Error("no room")),
    }));
    const userId = await scene.owner();
    expect(await refusalOf(upload(scene, { userId, content: "a" }))).toMatchObject({ message: "no room" });
    expect(scene.spooled()).toEqual([]);
  });

  test("of a process that died before its row is swept from the folder", async () => {
    await using scene = openScene((real) => ({ ...real, addFile: () => new Promise<never>(() => {}) }));
    const userId = await scene.owner();
    void upload(scene, { userId, content: "a" });
    await until(scene, () => scene.spooled().some((name) => !name.endsWith(".part")));
    expect(scene.spooled()).toHaveLength(1);
    const known = new Set(await scene.store.spooledFileIds());
    expect(await scene.folder.sweep(known, Number.POSITIVE_INFINITY)).toBe(1);
    expect(scene.spooled()).toEqual([]);
  });

  test("is called by one visible line without a path", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const names = [
      ["C:\\Users\\ana\\preços.txt", "preços.txt"],
      ["../../etc/passwd", "passwd"],
      ["a\u202Etxt.exe\n\u2028b", "atxt.exeb"],
      [" \t ", "file"],
      ["/", "file"],
      ["x".repeat(500), "x".repeat(200)],
      ["cafe\u0301.txt", "caf\u00e9.txt"],
    ] as const;
    for (const [name, kept] of names) {
      const fileId = await upload(scene, { userId, content: name, name });
      expect(await rowOf(scene, userId, fileId)).toMatchObject({ name: kept });
    }
    expect(JSON.stringify(scene.events)).not.toContain("preços");
  });
});

describe("a new version of a file", () => {
  test("keeps the id, and the one before is swept with its bytes", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "um" });
    await store(scene);
    const again = await uploadPieces(scene, { userId, content: "dois", replaces: fileId });
    expect(again).toEqual({ fileId, isSame: false });
    expect(scene.wakes).toEqual({ added: 2, deleted: 1 });
    await store(scene);
    expect(await contentOf(scene, userId, fileId)).toMatchObject({ text: "dois" });
    expect(await scene.sweeper.runOnce()).toBe(1);
    const [bucket] = [...scene.objects.buckets.values()];
    expect(bucket?.objects.size).toBe(1);
    expect(await contentOf(scene, userId, fileId)).toMatchObject({ text: "dois" });
  });

  test("with the same bytes is none, and its upload is thrown away", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "um" });
    const again = { userId, content: "um", replaces: fileId, name: "outro.txt" };
    expect(await uploadPieces(scene, again)).toEqual({ fileId, isSame: true });
    expect(scene.spooled()).toEqual([fileId]);
    expect(await rowOf(scene, userId, fileId)).toMatchObject({ name: "outro.txt" });
    expect(scene.counts()).toMatchObject({ knowledge_files: 1, storage_spool: 1 });
  });
});

describe("a file that is kept", () => {
  test("is opened from the spool and, once it is there, from its bucket, whole or in part", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const text = "0123456789".repeat(60_000);
    const fileId = await upload(scene, { userId, content: text, name: "números.txt" });
    const facts = { name: "números.txt", contentType: "text/plain", sizeBytes: 600_000 };
    for (const where of ["spool", "bucket"]) {
      expect(await contentOf(scene, userId, fileId)).toMatchObject({ ...facts, text });
      expect(await contentOf(scene, userId, fileId, [3, 5])).toMatchObject({ ...facts, text: "345" });
      expect((await contentOf(scene, userId, fileId, [299_999, 599_990])).text).toHaveLength(299_992);
      expect((await contentOf(scene, userId, fileId, [599_999, 700_000])).text).toBe("9");
      for (const [from, to] of [
        [600_000, 600_001],
        [5, 4],
        [-1, 3],
      ] as const)
        expect(await refusalOf(contentOf(scene, userId, fileId, [from, to]))).toMatchObject({
          code: "invalid_query",
        });
      expect(scene.spooled()).toEqual(where === "spool" ? [fileId] : []);
      if (where === "spool") await store(scene);
    }
  });

  test("is opened from its bucket when it gets there between the look and the read", async () => {
    let raced: Scene | null = null;
    const scene = openScene((real) => ({
      ...real,
      async fileToOpen(userId, fileId) {
        const file = await real.fileToOpen(userId, fileId);
        if (raced !== null) await store(raced);
        return file;
      },
    }));
    await using ending = scene;
    const userId = await ending.owner();
    const fileId = await upload(scene, { userId, content: "um" });
    raced = scene;
    expect(await contentOf(scene, userId, fileId)).toMatchObject({ text: "um" });
  });

  test("is read to its end though it leaves the spool meanwhile", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const text = "0123456789".repeat(60_000);
    const fileId = await upload(scene, { userId, content: text });
    const body = await (await scene.files.open(userId, fileId)).read(null, forever);
    await store(scene);
    expect(await new Response(body).text()).toBe(text);
  });

  test("says so when its bucket is away, and leaves no open file when nobody reads it", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "x".repeat(600_000) });
    const body = await (await scene.files.open(userId, fileId)).read(null, forever);
    await body.cancel();
    await store(scene);
    scene.objects.failure = away;
    expect(await refusalOf(contentOf(scene, userId, fileId))).toMatchObject({ code: "storage_unavailable" });
  });

  test("is its user's alone, for lists, changes, downloads and deletion", async () => {
    await using scene = openScene();
    const [ana, bia] = [await scene.owner(), await scene.owner()];
    const fileId = await upload(scene, { userId: ana, content: "um" });
    const { files } = scene;
    const none = { code: "not_found", reason: undefined };
    expect(await refusalOf(files.get(bia, fileId))).toEqual(none);
    expect(await refusalOf(files.open(bia, fileId))).toEqual(none);
    expect(await refusalOf(files.change(bia, fileId, { name: "meu" }))).toEqual(none);
    expect(await refusalOf(files.remove(bia, fileId))).toEqual(none);
    expect(await refusalOf(upload(scene, { userId: bia, content: "b", replaces: fileId }))).toEqual(none);
    expect(await refusalOf(files.list("nobody", ALL))).toEqual(none);
    expect((await files.list(bia, ALL)).data).toEqual([]);
    expect((await files.list(ana, ALL)).data).toMatchObject([{ id: fileId }]);
  });

  test("is gone at once when it is deleted, its bytes soon after", async () => {
    await using scene = openScene();
    const userId = await scene.owner();
    const fileId = await upload(scene, { userId, content: "um" });
    await scene.files.change(userId, fileId, { name: "  outro\n.txt ", audience: "customers" });
    expect(await scene.files.get(userId, fileId)).toMatchObject({
      name: "outro.txt",
      audience: "customers",
    });
    await scene.files.remove(userId, fileId);
    expect(await refusalOf(scene.files.get(userId, fileId))).toMatchObject({ code: "not_found" });
    expect(scene.wakes.deleted).toBe(1);
    expect(scene.spooled()).toEqual([fileId]);
    expect(await scene.sweeper.runOnce()).toBe(1);
    expect(scene.spooled()).toEqual([]);
  });
});
