// Files that are not taken, or taken for what they are: whatever is sent, nothing is left of what was refused.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { addFile, giveBucket } from "../db/filed.ts";
import type { TestAppOptions } from "../harness/app.ts";
import {
  type FileForm,
  type FilesScene,
  formOf,
  json,
  jsonOf,
  OLD_ADDRESS,
  openFiles,
  OWN,
  rowIn,
  spooled,
} from "../harness/files.ts";
import { docxOf, linesOnPage, paragraph, pdfOf, utf8, zipOf } from "../knowledge/files.ts";
import { NOBODY } from "../routes/table.ts";
import { body, BOUNDARY, field, file, TYPE, wire } from "../routes/upload-scene.ts";

const MIB = 1024 * 1024;
const FILE_BYTES_MAX = 100 * MIB;
const FILES_MAX = 200;
const PNG = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52,
]);
const EXE = Uint8Array.from([
  ...utf8("MZ"),
  0x90,
  0,
  3,
  0,
  0,
  0,
  4,
  0,
  0,
  0,
  0xff,
  0xff,
  0,
  0,
  ...new Uint8Array(200),
]);
const SVG = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;
const ZIP = zipOf([{ name: "a.txt", content: utf8("a") }]);

async function expectNothing({ app, rows }: FilesScene): Promise<void> {
  expect(await rows()).toEqual([]);
  expect(spooled(app)).toEqual([]);
}

function send({ asUser }: FilesScene, form: FileForm) {
  return jsonOf(asUser(OWN, { method: "POST", body: formOf(form) }));
}

/** A body as its bytes go over the wire. */
function sendRaw({ asUser }: FilesScene, bytes: RequestInit["body"], headers: Record<string, string> = {}) {
  return jsonOf(asUser(OWN, { method: "POST", headers: { "content-type": TYPE, ...headers }, body: bytes }));
}

