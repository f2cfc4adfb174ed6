// One run of the command line in this process: what it is given, what it says, what it asks of the daemon.
import { systemClock } from "../../src/clock.ts";
import { run } from "../../src/cli/run.ts";
import { AppError } from "../../src/errors.ts";
import type { Daemon, OpenDaemon } from "../../src/cli/serve.ts";
import type { Input, Terminal } from "../../src/cli/terminal.ts";

export interface Ran {
  code: number;
  printed: string;
  complained: string;
}

export interface Place {
  env?: Record<string, string>;
  files?: Record<string, string>;
  isTerminal?: boolean;
  input?: Partial<Input>;
  clock?: Terminal["clock"];
  /** Nothing is wrong with any database by default. */
  checkDatabase?: Terminal["checkDatabase"];
  /** No backup is there by default. */
  restore?: Terminal["restore"];
  /** What answers on the socket; nobody by default. */
  fetch?: Terminal["fetch"];
  openDaemon?: OpenDaemon;
}

export interface Asked {
  method: string;
  /** With the query. */
  path: string;
  body: unknown;
}

export async function lull(argv: string[], place: Place = {}): Promise<Ran> {
  const printed: string[] = [];
  const complained: string[] = [];
  const terminal: Terminal = {
    argv,
    env: place.env ?? {},
    isTerminal: place.isTerminal ?? false,
    input: {
      isTerminal: false,
      readAll: () => Promise.resolve(""),
      ask: () => Promise.reject(new Error("nobody is there to be asked")),
      ...place.input,
    },
    clock: place.clock ?? systemClock(),
    fetch: place.fetch ?? nobody,
    readFile: (path) => place.files?.[path] ?? null,
    restore:
      place.restore ??
      (() => {
        throw new AppError("not_found", "There is no such backup, and no such file.");
      }),
    checkDatabase: place.checkDatabase ?? (() => null),
    print: (text) => void printed.push(text),
    complain: (text) => void complained.push(text),
  };
  const code = await run(terminal, place.openDaemon ?? noDaemon);
  return { code, printed: printed.join("\n"), complained: complained.join("\n") };
}

export const noDaemon: OpenDaemon = () => Promise.reject(new Error("no daemon was asked for"));

const nobody: Terminal["fetch"] = () => Promise.reject(new TypeError("ENOENT"));

/** A daemon that lives on the socket, notes what is asked under /admin and answers by the table, else with not_found. */
export function fakeSocket(answers: Record<string, unknown>) {
  const asked: Asked[] = [];
  const sockets: string[] = [];
  const answer = answering(answers, asked);
  const fetch: Terminal["fetch"] = (url, { unix, ...init }) => {
    sockets.push(unix);
    return answer(new Request(url, init));
  };
  return { asked, sockets, fetch };
}

/** A verb asked of a daemon that answers so on its socket. */
export async function askDaemon(
  argv: string[],
  answers: Record<string, unknown>,
  place: Place = {},
): Promise<Ran & { asked: Asked[] }> {
  const { asked, fetch } = fakeSocket(answers);
  return { ...(await lull(argv, { env: { LULL_DATA_DIR: "/nowhere" }, fetch, ...place })), asked };
}

/** A daemon opened on its files that answers as `fakeSocket` does; `calls` is what else is asked of it. */
export function fakeDaemon(answers: Record<string, unknown> = {}, overrides: Partial<Daemon> = {}) {
  const calls: string[] = [];
  const asked: Asked[] = [];
  const daemon: Daemon = {
    handleLocal: answering(answers, asked),
    start: () => Promise.resolve(void calls.push("start")),
    listen: () => Promise.resolve(void calls.push("listen")).then(() => "http://127.0.0.1:8787"),
    stop: () => Promise.resolve(void calls.push("stop")),
    madeAdminToken: null,
    ...overrides,
  };
  const openDaemon: OpenDaemon = () => Promise.resolve(daemon);
  return { calls, asked, openDaemon };
}

/** Keys are `METHOD /path?query` below /admin; a value is the answer's JSON, or a Response as it is. */
function answering(answers: Record<string, unknown>, asked: Asked[]) {
  return async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/livez") return Response.json({ success: true });
    const path = `${pathname.replace("/admin", "")}${search}`;
    const text = await request.text();
    asked.push({ method: request.method, path, body: text === "" ? null : JSON.parse(text) });
    const answer = answers[`${request.method} ${path}`];
    if (answer instanceof Response) return new Response(answer.body, { status: answer.status });
    if (answer !== undefined) return Response.json({ success: true, ...(answer as object) });
    return Response.json(
      { success: false, error: "There is no such thing.", code: "not_found" },
      { status: 404 },
    );
  };
}
