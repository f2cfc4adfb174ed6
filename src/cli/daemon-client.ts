// The way of the verbs to the daemon: by its socket while it runs, else straight to its data folder, where the same routes
// answer in this process without starting anything.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { startDeadline } from "../clock.ts";
import type { Config } from "../config.ts";
import { AppError, ERROR_STATUS, type ErrorCode } from "../errors.ts";
import { openProcessLog } from "../log.ts";
import { socketPath } from "../routes/socket.ts";
import { handOutToken } from "./admin-token.ts";
import { at, isRow, type Row, rowsOf } from "./columns.ts";
import { logFormat, OWN_FILES_ONLY, type OpenDaemon } from "./serve.ts";
import type { Terminal } from "./terminal.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface DaemonClient {
  /** False: no daemon runs, and what is asked is answered from its data folder. */
  readonly isUp: boolean;
  /** What an address under /admin answers as its data. Throws AppError with the daemon's own words. */
  ask(method: Method, path: string, body?: Row): Promise<unknown>;
  /** A list, all its pages. */
  list(path: string): Promise<Row[]>;
}

type Send = (request: Request) => Promise<Response>;

/** Whoever does not say within this that it lives is as good as down. */
const PROBE_MS = 5_000;
const ANSWER_MS = 60_000;
const PAGE_MAX = 200;
const PAGES_MAX = 10_000;
/** A host that is none: the socket alone decides who is asked. */
const ADDRESS = "http://lull";

/** Gives `work` the daemon. Throws AppError `busy` when one holds the data folder without answering. */
export async function withDaemon<T>(
  terminal: Terminal,
  config: Config,
  openDaemon: OpenDaemon,
  work: (daemon: DaemonClient) => Promise<T>,
): Promise<T> {
  const sendBySocket = socketSender(terminal, socketPath(config.dataDir));
  if (await isAnswering(sendBySocket))
    return work(client(true, (request) => sendBySocket(request, ANSWER_MS)));

  const isNew = !existsSync(join(config.dataDir, "lull.db"));
  const app = await openOnFiles(terminal, config, openDaemon);
  try {
    if (isNew) terminal.complain(`  There was no lull in ${config.dataDir}: a new data folder was made.`);
    if (app.madeAdminToken !== null) handOutToken(terminal, config.dataDir, app.madeAdminToken);
    return await work(client(false, (request) => app.handleLocal(request)));
  } finally {
    await app.stop();
  }
}

function socketSender({ fetch: send, clock }: Terminal, unix: string) {
  return async (request: Request, limitMs: number): Promise<Response> => {
    const deadline = startDeadline(clock, limitMs);
    try {
      const { method, headers, url } = request;
      const body = method === "GET" ? {} : { body: await request.text() };
      const response = await send(url, { method, headers, ...body, unix, signal: deadline.signal });
      // Read under the deadline, too.
      return new Response(await response.arrayBuffer(), response);
    } catch (cause) {
      throw gone(cause);
    } finally {
      deadline.clear();
    }
  };
}

/** Only a question is asked to find out: a change that fails half-way must not be made again by the other way. */
async function isAnswering(send: (request: Request, limitMs: number) => Promise<Response>): Promise<boolean> {
  try {
    return (await send(new Request(`${ADDRESS}/livez`), PROBE_MS)).ok;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

async function openOnFiles(terminal: Terminal, config: Config, openDaemon: OpenDaemon) {
  process.umask(OWN_FILES_ONLY);
  const log = openProcessLog("warning", logFormat(terminal, config), terminal.complain);
  try {
    return await openDaemon(config, { log, restart: () => {} });
  } catch (error) {
    throw error instanceof AppError && error.code === "second_instance" ? silent(error) : error;
  }
}

function client(isUp: boolean, send: Send): DaemonClient {
  async function answer(method: Method, path: string, body?: Row): Promise<Row> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { "content-type": "application/json" };
    const response = await send(new Request(`${ADDRESS}/admin${path}`, { method, headers, ...json }));
    return readAnswer(response);
  }
  async function ask(method: Method, path: string, body?: Row): Promise<unknown> {
    const { success: _, ...rest } = await answer(method, path, body);
    return "data" in rest ? rest["data"] : rest;
  }
  async function list(path: string): Promise<Row[]> {
    const rows: Row[] = [];
    let from = "";
    for (let count = 0; count < PAGES_MAX; count++) {
      const page = await answer("GET", `${path}?limit=${PAGE_MAX}${from}`);
      rows.push(...rowsOf(page["data"]));
      const cursor = page["nextCursor"];
      if (typeof cursor !== "string") break;
      from = `&cursor=${encodeURIComponent(cursor)}`;
    }
    return rows;
  }
  return { isUp, ask, list };
}

async function readAnswer(response: Response): Promise<Row> {
  const body: unknown = await response.json().catch(() => null);
  if (!isRow(body)) throw new AppError("internal", `The daemon answered ${response.status} without a word.`);
  if (response.ok && body["success"] === true) return body;
  throw refusal(body);
}

function refusal(body: Row): AppError {
  const [message, fix] = [at(body, "error"), at(body, "fix")];
  return new AppError(
    errorCode(body["code"]),
    typeof message === "string" ? message : "The daemon refused.",
    {
      ...(typeof fix === "string" ? { fix } : {}),
      retryable: body["retryable"] === true,
    },
  );
}

/** A daemon of another version may know codes that this one does not. */
function errorCode(code: unknown): ErrorCode {
  return Object.keys(ERROR_STATUS).find((known): known is ErrorCode => known === code) ?? "internal";
}

function gone(cause: unknown): AppError {
  return new AppError("busy", "The daemon went away before it answered.", {
    fix: "Look whether the change was made, and whether the daemon runs: lull status.",
    cause,
  });
}

function silent(cause: unknown): AppError {
  return new AppError("busy", "A lull works on this data folder but does not answer on its socket.", {
    fix: "It may be starting or stopping: try again in a moment, and look into its log for boot.no_socket.",
    cause,
  });
}
