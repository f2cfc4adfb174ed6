// The executable: from its start to the first 200 of /livez, and the memory it holds when idle. The first start makes the
// database, the others find it. Usage: npm run build, then bun bench/start.ts [starts]; LULL_BINARY names another file.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { median, ms, print, printGoal } from "./figures.ts";

const START_GOAL_MS = 150;
const MEMORY_GOAL_MB = 90;
const IDLE_MS = 5_000;
/** A start that takes longer than this has failed. */
const START_LIMIT_MS = 10_000;
const BINARY = resolve(process.env["LULL_BINARY"] ?? join(import.meta.dir, "../dist/lull"));

if (import.meta.main) await run(Number(process.argv[2] ?? 15));

async function run(startCount: number): Promise<void> {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is not there: npm run build`);
  const folder = mkdtempSync(join(tmpdir(), "lull-bench-"));
  try {
    const startMs: number[] = [];
    for (let start = 0; start < startCount; start++) startMs.push(await timeStart(folder));
    const memoryMb = await idleMemory(folder);
    const [middle, max] = [median(startMs), Math.max(...startMs)];
    print(
      `${startCount} starts, the first on an empty folder: ${startMs.map((time) => time.toFixed(0)).join(" ")} ms`,
    );
    printGoal(
      "start → /livez",
      `median ${ms(middle)}, max ${ms(max)}`,
      `≤ ${START_GOAL_MS} ms`,
      middle <= START_GOAL_MS,
    );
    printGoal(
      `VmRSS after ${IDLE_MS / 1000} s idle`,
      `${memoryMb.toFixed(1)} MB`,
      `≤ ${MEMORY_GOAL_MB} MB`,
      memoryMb <= MEMORY_GOAL_MB,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timeStart(folder: string): Promise<number> {
  const daemon = await startDaemon(folder);
  await daemon.stop();
  return daemon.startMs;
}

async function idleMemory(folder: string): Promise<number> {
  const daemon = await startDaemon(folder);
  try {
    await Bun.sleep(IDLE_MS);
    const status = readFileSync(`/proc/${daemon.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) / 1024;
  } finally {
    await daemon.stop();
  }
}

/** Resolves with the first 200 of /livez. */
async function startDaemon(folder: string) {
  const port = freePort();
  const startedAt = performance.now();
  const child = Bun.spawn([BINARY, "serve"], {
    env: { PORT: String(port), LULL_DATA_DIR: join(folder, "data"), NODE_ENV: "production" },
    cwd: folder,
    stdio: ["ignore", "ignore", Bun.file(join(folder, "lull.log"))],
  });
  while (!(await isAlive(port))) {
    const hasFailed = child.exitCode !== null || performance.now() - startedAt > START_LIMIT_MS;
    if (hasFailed)
      throw new Error(`no start: ${readFileSync(join(folder, "lull.log"), "utf8").slice(-2_000)}`);
    await Bun.sleep(1);
  }
  return {
    startMs: performance.now() - startedAt,
    pid: child.pid,
    async stop(): Promise<void> {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

async function isAlive(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/livez`)).status === 200;
  } catch {
    return false;
  }
}

function freePort(): number {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port } = server;
  void server.stop(true);
  if (port === undefined) throw new Error("no free port");
  return port;
}
