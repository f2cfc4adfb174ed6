import { NO_TRACING } from "../../src/ai/traces.ts";
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BufferService } from "../../src/buffer/buffer.ts";
import { SteadyClock } from "../../src/clock.ts";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import type { Store } from "../../src/db/store.ts";
import { Errands } from "../../src/delivery/errands.ts";
import { LegacyRelay } from "../../src/delivery/legacy-relay.ts";
import { Relay } from "../../src/delivery/relay.ts";
import { inboxDefaults } from "../../src/inbox/settings.ts";
import { KnowledgeReader } from "../../src/knowledge/reader.ts";
import { KnowledgeSweeper } from "../../src/knowledge/sweeper.ts";
import { createLog } from "../../src/log.ts";
import { Loop } from "../../src/loop.ts";
import { openMetrics } from "../../src/metrics.ts";
import { TurnWorker } from "../../src/turn/worker.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";

/** The one shape of every service. */
interface Service {
  start(): void | Promise<void>;
  stop(): Promise<void>;
  wake(): void;
}

interface Stage extends Disposable {
  clock: ManualClock;
  service: Service;
  /** How often it turned to its store, or the loop ran. */
  workCount(): number;
  failures: string[];
}

const POLL_MS = 10_000;

type Make = (shared: ReturnType<typeof sharedDeps>) => Service;

const SERVICES: readonly (readonly [string, Make])[] = [
  [
    "the buffers",
    (shared) =>
      new BufferService({
        ...shared,
        rules: shared.intakeRules,
        onClosed: none,
        onForwarded: none,
        onProof: none,
      }),
  ],
  [
    "the worker",
    (shared) =>
      new TurnWorker({
        ...shared,
        tracing: NO_TRACING,
        parties: { of: () => Promise.reject(new Error("nobody is asked")) },
        manners: { hold: () => Promise.resolve(null) },
        senses: { read: () => Promise.resolve([]) },
        handoffs: { byWords: () => Promise.resolve(null) },
        inboxes: { of: () => inboxDefaults("answer") },
        pace: (result) => result,
        failureRules: () => ({ gate: () => null, errandOf: () => null, spanMs: 0, failuresMax: 3 }),
        decider: { decide: () => Promise.reject(new Error("no model is asked")) },
        turnsMax: 2,
        onEnd: none,
        onFailed: none,
      }),
  ],
  [
    "the relay",
    (shared) =>
      new Relay({
        ...shared,
        settleMs: 60_000,
        answerStatuses: ["pending"],
        chatwootOf: () => null,
        handoffOf: () => inboxDefaults("answer").handoff,
        adopt: () => Promise.resolve(),
        followClock: () => Promise.resolve(),
        onSettled: none,
      }),
  ],
  [
    "the relay to an older system",
    (shared) =>
      new LegacyRelay({
        ...shared,
        url: "http://legacy.test/",
        fetch: () => Promise.reject(new Error("no")),
      }),
  ],
  ["the errands", (shared) => new Errands({ ...shared, chatwootOf: () => null })],
  [
    "the reader of files",
    (shared) =>
      new KnowledgeReader({
        ...shared,
        folder: { read: noFile },
        objects: { read: noObject },
        extractor: { extractText: noObject },
      }),
  ],
  [
    "the sweeper of files",
    (shared) =>
      new KnowledgeSweeper({
        ...shared,
        folder: { remove: noObject },
        objects: { remove: noObject },
        whenIdle: noObject,
      }),
  ],
  [
    "a loop",
    ({ clock, store, pollMs }) =>
      new Loop({
        clock,
        pollMs,
        runOnce: async () => (await store.flags()).length,
        nextAt: () => Promise.resolve(null),
        onError: none,
      }),
  ],
];

