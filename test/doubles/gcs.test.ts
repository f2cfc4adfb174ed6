// The double of Google Cloud Storage itself: strict where Google is, and honest in its books.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { checksumOf } from "../../src/storage/checksum.ts";
import { GcsDouble } from "./gcs.ts";

const FLAGS = { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: "enforced" };
const ACCOUNT = { publicKey: "", clientEmail: "" };
const UNIT = 256 * 1024;
const SIZE = 2 * UNIT + 5;

let now = 0;
let gcs: GcsDouble;
beforeEach(async () => {
  now = 0;
  gcs = await GcsDouble.open({ account: ACCOUNT, now: () => now, bucketGapMs: 2000, place: "EU" });
  await insertBucket("bucket-1");
  now += 2000;
});
afterEach(() => gcs.close());

async function call(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: "Bearer x", ...(init.headers as Record<string, string>) };
  return await fetch(`${gcs.url}${path}`, { keepalive: false, ...init, method, headers });
}

function insertBucket(name: string, extra: Record<string, unknown> = {}): Promise<Response> {
  const labels = { lull: "instance-1" };
  const { project = "project-1", ...more } = extra;
  const body = JSON.stringify({ name, iamConfiguration: FLAGS, labels, location: "EU", ...more });
  return call("POST", `/storage/v1/b?project=${String(project)}`, { body });
}

function insert(name: string, body: string, query = "ifGenerationMatch=0"): Promise<Response> {
  return call("POST", `/upload/storage/v1/b/bucket-1/o?uploadType=media&name=${name}&${query}`, { body });
}

async function openEmulator(): Promise<GcsDouble & AsyncDisposable> {
  const emulator = await GcsDouble.open({ account: null, now: () => now });
  return Object.assign(emulator, { [Symbol.asyncDispose]: () => emulator.close() });
}

function endOf(exchange: Promise<unknown>): Promise<"whole" | "broken"> {
  return exchange.then(
    () => "whole",
    () => "broken",
  );
}

describe("a bucket is refused and noted", () => {
  test.each([
    [{ iamConfiguration: {} }, "a bucket without uniform access"],
    [
      { iamConfiguration: { ...FLAGS, publicAccessPrevention: "inherited" } },
      "a bucket that could be made public",
    ],
    [{ name: "Upper" }, "no name for a bucket"],
    [{ labels: { Lull: "x" } }, "a label that may not be"],
    [{ labels: { kind: "user" } }, "a bucket that does not say whose it is"],
    [{ location: "US" }, "a bucket in another place"],
    [{ acl: [] }, "an unknown field acl"],
  ])("%o", async (extra, violation) => {
    expect((await insertBucket("bucket-2", extra)).status).toBe(400);
    expect(gcs.violations).toEqual([violation]);
  });

  test("when it comes too soon after another of its project", async () => {
    expect((await insertBucket("bucket-2")).status).toBe(200);
    now += 1999;
    const answer = await insertBucket("bucket-3");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "2"]);
    expect((await insertBucket("bucket-4", { project: "project-2" })).status).toBe(200);
    expect(gcs.violations).toHaveLength(1);
    expect(gcs.hastes).toEqual([{ at: 3999, project: "project-1", gapMs: 1999 }]);
    now += 1;
    expect((await insertBucket("bucket-3")).status).toBe(200);
    expect(gcs.bucketNames()).toEqual(["bucket-1", "bucket-2", "bucket-3", "bucket-4"]);
  });
});

describe("a bucket that is not lull's", () => {
  const found = { project: "project-1", labels: {}, isOpen: true };
  const list = async (query: string): Promise<unknown> =>
    (await call("GET", `/storage/v1/b?project=project-1&${query}`)).json();

  test("is 409 when it is asked for, 403 when it is closed, and listed in its own project alone", async () => {
    gcs.addBucket("bucket-2", found);
    gcs.addBucket("bucket-3", { ...found, project: "theirs" });
    gcs.addBucket("bucket-4", { ...found, project: "theirs", isOpen: false });
    for (const name of ["bucket-2", "bucket-3", "bucket-4"]) {
      now += 2000;
      expect((await insertBucket(name)).status).toBe(409);
    }
    const answers = ["bucket-2", "bucket-3", "bucket-4"].map((name) => call("GET", `/storage/v1/b/${name}`));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 403]);
    expect(await list("prefix=bucket-")).toMatchObject({
      items: [{ name: "bucket-1" }, { name: "bucket-2" }],
    });
    expect(gcs.violations).toEqual([]);
  });

  test("is labelled by whoever has seen what it says", async () => {
    gcs.addBucket("bucket-2", { ...found, labels: { team: "sales" } });
    const patch = (query: string, body: unknown): Promise<Response> =>
      call("PATCH", `/storage/v1/b/bucket-2?${query}`, { body: JSON.stringify(body) });
    const labels = { lull: "instance-1" };
    const answer = await patch("ifMetagenerationMatch=1", { labels });
    expect(await answer.json()).toMatchObject({
      metageneration: "2",
      labels: { team: "sales", lull: "instance-1" },
    });
    expect((await patch("ifMetagenerationMatch=1", { labels: { lull: "instance-2" } })).status).toBe(412);
    expect(gcs.violations).toEqual([]);
    expect((await patch("", { labels })).status).toBe(400);
    expect((await patch("ifMetagenerationMatch=2", { iamConfiguration: {} })).status).toBe(400);
    expect((await patch("ifMetagenerationMatch=2", { labels: { Team: "x" } })).status).toBe(400);
    expect(gcs.labelsOf("bucket-2")).toEqual({ team: "sales", lull: "instance-1" });
    expect(gcs.violations).toEqual([
      "a patch that may undo another's",
      "a patch of more than labels",
      "a label that may not be",
    ]);
  });
});

