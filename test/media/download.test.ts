import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { chmodSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { AppError } from "../../src/errors.ts";
import { checksumOf } from "../../src/storage/checksum.ts";
import { file, head, raw, stalled, status } from "../doubles/media.ts";
import { BYTES_MAX, failureOf, openMediaScene, patient } from "./scene.ts";

const OGG = Buffer.concat([Buffer.from("OggS\0\x02"), Buffer.alloc(5_000, 7)]);
const PATH = "/rails/active_storage/blobs/redirect/abc/voice.ogg";

describe("a download", () => {
  test("is a file with its size, its sums and its type", async () => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, file(OGG, { "content-type": "audio/opus" }));
    expect(await scene.get(PATH)).toEqual({
      sizeBytes: OGG.byteLength,
      checksum: checksumOf(OGG),
      sha256: createHash("sha256").update(OGG).digest("hex"),
      contentType: "audio/ogg",
    });
    expect(scene.read().equals(OGG)).toBe(true);
    expect(scene.names()).toEqual(["file"]);
    expect(statSync(scene.path()).mode & 0o777).toBe(0o600);
  });

  test("asks with a GET that holds neither cookie nor token", async () => {
    await using scene = await openMediaScene();
    scene.server.on(`${PATH}?disposition=inline`, file(OGG));
    await scene.get(`${PATH}?disposition=inline`);
    const [line, ...headers] = (scene.server.requests[0] ?? "").trimEnd().split("\r\n");
    expect(line).toBe(`GET ${PATH}?disposition=inline HTTP/1.1`);
    expect(headers.map((header) => header.toLowerCase()).sort()).toEqual([
      "accept-encoding: identity",
      "accept: */*",
      "connection: close",
      `host: 127.0.0.1:${scene.server.port}`,
      "user-agent: lull",
    ]);
  });

  test("may be empty", async () => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, file(Buffer.alloc(0)));
    expect(await scene.get(PATH)).toMatchObject({ sizeBytes: 0, contentType: "application/octet-stream" });
    expect(scene.read()).toHaveLength(0);
  });

  test("comes whole in pieces, by chunks and up to the connection's end", async () => {
    await using scene = await openMediaScene();
    scene.server.on(
      "/chunked",
      raw(head(200, { "transfer-encoding": "chunked" }), "5\r\nhello\r\n", "0\r\n\r\n"),
    );
    scene.server.on("/closed", raw("HTTP/1.0 200 OK\r\n\r\nhel", "lo"));
    for (const path of ["/chunked", "/closed"]) {
      await scene.get(path);
      expect(scene.read().toString()).toBe("hello");
    }
  });

  test.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("that is packed on the way is unpacked: %s", async (encoding, pack) => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, file(pack(OGG), { "content-encoding": encoding }));
    expect(await scene.get(PATH)).toMatchObject({ sizeBytes: OGG.byteLength, contentType: "audio/ogg" });
    expect(scene.read().equals(OGG)).toBe(true);
  });

  test("replaces what an earlier one brought, or a crash left", async () => {
    await using scene = await openMediaScene();
    writeFileSync(scene.path(), "old");
    writeFileSync(scene.path("file.part"), "half of something");
    chmodSync(scene.path("file.part"), 0o644);
    scene.server.on(PATH, file(OGG));
    await scene.get(PATH);
    expect(scene.names()).toEqual(["file"]);
    expect(scene.read().equals(OGG)).toBe(true);
    expect(statSync(scene.path()).mode & 0o777).toBe(0o600);
  });

  test("never writes through a link that lies in its way", async () => {
    await using scene = await openMediaScene();
    writeFileSync(scene.path("other"), "untouched");
    symlinkSync(scene.path("other"), scene.path("file.part"));
    scene.server.on(PATH, file(OGG));
    await scene.get(PATH);
    expect(scene.read("other").toString()).toBe("untouched");
  });

  test("into a folder that is not there is the disk's failure, not Chatwoot's", async () => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, file(OGG));
    expect(await failureOf(scene.get(PATH, patient, "gone/file"))).toBe("storage_unavailable disk");
  });
});

describe("what the server answers decides whether it is worth another try", () => {
  test.each([
    [404, "media_unavailable missing"],
    [408, "media_unavailable busy"],
    [425, "media_unavailable busy"],
    [429, "media_unavailable busy"],
    [500, "media_unavailable server"],
    [502, "media_unavailable server"],
    [503, "media_unavailable server"],
    [401, "media_refused not_allowed"],
    [403, "media_refused not_allowed"],
    [410, "media_refused gone"],
    [400, "media_refused status"],
    [416, "media_refused status"],
    [204, "media_refused status"],
    [206, "media_refused status"],
    [304, "media_refused status"],
    [302, "media_refused status"], // with no location
  ])("%i: %s", async (code, failure) => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, status(code));
    const tried = scene.get(PATH);
    expect(await failureOf(tried)).toBe(failure);
    const error = await tried.catch((caught: unknown) => caught);
    expect(error instanceof AppError && error.retryable).toBe(failure.startsWith("media_unavailable"));
    expect(scene.names()).toEqual([]);
  });

  test("a file that is missing at first is there at the next try", async () => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, status(404), file(OGG));
    expect(await failureOf(scene.get(PATH))).toBe("media_unavailable missing");
    expect(await scene.get(PATH)).toMatchObject({ sizeBytes: OGG.byteLength });
  });

  test("nobody there, and a name that nobody has", async () => {
    await using scene = await openMediaScene();
    await scene.server[Symbol.asyncDispose]();
    const closed = `${scene.origin}/x`;
    const order = { url: closed, connectionOrigin: closed, into: scene.path(), bytesMax: BYTES_MAX };
    expect(await failureOf(scene.downloads.download(order, patient))).toBe("media_unavailable connection");
    const nobody = "https://nobody.example.test/x";
    const lost = { ...order, url: nobody, connectionOrigin: nobody };
    expect(await failureOf(scene.downloads.download(lost, patient))).toBe("media_unavailable lookup");
    scene.network.name("nobody.example.test", []);
    expect(await failureOf(scene.downloads.download(lost, patient))).toBe("media_unavailable lookup");
  }, 10_000);
});

