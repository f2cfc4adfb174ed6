// `lull serve`: runs the daemon until it is told to stop.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { type Log, openProcessLog } from "../log.ts";
import { loadConfig } from "./config.ts";
import type { Terminal } from "./run.ts";

/** The daemon as this verb drives it. */
export interface Daemon {
  start(): Promise<void>;
  /** Opens the port and gives the address. */
  listen(): Promise<string>;
  stop(): Promise<void>;
  /** The admin token, when it was made at this start. */
  readonly madeAdminToken: string | null;
}

/** How main opens it: the verbs know nothing of what the daemon is built from. */
export type OpenDaemon = (config: Config, surroundings: { log: Log; restart: () => void }) => Promise<Daemon>;

/** Files are made for lull's own user alone, whatever the umask was. */
const OWN_FILES_ONLY = 0o077;

/** Resolves when the daemon has stopped (SIGTERM, SIGINT). Throws AppError when it cannot start. */
export async function serve(
  terminal: Terminal,
  envFile: string | null,
  openDaemon: OpenDaemon,
): Promise<void> {
  process.umask(OWN_FILES_ONLY);
  const config = loadConfig(terminal, envFile);
  const format = config.logFormat === "auto" ? (terminal.isTerminal ? "pretty" : "json") : config.logFormat;
  const log = openProcessLog(config.logLevel, format, terminal.complain);
  const stopped = nextSignal();
  const daemon = await openDaemon(config, { log, restart: replaceProcess });
  try {
    // First of all: only its hash is kept, so a start that fails later would lose it for good.
    if (daemon.madeAdminToken !== null) handOutToken(terminal, config, daemon.madeAdminToken);
    await daemon.start();
    const address = await daemon.listen();
    welcome(terminal, config, address);
    log.event("info", "boot.ready", { address, pid: process.pid });
    log.event("info", "boot.stopping", { signal: await stopped });
  } finally {
    await daemon.stop();
  }
}

function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });
}

/** The same command as a new process in place of this one: all memory is gone at once, as after a crash. */
function replaceProcess(): void {
  const isSource = process.argv[1] !== undefined && !process.argv[1].startsWith("/$bunfs/");
  const rest = isSource ? process.argv.slice(1) : process.argv.slice(2);
  process.execve?.(process.execPath, [process.execPath, ...rest], process.env as Record<string, string>);
}

/** Shown once on a terminal; without one it waits in a file that only lull's user can read. */
function handOutToken(terminal: Terminal, config: Config, token: string): void {
  if (terminal.isTerminal) return terminal.complain(`\n  Admin token, shown this once: ${token}`);
  const path = join(config.dataDir, "admin.token");
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
}

function welcome(terminal: Terminal, config: Config, address: string): void {
  if (!terminal.isTerminal) return;
  const isOffline = config.models.length === 0;
  terminal.complain(`\n  lull   data ${config.dataDir}   Ctrl+C stops\n`);
  if (isOffline) terminal.complain("  ✔ offline responder on: no AI key yet, nothing leaves this machine\n");
  terminal.complain(`  ➜ Playground   ${address}/playground\n`);
}