describe("what is not taken leaves nothing:", () => {
  test.each<[string, FileForm]>([
    ["a picture", { content: PNG, fileName: "a.png", type: "image/png" }],
    ["a picture that calls itself a text", { content: PNG, fileName: "preços.txt" }],
    ["a program", { content: EXE, fileName: "a.exe", type: "application/pdf" }],
    ["an archive", { content: ZIP, fileName: "a.zip", type: "application/zip" }],
    ["an archive that calls itself a document", { content: ZIP, fileName: "a.docx" }],
    ["a picture that may run scripts", { content: SVG, fileName: "a.svg", type: "image/svg+xml" }],
    [
      "a picture that may run scripts and calls itself a page",
      { content: SVG, fileName: "a.html", type: "text/html" },
    ],
  ])("%s: 415, in a form and in base64", async (_what, form) => {
    await using files = await openFiles();
    const unsupported = {
      status: 415,
      body: { success: false, code: "unsupported_media_type", retryable: false },
    };
    expect(await send(files, form)).toMatchObject(unsupported);
    const content = Buffer.from(form.content ?? "").toString("base64");
    const inJson = {
      action: "upload",
      userId: files.userId,
      fileName: form.fileName,
      content,
      contentType: form.type,
    };
    expect(await jsonOf(files.asService(OLD_ADDRESS, json(inJson)))).toMatchObject(unsupported);
    await expectNothing(files);
  });

  test.each<[string, FileForm]>([
    ["an empty file", { content: "" }],
    ["a field that is misspelt, before the file", { before: { audiense: "customers" } }],
    ["a field that is misspelt, after the file", { after: { audiense: "customers" } }],
    ["another's id", { before: { userId: NOBODY } }],
    ["an audience that there is not", { after: { audience: "all" } }],
    ["a name that is too long", { after: { name: "x".repeat(1_001) } }],
    ["a field that is too long", { after: { name: "x".repeat(5_000) } }],
  ])("%s: 400", async (_what, form) => {
    await using files = await openFiles();
    expect(await send(files, form)).toMatchObject({ status: 400, body: { code: "invalid_body" } });
    await expectNothing(files);
  });

  test("two files, no file, no form, no boundary, and a form that breaks off", async () => {
    await using files = await openFiles();
    const whole = body(file("abc", "a.txt"));
    for (const [bytes, headers, status] of [
      [body(file("abc", "a.txt"), file("def", "b.txt")), {}, 400],
      [body(field("name", "a.txt")), {}, 400],
      [whole.subarray(0, whole.length - BOUNDARY.length - 8), {}, 400],
      [whole, { "content-type": "multipart/form-data" }, 400],
      [whole, { "content-type": "text/plain" }, 415],
      [whole, { "content-type": "application/json" }, 415],
    ] as const)
      expect([headers, (await sendRaw(files, bytes, headers)).status]).toEqual([headers, status]);
    await expectNothing(files);
  });

  test("a body that ends in an error, which may be tried again", async () => {
    await using files = await openFiles();
    const begin = body(file("x".repeat(300_000), "a.txt")).subarray(0, 200_000);
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(begin),
      pull: (controller) => controller.error(new Error("the sender is gone")),
    });
    expect(await sendRaw(files, broken)).toMatchObject({
      status: 400,
      body: { code: "invalid_body", retryable: true },
    });
    await expectNothing(files);
    expect((await send(files, {})).status).toBe(200);
  });

  test("more bytes than a file may have, announced before or not", async () => {
    await using files = await openFiles();
    const tooLarge = { status: 413, body: { code: "too_large", retryable: false } };
    const announced = endless();
    const length = { "content-length": String(FILE_BYTES_MAX + MIB) };
    expect(await sendRaw(files, announced.body, length)).toMatchObject(tooLarge);
    expect(announced.givenBytes()).toBeLessThan(MIB);
    const unannounced = endless();
    expect(await sendRaw(files, unannounced.body)).toMatchObject(tooLarge);
    expect(unannounced.givenBytes()).toBeLessThan(FILE_BYTES_MAX + 2 * MIB);
    await expectNothing(files);
  }, 30_000);

  test("one file more than a user may have", async () => {
    await using files = await openFiles();
    const { app, userId } = files;
    await giveBucket(app.store(), userId, app.clock.now());
    for (let count = 0; count < FILES_MAX; count++) await addFile(app.store(), userId);
    expect(await send(files, {})).toMatchObject({
      status: 409,
      body: { code: "conflict", reason: "too_many_files", fix: expect.any(String) },
    });
    expect(spooled(app)).toEqual([]);
    const [full] = await files.rows();
    const path = `${OWN}/${full?.id}`;
    expect((await files.asUser(path, { method: "PUT", body: formOf({}) })).status).toBe(200);
    expect((await files.asUser(path, { method: "DELETE" })).status).toBe(200);
    expect((await send(files, { content: "outro" })).status).toBe(200);
  });

  test("anything while too much waits for the storage, and says when to come back", async () => {
    let isFull = true;
    const wrapStore: TestAppOptions["wrapStore"] = (store) => ({
      ...store,
      spoolSize: async () => (isFull ? { objectCount: 0, bytes: 1024 * MIB } : store.spoolSize()),
    });
    await using files = await openFiles({ wrapStore });
    const busy = await send(files, {});
    expect(busy).toMatchObject({ status: 503, body: { code: "busy", retryable: true } });
    expect(busy.headers.get("retry-after")).toBe("60");
    await expectNothing(files);
    isFull = false;
    expect((await send(files, {})).status).toBe(200);
  });
});

