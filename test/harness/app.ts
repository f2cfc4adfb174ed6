// The whole app over real SQLite with a hand-driven clock; only the network and the clock are fake.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, openApp } from "../../src/app.ts";
import { type Config, type ConnectionSettings, readConfig } from "../../src/config.ts";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import type { Store } from "../../src/db/store.ts";
import type { Errand } from "../../src/db/store-errands.ts";
import { openWorker } from "../../src/app-knowledge.ts";
import { type DatabaseAsker, databaseThread } from "../../src/upkeep/database-thread.ts";
import { createLog, type LogFields } from "../../src/log.ts";
import type { ObjectStore } from "../../src/storage/objects.ts";
import { sleep } from "./sleep.ts";
import { AI_TEST_KEY, AiDouble } from "../doubles/ai.ts";
import { ChatwootDouble, type MessageDelivery, type SaidExtra } from "../doubles/chatwoot.ts";
import { type MemoryObjects, memoryObjects } from "../doubles/memory-objects.ts";
import type { Network } from "../../src/media/network.ts";
import { ManualClock } from "./clock.ts";
import { writeNewDatabase } from "./new-database.ts";
import { seededRandom } from "./random.ts";

export const WEBHOOK_SECRET = "test-webhook-secret-0001";
export const ADMIN_TOKEN = "test-admin-token-0001";
export const ACCOUNT_ID = 3;
/** The conversation that most tests talk in. */
export const CONVERSATION = 458;

