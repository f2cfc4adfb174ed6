// Uploads over a real connection: refusals that the sender sees though it is still sending, and senders who leave.
import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { FILE_BYTES_MAX, openFileServer } from "./file-server.ts";
import { body, BOUNDARY, file, TYPE } from "./upload-scene.ts";

const PIECE = Buffer.alloc(64 * 1024, "x");
const TOO_MANY_BYTES = FILE_BYTES_MAX + 10 * 1024 * 1024;
const LIMIT_MS = 30_000;

const openings = ["keep-alive", "close"].flatMap((connection) =>
  ["Content-Length", "Transfer-Encoding"].map((length) => ({ connection, length })),
);

test.each(openings)(
  "a file too large is refused in JSON while it is being sent: Connection: $connection, $length",
  async ({ connection, length }) => {
    await using server = openFileServer();
    const isChunked = length === "Transfer-Encoding";
    const socket = await open(server.port);
    const answer = answerOf(socket);
    socket.write(
      `POST /upload HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\nContent-Type: ${TYPE}\r\n${length}: ${isChunked ? "chunked" : TOO_MANY_BYTES}\r\n\r\n`,
    );
    await sendAll(socket, isChunked);
    expect(await answer).toMatchObject({ status: 413, success: false, code: "too_large" });
    socket.destroy();
  },
  LIMIT_MS,
);

test.each([
  ["/webhooks/chatwoot", "413"],
  ["/upload", "415"],
  ["/nowhere", "404"],
])(
  "a whole body of 64 MiB does not keep a proxy from the answer of %s",
  async (path, status) => {
    await using server = openFileServer();
    const socket = await open(server.port);
    const answer = answerOf(socket);
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`,
    );
    for (let sent = 0; sent < 64 * 1024 * 1024; sent += PIECE.byteLength) {
      if (!socket.write(PIECE)) await once(socket, "drain");
    }
    expect(await answer).toMatchObject({ status: Number(status), success: false });
  },
  LIMIT_MS,
);

test("a sender who leaves ends the upload, and the server goes on", async () => {
  const started = Promise.withResolvers<void>();
  await using server = openFileServer({ write: async () => started.resolve() });
  const socket = await open(server.port);
  socket.write(
    `POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: ${TYPE}\r\nContent-Length: 1000000\r\n\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n`,
  );
  socket.write(PIECE);
  await started.promise;
  socket.destroy();
  expect(await server.uploadEnded).toMatchObject({ code: "invalid_body", retryable: true });
  expect(await uploadSmall(server.url)).toMatchObject({ success: true, sizeBytes: 3 });
});

test("one connection serves uploads one after the other, refused ones between them", async () => {
  await using server = openFileServer();
  for (let round = 0; round < 5; round++) {
    expect(await uploadSmall(server.url)).toMatchObject({ success: true, sizeBytes: 3 });
    const refused = await fetch(`${server.url}/upload`, { method: "POST", body: new Uint8Array(5_000_000) });
    expect(refused.status).toBe(415);
    expect(await refused.json()).toMatchObject({ code: "unsupported_media_type" });
  }
});

async function uploadSmall(url: string): Promise<unknown> {
  const init = { method: "POST", headers: { "content-type": TYPE }, body: body(file("abc")) };
  return (await fetch(`${url}/upload`, init)).json();
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

async function sendAll(socket: Socket, isChunked: boolean): Promise<void> {
  const frame = [Buffer.from(`${PIECE.byteLength.toString(16)}\r\n`), PIECE, Buffer.from("\r\n")];
  const piece = isChunked ? Buffer.concat(frame) : PIECE;
  const head = Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n`);
  const opening = Buffer.concat([head, PIECE.subarray(head.byteLength)]);
  socket.write(isChunked ? Buffer.concat([frame[0] ?? head, opening, Buffer.from("\r\n")]) : opening);
  for (let sent = PIECE.byteLength; sent < TOO_MANY_BYTES; sent += PIECE.byteLength) {
    if (!socket.write(piece)) await once(socket, "drain");
  }
  if (isChunked) socket.write("0\r\n\r\n");
}

/** Status and body of the first answer on a connection, as soon as it is there. */
async function answerOf(socket: Socket): Promise<Record<string, unknown>> {
  let text = "";
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
  socket.on("data", (bytes) => {
    text += bytes.toString();
    const [head = "", json] = text.split("\r\n\r\n");
    if (json?.endsWith("}")) resolve({ status: Number(head.split(" ")[1]), ...JSON.parse(json) });
  });
  socket.on("error", reject);
  socket.on("close", () => reject(new Error("closed without an answer")));
  promise.catch(() => {});
  return promise;
}
