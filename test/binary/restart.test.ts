// What a stop, and what a kill, leaves for the next start: everything that was promised, at the moment it was promised for.
import { afterAll, expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { sleep } from "../harness/sleep.ts";
import { type Daemon, endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary, makeFolder } from "../harness/executable.ts";
import { endOutside, openOutside, type Said } from "../harness/outside.ts";

binary();

const clock = systemClock();
const SILENCE_MS = 3_000;
const TOLERANCE_MS = 1_000;
const STOP_LIMIT_MS = 10_000;

afterAll(async () => {
  await endDaemons();
  await endOutside();
});

test.each<[string, (daemon: Daemon) => Promise<unknown>]>([
  ["killed", (daemon) => daemon.kill()],
  ["stopped", (daemon) => daemon.stop()],
])(
  "a daemon that is %s and started again keeps the deadline of before",
  async (_how, end) => {
    await using outside = await openOutside();
    const options = {
      dataDir: join(makeFolder(), "data"),
      env: { ...outside.env, MESSAGE_BUFFER_DURATION_MS: String(SILENCE_MS) },
    };
    const first = await startDaemon(options);
    outside.lead(first.address);
    const dueAt = dueAtOf(await outside.say(458, "oi"));
    await end(first);
    await using next = await startDaemon(options);
    const closed = await next.waitFor("buffer.closed");
    console.log(`deadline kept within ${closed.at - dueAt} ms`);
    expect(Math.abs(closed.at - dueAt)).toBeLessThan(TOLERANCE_MS);
    await next.atRest();
    expect(outside.chatwoot.sent(458)).toEqual(["ok"]);
  },
  30_000,
);

test("a deadline that passes while no daemon runs is served at the next start", async () => {
  await using outside = await openOutside();
  const options = {
    dataDir: join(makeFolder(), "data"),
    env: { ...outside.env, MESSAGE_BUFFER_DURATION_MS: "1000" },
  };
  const first = await startDaemon(options);
  outside.lead(first.address);
  const dueAt = dueAtOf(await outside.say(458, "oi"));
  await first.kill();
  await sleep(clock, dueAt - clock.now());
  await using next = await startDaemon(options);
  const { fields } = await next.waitFor("buffer.closed");
  expect(fields["lateMs"]).toBeLessThan(TOLERANCE_MS);
  await next.atRest();
  expect(outside.chatwoot.sent(458)).toEqual(["ok"]);
});

test("SIGTERM lets a webhook under way be answered, gives a turn under way back, and the next start answers it once", async () => {
  await using outside = await openOutside();
  const options = {
    dataDir: join(makeFolder(), "data"),
    env: { ...outside.env, MESSAGE_BUFFER_DURATION_MS: "300" },
  };
  const first = await startDaemon(options);
  outside.lead(first.address);
  outside.ai.hold();
  await outside.say(458, "oi");
  await first.waitFor("turn.started");

  const late = outside.chatwoot.customerSays(77, "in the door");
  const underWay = await beginRequest(first.address, late.request());
  const startedAt = performance.now();
  first.signal("SIGTERM");
  await first.waitFor("boot.stopping");
  const answer = await underWay.finish();
  expect(answer).toStartWith("HTTP/1.1 200 ");
  expect(answer).toContain('"action":"buffered"');
  expect(await first.ended()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(STOP_LIMIT_MS);
  expect(first.lines.map(({ name }) => name)).toContain("turn.released");

  outside.ai.release();
  await using next = await startDaemon(options);
  await next.atRest();
  expect(outside.chatwoot.sent(458)).toEqual(["ok"]);
  expect(outside.chatwoot.sent(77)).toEqual(["ok"]);
  expect(outside.chatwoot.violations).toEqual([]);
}, 30_000);

test("a request that never ends does not keep a stop from ending", async () => {
  await using outside = await openOutside();
  const daemon = await startDaemon({ env: outside.env });
  outside.lead(daemon.address);
  await beginRequest(daemon.address, outside.chatwoot.customerSays(1, "never whole").request());
  const startedAt = performance.now();
  expect(await daemon.stop()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(STOP_LIMIT_MS);
}, 30_000);

function dueAtOf({ answer }: Said): number {
  expect(answer?.status).toBe(200);
  return Date.parse(String(answer?.body["dueAt"]));
}

/** Sends the head of a request and half of its body; `finish` sends the rest and gives the raw answer. */
async function beginRequest(address: string, request: Request): Promise<{ finish: () => Promise<string> }> {
  const body = Buffer.from(await request.arrayBuffer());
  const { hostname, port, host } = new URL(address);
  const headers = {
    host,
    "content-length": String(body.length),
    connection: "close",
    ...Object.fromEntries(request.headers),
  };
  const head = [
    `POST ${new URL(request.url).pathname} HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const half = Math.floor(body.length / 2);
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  await new Promise((resolve) => socket.write(body.subarray(0, half), resolve));
  // Once a request begun later is answered, this one has been read as far as it goes.
  await (await fetch(`${address}/livez`)).text();
  return {
    async finish() {
      socket.write(body.subarray(half));
      const chunks: Buffer[] = await Array.fromAsync(socket);
      return Buffer.concat(chunks).toString();
    },
  };
}