export interface TestAppOptions {
  /** Settings as the environment gives them. */
  env?: Record<string, string>;
  /** Which tokens the connection has; a user's by default. */
  tokens?: "user" | "bot" | "bot and user";
  /** False: no AI key is set. */
  hasModel?: boolean;
  /** False: Chatwoot does not send webhooks for lull's own replies. */
  echo?: boolean;
  /** False: lull does not look for what no webhook brought, so that every request is one of a turn's. */
  hasCatchUp?: boolean;
  /** Further connections, each with its own double under its own address. */
  connections?: ConnectionSettings[];
  /** Stands between the app and its store. */
  wrapStore?: (store: Store) => Store;
  /** By which attachments are fetched; none by default. */
  network?: Network;
  /** For a test whose other parts need the same. */
  clock?: ManualClock;
  /** Another object store than one in memory. */
  objects?: ObjectStore;
  /** The room on the disk; by default nobody tells. */
  diskSpace?: () => { freeBytes: number; totalBytes: number } | null;
  /** What Chatwoot's clock says in its answers, given this one's moment; by default nothing. */
  chatwootDate?: (now: number) => number;
  /** Gets the requests that are not for the connection's Chatwoot or the model. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface LoggedEvent {
  level: string;
  name: string;
  fields: LogFields;
}

export interface TestApp extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly chatwoot: ChatwootDouble;
  readonly ai: AiDouble;
  /** What the app stored, unless it was given another store. */
  readonly objects: MemoryObjects;
  readonly dataDir: string;
  readonly config: Config;
  readonly events: LoggedEvent[];
  /** What lull's errands carried when it turned to them, by their id: of those that are done nothing is kept. */
  readonly errands: ReadonlyMap<string, Errand>;
  /** The store of the running app. */
  store(): Store;
  handle(request: Request): Promise<Response>;
  /** Opens its port, for which PORT has to be 0; gives the address. */
  listen(): Promise<string>;
  /** The customer writes; its webhook is delivered and answered. */
  receive(text: string, extra?: SaidExtra & { conversationId?: number }): Promise<Received>;
  /** Delivers a webhook of the double and gives the answer's JSON. */
  deliver(delivery: { request: () => Request }): Promise<{ status: number; body: Record<string, unknown> }>;
  /** An admin's request, answered. */
  admin(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Everything in memory is lost, as by kill -9; `start` goes on with what is on the disk. */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface Received extends MessageDelivery {
  status: number;
  answer: Record<string, unknown>;
}

/** Nothing can be reached. */
const NO_NETWORK: Network = {
  lookup: () => Promise.reject(new Error("no such host in this test")),
  connect: () => Promise.reject(new Error("no such host in this test")),
};

const CHATWOOT_URL = "http://chatwoot.test";
const AI_URL = "http://ai.test";

/** Opens and starts a test app; `await using` stops it and proves that it left no timer and no claim behind. */
export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const clock = options.clock ?? new ManualClock();
  const random = seededRandom();
  const dataDir = mkdtempSync(join(tmpdir(), "lull-test-"));
  writeNewDatabase(join(dataDir, "lull.db"));
  const events: LoggedEvent[] = [];
  const errands = new Map<string, Errand>();
  const ai = new AiDouble();
  const objects = memoryObjects(() => clock.now());
  const tokens = options.tokens ?? "user";
  let boot: Boot | null = null;

  const chatwoot = new ChatwootDouble({
    accountId: ACCOUNT_ID,
    ...(tokens === "bot" ? {} : { userToken: "user-token" }),
    ...(tokens === "user" ? {} : { botToken: "bot-token" }),
    echo: options.echo ?? true,
    webhook: {
      url: "http://localhost/webhooks/chatwoot",
      secret: WEBHOOK_SECRET,
      deliver: (request) => running().app.handle(request),
    },
    now: () => clock.now(),
    delay: (delayMs) => sleep(clock, delayMs),
  });
  const config = { ...readConfig({ env: environment(options, dataDir), readFile: () => null }) };
  config.connections = [...config.connections, ...(options.connections ?? [])];

  async function fetchDouble(url: string, init: RequestInit): Promise<Response> {
    clock.touch();
    try {
      if (url.startsWith(`${CHATWOOT_URL}/`)) return dated(await chatwoot.fetch(url, init));
      if (url.startsWith(`${AI_URL}/`)) return await ai.handle(new Request(url, init));
      if (options.fetch !== undefined) return await options.fetch(url, init);
      throw new TypeError("no such host in this test");
    } finally {
      clock.touch();
    }
  }

  function dated(answer: Response): Response {
    if (options.chatwootDate === undefined) return answer;
    const { status, headers } = answer;
    const dateAt = options.chatwootDate(clock.now());
    const all = { ...Object.fromEntries(headers), date: new Date(dateAt).toUTCString() };
    return new Response(answer.body, { status, headers: all });
  }

  async function start(): Promise<void> {
    const bootClock = new BootClock(clock);
    let store: Store | null = null;
    const app = await openApp(config, {
      log: createLog((level, name, fields) => void events.push({ level, name, fields })),
      clock: bootClock,
      random,
      fetch: fetchDouble,
      openObjects: () => options.objects ?? touching(objects, clock),
      network: options.network ?? NO_NETWORK,
      takeLock: () => ({ release: () => {} }),
      diskSpace: options.diskSpace ?? (() => null),
      database: holding(databaseThread(openWorker), clock),
      openStore(path) {
        const opened = touching(openSqliteStore({ path, random }), clock);
        const kept = options.hasCatchUp === false ? withoutCatchUp(opened) : opened;
        store = watchingErrands(options.wrapStore?.(kept) ?? kept, errands);
        return store;
      },
    });
    if (store === null) throw new Error("the app opened no store");
    boot = { app, store, clock: bootClock };
    await app.start();
    await clock.settle();
  }

  function running(): Boot {
    if (boot === null) throw new Error("the app is not running");
    return boot;
  }

  async function crash(): Promise<void> {
    const dead = running();
    boot = null;
    dead.clock.die();
    await dead.store.close();
    await clock.settle();
  }

  async function stop(): Promise<void> {
    if (boot === null) return;
    const ending = boot.app.stop();
    await clock.settle();
    await ending;
    boot = null;
  }

  async function deliver(delivery: { request: () => Request }) {
    const response = await running().app.handle(delivery.request());
    const body = (await response.json()) as Record<string, unknown>;
    await clock.settle();
    return { status: response.status, body };
  }

  await start();
  return {
    clock,
    chatwoot,
    ai,
    objects,
    dataDir,
    config,
    events,
    errands,
    store: () => running().store,
    handle: (request) => running().app.handle(request),
    listen: () => running().app.listen(),
    deliver,
    async receive(text, { conversationId = CONVERSATION, ...extra } = {}) {
      const delivery = chatwoot.customerSays(conversationId, text, extra);
      const { status, body } = await deliver(delivery);
      return { ...delivery, status, answer: body };
    },
    async admin(method, path, body) {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
      const response = await running().app.handle(new Request(`http://localhost/admin${path}`, init));
      const answer = (await response.json()) as Record<string, unknown>;
      await clock.settle();
      return { status: response.status, body: answer };
    },
    crash,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
      if (clock.armedCount > 0)
        throw new Error(`${clock.armedCount} timers are still armed after the app stopped`);
    },
  };
}

