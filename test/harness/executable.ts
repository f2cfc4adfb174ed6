// The built executable and what a process of it is given: folders of its own and an environment that holds nothing of the
// tests' own. The daemon that it may become is daemon.ts' business.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const DAEMON_ADMIN_TOKEN = "test-admin-token-0001";
/** Most time for anything a process is waited for. */
export const LIMIT_MS = 20_000;

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

const folders = new Set<string>();

/** The executable under test. Throws when none was named. */
export function binary(): string {
  const path = process.env["LULL_BINARY"];
  if (path !== undefined && path !== "") return resolve(path);
  throw new Error("LULL_BINARY is not set: these tests need the executable, so run `npm run test:binary`.");
}

/** Runs one verb to its end; `input` is piped in. */
export async function runBinary(
  args: readonly string[],
  {
    env = {},
    cwd = makeFolder(),
    input,
  }: { env?: Record<string, string>; cwd?: string; input?: string } = {},
): Promise<Ended> {
  const child = Bun.spawn([binary(), ...args], {
    cwd,
    env: environment(env),
    stdio: [input === undefined ? "ignore" : Buffer.from(input), "pipe", "pipe"],
  });
  const texts = Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  try {
    const [stdout, stderr, code] = await within(LIMIT_MS, texts, () => `lull ${args.join(" ")} to end`);
    return { code, stdout, stderr };
  } finally {
    child.kill("SIGKILL");
  }
}

/** A folder that `removeFolders` removes. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lull-binary-"));
  folders.add(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** Nothing of the tests' own environment reaches the daemon. A port of its own unless the test gives one. */
export function environment(env: Record<string, string>): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", PORT: "0", LULL_ADMIN_TOKEN: DAEMON_ADMIN_TOKEN, ...env };
}

/** Rejects when `work` takes longer than `limitMs`. */
export async function within<T>(limitMs: number, work: Promise<T>, waitingFor: () => string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`waited ${limitMs} ms for ${waitingFor()}`)), limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
