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
import { logForm, OWN_FILES_ONLY, type OpenDaemon } from "./serve.ts";
import type { Terminal } from "./terminal.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface DaemonClient {
  /** False: no daemon runs, and what is asked is answered from its data folder. */
  readonly isUp: boolean;
  /** What an address under /admin answers as its data. Throws AppError with the daemon's own words. */
  ask(method: Method, path: string, body?: Row): Promise<unknown>;
  /** A list, all its pages. */
  list(path: string): Promise<Row[]>;
  /** The bytes of an answer that is a file, as they come; an error of the stream when they break off. */
  read(path: string): Promise<ReadableStream<Uint8Array>>;
}

interface Send {
  /** A request whose answer is read before it is given. */
  whole: (request: Request) => Promise<Response>;
  /** One whose answer's body is still on its way. */
  flowing: (request: Request) => Promise<Response>;
}

/** Whoever does not say within this that it lives is as good as down. */
const PROBE_MS = 5_000;
/** Some answers take the daemon a look at every bucket. */
const ANSWER_MS = 2 * 60_000;
/** For the first byte of a file, and from one piece to the next. */
const PIECE_MS = 2 * 60_000;
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
  const unix = socketPath(config.dataDir);
  const sendBySocket = socketSender(terminal, unix);
  if (await isAnswering(sendBySocket))
    return work(
      client(true, {
        whole: (request) => sendBySocket(request, ANSWER_MS),
        flowing: fileSender(terminal, unix),
      }),
    );

  const isNew = !existsSync(join(config.dataDir, "lull.db"));
  const app = await openOnFiles(terminal, config, openDaemon);
  try {
    if (isNew) terminal.complain(`  There was no lull in ${config.dataDir}: a new data folder was made.`);
    if (app.madeAdminToken !== null) handOutToken(terminal, config.dataDir, app.madeAdminToken);
    const handle = (request: Request): Promise<Response> => app.handleLocal(request);
    return await work(client(false, { whole: handle, flowing: handle }));
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

/** Each piece of the body has a deadline of its own: nobody knows how long all of it takes. */
function fileSender({ fetch: send, clock }: Terminal, unix: string) {
  return async (request: Request): Promise<Response> => {
    const leaving = new AbortController();
    const inTime = async <T>(work: Promise<T>): Promise<T> => {
      const timer = clock.setTimer(PIECE_MS, () => leaving.abort());
      try {
        return await work;
      } catch (cause) {
        throw gone(cause);
      } finally {
        timer.cancel();
      }
    };
    const { method, headers, url } = request;
    const response = await inTime(send(url, { method, headers, unix, signal: leaving.signal }));
    const reader = response.body?.getReader();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const piece = await inTime(reader?.read() ?? Promise.resolve({ done: true, value: undefined }));
        if (piece.value === undefined) controller.close();
        else controller.enqueue(piece.value);
      },
      cancel: () => leaving.abort(),
    });
    return new Response(body, response);
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
  const log = openProcessLog("warning", logForm(terminal, config), terminal.complain);
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
    const response = await send.whole(new Request(`${ADDRESS}/admin${path}`, { method, headers, ...json }));
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
  async function read(path: string): Promise<ReadableStream<Uint8Array>> {
    const response = await send.flowing(new Request(`${ADDRESS}/admin${path}`));
    if (response.ok && response.body !== null) return response.body;
    throw await refusalIn(response);
  }
  return { isUp, ask, list, read };
}

async function readAnswer(response: Response): Promise<Row> {
  const body: unknown = await response.json().catch(() => null);
  if (isRow(body) && response.ok && body["success"] === true) return body;
  throw refusalOf(body, response.status);
}

async function refusalIn(response: Response): Promise<AppError> {
  return refusalOf(await response.json().catch(() => null), response.status);
}

function refusalOf(body: unknown, status: number): AppError {
  if (isRow(body)) return refusal(body);
  return new AppError("internal", `The daemon answered ${status} without a word.`);
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
