// Uploads as they are read: what is taken out of a form, what is refused, and that no cut of the body matters.
import { describe, expect, test } from "bun:test";
import type { ErrorCode } from "../../src/errors.ts";
import { readUpload } from "../../src/routes/upload.ts";
import { seededRandom } from "../harness/random.ts";
import { BOUNDARY, body, field, file, refusal, send, type SendOptions, TYPE, wire } from "./upload-scene.ts";

/** What closes a body after the file's last byte. */
const END = `\r\n--${BOUNDARY}--\r\n`;
const FORM_COUNT = 400;
const BROKEN_COUNT = 3_000;
const SEED = 20_261_121;

describe("of a form", () => {
  test("the file, its name, its type and the fields are read", async () => {
    const form = body(field("title", wire("olá")), file("abc"), field("note", ""), field("title", "later"));
    expect(await send(form)).toEqual({
      fields: Object.assign(Object.create(null), { title: "later", note: "" }),
      fileName: "a.pdf",
      declaredType: "application/pdf",
      sizeBytes: 3,
      bytes: Buffer.from("abc"),
    });
  });

  test("as a browser or fetch writes it, the file is read", async () => {
    const form = new FormData();
    form.set("kind", "menu");
    form.set(
      "file",
      new Blob([new Uint8Array(300_000).fill(7)], { type: "text/csv" }),
      "preços – 文件 📄.csv",
    );
    const written = new Response(form);
    const type = written.headers.get("content-type") ?? "";
    const upload = await send(await written.bytes(), { type });
    expect(upload).toMatchObject({
      fileName: "preços – 文件 📄.csv",
      declaredType: "text/csv",
      sizeBytes: 300_000,
      fields: { kind: "menu" },
    });
    expect(upload.bytes.every((byte) => byte === 7)).toBe(true);
  });

  test.each<[name: string, fileName: string]>([
    ["../../etc/passwd", "../../etc/passwd"],
    ["C:\\\\a\\\\b.pdf", "C:\\a\\b.pdf"],
    ["a;b=c.pdf", "a;b=c.pdf"],
    [wire("文件–é.pdf"), "文件–é.pdf"],
    ['a\\"b.pdf', 'a"b.pdf'],
  ])("the name is given raw: %p", async (name, fileName) => {
    expect((await send(body(file("abc", name)))).fileName).toBe(fileName);
  });

  test("a name after RFC 8187, or none at all, is a file's as well", async () => {
    const head = `--${BOUNDARY}\r\nContent-Type: application/octet-stream\r\nContent-Disposition: form-data; name="file"`;
    const named = body(`${head}; filename*=UTF-8''pre%C3%A7os.pdf\r\n\r\nabc\r\n`);
    expect(await send(named)).toMatchObject({ fileName: "preços.pdf", sizeBytes: 3 });
    expect(await send(body(`${head}\r\n\r\nabc\r\n`))).toMatchObject({ fileName: null, sizeBytes: 3 });
  });

  test("a type that is none is null", async () => {
    expect((await send(body(file("abc", "a", "a/b/c")))).declaredType).toBeNull();
    expect((await send(body(file("abc", "a", "TEXT/Plain; charset=x")))).declaredType).toBe("text/plain");
  });

  test("an empty file with a name is a file", async () => {
    expect(await send(body(file("")))).toMatchObject({ fileName: "a.pdf", sizeBytes: 0 });
  });

  test("names of fields reach no prototype", async () => {
    const { fields } = await send(body(field("__proto__", "x"), field("constructor", "y"), file("abc")));
    expect(Object.keys(fields)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(fields)).toBeNull();
  });
});

const manyFields = Array.from({ length: 20 }, (_, at) => field(`f${at}`, "x"));

