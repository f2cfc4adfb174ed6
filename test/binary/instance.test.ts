// One daemon per data folder, one program per port.
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { endDaemons, launchDaemon, startDaemon } from "../harness/daemon.ts";
import { binary, makeFolder } from "../harness/executable.ts";

binary();
afterAll(endDaemons);

const DEFAULT_PORT = 8787;
const SECOND_INSTANCE_LIMIT_MS = 1_000;
/** The fastest of these counts: waiting for the first one would slow them all, a busy machine only some. */
const TRIES_MAX = 5;

test("a second instance on the same data folder says so within a second and leaves the first alone", async () => {
  const dataDir = join(makeFolder(), "data");
  await using first = await startDaemon({ dataDir });
  let fastestMs = Infinity;
  for (let tried = 0; tried < TRIES_MAX && fastestMs >= SECOND_INSTANCE_LIMIT_MS; tried++) {
    const startedAt = performance.now();
    const second = launchDaemon({ dataDir });
    expect(await second.ended()).toBe(1);
    fastestMs = Math.min(fastestMs, performance.now() - startedAt);
    expect(second.stderr).toBe(
      "✗ Another lull already works on this data folder.\n  Stop the other one, or give this one its own LULL_DATA_DIR.\n",
    );
  }
  expect(fastestMs).toBeLessThan(SECOND_INSTANCE_LIMIT_MS);
  expect(await first.ask("/readyz")).toEqual({ status: 200, body: { success: true, status: "ready" } });
  expect(await first.stop()).toBe(0);
});

test("the data folder of a killed daemon is free at once", async () => {
  const dataDir = join(makeFolder(), "data");
  const first = await startDaemon({ dataDir });
  await first.kill();
  await using second = await startDaemon({ dataDir });
  expect(await second.ask("/readyz")).toMatchObject({ status: 200 });
});

test("a busy port that was given by name is a mistake in the settings", async () => {
  await using first = await startDaemon();
  const port = new URL(first.address).port;
  const second = launchDaemon({ env: { PORT: port } });
  expect(await second.ended()).toBe(78);
  expect(second.stderr).toContain(`✗ The address 127.0.0.1:${port} is already in use.\n  Set PORT`);
  expect(second.stderr).not.toContain(" at ");
  expect(await first.ask("/livez")).toMatchObject({ status: 200 });
});

test("without a PORT the next free one is taken when 8787 is busy", async () => {
  using _busy = occupy(DEFAULT_PORT);
  await using daemon = await startDaemon({ env: { PORT: "" } });
  const port = Number(new URL(daemon.address).port);
  expect(port).toBeGreaterThan(DEFAULT_PORT);
  expect(port).toBeLessThanOrEqual(DEFAULT_PORT + 20);
  expect(await daemon.ask("/livez")).toMatchObject({ status: 200 });
});

/** Somebody else may have it already: busy it is either way. */
function occupy(port: number): Disposable {
  try {
    const listener = Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } });
    return { [Symbol.dispose]: () => listener.stop(true) };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    return { [Symbol.dispose]: () => undefined };
  }
}
