import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, openApp } from "../../src/app.ts";
import { sampleMessage } from "../../src/chatwoot/sample.ts";
import { readConfig } from "../../src/config.ts";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import { type Store, StoreError } from "../../src/db/store.ts";
import { createLog } from "../../src/log.ts";
import { decisionOf } from "../doubles/ai.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";

interface Opened extends AsyncDisposable {
  app: App;
  clock: ManualClock;
  /** Calls of the store, requests, the end of the lock: in the order in which they happened. */
  happened: string[];
  boots(): string[];
  /** The store refuses every proof that it can keep something. */
  breakStore(isBroken: boolean): void;
  /** Arrivals wait before they are kept, until they are let go; `arrived` resolves with the first. */
  holdArrivals(): { arrived: Promise<void>; letGo: () => void };
}

/** An app whose model answers its first question and hangs on the others; whose Chatwoot hangs on everything. */
async function openRecorded(port = 0): Promise<Opened> {
  const dataDir = mkdtempSync(join(tmpdir(), "lull-boot-"));
  const clock = new ManualClock();
  const random = seededRandom();
  const happened: string[] = [];
  const events: string[] = [];
  let isBroken = false;
  let onArrival = (): Promise<void> => Promise.resolve();
  let asked = 0;

  const config = readConfig({
    env: {
      PORT: String(port),
      LULL_DATA_DIR: dataDir,
      CHATWOOT_BASE_URL: "http://chatwoot.test",
      CHATWOOT_ACCOUNT_ID: "3",
      CHATWOOT_API_TOKEN: "user-token",
      CHATWOOT_WEBHOOK_PATH_SECRET: "a-path-secret-of-a-test",
      CHATWOOT_TYPING_INDICATOR_ENABLED: "false",
      OPENAI_API_KEY: "test-key",
      OPENAI_BASE_URL: "http://ai.test/v1",
    },
    readFile: () => null,
  });
  const app = await openApp(config, {
    log: createLog((_, name) => void events.push(name)),
    clock,
    random,
    takeLock: () => ({ release: () => void happened.push("lock released") }),
    openStore(path) {
      const store = recorded(openSqliteStore({ path, random }), (name) => {
        clock.touch();
        happened.push(name);
      });
      return {
        ...store,
        ping: (now) => (isBroken ? Promise.reject(new StoreError("full", undefined)) : store.ping(now)),
        async receive(...args) {
          await onArrival();
          return store.receive(...args);
        },
      };
    },
    fetch(url, init) {
      clock.touch();
      const place = url.startsWith("http://ai.test/") ? "the model" : "Chatwoot";
      if (place === "the model" && asked++ === 0) return Promise.resolve(completion("um"));
      return hang(init, () => happened.push(`${place} let go`));
    },
  });
  return {
    app,
    clock,
    happened,
    boots: () => events.filter((name) => name.startsWith("boot.")),
    breakStore: (isBrokenNow) => void (isBroken = isBrokenNow),
    holdArrivals() {
      const arrival = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      onArrival = () => {
        arrival.resolve();
        return gate.promise;
      };
      return { arrived: arrival.promise, letGo: gate.resolve };
    },
    async [Symbol.asyncDispose]() {
      await app.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function recorded(store: Store, tell: (name: string) => void): Store {
  const names = Object.keys(store) as (keyof Store)[];
  const wrapped = names.map((name) => [
    name,
    (...args: never[]): unknown => {
      tell(name);
      return Reflect.apply(store[name], store, args);
    },
  ]);
  return Object.fromEntries(wrapped) as Store;
}

function completion(content: string): Response {
  const message = { role: "assistant", content: decisionOf(content) };
  return Response.json({ id: "one", model: "test", choices: [{ index: 0, message, finish_reason: "stop" }] });
}

function hang(init: RequestInit, onAbort: () => void): Promise<Response> {
  return new Promise((_, reject) =>
    init.signal?.addEventListener("abort", () => {
      onAbort();
      reject(new DOMException("aborted", "AbortError"));
    }),
  );
}

function webhook(address: string, conversationId: number): Request {
  const body = sampleMessage({
    accountId: 3,
    inboxId: 5,
    conversationId,
    createdAt: 1_780_000_000_000,
    contact: { id: conversationId, name: "Cliente", phoneNumber: null },
    messageId: conversationId,
    direction: "incoming",
    content: "oi",
  });
  return new Request(`${address}/webhooks/chatwoot/default/a-path-secret-of-a-test`, {
    method: "POST",
    headers: { "content-type": "application/json", connection: "close" },
    body: JSON.stringify(body),
  });
}

function freePort(): number {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port = 0 } = server;
  void server.stop(true);
  return port;
}

const isRefused = (address: string): Promise<boolean> =>
  fetch(`${address}/livez`, { headers: { connection: "close" } }).then(
    () => false,
    () => true,
  );

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** The first call of each, in order; those that never came are missing. */
function firstOf(happened: readonly string[], names: readonly string[]): string[] {
  const seen = names.filter((name) => happened.includes(name));
  return seen.toSorted((a, b) => happened.indexOf(a) - happened.indexOf(b));
}

const START_ORDER = [
  "flags",
  "ensureConnection",
  "rescueTurns",
  "rescueDeliveries",
  "openBuffers",
  "dueBufferKeys",
  "claimTurns",
  "claimDeliveries",
];

describe("a start", () => {
  test("opens, gives back what a dead process held, restores deadlines, starts the services, listens", async () => {
    await using opened = await openRecorded();
    expect(opened.boots()).toEqual(["boot.opened"]);
    await opened.app.start();
    await opened.clock.settle();
    await opened.app.listen();
    expect(opened.boots()).toEqual([
      "boot.opened",
      "boot.rescued",
      "boot.restored",
      "boot.started",
      "boot.listening",
    ]);
    expect(firstOf(opened.happened, START_ORDER)).toEqual(START_ORDER);
  });

  test("claims nothing before it: an opened app does not work", async () => {
    await using opened = await openRecorded();
    await opened.clock.tick(60_000);
    expect(firstOf(opened.happened, ["rescueTurns", "openBuffers", "claimTurns", "claimDeliveries"])).toEqual(
      [],
    );
    expect(opened.clock.armedCount).toBe(0);
  });

  test("is seen to be in the wrong order when it is", () => {
    const happened = [
      "flags",
      "ensureConnection",
      "openBuffers",
      "claimTurns",
      "rescueTurns",
      "rescueDeliveries",
    ];
    expect(firstOf(happened, START_ORDER)).not.toEqual(START_ORDER);
    expect(firstOf(START_ORDER.slice(1), START_ORDER)).not.toEqual(START_ORDER);
  });
});

describe("the port", () => {
  test("stays shut before the start", async () => {
    const port = freePort();
    await using opened = await openRecorded(port);
    expect(await failureOf(opened.app.listen())).toMatchObject({ code: "busy" });
    expect(await isRefused(`http://127.0.0.1:${port}`)).toBe(true);
  });

  test("stays shut while nothing can be stored, and opens once it can", async () => {
    const port = freePort();
    await using opened = await openRecorded(port);
    await opened.app.start();
    opened.breakStore(true);
    expect(await failureOf(opened.app.listen())).toMatchObject({ kind: "full" });
    expect(await isRefused(`http://127.0.0.1:${port}`)).toBe(true);
    opened.breakStore(false);
    const address = await opened.app.listen();
    expect(address).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(webhook(address, 1))).status).toBe(200);
    expect(opened.happened).toContain("receive");
  });

  test("is the first to close: who is being answered is answered, nobody else comes in, then the store closes", async () => {
    await using opened = await openRecorded();
    await opened.app.start();
    const address = await opened.app.listen();
    const { arrived, letGo } = opened.holdArrivals();
    const answering = fetch(webhook(address, 1));
    await arrived;
    const stopping = opened.app.stop();
    expect(await isRefused(address)).toBe(true);
    expect(opened.happened).not.toContain("close");
    letGo();
    expect((await answering).status).toBe(200);
    await stopping;
    expect(firstOf(opened.happened, ["close", "lock released", "receive"])).toEqual([
      "receive",
      "close",
      "lock released",
    ]);
  });
});

