// A user's bucket as one archive: every byte of it, at the reader's pace, and never a part that passes for the whole.
import { expect, test } from "bun:test";
import { unavailable } from "../../src/storage/failure.ts";
import { listZip, unzip } from "../../src/knowledge/zip.ts";
import { ADMIN_TOKEN, openTestApp, type TestApp } from "../harness/app.ts";
import { putObject, untilAborted } from "../harness/buckets.ts";
import { seededRandom } from "../harness/random.ts";
import { addUser } from "../harness/tenants.ts";

const BYTES_MAX = 64 * 1024 * 1024;

interface Scene {
  app: TestApp;
  userId: string;
  bucketName: string;
}

async function openScene(): Promise<Scene> {
  const app = await openTestApp();
  const userId = await addUser(app, "Ana");
  await app.admin("POST", `/users/${userId}/bucket`);
  const { body } = await app.admin("GET", `/users/${userId}/bucket`);
  return { app, userId, bucketName: (body["data"] as { name: string }).name };
}

function exportOf({ app, userId }: Scene): Promise<Response> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  return app.handle(new Request(`http://localhost/admin/users/${userId}/bucket/export`, { headers }));
}

function filesIn(archive: Uint8Array): Map<string, Uint8Array> {
  const members = listZip(archive) ?? [];
  return new Map(members.map((member) => [member.name, unzip(archive, member, BYTES_MAX)]));
}

/** Every object of the bucket is this long, and made as it is read; `madeBytes` tells how far that is. */
function makeEndless({ app }: Scene, objectBytes: number, pieceBytes: number) {
  const made = { bytes: 0, isCancelled: false };
  const read = app.objects.read.bind(app.objects);
  app.objects.read = async (...args) => {
    const found = await read(...args);
    if (found === null) return null;
    let left = objectBytes;
    args[3].addEventListener("abort", () => (made.isCancelled = true));
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      if (left === 0) return controller.close();
      left -= pieceBytes;
      made.bytes += pieceBytes;
      controller.enqueue(new Uint8Array(pieceBytes));
    };
    return { ...found, body: new ReadableStream({ pull }, { highWaterMark: 0 }) };
  };
  return made;
}

test("every object is in it under its own name, byte by byte, and the manifest says what each is", async () => {
  const scene = await openScene();
  await using app = scene.app;
  const random = seededRandom(7);
  const objects = new Map<string, Uint8Array>([
    ["v1/a/text", Buffer.from("olá")],
    ["v1/a/empty", new Uint8Array()],
    ["v1/ç ñ 红/file.pdf", random.bytes(300_000)],
    ["v1/b/1", random.bytes(1)],
  ]);
  for (let nth = 0; nth < 600; nth++) objects.set(`v1/many/${nth}`, Buffer.from(String(nth)));
  for (const [name, bytes] of objects) await putObject(app, scene.bucketName, name, bytes);
  const response = await exportOf(scene);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/zip"]);
  expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${scene.bucketName}.zip"`);
  const files = filesIn(await response.bytes());
  const manifest = JSON.parse(Buffer.from(files.get("manifest.json") ?? []).toString()) as {
    bucketName: string;
    objects: { name: string; sizeBytes: number }[];
  };
  files.delete("manifest.json");
  expect([...files.keys()].toSorted()).toEqual([...objects.keys()].toSorted());
  for (const [name, bytes] of objects) expect(Buffer.compare(files.get(name) ?? Buffer.of(), bytes)).toBe(0);
  expect(manifest.bucketName).toBe(scene.bucketName);
  expect(manifest.objects.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual(
    [...files].map(([name, bytes]) => [name, bytes.length]),
  );
  expect(manifest.objects[0]).toMatchObject({
    contentType: "text/plain",
    checksum: expect.stringMatching(/^[A-Za-z0-9+/]{6}==$/),
    metadata: { kind: "message" },
    createdAt: "2026-06-18T13:00:00.000Z",
  });
});

test("an object called like the manifest keeps its name, and a folder is one", async () => {
  const scene = await openScene();
  await using app = scene.app;
  await putObject(app, scene.bucketName, "manifest.json", "mine");
  await putObject(app, scene.bucketName, "old/", "");
  await putObject(app, scene.bucketName, "old/file", "in it");
  const files = filesIn(await (await exportOf(scene)).bytes());
  expect([...files.keys()]).toEqual(["manifest.json", "old/", "old/file", "lull-manifest.json"]);
  expect(Buffer.from(files.get("manifest.json") ?? []).toString()).toBe("mine");
});

test("it comes at its reader's pace, however much there is, and ends where its reader leaves", async () => {
  const scene = await openScene();
  await using app = scene.app;
  const [objectBytes, pieceBytes] = [1024 * 1024 * 1024, 64 * 1024];
  await putObject(app, scene.bucketName, "v1/a", "a");
  await putObject(app, scene.bucketName, "v1/b", "b");
  const made = makeEndless(scene, objectBytes, pieceBytes);
  const reader = ((await exportOf(scene)).body as ReadableStream<Uint8Array>).getReader();
  let readBytes = 0;
  let aheadBytes = 0;
  while (readBytes < 100 * 1024 * 1024) {
    const { value } = await reader.read();
    readBytes += value?.length ?? 0;
    aheadBytes = Math.max(aheadBytes, made.bytes - readBytes);
  }
  expect(aheadBytes).toBeLessThanOrEqual(4 * pieceBytes);
  await reader.cancel();
  const atEnd = made.bytes;
  await app.clock.tick(60_000);
  expect([made.bytes, made.isCancelled]).toEqual([atEnd, true]);
});

test.each(["an object that breaks off", "an object that went away"])(
  "%s ends the connection: no part passes for the whole",
  async (fault) => {
    const scene = await openScene();
    await using app = scene.app;
    await putObject(app, scene.bucketName, "v1/a", "a".repeat(200_000));
    await putObject(app, scene.bucketName, "v1/b", "b");
    const read = app.objects.read.bind(app.objects);
    app.objects.read = async (...args) => {
      if (args[1] === "v1/a") return read(...args);
      if (fault.endsWith("away")) return null;
      const found = await read(...args);
      const broken = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.error(new Error("cut")),
      });
      return found === null ? null : { ...found, body: broken };
    };
    using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => app.handle(request) });
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const url = `http://127.0.0.1:${server.port}/admin/users/${scene.userId}/bucket/export`;
    const response = await fetch(url, { headers });
    expect(response.status).toBe(200);
    const end = await response.bytes().then(
      () => "whole",
      () => "broken off",
    );
    expect(end).toBe("broken off");
    const told = app.events.find(({ name }) => name === "bucket.export_broke_off");
    expect([told?.level, told?.fields["bucketName"]]).toEqual(["error", scene.bucketName]);
  },
);

test("a bucket that is not there yet, or cannot be listed, is refused before a byte is sent", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const path = `/users/${userId}/bucket`;
  const codeOf = async (asked: string) => {
    const { status, body } = await app.admin("GET", asked);
    return [status, body["code"]];
  };
  expect(await codeOf(`${path}/export`)).toEqual([404, "not_found"]);
  app.objects.createBucket = (_name, _labels, signal) => untilAborted(signal);
  await app.admin("POST", path);
  expect(await codeOf(`${path}/export`)).toEqual([409, "conflict"]);
  expect(await codeOf("/users/nobody/bucket/export")).toEqual([404, "not_found"]);
  const scene = await openScene();
  await using other = scene.app;
  other.objects.failure = unavailable("away");
  expect((await exportOf(scene)).status).toBe(503);
});
