// `lull serve`: runs the daemon until it is told to stop.
import type { Config } from "../config.ts";
import { type Log, type LogForm, openProcessLog } from "../log.ts";
import { handOutToken } from "./admin-token.ts";
import { loadConfig } from "./config.ts";
import type { Terminal } from "./terminal.ts";

/** The daemon as the verbs drive it. */
export interface Daemon {
  /** Answers an admin's request from this machine, started or not. */
  handleLocal(request: Request): Promise<Response>;
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
export const OWN_FILES_ONLY = 0o077;

/** Resolves when the daemon has stopped (SIGTERM, SIGINT). Throws AppError when it cannot start. */
export async function serve(
  terminal: Terminal,
  envFile: string | null,
  openDaemon: OpenDaemon,
): Promise<void> {
  process.umask(OWN_FILES_ONLY);
  const config = loadConfig(terminal, envFile);
  const log = openProcessLog(config.logLevel, logForm(terminal, config), terminal.complain);
  const stopped = nextSignal();
  const daemon = await openDaemon(config, { log, restart: replaceProcess });
  try {
    // First of all: only its hash is kept, so a start that fails later would lose it for good.
    if (daemon.madeAdminToken !== null) handOutToken(terminal, config.dataDir, daemon.madeAdminToken);
    await daemon.start();
    const address = await daemon.listen();
    welcome(terminal, config, address);
    log.event("info", "boot.ready", { address, pid: process.pid });
    log.event("info", "boot.stopping", { signal: await stopped });
  } finally {
    await daemon.stop();
  }
}

/** Where the person's terminal has no colours, or they want none (NO_COLOR), there are none. */
export function logForm({ isTerminal, env }: Terminal, { logFormat: format }: Config): LogForm {
  if (format === "json" || (format === "auto" && !isTerminal)) return "json";
  return isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb" ? "coloured" : "pretty";
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

function welcome(terminal: Terminal, config: Config, address: string): void {
  if (!terminal.isTerminal) return;
  const isOffline = config.systemKeys.length === 0;
  terminal.complain(`\n  lull   data ${config.dataDir}   Ctrl+C stops\n`);
  if (isOffline) terminal.complain("  ✔ offline responder on: no AI key yet, nothing leaves this machine\n");
  terminal.complain(`  ➜ Playground   ${address}/playground\n`);
}
