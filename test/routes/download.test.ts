// A file as an answer: what its head says, which bytes come, and what nobody can make it say.
import { describe, expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { type FileToSend, sendFile } from "../../src/routes/download.ts";
import type { ByteRange } from "../../src/storage/objects.ts";
import { openFileServer, PIECE } from "./file-server.ts";

const TEXT = "0123456789";
const CREATED = "Sat, 21 Nov 2026 12:00:00 GMT";

interface Opened {
  answer: Response;
  opened: (ByteRange | null)[];
}

async function ask(
  headers: Record<string, string> = {},
  file: Partial<FileToSend> = {},
  method = "GET",
): Promise<Opened> {
  const opened: (ByteRange | null)[] = [];
  const answer = await sendFile(
    {
      fileName: "a.pdf",
      contentType: "application/pdf",
      sizeBytes: TEXT.length,
      etag: "abc",
      createdAt: Date.UTC(2026, 10, 21, 12, 0, 0, 500),
      async open(range) {
        opened.push(range);
        return new Blob([TEXT.slice(range?.from ?? 0, (range?.to ?? TEXT.length) + 1)]).stream();
      },
      brokeOff: (error) => expect.unreachable(String(error)),
      ...file,
    },
    new Request("http://localhost/file", { method, headers }),
    null,
  );
  return { answer, opened };
}

describe("without conditions", () => {
  test("all of it comes, to be kept and never shown", async () => {
    const { answer, opened } = await ask();
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toEqual({
      "accept-ranges": "bytes",
      "cache-control": "private, no-store",
      "content-disposition": "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf",
      "content-length": "10",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
      "content-type": "application/pdf",
      etag: '"abc"',
      "last-modified": CREATED,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    expect(await answer.text()).toBe(TEXT);
    expect(opened).toEqual([null]);
  });

  test("HEAD tells the same and opens nothing, whatever the range", async () => {
    const { answer, opened } = await ask({ range: "bytes=0-1" }, {}, "HEAD");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-length")).toBe("10");
    expect(answer.body).toBeNull();
    expect(opened).toEqual([]);
  });

  test("what opening throws is thrown", async () => {
    const gone = new Error("gone");
    expect(await ask({}, { open: () => Promise.reject(gone) }).catch((error: unknown) => error)).toBe(gone);
  });
});

test.each<[headers: Record<string, string>, text: string, range: string]>([
  [{ range: "bytes=0-0" }, "0", "bytes 0-0/10"],
  [{ range: "bytes=2-4" }, "234", "bytes 2-4/10"],
  [{ range: "bytes=-3" }, "789", "bytes 7-9/10"],
  [{ range: "bytes=8-99" }, "89", "bytes 8-9/10"],
  [{ range: "bytes=8-", "if-range": '"abc"' }, "89", "bytes 8-9/10"],
  [{ range: "bytes=8-", "if-range": CREATED }, "89", "bytes 8-9/10"],
  [{ range: "bytes=8-", "if-none-match": '"other"' }, "89", "bytes 8-9/10"],
])("%p is a part", async (headers, text, range) => {
  const { answer } = await ask(headers);
  expect(answer.status).toBe(206);
  expect(answer.headers.get("content-range")).toBe(range);
  expect(answer.headers.get("content-length")).toBe(String(text.length));
  expect(await answer.text()).toBe(text);
});

test.each<[headers: Record<string, string>]>([
  [{ range: "bytes=0-1,4-5" }],
  [{ range: "lines=0-1" }],
  [{ range: "bytes=8-", "if-range": '"other"' }],
  [{ range: "bytes=8-", "if-range": 'W/"abc"' }],
  [{ range: "bytes=8-", "if-range": "Sat, 21 Nov 2026 12:00:01 GMT" }],
  [{ range: "bytes=99-", "if-range": '"other"' }],
])("%p is the whole", async (headers) => {
  const { answer } = await ask(headers);
  expect(answer.status).toBe(200);
  expect(answer.headers.has("content-range")).toBe(false);
  expect(await answer.text()).toBe(TEXT);
});

test.each(['"abc"', 'W/"abc"', '"x", W/"abc" ,"y"', "*"])(
  "who has %s already gets nothing, and nothing is opened",
  async (tags) => {
    const { answer, opened } = await ask({ "if-none-match": tags, range: "bytes=99-" });
    expect(answer.status).toBe(304);
    expect(answer.body).toBeNull();
    expect(answer.headers.get("etag")).toBe('"abc"');
    expect(answer.headers.has("content-length")).toBe(false);
    expect(opened).toEqual([]);
  },
);

test("a range that is not there is refused, and nothing is opened", async () => {
  const { answer, opened } = await ask({ range: "bytes=10-" });
  expect(answer.status).toBe(416);
  expect(answer.headers.get("content-range")).toBe("bytes */10");
  expect(answer.body).toBeNull();
  expect(opened).toEqual([]);
});

test.each([
  ["preços – 2026.pdf", "pre_os _ 2026.pdf", "pre%C3%A7os%20%E2%80%93%202026.pdf"],
  ["文件 📄.docx", "__ _.docx", "%E6%96%87%E4%BB%B6%20%F0%9F%93%84.docx"],
  ['a";x=y.txt', "a__x=y.txt", "a%22%3Bx%3Dy.txt"],
  ["50% (it's)*.txt", "50_ (it's)*.txt", "50%25%20%28it%27s%29%2A.txt"],
  ["a\r\nset-cookie: b=c.txt", "aset-cookie: b=c.txt", "aset-cookie%3A%20b%3Dc.txt"],
  ["../../etc/passwd", "passwd", "passwd"],
  ["\uD800.txt", "_.txt", "%EF%BF%BD.txt"],
  ["", "file", "file"],
])("the name %p is sent plain as %p and exactly as %p", async (fileName, plain, exact) => {
  const { answer } = await ask({}, { fileName });
  expect(answer.headers.get("content-disposition")).toBe(
    `attachment; filename="${plain}"; filename*=UTF-8''${exact}`,
  );
  expect(answer.headers.has("set-cookie")).toBe(false);
});

test.each([
  ["text/html; charset=utf-8", "text/html; charset=utf-8"],
  ["image/svg+xml", "image/svg+xml"],
  ["text/html\r\nset-cookie: a=b", "application/octet-stream"],
  ["text/html, text/plain", "application/octet-stream"],
  ["multipart/x; boundary=a", "application/octet-stream"],
  ["html", "application/octet-stream"],
  ["", "application/octet-stream"],
])("the type %p is sent as %p", async (contentType, sent) => {
  const { answer } = await ask({}, { contentType });
  expect(answer.headers.get("content-type")).toBe(sent);
  expect(answer.headers.has("set-cookie")).toBe(false);
});

test("a source that ends because the reader left is no failure", async () => {
  const leaving = new AbortController();
  const broken: unknown[] = [];
  const file: FileToSend = {
    fileName: "a",
    contentType: "a/b",
    sizeBytes: 10,
    etag: "abc",
    createdAt: 0,
    open: async () =>
      new ReadableStream({
        pull(controller) {
          leaving.abort();
          controller.error(leaving.signal.reason);
        },
      }),
    brokeOff: (error) => void broken.push(error),
  };
  const answer = await sendFile(file, new Request("http://localhost/", { signal: leaving.signal }), null);
  await answer.text().catch(() => null);
  expect(leaving.signal.aborted).toBe(true);
  expect(broken).toEqual([]);
});

describe("over a connection", () => {
  test("a range of a large file comes with its bytes, and HEAD with its size", async () => {
    await using server = openFileServer();
    const address = `${server.url}/download/10000000`;
    const answer = await fetch(address, { headers: { range: "bytes=5000000-5999999" } });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe("bytes 5000000-5999999/10000000");
    const want = Uint8Array.from(
      { length: 1_000_000 },
      (_, at) => PIECE[(5_000_000 + at) % PIECE.length] ?? 0,
    );
    expect(Buffer.compare(await answer.bytes(), want)).toBe(0);
    const head = await fetch(address, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe("10000000");
    expect(head.headers.get("accept-ranges")).toBe("bytes");
    const known = await fetch(address, { headers: { "if-none-match": head.headers.get("etag") ?? "" } });
    expect(known.status).toBe(304);
    const beyond = await fetch(address, { headers: { range: "bytes=10000000-" } });
    expect(beyond.status).toBe(416);
  });

  test("an empty file comes as such", async () => {
    await using server = openFileServer();
    const answer = await fetch(`${server.url}/download/0`);
    expect(answer.status).toBe(200);
    expect(await answer.bytes()).toHaveLength(0);
  });

  test("bytes that break off are no whole file to the reader, and are told of once", async () => {
    await using server = openFileServer({ breaksAtBytes: 1_000_000 });
    const answer = await fetch(`${server.url}/download/10000000`)
      .then((begun) => begun.bytes())
      .catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(Error);
    expect(server.broken).toEqual([new Error("the source broke")]);
  });

  test("a reader who leaves ends the reading of the file, which is no failure", async () => {
    await using server = openFileServer();
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write("GET /download/100000000 HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(socket, "readable");
    socket.destroy();
    await server.cancelled;
    expect(server.look().givenBytes).toBeLessThan(50_000_000);
    expect(server.broken).toEqual([]);
  });
});