describe("an outage", () => {
  const ask = (): Promise<Response> => call("GET", "/storage/v1/b/bucket-1");

  test("refuses everything and does nothing until it is over", async () => {
    gcs.outage = { status: 503, retryAfterS: 5 };
    const answers = [await ask(), await insert("a", "x"), await insertBucket("bucket-2")];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(answers[0]?.headers.get("retry-after")).toBe("5");
    gcs.outage = null;
    expect(gcs.objectNames("bucket-1")).toEqual([]);
    expect(gcs.bucketNames()).toEqual(["bucket-1"]);
    expect((await ask()).status).toBe(200);
    expect(gcs.ledger.map(({ isDone }) => isDone)).toEqual([true, false, false, false, true]);
  });

  test("breaks every connection", async () => {
    gcs.outage = "cut";
    expect(await endOf(ask())).toBe("broken");
    expect(await endOf(insert("a", "x"))).toBe("broken");
    expect(gcs.bytesOf("bucket-1", "a")).toBeNull();
  });

  test("answers nothing, to whoever waits", async () => {
    gcs.outage = "hang";
    const booked = Promise.withResolvers<unknown>();
    gcs.onEntry.add(booked.resolve);
    const stop = new AbortController();
    const asked = endOf(call("GET", "/storage/v1/b/bucket-1", { signal: stop.signal }));
    expect(await booked.promise).toMatchObject({
      op: "bucket.get",
      status: null,
      end: "hang",
      isDone: false,
    });
    stop.abort();
    expect(await asked).toBe("broken");
  });
});

test("what the account has no right to is 403", async () => {
  gcs.denied.add("bucket.list");
  expect((await call("GET", "/storage/v1/b?project=project-1")).status).toBe(403);
  expect((await call("GET", "/storage/v1/b/bucket-1")).status).toBe(200);
  expect(gcs.violations).toEqual([]);
});

test("as an emulator it asks for no token, gives none, and wants to be told none", async () => {
  await using emulator = await openEmulator();
  const path = `${emulator.url}/storage/v1/b?project=project-1`;
  expect((await fetch(path)).status).toBe(200);
  expect((await fetch(`${emulator.url}/token`, { method: "POST" })).status).toBe(404);
  expect((await fetch(path, { headers: { authorization: "Bearer x" } })).status).toBe(400);
  expect(emulator.violations).toEqual(["a token told to an emulator"]);
});

test("a call without a token, or with a field nobody knows, is refused", async () => {
  expect((await call("GET", "/storage/v1/b/bucket-1", { headers: { authorization: "" } })).status).toBe(401);
  expect((await call("GET", "/storage/v1/b/bucket-1?userProject=x")).status).toBe(400);
  expect((await call("PUT", "/storage/v1/b/bucket-1")).status).toBe(501);
  expect(gcs.violations).toEqual(["bucket.get with userProject"]);
});

test("a name that is taken is 409 for a bucket and 412 for an object", async () => {
  expect((await insertBucket("bucket-1")).status).toBe(409);
  expect((await insert("a", "first")).status).toBe(200);
  expect((await insert("a", "second")).status).toBe(412);
  expect(gcs.bytesOf("bucket-1", "a")?.toString()).toBe("first");
  expect(gcs.violations).toEqual([]);
});

test("an insert that might overwrite is refused and noted", async () => {
  expect((await insert("a", "x", "")).status).toBe(400);
  expect(gcs.violations).toEqual(["an insert that may overwrite"]);
});

test("an object in two parts is kept as it is announced, if its bytes have the checksum", async () => {
  const send = (crc32c: string): Promise<Response> => {
    const told = JSON.stringify({ name: "a", contentType: "a/b", metadata: { k: "v" }, crc32c });
    const body = `--xx\r\ncontent-type: application/json\r\n\r\n${told}\r\n--xx\r\ncontent-type: a/b\r\n\r\n\r\n--\r\n--xx--`;
    const headers = { "content-type": "multipart/related; boundary=xx" };
    const path = "/upload/storage/v1/b/bucket-1/o?uploadType=multipart&ifGenerationMatch=0";
    return call("POST", path, { headers, body });
  };
  expect((await send("AAAAAA==")).status).toBe(400);
  const answer = await send(checksumOf(Buffer.from("\r\n--")));
  expect(await answer.json()).toMatchObject({
    name: "a",
    size: "4",
    contentType: "a/b",
    metadata: { k: "v" },
  });
  expect(gcs.bytesOf("bucket-1", "a")?.toString()).toBe("\r\n--");
});

