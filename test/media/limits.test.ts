// Time, size and number: what a download may take. The clock is driven by hand, the sockets are real.
import { describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { openDownloads } from "../../src/media/downloads.ts";
import { endless, file, head, raw, stalled } from "../doubles/media.ts";
import { BYTES_MAX, failureOf, type MediaScene, openMediaScene, patient, until } from "./scene.ts";

const PATH = "/file";
const CHUNKED = head(200, { "transfer-encoding": "chunked" });

/** Looks at a promise without waiting for it. */
function watch(work: Promise<unknown>): { outcome: () => string; end: Promise<string> } {
  let outcome = "waits";
  const end = failureOf(work).then((told) => (outcome = told));
  return { outcome: () => outcome, end };
}

describe("time", () => {
  test("a connection stands within 2 s, or is none: here nobody shakes hands on TLS", async () => {
    await using scene = await openMediaScene();
    scene.server.otherwise = stalled();
    const url = `https://127.0.0.1:${scene.server.port}${PATH}`;
    const order = { url, connectionOrigin: url, into: scene.path(), bytesMax: BYTES_MAX };
    const tried = watch(scene.downloads.download(order, patient));
    await scene.network.taken("connect");
    await scene.clock.tick(1_999);
    expect(tried.outcome()).toBe("waits");
    await scene.clock.tick(1);
    expect(await tried.end).toBe("media_unavailable timeout");
  });

  test("a name is found within 5 s", async () => {
    await using scene = await openMediaScene();
    const lookup = (): Promise<string[]> => new Promise(() => {});
    const network = { lookup, connect: scene.network.connect.bind(scene.network) };
    const downloads = openDownloads({ clock: scene.clock, network, mediaHosts: [] });
    const url = "https://chat.example.test/";
    const order = { url, connectionOrigin: url, into: scene.path(), bytesMax: BYTES_MAX };
    const tried = watch(downloads.download(order, patient));
    await scene.clock.tick(4_999);
    expect(tried.outcome()).toBe("waits");
    await scene.clock.tick(1);
    expect(await tried.end).toBe("media_unavailable timeout");
  });

  test.each([
    ["nothing", stalled()],
    ["half a head", stalled("HTTP/1.1 200 OK\r\ncontent-le")],
    ["that it still works", stalled("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(3))],
  ])("an answer begins within 5 s of the request: %s was said", async (_, answer) => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, answer);
    const tried = watch(scene.get(PATH));
    await scene.network.taken("get");
    await scene.clock.tick(4_999);
    expect(tried.outcome()).toBe("waits");
    await scene.clock.tick(1);
    expect(await tried.end).toBe("media_unavailable timeout");
    expect(scene.names()).toEqual([]);
  });

  test("a body that stops coming is given up after 10 s, and leaves no file", async () => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, stalled(head(200, { "content-length": "100" }), "some of it"));
    const tried = watch(scene.get(PATH));
    await scene.network.taken("piece", 2);
    await scene.clock.tick(9_999);
    expect(tried.outcome()).toBe("waits");
    expect(scene.names()).toEqual(["file.part"]);
    await scene.clock.tick(1);
    expect(await tried.end).toBe("media_unavailable timeout");
    expect(scene.names()).toEqual([]);
  });

  test("packed bytes that unpack to nothing are none", async () => {
    await using scene = await openMediaScene();
    const onlyHead = gzipSync("a file").subarray(0, 10);
    scene.server.on(
      PATH,
      stalled(head(200, { "content-encoding": "gzip", "content-length": "999" }), onlyHead),
    );
    const tried = watch(scene.get(PATH));
    await scene.network.taken("piece", 2);
    // The packed bytes are read ahead: whoever writes the file begins to wait when it is open.
    await until(() => scene.clock.armedCount === 2);
    await scene.clock.tick(10_000);
    expect(await tried.end).toBe("media_unavailable timeout");
  });

  test("a drip of one byte every 9 s is given up after a minute in all", async () => {
    await using scene = await openMediaScene();
    const asked = Promise.withResolvers<Socket>();
    scene.server.on(PATH, (socket) => {
      socket.write(head(200, { "content-length": "100" }));
      asked.resolve(socket);
    });
    const tried = watch(scene.get(PATH));
    const socket = await asked.promise;
    for (let drop = 1; drop <= 6; drop++) {
      socket.write("x");
      await scene.network.taken("piece", drop + 1);
      await scene.clock.tick(9_000);
      expect(tried.outcome()).toBe("waits");
    }
    socket.write("x");
    await scene.network.taken("piece", 8);
    await scene.clock.tick(5_999);
    expect(tried.outcome()).toBe("waits");
    await scene.clock.tick(1);
    expect(await tried.end).toBe("media_unavailable timeout");
    expect(scene.names()).toEqual([]);
  });

  test("in all may be told otherwise", async () => {
    await using scene = await openMediaScene();
    const { clock, network } = scene;
    const downloads = openDownloads({ clock, network, mediaHosts: [] });
    scene.server.on(PATH, stalled(head(200, { "content-length": "100" })));
    const url = `${scene.origin}${PATH}`;
    const order = { url, connectionOrigin: url, into: scene.path(), bytesMax: BYTES_MAX, timeMaxMs: 3_000 };
    const tried = watch(downloads.download(order, patient));
    await network.taken("piece");
    await clock.tick(3_000);
    expect(await tried.end).toBe("media_unavailable timeout");
  });
});