describe("a stop", () => {
  test("ends the services in reverse, gives their work back, and only then closes the store and lets the lock go", async () => {
    await using opened = await openRecorded();
    const { app, clock, happened } = opened;
    await app.start();
    await app.handle(webhook("http://localhost", 1));
    await clock.tick(30_010);
    await app.handle(webhook("http://localhost", 2));
    await clock.tick(30_010);
    await app.handle(webhook("http://localhost", 3));
    happened.length = 0;
    await app.stop();
    const ends = [
      "Chatwoot let go",
      "settleDelivery",
      "the model let go",
      "releaseTurn",
      "close",
      "lock released",
    ];
    expect(firstOf(happened, ends)).toEqual(ends);
    expect(happened.at(-1)).toBe("lock released");
    expect(opened.boots().at(-1)).toBe("boot.stopped");
    expect(clock.armedCount).toBe(0);
  });

  test("before the start is fine, and so are two, at once or one after the other", async () => {
    await using opened = await openRecorded();
    await Promise.all([opened.app.stop(), opened.app.stop()]);
    await opened.app.stop();
    expect(opened.happened.filter((name) => name === "close" || name === "lock released")).toEqual([
      "close",
      "lock released",
    ]);
    expect(opened.boots()).toEqual(["boot.opened", "boot.stopped"]);
  });

  test("lets the lock go also when the app could not be opened", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "lull-boot-"));
    let isReleased = false;
    const config = readConfig({ env: { LULL_DATA_DIR: dataDir }, readFile: () => null });
    const opening = openApp(config, {
      log: createLog(() => undefined),
      clock: new ManualClock(),
      takeLock: () => ({ release: () => void (isReleased = true) }),
      openStore() {
        throw new StoreError("full", undefined);
      },
    });
    expect(await failureOf(opening)).toMatchObject({ kind: "full" });
    expect(isReleased).toBe(true);
    rmSync(dataDir, { recursive: true, force: true });
  });
});