describe("a body that is not what it says leaves no file", () => {
  const gzipped = gzipSync(Buffer.alloc(100_000, "abc"));
  test.each([
    [
      "shorter than its length",
      raw(head(200, { "content-length": "10" }), "short"),
      "media_unavailable broken",
    ],
    [
      "chunks without an end",
      raw(head(200, { "transfer-encoding": "chunked" }), "5\r\nhello\r\n"),
      "media_unavailable broken",
    ],
    [
      "chunks that are none",
      raw(head(200, { "transfer-encoding": "chunked" }), "zz\r\nhello\r\n"),
      "media_unavailable broken",
    ],
    [
      "half an archive",
      file(gzipped.subarray(0, 80), { "content-encoding": "gzip" }),
      "media_unavailable broken",
    ],
    ["no archive", file(OGG, { "content-encoding": "gzip" }), "media_unavailable broken"],
    ["an unknown packing", file(OGG, { "content-encoding": "compress" }), "media_refused encoding"],
    ["packed twice", file(gzipSync(gzipped), { "content-encoding": "gzip, gzip" }), "media_refused encoding"],
    [
      "two lengths",
      raw("HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nhello"),
      "media_unavailable connection",
    ],
    [
      "a length and chunks",
      raw(
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      ),
      "media_unavailable connection",
    ],
    [
      "a length below nothing",
      raw("HTTP/1.1 200 OK\r\ncontent-length: -3\r\n\r\nhello"),
      "media_unavailable connection",
    ],
    ["no HTTP", raw("SSH-2.0-OpenSSH_9.2\r\n"), "media_unavailable connection"],
    ["nothing at all", raw(), "media_unavailable connection"],
    [
      "a head without an end",
      raw(`HTTP/1.1 200 OK\r\n${`x: ${"a".repeat(500)}\r\n`.repeat(500)}`),
      "media_unavailable connection",
    ],
  ])("%s", async (_, answer, failure) => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, answer);
    expect(await failureOf(scene.get(PATH))).toBe(failure);
    expect(scene.names()).toEqual([]);
  });

  test("but what follows after its length is none of it", async () => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, raw(head(200, { "content-length": "2" }), "hi and much more"));
    expect(await scene.get(PATH)).toMatchObject({ sizeBytes: 2 });
    expect(scene.read().toString()).toBe("hi");
  });
});

describe("an abort", () => {
  test("in the middle of the body leaves no file, and ends the connection", async () => {
    await using scene = await openMediaScene();
    const ended = Promise.withResolvers<void>();
    scene.server.on(PATH, (socket) => {
      stalled(head(200, { "content-length": "100" }), "some of it")(socket);
      socket.once("close", () => ended.resolve());
    });
    const controller = new AbortController();
    const tried = scene.get(PATH, controller.signal).catch((error: unknown) => error);
    await scene.network.taken("piece", 2);
    expect(scene.names()).toEqual(["file.part"]);
    const reason = new Error("we stop");
    controller.abort(reason);
    expect(await tried).toBe(reason);
    expect(scene.names()).toEqual([]);
    await ended.promise;
  });

  test("before the answer, and before the start", async () => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, stalled());
    const controller = new AbortController();
    const tried = scene.get(PATH, controller.signal);
    await scene.network.taken("get");
    controller.abort();
    expect(await failureOf(tried)).toBe("AbortError");
    expect(await failureOf(scene.get(PATH, controller.signal))).toBe("AbortError");
    expect(scene.network.doors).toHaveLength(1);
    expect(scene.names()).toEqual([]);
  });
});

test("no failure repeats the address, which is a secret", async () => {
  await using scene = await openMediaScene();
  scene.server.on("/SECRET-moved", raw(head(302, { location: "https://evil.test/SECRET" })));
  scene.server.on("/SECRET-broken", raw(head(200, { "content-length": "10" }), "short"));
  scene.server.on("/SECRET-none", raw());
  const lengths = "content-length: 1\r\ncontent-length: 2";
  scene.server.on("/SECRET-packet", raw(`HTTP/1.1 302 Found\r\nlocation: /SECRET-\r\n${lengths}\r\n\r\n`));
  for (const name of ["moved", "broken", "none", "packet", "404"]) {
    const path = `/SECRET-${name}`;
    const error = await scene.get(path, patient, "SECRET").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AppError);
    expect(Bun.inspect(error)).not.toContain("SECRET-");
  }
});
