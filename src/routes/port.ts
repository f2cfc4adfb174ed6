// The port: opened on a free number, closed without cutting off who is being answered.
import { type Clock, startDeadline } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { Server } from "./server.ts";

export interface PortSettings {
  host: string;
  /** 0: any free one. */
  port: number;
  /** The port was given by name: a busy one is an error, not a reason to take the next. */
  isPortGiven: boolean;
}

/** Ports tried after the default one when that is busy. */
const PORTS_TRIED = 20;
/** How long requests under way may take when the port closes. */
const DRAIN_MS = 5_000;

/** Opens the port and gives its address. Throws AppError `bad_config` when it cannot be had. */
export function openPort(server: Server, { host, port, isPortGiven }: PortSettings): string {
  const last = isPortGiven || port === 0 ? port : port + PORTS_TRIED;
  for (let candidate = port; ; candidate++) {
    try {
      server.listen({ hostname: host, port: candidate });
      return `http://${host.includes(":") ? `[${host}]` : host}:${server.server?.port}`;
    } catch (error) {
      if (!isTaken(error) || candidate >= last) throw cannotListen(host, candidate, error);
    }
  }
}

/** Refuses new requests and waits for those under way, at most five seconds. */
export async function closePort(server: Server, clock: Clock): Promise<void> {
  if (server.server === null) return;
  await stopWithin(clock, (isNow) => server.stop(isNow));
}

/** Stops a server by `stop`, at the latest after five seconds with whoever is still being answered. */
export async function stopWithin(clock: Clock, stop: (isNow: boolean) => Promise<unknown>): Promise<void> {
  const deadline = startDeadline(clock, DRAIN_MS);
  const isLate = new Promise<void>((resolve) => deadline.signal.addEventListener("abort", () => resolve()));
  await Promise.race([stop(false), isLate]);
  deadline.clear();
  if (deadline.expired()) await stop(true);
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function cannotListen(host: string, port: number, cause: unknown): AppError {
  const reason = isTaken(cause) ? "is already in use" : "cannot be opened";
  return new AppError("bad_config", `The address ${host}:${port} ${reason}.`, {
    fix: "Set PORT (and HOST) to a free one, or stop the program that has it.",
    cause,
  });
}