test.each<[name: string, form: Uint8Array, options: SendOptions, code: ErrorCode]>([
  ["no multipart", body(file("abc")), { type: "application/json" }, "unsupported_media_type"],
  [
    "another multipart",
    body(file("abc")),
    { type: "multipart/mixed; boundary=XbX" },
    "unsupported_media_type",
  ],
  ["no boundary", body(file("abc")), { type: "multipart/form-data" }, "invalid_body"],
  ["an empty boundary", body(file("abc")), { type: 'multipart/form-data; boundary=""' }, "invalid_body"],
  ["a boundary too long", body(file("abc")), { type: `${TYPE}${"x".repeat(70)}` }, "invalid_body"],
  ["another boundary than it says", body(file("abc")), { type: `${TYPE}x` }, "invalid_body"],
  ["nothing", new Uint8Array(), {}, "invalid_body"],
  ["no parts", body(), {}, "invalid_body"],
  ["no file", body(field("a", "b")), {}, "invalid_body"],
  ["a file that was not chosen", body(file("", "", "application/octet-stream")), {}, "invalid_body"],
  ["two files", body(file("abc"), file("def")), {}, "invalid_body"],
  ["no end", body(file("abc")).slice(0, -6), {}, "invalid_body"],
  ["half a file", body(file("abc".repeat(1_000))).slice(0, 2_000), {}, "invalid_body"],
  ["half a head", body(file("abc")).slice(0, 40), {}, "invalid_body"],
  ["a field too long", body(field("a", "x".repeat(4_097)), file("abc")), {}, "invalid_body"],
  ["a field too long after the file", body(file("abc"), field("a", "x".repeat(4_097))), {}, "invalid_body"],
  ["a field's name too long", body(field("x".repeat(101), "a"), file("abc")), {}, "invalid_body"],
  ["more parts than allowed", body(...manyFields, file("abc")), {}, "invalid_body"],
  ["a file too large by a byte", body(file("abcd")), { fileBytesMax: 3 }, "too_large"],
  [
    "an endless head",
    body(`--${BOUNDARY}\r\nX: ${"x".repeat(300_000)}\r\n\r\n`),
    { fileBytesMax: 3 },
    "too_large",
  ],
  ["an endless foreword", body("x".repeat(300_000), file("abc")), { fileBytesMax: 3 }, "too_large"],
  [
    "an endless afterword",
    new Uint8Array([...body(file("abc")), ...new Uint8Array(300_000)]),
    { fileBytesMax: 3 },
    "too_large",
  ],
  [
    "too many bytes announced",
    body(file("abc")),
    { fileBytesMax: 3, headers: { "content-length": "1000000" } },
    "too_large",
  ],
])("%s is refused, however it is cut", async (_name, form, options, code) => {
  expect((await refusal(send(form, options))).code).toBe(code);
  const cuts = Array.from({ length: Math.min(form.byteLength, 2_000) }, (_, at) => at);
  expect((await refusal(send(form, { ...options, cuts }))).code).toBe(code);
});

test("as many parts and bytes as allowed are read", async () => {
  const full = [...manyFields.slice(0, 18), field("last", "x".repeat(4_096)), file("abc")];
  const upload = await send(body(...full), { fileBytesMax: 3 });
  expect(Object.keys(upload.fields)).toHaveLength(19);
  expect(upload.sizeBytes).toBe(3);
});

test("what is announced too large is refused before a byte of it is read", async () => {
  let pulledCount = 0;
  const unread = new ReadableStream<Uint8Array>({ pull: () => void pulledCount++ }, { highWaterMark: 0 });
  const headers = { "content-type": TYPE, "content-length": "1000000" };
  const request = new Request("http://localhost/", { method: "POST", headers, body: unread });
  const reading = readUpload(request, { fileBytesMax: 1_000, server: null }, async () => {});
  expect((await refusal(reading)).code).toBe("too_large");
  expect(pulledCount).toBe(0);
});

test("the sender waits while a piece is being written", async () => {
  const written = Promise.withResolvers<void>();
  let pulledCount = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      const head = pulledCount++ === 0 ? body(file("abc")).slice(0, -END.length) : new Uint8Array(64 * 1024);
      controller.enqueue(head);
    },
  });
  const request = new Request("http://localhost/", {
    method: "POST",
    headers: { "content-type": TYPE },
    body: endless,
  });
  const reading = readUpload(request, { fileBytesMax: 10_000_000, server: null }, () => written.promise);
  for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(pulledCount).toBeLessThan(8);
  written.resolve();
  expect((await refusal(reading)).code).toBe("too_large");
});

