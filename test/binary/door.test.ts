// The webhook's door on a real socket: sizes, who may come in without a secret, and callers that misbehave.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { railsJson } from "../../src/chatwoot/sample.ts";
import { type Daemon, endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary } from "../harness/executable.ts";
import { endOutside, openOutside, type Outside } from "../harness/outside.ts";

binary();

const MEBIBYTE = 1_048_576;
const PATH = "/webhooks/chatwoot";
/** Normal requests in a row: beside a hundred slow callers they may take so long, or as long as without them. */
const ROW_COUNT = 20;
const BESIDE_LIMIT_MS = 1_000;
/** What chance may add on a busy machine. */
const BESIDE_FACTOR_MAX = 3;

let outside: Outside;
/** Without secrets: taken from this machine alone. */
let local: Daemon;

beforeAll(async () => {
  outside = await openOutside({ secret: null });
  local = await startDaemon({
    env: { ...outside.env, MESSAGE_BUFFER_DURATION_MS: "600000", MAX_BUFFER_AGE_MS: "3600000" },
  });
});
afterAll(async () => {
  await endDaemons();
  await endOutside();
});

describe("a body", () => {
  test("of a mebibyte is read, one byte more is refused as JSON", async () => {
    const body = newMessage();
    const padded = (bytes: number): string => body + " ".repeat(bytes - Buffer.byteLength(body));
    expect(await post(local, padded(MEBIBYTE))).toMatchObject({ status: 200, body: { action: "buffered" } });
    expect(await post(local, padded(MEBIBYTE + 1))).toMatchObject({
      status: 413,
      body: { success: false, code: "too_large", requestId: expect.any(String) },
    });
  });

  test("too large in pieces, without a length, is refused just so", async () => {
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let piece = 0; piece < 17; piece++) controller.enqueue(new Uint8Array(65_536).fill(0x20));
        controller.close();
      },
    });
    expect(await post(local, pieces)).toMatchObject({ status: 413, body: { code: "too_large" } });
  });

  test.each([
    ["no JSON", "{", 400, "invalid_json"],
    ["no object", "[]", 400, "invalid_body"],
    ["too deep", `${'{"a":'.repeat(40)}1${"}".repeat(40)}`, 400, "too_deep"],
    ["a million levels", "[".repeat(MEBIBYTE), 400, "too_deep"],
  ])("that is %s is refused without an echo of it", async (_name, body, status, code) => {
    const answer = await post(local, body);
    expect(answer).toMatchObject({ status, body: { success: false, code } });
  });
});

describe("without a secret", () => {
  test("a program on this machine is let in", async () => {
    expect(await post(local, newMessage())).toMatchObject({ status: 200, body: { action: "buffered" } });
  });

  test.each<[string, Record<string, string>]>([
    ["a page's Origin", { origin: "http://evil.test" }],
    ["even the daemon's own Origin", { origin: "http://127.0.0.1" }],
    ["a browser's Sec-Fetch-Site", { "sec-fetch-site": "same-origin" }],
    ["a proxy's X-Forwarded-For", { "x-forwarded-for": "203.0.113.7" }],
    ["a proxy's Forwarded", { forwarded: "for=203.0.113.7" }],
    ["a proxy's Via", { via: "1.1 proxy" }],
    ["a rebound name as Host", { host: "evil.test" }],
    ["a form's content type", { "content-type": "text/plain" }],
  ])("%s is refused, and nothing is stored", async (_name, headers) => {
    const before = await storedCount(local);
    expect(await post(local, newMessage(), headers)).toMatchObject({
      status: 401,
      body: { code: "unauthorized" },
    });
    expect(await storedCount(local)).toBe(before);
  });

  test("a daemon with a public address refuses this machine, too", async () => {
    await using daemon = await startDaemon({
      env: { ...outside.env, LULL_PUBLIC_URL: "https://lull.example.com" },
    });
    expect(await post(daemon, newMessage())).toMatchObject({ status: 401 });
    expect((await fetch(`${daemon.address}/playground`)).status).toBe(401);
  });
});

describe("beside callers that misbehave", () => {
  test("a hundred bodies that stall and a hundred that break off do not hold up the next webhook", async () => {
    const aloneMs = await rowMs();
    const stalled = await Promise.all(Array.from({ length: 100 }, () => begin(local, 5_000)));
    const broken = await Promise.all(Array.from({ length: 100 }, () => begin(local, 5_000)));
    for (const socket of broken) socket.resetAndDestroy();
    expect(await rowMs()).toBeLessThan(Math.max(BESIDE_LIMIT_MS, BESIDE_FACTOR_MAX * aloneMs));
    for (const socket of stalled) socket.destroy();
  });

  test("a body that breaks off is counted as refused, and no failure of the daemon's", async () => {
    const before = await rejectedCount(local);
    const broken = await Promise.all(Array.from({ length: 20 }, () => begin(local, 5_000)));
    for (const socket of broken) socket.resetAndDestroy();
    while ((await rejectedCount(local)) < before + broken.length);
    expect(local.lines.filter(({ name }) => name === "request.failed")).toEqual([]);
  });

  test.each([
    ["a length that is no number", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n"],
    ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    [
      "two lengths and a chunked body",
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
  ])("%s ends its own connection alone", async (_name, bytes) => {
    const socket = await open(local);
    const answer = readAll(socket);
    socket.write(bytes);
    expect(await answer).not.toStartWith("HTTP/1.1 200");
    expect(await post(local, newMessage())).toMatchObject({ status: 200 });
  });
});

function newMessage(): string {
  return railsJson(outside.chatwoot.customerSays(2, "oi").body);
}

async function post(
  daemon: Daemon,
  body: string | ReadableStream<Uint8Array>,
  headers: Record<string, string> = {},
) {
  return daemon.ask(PATH, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

/** How long normal requests take, one after the other. */
async function rowMs(): Promise<number> {
  const startedAt = performance.now();
  for (let count = 0; count < ROW_COUNT; count++) {
    expect(await post(local, newMessage())).toMatchObject({ status: 200, body: { action: "buffered" } });
  }
  return performance.now() - startedAt;
}

/** Webhooks refused before anything was read of them, as the daemon's own figures tell. */
async function rejectedCount(daemon: Daemon): Promise<number> {
  const text = await (await fetch(`${daemon.address}/metrics`)).text();
  return Number(
    /^lull_webhook_received_total\{event="unread",outcome="rejected"\} (\d+)$/m.exec(text)?.[1] ?? 0,
  );
}

async function storedCount(daemon: Daemon): Promise<number> {
  const { body } = await daemon.admin("GET", "/stats");
  const { messages } = body["data"] as { messages: Record<string, number> };
  return Object.values(messages).reduce((sum, count) => sum + count, 0);
}

async function open(daemon: Daemon): Promise<Socket> {
  const { hostname, port } = new URL(daemon.address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** Announces `bytes` of a body and sends half of them. */
async function begin(daemon: Daemon, bytes: number): Promise<Socket> {
  const socket = await open(daemon);
  const { host } = new URL(daemon.address);
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.write("x".repeat(bytes / 2), resolve));
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = await Array.fromAsync(socket);
  return Buffer.concat(chunks).toString("latin1");
}