describe("a name is never a path, nor more than one visible line:", () => {
  test.each([
    ["../../etc/passwd", "passwd"],
    ["/etc/cron.d/x", "x"],
    ["..\\..\\windows\\system32\\a.txt", "a.txt"],
    ["%2e%2e%2fb.txt", "%2e%2e%2fb.txt"],
    ["a\0b.txt", "ab.txt"],
    ["a%0d%0aSet-Cookie: x=1.txt", "a%0d%0aSet-Cookie: x=1.txt"],
    ["a\u202Etxt.exe", "atxt.exe"],
    [".htaccess", "htaccess"],
    ["CON", "CON"],
    [`${"x".repeat(5_000)}.txt`, `${"x".repeat(196)}.txt`],
    ["\u{1F6D2}; filename=b.txt", "\u{1F6D2}; filename=b.txt"],
  ])("%j", async (name, clean) => {
    await using files = await openFiles();
    const before = new Set(pathsIn(files.app.dataDir));
    const { id } = rowIn(await sendRaw(files, body(file("abc", wire(name), "text/plain"))));
    const made = pathsIn(files.app.dataDir).filter((path) => !before.has(path));
    expect(made.filter((path) => path !== "spool" && path !== join("spool", id))).toEqual([]);
    expect(existsSync(join(files.app.dataDir, "spool", name.replaceAll("\0", "")))).toBe(false);
    expect((await files.row(id))["name"]).toBe(clean);
    const answer = await files.asUser(`${OWN}/${id}`);
    const disposition = answer.headers.get("content-disposition") ?? "";
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x7E]+"; filename\*=UTF-8''[\w.!#$&+^`|~%-]+$/);
    expect(decodeURIComponent(disposition.slice(disposition.indexOf("''") + 2))).toBe(clean);
    expect(await answer.text()).toBe("abc");
    await files.atRest();
  });

  test("a name that is given beside the file is cleaned as well", async () => {
    await using files = await openFiles();
    const names = ["../../etc/shadow", "a\r\nb\u202E.txt", " ", "..", "\u0000"];
    const kept: unknown[] = [];
    for (const name of names)
      kept.push(rowIn(await send(files, { content: JSON.stringify(name), after: { name } }))["name"]);
    expect(kept).toEqual(["shadow", "ab.txt", "preços.txt", "file", "file"]);
  });
});

describe("a file that cannot be read is kept, can be had again, and says why:", () => {
  const page = pdfOf({ pages: [linesOnPage(["segredo"])], password: { user: "senha" } });
  const document = docxOf(paragraph("Olá"));
  // The words of the document, packed, are no longer what they were.
  const damaged = document.map((byte, at) =>
    at > document.length / 3 && at < document.length / 2 ? byte ^ 255 : byte,
  );
  test.each<[string, FileForm, string]>([
    ["a PDF with a password", { content: page, fileName: "a.pdf" }, "encrypted"],
    ["a PDF that ends early", { content: page.subarray(0, 300), fileName: "b.pdf" }, "broken"],
    ["a document that is damaged", { content: damaged, fileName: "c.docx" }, "broken"],
    ["a text without a word", { content: " \n ".repeat(10), fileName: "d.txt" }, "no_text"],
  ])("%s", async (_what, form, reason) => {
    await using files = await openFiles();
    const { id } = await files.add(form);
    await files.atRest();
    expect(await files.rows()).toMatchObject([
      { id, state: "unreadable", reason, isStored: true, passageCount: 0 },
    ]);
    const bytes = await (await files.asUser(`${OWN}/${id}`)).bytes();
    expect(Buffer.from(bytes).equals(Buffer.from(form.content ?? ""))).toBe(true);
  });
});

/** A form whose file never ends. */
function endless() {
  const begin = Buffer.from(
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`,
  );
  const piece = Buffer.alloc(256 * 1024, "x");
  let givenBytes = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(givenBytes === 0 ? Uint8Array.from(begin) : Uint8Array.from(piece));
      givenBytes += piece.length;
      if (givenBytes > 2 * FILE_BYTES_MAX) controller.close();
    },
  });
  return { body: stream, givenBytes: () => givenBytes };
}

function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String);
}