test("a failure to write is thrown as it is, and nothing is written after it", async () => {
  const full = new Error("the disk is full");
  let writeCount = 0;
  const write = async (): Promise<void> => {
    writeCount++;
    throw full;
  };
  const form = body(file("x".repeat(500_000)));
  const cuts = Array.from({ length: 100 }, (_, at) => at * 5_000);
  expect(await send(form, { cuts, write }).catch((error: unknown) => error)).toBe(full);
  expect(writeCount).toBe(1);
});

test("a failure to write while the form breaks off is thrown as well, and nothing else is heard of", async () => {
  const full = new Error("the disk is full");
  const form = body(file("x".repeat(1_000))).slice(0, -6);
  for (let delay = 0; delay < 12; delay++) {
    const write = async (): Promise<void> => {
      for (let turn = 0; turn < delay; turn++) await Promise.resolve();
      throw full;
    };
    expect([full, expect.objectContaining({ code: "invalid_body" })]).toContainEqual(
      await send(form, { write, cuts: [500] }).catch((error: unknown) => error),
    );
  }
});

test("when reading has failed no piece is being written any more", async () => {
  let writingCount = 0;
  const write = async (): Promise<void> => {
    writingCount++;
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    writingCount--;
  };
  const form = body(file("x".repeat(500_000)), file("second"));
  expect((await refusal(send(form, { write }))).code).toBe("invalid_body");
  expect(writingCount).toBe(0);
});

test(`${FORM_COUNT} files full of half boundaries arrive whole, however they are cut (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const upTo = (max: number): number => Math.floor(random.fraction() * (max + 1));
  const scraps = [
    "\r",
    "\n",
    "\r\n",
    "\r\n-",
    "\r\n--",
    "\r\n--X",
    "\r\n--Xb",
    `--${BOUNDARY}`,
    "-",
    "X",
    "abc",
    "\0",
    "\xFF",
  ];
  for (let form = 0; form < FORM_COUNT; form++) {
    const scrapped = Array.from({ length: upTo(400) }, () => scraps[upTo(scraps.length - 1)]).join("");
    const bytes = withoutBoundary(scrapped.repeat(1 + upTo(200)));
    const whole = body(field("a", "b"), file(bytes), field("c", "d"));
    const cuts = Array.from({ length: upTo(60) }, () => upTo(whole.byteLength));
    const isSlow = upTo(1) === 1;
    const write = async (): Promise<void> => {
      if (isSlow) await new Promise((resolve) => setImmediate(resolve));
    };
    const upload = await send(whole, { cuts, write });
    expect(Buffer.compare(upload.bytes, Buffer.from(bytes, "latin1"))).toBe(0);
    expect({ ...upload.fields }).toEqual({ a: "b", c: "d" });
  }
}, 60_000);

test(`${BROKEN_COUNT} spoilt forms are read or refused, nothing else (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const upTo = (max: number): number => Math.floor(random.fraction() * (max + 1));
  const codes = new Map<string, number>();
  for (let form = 0; form < BROKEN_COUNT; form++) {
    const whole = body(field("a", "b"), file("abc\r\n--Xb"), field("c", "d"));
    for (let spot = 0; spot <= upTo(4); spot++) whole[upTo(whole.byteLength - 1)] = upTo(255);
    const cuts = Array.from({ length: upTo(4) }, () => upTo(whole.byteLength));
    const code = await send(upTo(3) === 0 ? whole.slice(0, upTo(whole.byteLength)) : whole, { cuts }).then(
      () => "read",
      (error: unknown) => refusal(Promise.reject(error)).then((known) => known.code),
    );
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  expect([...codes.keys()].toSorted()).toEqual(["invalid_body", "read"]);
}, 60_000);

/** A sender takes a boundary that is not in its file. */
function withoutBoundary(bytes: string): string {
  const [boundary, other] = [`\r\n--${BOUNDARY}`, "\r\n--Xb_"];
  return `\r\n${bytes}`.replaceAll(boundary, other).slice(2);
}
