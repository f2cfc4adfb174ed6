// 100 MiB in and out of a server of its own process: what that takes of its memory, and that a sender and a reader set
// the pace.
import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { FILE_BYTES_MAX, PIECE } from "./file-server.ts";

const GROWTH_MAX_BYTES = 32 * 1024 * 1024;
/** What the kernel takes in for two sockets on the loopback, and what is on its way between them. */
const AHEAD_MAX_BYTES = 16 * 1024 * 1024;
/** Nothing more is given when so many looks in a row find nothing new. */
const SAME_LOOKS_NEEDED = 50;
const LIMIT_MS = 60_000;
const BOUNDARY = "a boundary of the test";

test.each([true, false])(
  "an upload of 100 MiB passes through in a fraction of its size (announced: %p)",
  async (isAnnounced) => {
    await using child = await openChild();
    await post(child.port, "/upload", isAnnounced, 1024 * 1024);
    const { rssBytes } = await child.look();
    const answer = await post(child.port, "/upload", isAnnounced, FILE_BYTES_MAX);
    const { peakBytes } = await child.look();
    const sha256 = sumOf(FILE_BYTES_MAX);
    expect(answer).toMatchObject({ success: true, sizeBytes: FILE_BYTES_MAX, sha256, fileName: "a.bin" });
    console.log(`an upload of 100 MiB took ${inMiB(peakBytes - rssBytes)} MiB of memory`);
    expect(peakBytes - rssBytes).toBeLessThan(GROWTH_MAX_BYTES);
  },
  LIMIT_MS,
);

test(
  "100 MiB sent to the webhook without being announced are refused, and not held",
  async () => {
    await using child = await openChild();
    await post(child.port, "/webhooks/chatwoot", false, 2 * 1024 * 1024);
    const { rssBytes } = await child.look();
    let peakBytes = 0;
    for (let round = 0; round < 3; round++) {
      const answer = await post(child.port, "/webhooks/chatwoot", false, FILE_BYTES_MAX);
      expect(answer).toMatchObject({ success: false, code: "too_large" });
      peakBytes = Math.max(peakBytes, (await child.look()).rssBytes);
    }
    console.log(`a body of 100 MiB that was refused took ${inMiB(peakBytes - rssBytes)} MiB of memory`);
    expect(peakBytes - rssBytes).toBeLessThan(GROWTH_MAX_BYTES);
  },
  LIMIT_MS,
);

test(
  "a download of 100 MiB waits for a reader who reads nothing, and arrives whole in a fraction of its size",
  async () => {
    await using child = await openChild();
    await (await fetch(`http://127.0.0.1:${child.port}/download/1000000`)).arrayBuffer();
    const { rssBytes } = await child.look();
    const socket = await open(child.port);
    socket.write(`GET /download/${FILE_BYTES_MAX} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await once(socket, "readable");
    const givenBytes = await standstill(child);
    expect(givenBytes).toBeLessThan(AHEAD_MAX_BYTES);
    expect(await sumOfChunked(socket)).toBe(sumOf(FILE_BYTES_MAX));
    const { peakBytes } = await child.look();
    const [ahead, growth] = [givenBytes, peakBytes - rssBytes].map(inMiB);
    console.log(
      `a download of 100 MiB was ${ahead} MiB ahead of a reader who slept and took ${growth} MiB of memory`,
    );
    expect(peakBytes - rssBytes).toBeLessThan(GROWTH_MAX_BYTES);
  },
  LIMIT_MS,
);

interface Look {
  peakBytes: number;
  givenBytes: number;
  rssBytes: number;
}

interface Child extends AsyncDisposable {
  port: number;
  look: () => Promise<Look>;
}

async function openChild(): Promise<Child> {
  const command = [process.execPath, join(import.meta.dir, "file-server-child.ts")];
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const lines = linesOf(child.stdout);
  const { port } = JSON.parse(await lines());
  return {
    port,
    async look() {
      await child.stdin.write("look\n");
      return JSON.parse(await lines());
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

function linesOf(stream: ReadableStream<Uint8Array>): () => Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return async () => {
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      if (done) throw new Error("the child is gone");
      text += decoder.decode(value, { stream: true });
    }
    const end = text.indexOf("\n");
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return line;
  };
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** Sends a file of `sizeBytes` piece by piece and gives the answer. */
async function post(port: number, path: string, isAnnounced: boolean, sizeBytes: number): Promise<unknown> {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n`;
  const tail = `\r\n--${BOUNDARY}--\r\n`;
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head);
    for (let sent = 0; sent < sizeBytes; sent += PIECE.byteLength) yield PIECE.subarray(0, sizeBytes - sent);
    yield Buffer.from(tail);
  }
  const socket = await open(port);
  const length = isAnnounced
    ? `Content-Length: ${head.length + sizeBytes + tail.length}`
    : "Transfer-Encoding: chunked";
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary="${BOUNDARY}"\r\n${length}\r\n\r\n`,
  );
  for await (const piece of body()) {
    const framed = isAnnounced
      ? piece
      : Buffer.concat([Buffer.from(`${piece.byteLength.toString(16)}\r\n`), piece, Buffer.from("\r\n")]);
    if (!socket.write(framed)) await once(socket, "drain");
  }
  if (!isAnnounced) socket.write("0\r\n\r\n");
  const answer = (await Array.fromAsync(socket)).join("");
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));
}

/** How much a download was given when it is given nothing more. */
async function standstill(child: Child): Promise<number> {
  let givenBytes = -1;
  for (let sameCount = 0; sameCount < SAME_LOOKS_NEEDED;) {
    const look = await child.look();
    sameCount = look.givenBytes === givenBytes ? sameCount + 1 : 0;
    givenBytes = look.givenBytes;
  }
  return givenBytes;
}

/** Reads an answer in chunks to its end: the sum of what was in them. */
async function sumOfChunked(socket: Socket): Promise<string> {
  const sum = createHash("sha256");
  let rest = Buffer.alloc(0);
  let isHead = true;
  for await (const bytes of socket) {
    rest = Buffer.concat([rest, bytes]);
    if (isHead) rest = rest.subarray(rest.indexOf("\r\n\r\n") + 4);
    isHead = false;
    for (;;) {
      const lineEnd = rest.indexOf("\r\n");
      if (lineEnd < 0) break;
      const size = Number.parseInt(rest.subarray(0, lineEnd).toString(), 16);
      const end = lineEnd + 2 + size;
      if (rest.length < end + 2) break;
      if (size === 0) return sum.digest("hex");
      sum.update(rest.subarray(lineEnd + 2, end));
      rest = rest.subarray(end + 2);
    }
  }
  throw new Error("the answer broke off");
}

function sumOf(sizeBytes: number): string {
  const sum = createHash("sha256");
  for (let at = 0; at < sizeBytes; at += PIECE.byteLength) sum.update(PIECE.subarray(0, sizeBytes - at));
  return sum.digest("hex");
}

function inMiB(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
