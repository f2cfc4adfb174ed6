// Every hop is judged by its URL and by the address it is connected to.
import { describe, expect, test } from "bun:test";
import { file, head, raw, redirect } from "../doubles/media.ts";
import { failureOf, openMediaScene, PUBLIC_ADDRESS, STORAGE_HOST } from "./scene.ts";

const BYTES = Buffer.from("the file");
const START = "/rails/active_storage/blobs/redirect/abc/voice.ogg";
const STORED = `http://${STORAGE_HOST}/key?X-Amz-Signature=1`;

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("%i is followed to Chatwoot's own disk", async (code) => {
    await using scene = await openMediaScene();
    scene.server.on(START, redirect("/rails/active_storage/disk/xyz", code));
    scene.server.on("/rails/active_storage/disk/xyz", file(BYTES));
    await scene.get(START);
    expect(scene.read().equals(BYTES)).toBe(true);
    expect(scene.network.doors).toHaveLength(2);
  });

  test("is followed to a listed host, whose own name it is asked by", async () => {
    await using scene = await openMediaScene();
    scene.server.on(START, redirect(STORED));
    scene.server.on("/key?X-Amz-Signature=1", file(BYTES));
    await scene.get(START);
    expect(scene.read().equals(BYTES)).toBe(true);
    expect(scene.network.doors[1]).toEqual({ address: PUBLIC_ADDRESS, port: 80, certifiedHost: null });
    expect(scene.server.requests[1]?.toLowerCase()).toContain(`host: ${STORAGE_HOST}\r\n`);
  });

  test("takes no cookie along, and its body is not read", async () => {
    await using scene = await openMediaScene();
    const moved = head(302, {
      location: STORED,
      "set-cookie": "session=SECRET",
      "content-length": "1000000",
    });
    scene.server.on(START, raw(moved, "<html>not the file"));
    scene.server.on("/key?X-Amz-Signature=1", file(BYTES));
    await scene.get(START);
    expect(scene.read().equals(BYTES)).toBe(true);
    for (const request of scene.server.requests)
      expect(request.toLowerCase()).not.toMatch(/cookie|authorization/);
  });

  test.each([
    ["http://127.0.0.1:8787/admin", "host"],
    ["http://localhost/", "host"],
    ["http://169.254.169.254/latest/meta-data/", "host"],
    ["https://evil.test/", "host"],
    [`https://${STORAGE_HOST}:8443/key`, "host"],
    [`https://user@${STORAGE_HOST}/key`, "url"],
    ["file:///etc/passwd", "scheme"],
    ["gopher://127.0.0.1:25/", "scheme"],
  ])("to %s is refused before anything is looked up", async (location, reason) => {
    await using scene = await openMediaScene();
    scene.server.on(START, redirect(location));
    expect(await failureOf(scene.get(START))).toBe(`media_refused ${reason}`);
    expect(scene.network.doors).toHaveLength(1);
    expect(scene.network.lookups).toEqual([]);
    expect(scene.names()).toEqual([]);
  });

  test("is followed three times, and no fourth time", async () => {
    await using scene = await openMediaScene();
    for (let hop = 1; hop <= 4; hop++) scene.server.on(`/${hop}`, redirect(`/${hop + 1}`));
    scene.server.on("/5", file(BYTES));
    expect(await failureOf(scene.get("/1"))).toBe("media_refused redirects");
    expect(scene.server.paths).toEqual(["/1", "/2", "/3", "/4"]);
    expect(await failureOf(scene.get("/2"))).toBe("done");
  });

  test("in a circle ends", async () => {
    await using scene = await openMediaScene();
    scene.server.on(START, redirect(START));
    expect(await failureOf(scene.get(START))).toBe("media_refused redirects");
  });

  test("a storage that forbids what is not there yet is asked again later, Chatwoot itself is not", async () => {
    await using scene = await openMediaScene();
    scene.server.on(START, redirect(STORED));
    scene.server.on("/key?X-Amz-Signature=1", raw(head(403, { "content-length": "0" })));
    expect(await failureOf(scene.get(START))).toBe("media_unavailable not_allowed");
    scene.server.on(START, raw(head(403, { "content-length": "0" })));
    expect(await failureOf(scene.get(START))).toBe("media_refused not_allowed");
  });
});

describe("a listed host", () => {
  test.each([
    [["127.0.0.1"]],
    [["10.0.0.5"]],
    [["169.254.169.254"]],
    [["::1"]],
    [["::ffff:127.0.0.1"]],
    [["64:ff9b::7f00:1"]],
    [["fd00:ec2::254"]],
    [[PUBLIC_ADDRESS, "10.0.0.5"]],
    [["fe80::1", PUBLIC_ADDRESS]],
    [["not an address"]],
  ])("at %j is never connected to", async (addresses) => {
    await using scene = await openMediaScene();
    scene.network.name(STORAGE_HOST, addresses);
    scene.server.on(START, redirect(STORED));
    expect(await failureOf(scene.get(START))).toBe("media_refused address");
    expect(scene.network.doors.map(({ address }) => address)).toEqual(["127.0.0.1"]);
  });

  test("is connected to at the address that was judged, though its name changes at once", async () => {
    await using scene = await openMediaScene();
    scene.network.name(STORAGE_HOST, [PUBLIC_ADDRESS], ["127.0.0.1"]);
    scene.server.on(START, redirect(STORED));
    scene.server.on("/key?X-Amz-Signature=1", file(BYTES));
    await scene.get(START);
    expect(scene.network.lookups).toEqual([STORAGE_HOST]);
    expect(scene.network.doors[1]?.address).toBe(PUBLIC_ADDRESS);
    // By the next download it has changed, which is seen.
    expect(await failureOf(scene.get(START))).toBe("media_refused address");
  });

  test("is judged anew at every hop", async () => {
    await using scene = await openMediaScene();
    scene.network.name(STORAGE_HOST, [PUBLIC_ADDRESS], ["10.0.0.5"]);
    scene.server.on(START, redirect(STORED));
    scene.server.on("/key?X-Amz-Signature=1", redirect("/moved-within-the-storage"));
    expect(await failureOf(scene.get(START))).toBe("media_refused address");
    expect(scene.network.doors).toHaveLength(2);
  });
});

test("the connection's own host may have any address, and its second one when nobody is at the first", async () => {
  await using scene = await openMediaScene({ origin: (port) => `http://chatwoot.internal:${port}` });
  scene.network.name("chatwoot.internal", ["127.0.0.9", "127.0.0.1"]);
  scene.server.on(START, file(BYTES));
  await scene.get(START);
  expect(scene.read().equals(BYTES)).toBe(true);
  expect(scene.network.doors.map(({ address }) => address)).toEqual(["127.0.0.9", "127.0.0.1"]);
  expect(scene.server.requests[0]?.toLowerCase()).toContain("host: chatwoot.internal:");
});