describe("an upload in pieces", () => {
  let session: string;
  beforeEach(async () => {
    const path = "/upload/storage/v1/b/bucket-1/o?uploadType=resumable&name=a&ifGenerationMatch=0";
    const headers = { "x-upload-content-length": String(SIZE) };
    const answer = await call("POST", path, { headers, body: "{}" });
    session = (answer.headers.get("location") ?? "").slice(gcs.url.length);
  });
  const piece = (from: number, bytes: Uint8Array<ArrayBuffer>): Promise<Response> => {
    const range = `bytes ${from}-${from + bytes.byteLength - 1}/${SIZE}`;
    return call("PUT", session, { headers: { "content-range": range }, body: bytes });
  };
  const status = (): Promise<Response> =>
    call("PUT", session, { headers: { "content-range": `bytes */${SIZE}` } });

  test("is there with its last piece, and repeats that answer", async () => {
    expect((await status()).headers.get("range")).toBeNull();
    const first = await piece(0, new Uint8Array(2 * UNIT));
    expect([first.status, first.headers.get("range")]).toEqual([308, `bytes=0-${2 * UNIT - 1}`]);
    expect(gcs.bytesOf("bucket-1", "a")).toBeNull();
    expect((await piece(2 * UNIT, new Uint8Array(5))).status).toBe(200);
    expect((await status()).status).toBe(200);
    expect(gcs.bytesOf("bucket-1", "a")?.byteLength).toBe(SIZE);
    expect(gcs.violations).toEqual([]);
  });

  test("takes no piece of odd length, out of order, or of a session that is not", async () => {
    expect((await piece(0, new Uint8Array(5))).status).toBe(400);
    expect((await piece(UNIT, new Uint8Array(5))).status).toBe(400);
    session = session.replace("upload-1", "upload-9");
    expect((await piece(0, new Uint8Array(UNIT))).status).toBe(404);
    expect(gcs.violations).toEqual(["a piece of odd length", "a piece that does not follow the last"]);
  });

  test("that is cut keeps one half", async () => {
    gcs.failNext("upload.piece", "cut");
    expect(await endOf(piece(0, new Uint8Array(2 * UNIT)))).toBe("broken");
    expect((await status()).headers.get("range")).toBe(`bytes=0-${UNIT - 1}`);
  });
});

describe("the book", () => {
  test("has every call, what was done and what was answered", async () => {
    gcs.failNext("object.insert", "lost");
    expect(await endOf(insert("a", "first"))).toBe("broken");
    gcs.failNext("object.insert", { status: 503 });
    await insert("b", "second");
    gcs.failNext("object.get", "html");
    expect(await (await call("GET", "/storage/v1/b/bucket-1/o/a")).text()).toContain("<html>");
    const booked = { at: 2000, bucket: "bucket-1" };
    expect(gcs.ledger.slice(1)).toEqual([
      {
        ...booked,
        order: 2,
        op: "object.insert",
        object: "a",
        isDone: true,
        status: null,
        end: "cut",
        bodyBytes: 5,
      },
      {
        ...booked,
        order: 3,
        op: "object.insert",
        object: "b",
        isDone: false,
        status: 503,
        end: "whole",
        bodyBytes: 6,
      },
      {
        ...booked,
        order: 4,
        op: "object.get",
        object: "a",
        isDone: false,
        status: 200,
        end: "whole",
        bodyBytes: 0,
      },
    ]);
    expect(gcs.bytesOf("bucket-1", "a")?.toString()).toBe("first");
    expect(gcs.bytesOf("bucket-1", "b")).toBeNull();
  });
});

describe("a download", () => {
  beforeEach(() => insert("a", "0123456789"));
  const download = (range?: string): Promise<Response> =>
    call("GET", "/storage/v1/b/bucket-1/o/a?alt=media", range === undefined ? {} : { headers: { range } });

  test("is whole or a range", async () => {
    expect(await (await download()).text()).toBe("0123456789");
    const part = await download("bytes=2-4");
    expect([part.status, await part.text()]).toEqual([206, "234"]);
    expect((await download("bytes=10-11")).status).toBe(416);
  });

  test("goes wrong as it is told", async () => {
    gcs.failNext("object.download", "short");
    expect(await (await download()).text()).toBe("01234");
    gcs.failNext("object.download", "flipped");
    expect(await (await download()).text()).toBe("0123446789");
    gcs.failNext("object.download", "cut");
    expect(await endOf(download().then((answer) => answer.text()))).toBe("broken");
  });
});
