// The socket in the data folder: the daemon's door for programs of its own user on this machine. Who can open the file may
// do what an admin may, so only that user can; the port never leads here.
import { lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { stopWithin } from "./port.ts";

export interface SocketDeps {
  dataDir: string;
  log: Log;
  clock: Clock;
  /** Answers a request as an admin's. */
  handle: (request: Request) => Promise<Response>;
}

export interface LocalSocket {
  /** Refuses new requests and waits for those under way, at most five seconds. The file goes. */
  close(): Promise<void>;
}

/** The kernel has room for 107 bytes of an address; a few are left for what stands between. */
const PATH_BYTES_MAX = 100;
/** Read and write for its own user, nothing else. */
const OWN_USER_ONLY = 0o177;
/** Longer than any answer takes. The types know nothing of it for a socket; the server cuts off after ten seconds without it. */
const PATIENCE: object = { idleTimeout: 120 };
const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Where the socket of a data folder is. */
export function socketPath(dataDir: string): string {
  return join(dataDir, "lull.sock");
}

/**
 * Opens the socket; null, with a warning in the log, when it cannot be: the daemon works without it. Only whoever holds the
 * lock of the data folder may call this, for it takes away what a dead process left.
 */
export function openSocket({ dataDir, log, clock, handle }: SocketDeps): LocalSocket | null {
  const path = socketPath(dataDir);
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) {
    const fix = `Choose a shorter LULL_DATA_DIR: the socket's path may have ${PATH_BYTES_MAX} bytes.`;
    log.event("warning", "boot.no_socket", { fix });
    return null;
  }
  try {
    removeStale(path);
    const server = listen(path, handle);
    return { close: () => stopWithin(clock, (isNow) => server.stop(isNow)) };
  } catch (error) {
    const fix = "Look what lull.sock in the data folder is, and whether lull's user may write there.";
    log.event("warning", "boot.no_socket", { fix, code: codeOf(error) });
    return null;
  }
}

/** What is no socket was put there by somebody and stays. */
function removeStale(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
}

function listen(unix: string, handle: (request: Request) => Promise<Response>) {
  const before = process.umask(OWN_USER_ONLY);
  try {
    return Bun.serve({
      unix,
      fetch: handle,
      maxRequestBodySize: BODY_BYTES_MAX,
      development: false,
      ...PATIENCE,
    });
  } finally {
    process.umask(before);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
