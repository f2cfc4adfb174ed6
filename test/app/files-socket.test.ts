// Files over a real port: senders and readers who leave, and refusals that arrive though much is still on its way.
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { unavailable } from "../../src/storage/failure.ts";
import { ADMIN_TOKEN } from "../harness/app.ts";
import { formOf, openFiles, spooled } from "../harness/files.ts";
import { BOUNDARY, TYPE } from "../routes/upload-scene.ts";

const MIB = 1024 * 1024;
const PART = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`;
const LEAVERS = 100;

async function openPort() {
  const files = await openFiles({ env: { PORT: "0" } });
  const address = await files.app.listen();
  const path = `/admin/users/${files.userId}/files`;
  return {
    ...files,
    path,
    byPort: (at: string, init: { method?: string; body?: FormData } = {}) =>
      fetch(`${address}${at}`, {
        ...init,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
        keepalive: false,
      }),
    async open(request: string, headers = ""): Promise<Socket> {
      const socket = connect(Number(new URL(address).port), "127.0.0.1");
      await once(socket, "connect");
      socket.on("error", () => undefined);
      socket.write(
        `${request} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n${headers}\r\n`,
      );
      return socket;
    },
  };
}

/** How many of the files that wait for their bucket are open. */
function openCount(dataDir: string): number {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(join("/proc/self/fd", fd));
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target.startsWith(join(dataDir, "spool"))).length;
}

test("HEAD tells the size, and a download what it told", async () => {
  await using files = await openPort();
  const { id } = await files.add();
  const head = await files.byPort(`${files.path}/${id}`, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "18", ""]);
  const whole = await files.byPort(`${files.path}/${id}`);
  expect([whole.headers.get("etag"), await whole.text()]).toEqual([
    head.headers.get("etag"),
    "O metro custa dez.",
  ]);
});

test("a sender who leaves in the middle leaves nothing behind", async () => {
  await using files = await openPort();
  const socket = await files.open(
    `POST ${files.path}`,
    `Content-Type: ${TYPE}\r\nContent-Length: ${10 * MIB}\r\n`,
  );
  socket.write(PART + "x".repeat(MIB));
  await files.until(() => spooled(files.app).length === 1);
  socket.destroy();
  await files.until(() => spooled(files.app).length === 0);
  expect(await files.rows()).toEqual([]);
  const after = await files.byPort(files.path, { method: "POST", body: formOf({}) });
  expect(after.status).toBe(200);
});

test("a file that announces too many bytes is refused before they come", async () => {
  await using files = await openPort();
  const announced = await files.open(
    `POST ${files.path}`,
    `Content-Type: ${TYPE}\r\nContent-Length: ${101 * MIB}\r\n`,
  );
  const [answer] = (await once(announced, "data")) as [Buffer];
  expect(answer.toString()).toStartWith("HTTP/1.1 413 ");
  expect(answer.toString()).toContain('"code":"too_large"');
  announced.destroy();
  expect(spooled(files.app)).toEqual([]);
});

test("readers who leave at any moment leave no file open", async () => {
  await using files = await openPort();
  files.app.objects.failure = unavailable("the store is away");
  const { id } = await files.add({ content: "O metro custa dez. ".repeat(100_000) });
  for (let count = 0; count < LEAVERS; count++) {
    const socket = await files.open(`GET ${files.path}/${id}`);
    if (count % 2 === 0) await once(socket, "data");
    socket.destroy();
  }
  await files.until(() => openCount(files.app.dataDir) === 0);
  expect((await (await files.byPort(`${files.path}/${id}`)).text()).length).toBe(1_900_000);
  expect(openCount(files.app.dataDir)).toBe(0);
});