describe.each(SERVICES)("%s", (_, make) => {
  test("may be stopped before the start, and does nothing then", async () => {
    using stage = open(make);
    await stage.service.stop();
    stage.service.wake();
    await stage.clock.tick(POLL_MS * 3);
    expect(stage.workCount()).toBe(0);
    expect(stage.clock.armedCount).toBe(0);
  });

  test("does nothing when it is woken before the start", async () => {
    using stage = open(make);
    stage.service.wake();
    await stage.clock.tick(POLL_MS * 3);
    expect(stage.workCount()).toBe(0);
  });

  test("works at its start, when it is woken, and by itself after a while", async () => {
    using stage = open(make);
    await stage.service.start();
    await stage.clock.settle();
    const atStart = stage.workCount();
    expect(atStart).toBeGreaterThan(0);
    stage.service.wake();
    await stage.clock.settle();
    const whenWoken = stage.workCount();
    expect(whenWoken).toBeGreaterThan(atStart);
    await stage.clock.tick(POLL_MS);
    expect(stage.workCount()).toBeGreaterThan(whenWoken);
    await stage.service.stop();
    expect(stage.failures).toEqual([]);
  });

  test("may be stopped twice, at once and again, and leaves no timer", async () => {
    using stage = open(make);
    await stage.service.start();
    await stage.clock.settle();
    expect(stage.clock.armedCount).toBeGreaterThan(0);
    await Promise.all([stage.service.stop(), stage.service.stop()]);
    expect(stage.clock.armedCount).toBe(0);
    await stage.service.stop();
    expect(stage.clock.armedCount).toBe(0);
  });

  test("does nothing when it is woken after the stop", async () => {
    using stage = open(make);
    await stage.service.start();
    await stage.clock.settle();
    await stage.service.stop();
    const before = stage.workCount();
    stage.service.wake();
    await stage.clock.tick(POLL_MS * 3);
    expect(stage.workCount()).toBe(before);
    expect(stage.clock.armedCount).toBe(0);
    expect(stage.failures).toEqual([]);
  });

  test("begins no round when the stop follows at once", async () => {
    using stage = open(make);
    await stage.service.start();
    const before = stage.workCount();
    await stage.service.stop();
    await stage.clock.tick(POLL_MS * 3);
    expect(stage.workCount()).toBe(before);
  });
});

function none(): void {}

function noFile(): never {
  throw new Error("no file is read");
}

function noObject(): Promise<never> {
  return Promise.reject(new Error("no object is touched"));
}

function open(make: Make): Stage {
  const folder = mkdtempSync(join(tmpdir(), "lull-service-"));
  const store = openSqliteStore({ path: join(folder, "lull.db"), random: seededRandom() });
  const clock = new ManualClock();
  const failures: string[] = [];
  let workCount = 0;
  const counted = counting(store, () => {
    clock.touch();
    workCount++;
  });
  return {
    clock,
    failures,
    service: make(sharedDeps(counted, clock, failures)),
    workCount: () => workCount,
    [Symbol.dispose]() {
      void store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function sharedDeps(store: Store, clock: ManualClock, failures: string[]) {
  const waits = { silenceMs: 30_000, ageMaxMs: 300_000, sizeMax: 50, isAdaptive: false, urgencyMin: null };
  const rules = {
    gate: () => null,
    windowOf: () => waits,
    isBuffering: () => true,
    sides: null,
    pauseMs: null,
  };
  return {
    store,
    clock: new SteadyClock(clock),
    random: seededRandom(),
    log: createLog((level, name) => void (level === "error" && failures.push(name))),
    metrics: openMetrics("test"),
    claimant: { instance: "here", boot: "now" },
    pollMs: POLL_MS,
    intakeRules: () => ({ ...rules, refusal: () => null }),
    rules: () => ({ ...rules, discardsMax: 2 }),
    isProcessingOn: () => true,
  };
}

function counting(store: Store, count: () => void): Store {
  const names = Object.keys(store) as (keyof Store)[];
  const wrapped = names.map((name) => [
    name,
    (...args: never[]): unknown => {
      count();
      return Reflect.apply(store[name], store, args);
    },
  ]);
  return Object.fromEntries(wrapped) as Store;
}