interface Boot {
  app: App;
  store: Store;
  clock: BootClock;
}

/** The clock as one process sees it: when that process dies, its timers die with it. */
class BootClock {
  readonly #clock: ManualClock;
  readonly #timers = new Set<{ cancel(): void }>();
  #isDead = false;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  setTimer(delayMs: number, fire: () => void) {
    if (this.#isDead) return { cancel: () => {} };
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      fire();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }

  die(): void {
    this.#isDead = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}

/** As if an operator had switched the task off. */
function withoutCatchUp(store: Store): Store {
  const ensureSchedules: Store["ensureSchedules"] = async (...wanted) => {
    const rows = await store.ensureSchedules(...wanted);
    return rows.map((row) => (row.name === "catch-up" ? { ...row, isEnabled: false } : row));
  };
  return { ...store, ensureSchedules };
}

/** Remembers what the errands were that lull was given. */
function watchingErrands(store: Store, errands: Map<string, Errand>): Store {
  const dueErrands: Store["dueErrands"] = async (limit, now) => {
    const due = await store.dueErrands(limit, now);
    for (const { id, errand } of due) errands.set(id, errand);
    return due;
  };
  return new Proxy(store, {
    get: (held, name, receiver): unknown =>
      name === "dueErrands" ? dueErrands : Reflect.get(held, name, receiver),
  });
}

/** A thread works by itself: a tick waits for it. */
function holding(database: DatabaseAsker, clock: ManualClock): DatabaseAsker {
  return {
    async ask(task, values, signal) {
      const release = clock.hold();
      try {
        return await database.ask(task, values, signal);
      } finally {
        release();
      }
    },
  };
}

/** Tells the clock of every call, so that a tick waits for what the call sets off. */
function touching<Target extends object>(target: Target, clock: ManualClock): Target {
  return new Proxy(target, {
    get(held, name, receiver) {
      const member: unknown = Reflect.get(held, name, receiver);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        clock.touch();
        const result: unknown = Reflect.apply(member, held, args);
        if (result instanceof Promise) void result.finally(() => clock.touch()).catch(() => {});
        return result;
      };
    },
  });
}

function environment(options: TestAppOptions, dataDir: string): Record<string, string> {
  const tokens = options.tokens ?? "user";
  return {
    LULL_DATA_DIR: dataDir,
    LULL_ADMIN_TOKEN: ADMIN_TOKEN,
    CHATWOOT_BASE_URL: CHATWOOT_URL,
    CHATWOOT_ACCOUNT_ID: String(ACCOUNT_ID),
    CHATWOOT_API_TOKEN: tokens === "user" ? "user-token" : "bot-token",
    ...(tokens === "bot and user" ? { CHATWOOT_USER_TOKEN: "user-token" } : {}),
    CHATWOOT_WEBHOOK_SECRET: WEBHOOK_SECRET,
    OPENAI_BASE_URL: `${AI_URL}/v1`,
    GROQ_BASE_URL: AI_URL,
    ...(options.hasModel === false ? {} : { OPENAI_API_KEY: AI_TEST_KEY }),
    ...options.env,
  };
}