describe("size", () => {
  const zeros = gzipSync(Buffer.alloc(50 * BYTES_MAX));

  test("just what is allowed comes, also when it is packed larger than that", async () => {
    await using scene = await openMediaScene();
    const bytes = Buffer.alloc(BYTES_MAX, 7);
    scene.server.on("/plain", file(bytes));
    scene.server.on("/packed", file(gzipSync(bytes, { level: 0 }), { "content-encoding": "gzip" }));
    for (const path of ["/plain", "/packed"])
      expect(await scene.get(path)).toMatchObject({ sizeBytes: BYTES_MAX });
  });

  test("a byte more by its own word is not even begun", async () => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, stalled(head(200, { "content-length": String(BYTES_MAX + 1) }), "x"));
    expect(await failureOf(scene.get(PATH))).toBe("media_refused too_large");
    expect(scene.names()).toEqual([]);
  });

  test.each([
    ["a body that never ends", endless("HTTP/1.0 200 OK\r\n\r\n", Buffer.alloc(65_536))],
    ["chunks that never end", endless(CHUNKED, Buffer.from(`400\r\n${"x".repeat(1_024)}\r\n`))],
    ["a small archive of much", file(zeros, { "content-encoding": "gzip" })],
    [
      "archives of nothing, one after the other",
      endless(`${head(200, { "content-encoding": "gzip" })}`, gzipSync("")),
    ],
  ])("%s is cut at the limit", async (_, answer) => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, answer);
    expect(await failureOf(scene.get(PATH))).toBe("media_refused too_large");
    expect(scene.names()).toEqual([]);
  });

  test("of a body that never ends little more is taken than was allowed", async () => {
    await using scene = await openMediaScene();
    let takenBytes = 0;
    const count = (bytes: number): void => void (takenBytes += bytes);
    scene.server.on(PATH, endless("HTTP/1.0 200 OK\r\n\r\n", Buffer.alloc(65_536), count));
    await failureOf(scene.get(PATH));
    await scene.clock.settle();
    // Beside what was read, the kernel holds some on both sides.
    expect(takenBytes).toBeLessThan(BYTES_MAX + 16 * 1024 * 1024);
  });
});

describe("number", () => {
  test("two come at a time, the others in their order", async () => {
    await using scene = await openMediaScene();
    const line = openLine(scene, 5);
    await line.begun(2);
    await scene.clock.settle();
    expect(scene.network.doors).toHaveLength(2);
    await line.finish(2);
    await line.begun(3);
    await line.finish(1);
    await line.begun(4);
    await Promise.all([line.finish(3), line.finish(4)]);
    await line.begun(5);
    await line.finish(5);
    expect(scene.server.paths.slice(2)).toEqual(["/3", "/4", "/5"]);
    expect(scene.names()).toEqual([1, 2, 3, 4, 5].map((number) => `file-${number}`));
  });

  test("one that fails makes place, one that gives up waiting takes none", async () => {
    await using scene = await openMediaScene();
    const controller = new AbortController();
    const line = openLine(scene, 2);
    await line.begun(2);
    const givenUp = scene.get("/given-up", controller.signal);
    scene.server.on("/next", file(Buffer.from("x")));
    const next = scene.get("/next", patient, "next");
    controller.abort();
    expect(await failureOf(givenUp)).toBe("AbortError");
    line.breakOff(1);
    await next;
    await line.finish(2);
    expect(scene.names()).toEqual(["file-2", "next"]);
    expect(scene.server.paths.toSorted()).toEqual(["/1", "/2", "/next"]);
  });

  test("the wait for a place is not counted as time that a download takes", async () => {
    await using scene = await openMediaScene();
    const line = openLine(scene, 2);
    scene.server.on("/next", file(Buffer.from("x")));
    const next = scene.get("/next", patient, "next");
    await line.begun(2);
    await scene.clock.tick(4_000);
    await Promise.all([line.finish(1), line.finish(2)]);
    await next;
    expect(scene.clock.armedCount).toBe(0);
  });
});

/** Downloads `/1`, `/2`… that the server holds until each is told to finish. */
function openLine(scene: MediaScene, count: number) {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const sockets = numbers.map(() => Promise.withResolvers<Socket>());
  const socketOf = (number: number): PromiseWithResolvers<Socket> => {
    const held = sockets[number - 1];
    if (held === undefined) throw new Error(`there is no download ${number}`);
    return held;
  };
  const ends = numbers.map((number) => {
    scene.server.on(`/${number}`, (socket) => socketOf(number).resolve(socket));
    const work = scene.get(`/${number}`, patient, `file-${number}`);
    return failureOf(work);
  });
  return {
    /** Resolves when the server was asked for so many. */
    begun: (number: number) => Promise.all(sockets.slice(0, number).map(({ promise }) => promise)),
    async finish(number: number): Promise<void> {
      raw(head(200, { "content-length": "1" }), "x")(await socketOf(number).promise);
      expect(await ends[number - 1]).toBe("done");
    },
    breakOff: (number: number) => void socketOf(number).promise.then((socket) => socket.destroy()),
  };
}
