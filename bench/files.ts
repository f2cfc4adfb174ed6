// A file of 100 MB through a daemon of its own: in as a form, on to its bucket, out to a fast and to a slow reader, and what
// memory that takes. Once with objects on the disk, once with the double of Google Cloud Storage. Usage: bun bench/files.ts
// [rounds]; LULL_BINARY names the executable, else the sources run.
import { connect } from "node:net";
import { systemClock } from "../src/clock.ts";
import { GcsDouble } from "../test/doubles/gcs.ts";
import { type Daemon, endDaemons, startDaemon } from "../test/harness/daemon.ts";
import { DAEMON_ADMIN_TOKEN } from "../test/harness/executable.ts";
import { ms, print, printGoal } from "./figures.ts";
import { watchMemory } from "./memory.ts";

const MIB = 1024 * 1024;
const FILE_BYTES = 100_000_000;
/** What is loaded and compiled once is no cost of a file's. */
const WARM_UP_BYTES = 10_000;
const GROWTH_GOAL_MB = 32;
const LOOK_MS = 20;
/** A slow reader takes about 30 MB a second. */
const SLOW_BYTES = MIB;
const SLOW_REST_MS = 30;

const LINE =
  "Um metro de fita azul custa dez reais; o rolo inteiro, de trinta metros, custa duzentos e oitenta.\n";
const PIECE = Buffer.from(LINE.repeat(640)).subarray(0, 64_000);

const PHASES = ["upload", "to its bucket", "to a fast reader", "to a slow reader"] as const;

if (import.meta.main) await run(Number(process.argv[2] ?? 5));

async function run(rounds: number): Promise<void> {
  try {
    print(`${rounds} rounds each; growth is over what the process held before the file came`);
    await measure("disk", rounds, {});
    const gcs = await GcsDouble.open({ account: null, now: () => systemClock().now() });
    await measure("Google's double", rounds, { GCS_PROJECT_ID: "project-1", GCS_API_ENDPOINT: gcs.url });
    await gcs.close();
  } finally {
    await endDaemons();
  }
}

async function measure(store: string, rounds: number, env: Record<string, string>): Promise<void> {
  const figures: Figures[] = [];
  for (let round = 0; round < rounds; round++) {
    await using daemon = await startDaemon({ env });
    figures.push(await passThrough(daemon));
  }
  for (const phase of PHASES) {
    const all = figures.map((figure) => figure[phase]);
    const growths = all.map(({ growthMb }) => growthMb.toFixed(1)).join(" ");
    const times = all.map(({ tookMs }) => ms(tookMs)).join(", ");
    const most = Math.max(...all.map(({ growthMb }) => growthMb));
    printGoal(
      `${store}, ${phase}`,
      `${growths} MB in ${times}`,
      `≤ ${GROWTH_GOAL_MB} MB`,
      most <= GROWTH_GOAL_MB,
    );
  }
  print(`${store}: held before ${figures.map(({ beforeMb }) => beforeMb.toFixed(0)).join(" ")} MB`);
}

interface Phase {
  growthMb: number;
  tookMs: number;
}

type Figures = Record<(typeof PHASES)[number], Phase> & { beforeMb: number };

async function passThrough(daemon: Daemon): Promise<Figures> {
  const { body } = await daemon.admin("POST", "/users", { name: "Ana" });
  const path = `/users/${String((body["data"] as Record<string, unknown>)["id"])}/files`;
  const warmUp = await upload(daemon, path, WARM_UP_BYTES);
  await untilStored(daemon, path);
  for (const restMs of [0, 1]) await download(daemon, `${path}/${warmUp}`, restMs);

  const { beforeMb } = watchOnce(daemon);
  const timed = async <T>(work: () => Promise<T>): Promise<Phase & { result: T }> => {
    const watch = watchMemory(daemon.pid);
    const startedAt = performance.now();
    const result = await work();
    const tookMs = performance.now() - startedAt;
    return { result, tookMs, growthMb: watch.stop().peakMb - beforeMb };
  };
  const uploaded = await timed(() => upload(daemon, path, FILE_BYTES));
  const moved = await timed(() => untilStored(daemon, path));
  const fast = await timed(() => download(daemon, `${path}/${uploaded.result}`, 0));
  const slow = await timed(() => download(daemon, `${path}/${uploaded.result}`, SLOW_REST_MS));
  const sha256 = sumOf(FILE_BYTES);
  if (fast.result !== sha256 || slow.result !== sha256)
    throw new Error("the bytes are not those that were sent");
  return {
    beforeMb,
    upload: uploaded,
    "to its bucket": moved,
    "to a fast reader": fast,
    "to a slow reader": slow,
  };
}

