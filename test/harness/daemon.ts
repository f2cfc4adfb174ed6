// A daemon as a real process: started, watched by the events on its standard error, ended. It is never waited for by time.
// What it runs is the built executable (LULL_BINARY), or the sources where a benchmark asks for no executable.
import { join, resolve } from "node:path";
import type { ReadableSubprocess } from "bun";
import {
  binary,
  DAEMON_ADMIN_TOKEN,
  environment,
  LIMIT_MS,
  makeFolder,
  removeFolders,
  within,
} from "./executable.ts";

/** What of the standard error an error message quotes. */
const QUOTE_CHARACTERS = 2_000;

export interface DaemonOptions {
  env?: Record<string, string>;
  /** A new one unless given. */
  dataDir?: string;
  cwd?: string;
  /** Stands before `serve`: the executable itself unless something wraps it. */
  command?: readonly string[];
  args?: readonly string[];
}

/** One line of the daemon's log. */
export interface LogLine {
  name: string;
  /** In ms. */
  at: number;
  fields: Record<string, unknown>;
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const alive = new Set<Daemon>();

/** Kills every daemon that still runs and removes every folder made here: for `afterAll`, whatever happened before. */
export async function endDaemons(): Promise<void> {
  await Promise.all([...alive].map((daemon) => daemon.kill()));
  removeFolders();
}

/** Starts a daemon and resolves when its port is open. */
export async function startDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const daemon = launchDaemon(options);
  await daemon.waitFor("boot.listening");
  return daemon;
}

/** Starts a daemon without waiting for anything. */
export function launchDaemon(options: DaemonOptions = {}): Daemon {
  return new Daemon(options);
}

export class Daemon implements AsyncDisposable {
  readonly dataDir: string;
  readonly lines: LogLine[] = [];
  readonly #child: ReadableSubprocess;
  readonly #watched: Promise<void>;
  #stderr = "";
  #news = Promise.withResolvers<void>();
  #isOver = false;

  constructor({
    env = {},
    dataDir = join(makeFolder(), "data"),
    cwd = "/",
    command,
    args = [],
  }: DaemonOptions) {
    this.dataDir = dataDir;
    this.#child = Bun.spawn([...(command ?? defaultCommand()), "serve", ...args], {
      cwd,
      env: environment({ LULL_DATA_DIR: dataDir, ...env }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    alive.add(this);
    this.#watched = this.#watch();
  }

  /** Of the process that was started: a wrapper's own, where there is one. */
  get pid(): number {
    return this.#child.pid;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Where it listens; the newest, when it replaced itself. */
  get address(): string {
    const line = this.lines.findLast(({ name }) => name === "boot.listening");
    if (line === undefined) throw new Error("the daemon does not listen yet");
    return String(line.fields["address"]);
  }

  /** Resolves to the first event `name` from line `from` on that `matches`; rejects when the process ends before. */
  async waitFor(
    name: string,
    matches: (fields: Record<string, unknown>) => boolean = () => true,
    from = 0,
  ): Promise<LogLine> {
    for (;;) {
      const found = this.lines.slice(from).find((line) => line.name === name && matches(line.fields));
      if (found !== undefined) return found;
      await this.nextLine(name);
    }
  }

  /** Resolves when the log has grown. */
  async nextLine(wanted = "an event"): Promise<void> {
    if (this.#isOver) throw new Error(`the daemon ended before ${wanted}: ${this.#quote()}`);
    await within(LIMIT_MS, this.#news.promise, () => `${wanted}: ${this.#quote()}`);
  }

  /** Resolves when nothing waits, runs or is on its way any more, as its own figures tell. */
  async atRest(): Promise<void> {
    for (;;) {
      const news = this.#news.promise;
      const { body } = await this.admin("GET", "/stats");
      if (isAtRest(body["data"])) return;
      await within(LIMIT_MS, news, () => `rest: ${JSON.stringify(body["data"])}`);
    }
  }

  async admin(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { authorization: `Bearer ${DAEMON_ADMIN_TOKEN}`, "content-type": "application/json" };
    return this.ask(`/admin${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** One request whose answer is JSON. */
  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.address}${path}`, {
      signal: AbortSignal.timeout(LIMIT_MS),
      ...init,
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Resolves to the exit code, after the last line was read. */
  async ended(): Promise<number> {
    await within(LIMIT_MS, this.#watched, () => `the daemon to end: ${this.#quote()}`);
    return this.#child.exited;
  }

  /** Asks it to stop, as systemd does; gives the exit code. */
  stop(): Promise<number> {
    this.signal("SIGTERM");
    return this.ended();
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #watch(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    const stdout = this.#child.stdout.text();
    for await (const bytes of this.#child.stderr) {
      const text = decoder.decode(bytes, { stream: true });
      this.#stderr += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines.flatMap(readLine));
      this.#tell();
    }
    await Promise.all([stdout, this.#child.exited]);
    this.#isOver = true;
    alive.delete(this);
    this.#tell();
  }

  #tell(): void {
    const { resolve: wake } = this.#news;
    this.#news = Promise.withResolvers();
    wake();
  }

  #quote(): string {
    return this.#stderr.slice(-QUOTE_CHARACTERS);
  }
}

function defaultCommand(): string[] {
  if (process.env["LULL_BINARY"]) return [binary()];
  return [process.execPath, resolve(import.meta.dir, "../../src/main.ts")];
}

/** Lines that are not events, such as a complaint before the log is open, are left out. */
function readLine(line: string): LogLine[] {
  if (!line.startsWith("{")) return [];
  const { message, "@timestamp": at, ...fields } = JSON.parse(line) as Record<string, unknown>;
  return [{ name: String(message), at: Date.parse(String(at)), fields }];
}

const UNSETTLED = {
  buffers: ["active", "processing"],
  jobs: ["scheduled", "running"],
  deliveries: ["intent", "sending", "unknown"],
};

function isAtRest(data: unknown): boolean {
  const counts = data as Record<string, Record<string, number>>;
  return Object.entries(UNSETTLED).every(([noun, states]) => states.every((state) => !counts[noun]?.[state]));
}