function watchOnce(daemon: Daemon): { beforeMb: number } {
  const watch = watchMemory(daemon.pid);
  watch.stop();
  return watch;
}

/** Sends a form piece by piece, of a length that is not announced; gives the file's id. */
async function upload(daemon: Daemon, path: string, sizeBytes: number): Promise<string> {
  const boundary = "a boundary of the benchmark";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`;
  function* pieces(): Generator<Uint8Array> {
    yield Buffer.from(head);
    for (let sent = 0; sent < sizeBytes; sent += PIECE.length) yield PIECE.subarray(0, sizeBytes - sent);
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  const { status, body } = await daemon.ask(`/admin${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${DAEMON_ADMIN_TOKEN}`,
      "content-type": `multipart/form-data; boundary="${boundary}"`,
    },
    body: streamOf(pieces()),
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return String((body["data"] as Record<string, unknown>)["id"]);
}

function streamOf(pieces: Generator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const { done, value } = pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(Uint8Array.from(value));
    },
  });
}

async function untilStored(daemon: Daemon, path: string): Promise<void> {
  for (;;) {
    const rows = (await daemon.admin("GET", path)).body["data"] as Record<string, unknown>[];
    if (rows.every((row) => row["isStored"] === true && row["state"] !== "reading")) return;
    await Bun.sleep(LOOK_MS);
  }
}

/** Reads a file to its end and gives its sum; after each MB the reader rests for `restMs`. */
async function download(daemon: Daemon, path: string, restMs: number): Promise<string> {
  const socket = connect(Number(new URL(daemon.address).port), "127.0.0.1");
  socket.write(
    `GET /admin${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${DAEMON_ADMIN_TOKEN}\r\n\r\n`,
  );
  const sum = new Bun.CryptoHasher("sha256");
  let unrested = 0;
  for await (const bytes of unchunked(socket)) {
    sum.update(bytes);
    unrested += bytes.length;
    if (restMs === 0 || unrested < SLOW_BYTES) continue;
    unrested = 0;
    await Bun.sleep(restMs);
  }
  return sum.digest("hex");
}

/** What is in the chunks of an answer. */
async function* unchunked(socket: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let isHead = true;
  let left = 0;
  for await (const bytes of socket) {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    if (isHead) {
      const headEnd = rest.indexOf("\r\n\r\n");
      if (headEnd < 0) continue;
      rest = rest.subarray(headEnd + 4);
      isHead = false;
    }
    while (rest.length > 0) {
      if (left > 0) {
        const part = rest.subarray(0, left);
        rest = rest.subarray(part.length);
        left -= part.length;
        yield part;
        continue;
      }
      // The end of the chunk before, where there is one, and the length of the next.
      const head = /^(?:\r\n)?([0-9a-f]+)\r\n/i.exec(rest.subarray(0, 20).toString("latin1"));
      if (head === null) break;
      left = Number.parseInt(head[1] ?? "", 16);
      rest = rest.subarray(head[0].length);
      if (left === 0) return;
    }
  }
  throw new Error("the answer broke off");
}

function sumOf(sizeBytes: number): string {
  const sum = new Bun.CryptoHasher("sha256");
  for (let at = 0; at < sizeBytes; at += PIECE.length) sum.update(PIECE.subarray(0, sizeBytes - at));
  return sum.digest("hex");
}
