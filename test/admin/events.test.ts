// The timeline as it happens: every event once, from the last one that the reader has seen.
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { ADMIN_TOKEN, CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";
import { type EventReader, follow, readEvents } from "./event-reader.ts";

const POLL_MS = 500;

/** A customer is answered: some events come of it. */
async function talk(app: TestApp, conversationId = CONVERSATION): Promise<void> {
  await app.receive("oi", { conversationId });
  await app.clock.tick(SILENCE_MS + 1_000);
}

function ids({ events }: EventReader): number[] {
  return events.map(({ id }) => id);
}

function inDatabase<T>(app: TestApp, work: (db: Database) => T): T {
  const db = new Database(join(app.dataDir, "lull.db"));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

function allIds(app: TestApp): number[] {
  return inDatabase(app, (db) =>
    db
      .query<{ id: number }, []>("SELECT id FROM events ORDER BY id")
      .all()
      .map(({ id }) => id),
  );
}

describe("who follows the events", () => {
  test("sees what happens from now on, by ids and figures and without a word of anybody's", async () => {
    await using app = await openTestApp();
    await talk(app);
    const reader = await follow(app);
    expect([reader.status, reader.headers.get("content-type")]).toEqual([
      200,
      "text/event-stream; charset=utf-8",
    ]);
    expect(reader.headers.get("cache-control")).toBe("no-store");
    expect(reader.events).toEqual([]);
    const seenBefore = allIds(app).length;
    await talk(app);
    expect(ids(reader)).toEqual(allIds(app).slice(seenBefore));
    expect(reader.events.map(({ event }) => event)).toContain("delivery.sent");
    expect(reader.events[0]).toMatchObject({
      event: "buffer.closed",
      data: { connection: "default", conversationId: CONVERSATION, name: "buffer.closed", detail: {} },
    });
    expect(JSON.stringify(reader.events)).not.toContain("oi");
    await reader.close();
  });

  test("and comes back goes on after the last one seen: none is missing, none is there twice", async () => {
    await using app = await openTestApp();
    const first = await follow(app, "?lastEventId=0");
    await talk(app);
    await first.close();
    await talk(app);
    const last = String(first.events.at(-1)?.id);
    const second = await follow(app, "?lastEventId=0", { "last-event-id": last });
    await talk(app);
    expect([...ids(first), ...ids(second)]).toEqual(allIds(app));
    await second.close();
  });

  test("gets a long past in pieces, whole and in order", async () => {
    await using app = await openTestApp();
    for (let conversationId = 1; conversationId <= 60; conversationId++)
      await app.receive("oi", { conversationId });
    await app.clock.tick(SILENCE_MS + 20_000);
    expect(allIds(app).length).toBeGreaterThan(200);
    const reader = await follow(app, "?lastEventId=0");
    expect(ids(reader)).toEqual(allIds(app));
    await reader.close();
  });

  test.each([
    ["?conversationId=2", (event: { data: Record<string, unknown> }) => event.data["conversationId"] === 2],
    [
      "?name=buffer.closed",
      (event: { data: Record<string, unknown> }) => event.data["name"] === "buffer.closed",
    ],
    ["?connection=default&name=turn.answered&conversationId=1", () => true],
  ])("by %s sees only those", async (query, isAsked) => {
    await using app = await openTestApp();
    const reader = await follow(app, query);
    await talk(app, 1);
    await talk(app, 2);
    expect(reader.events.length).toBeGreaterThan(0);
    expect(reader.events.length).toBeLessThan(allIds(app).length);
    expect(reader.events.every(isAsked)).toBe(true);
    await reader.close();
  });

  test("of another connection sees nothing of this one", async () => {
    await using app = await openTestApp();
    const reader = await follow(app, "?connection=clinic");
    await talk(app);
    expect(reader.events).toEqual([]);
    await reader.close();
  });

  test("is told where something it has not seen is forgotten, and goes on from there", async () => {
    await using app = await openTestApp();
    await talk(app);
    await talk(app);
    const forgotten = allIds(app)[3] ?? 0;
    inDatabase(app, (db) => db.run("DELETE FROM events WHERE id <= ?", [forgotten]));
    const reader = await follow(app, "?lastEventId=1");
    expect(reader.events[0]).toEqual({
      id: forgotten,
      event: "gap",
      data: { lastEventId: 1, nextId: forgotten + 1 },
    });
    expect(ids(reader).slice(1)).toEqual(allIds(app));
    await reader.close();
  });

  test("is told so, too, when all that there was is gone and the ids begin anew", async () => {
    await using app = await openTestApp();
    await talk(app);
    const last = allIds(app).at(-1);
    inDatabase(app, (db) => db.run("DELETE FROM events"));
    const reader = await follow(app, `?lastEventId=${last}`);
    await talk(app);
    expect(reader.events[0]).toMatchObject({ event: "gap", data: { lastEventId: last, nextId: 1 } });
    expect(ids(reader).slice(1)).toEqual(allIds(app));
    await reader.close();
  });

  test("hears a comment every fifteen seconds while nothing happens", async () => {
    await using app = await openTestApp();
    const reader = await follow(app, "?name=nothing");
    await app.clock.tick(46_000);
    expect(reader.heartbeatCount()).toBe(3);
    await reader.close();
  });

  test("is let go when lull stops, and leaves no timer behind when they go", async () => {
    await using app = await openTestApp();
    const gone = await follow(app);
    await gone.close();
    const reader = await follow(app);
    await app.clock.tick(POLL_MS);
    await app.stop();
    expect(reader.isOver()).toBe(true);
  });

  test("and reads slowly is sent no more than it takes", async () => {
    let looks = 0;
    await using app = await openTestApp({
      wrapStore: (store) =>
        new Proxy(store, {
          get(held, name, receiver): unknown {
            if (name !== "eventsAfter") return Reflect.get(held, name, receiver);
            return (...asked: Parameters<typeof store.eventsAfter>) => {
              looks++;
              return held.eventsAfter(...asked);
            };
          },
        }),
    });
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const address = "http://localhost/admin/events?lastEventId=0";
    const { body } = await app.handle(new Request(address, { headers }));
    const slow = body?.getReader();
    await slow?.read();
    for (let count = 0; count < 5; count++) await talk(app);
    expect(looks).toBe(0);
    await slow?.read();
    expect(looks).toBe(1);
    await slow?.cancel();
  });

  test("is refused beyond twenty, until one goes", async () => {
    await using app = await openTestApp();
    const readers: EventReader[] = [];
    for (let count = 0; count < 20; count++) readers.push(await follow(app));
    const { status, headers, close } = await follow(app);
    expect([status, headers.get("retry-after")]).toEqual([503, "3"]);
    await close();
    await readers.pop()?.close();
    readers.push(await follow(app));
    expect(readers.at(-1)?.status).toBe(200);
    for (const reader of readers) await reader.close();
  });

  test("leaves their place to others when the store fails under them", async () => {
    let isBroken = false;
    await using app = await openTestApp({
      wrapStore: (store) =>
        new Proxy(store, {
          get: (held, name, receiver): unknown =>
            name === "eventsAfter"
              ? (...asked: Parameters<typeof store.eventsAfter>) =>
                  isBroken ? Promise.reject(new Error("disk on fire")) : held.eventsAfter(...asked)
              : Reflect.get(held, name, receiver),
        }),
    });
    const readers: EventReader[] = [];
    for (let count = 0; count < 20; count++) readers.push(await follow(app));
    isBroken = true;
    await app.clock.tick(POLL_MS);
    expect(readers.every((reader) => reader.isOver())).toBe(true);
    isBroken = false;
    const next = await follow(app);
    expect(next.status).toBe(200);
    await next.close();
  });

  test.each(["?lastEventId=soon", "?conversationId=x", "?conversation=1", "?lastEventId=-1"])(
    "by %s is told what is wrong",
    async (query) => {
      await using app = await openTestApp();
      const { status, body } = await app.admin("GET", `/events${query}`);
      expect([status, body["code"]]).toEqual([400, "invalid_query"]);
    },
  );
});

// It takes as long as the server waits for a silent connection: another one that says nothing tells when that is over.
test("over the port a silent stream outlives what is silent else, and ends at once when lull stops", async () => {
  await using app = await openTestApp({ env: { PORT: "0" } });
  const address = await app.listen();
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const reader = readEvents(await fetch(`${address}/admin/events`, { headers }), () => app.clock.touch());
  await closedForSilence(Number(new URL(address).port));
  expect(reader.isOver()).toBe(false);
  await talk(app);
  await reader.arrived;
  expect(reader.events[0]?.event).toBe("buffer.closed");
  await app.stop();
  await reader.ended;
}, 25_000);

test("by lull's own socket they are followed without a token, and end when lull stops", async () => {
  await using app = await openTestApp({ env: { PORT: "0" } });
  await app.listen();
  const unix = join(app.dataDir, "lull.sock");
  const answer = await fetch("http://localhost/admin/events?lastEventId=0", { unix });
  const reader = readEvents(answer, () => app.clock.touch());
  await talk(app);
  await reader.arrived;
  await app.stop();
  await reader.ended;
});

/** Resolves when the server closes a connection by which half a request came. */
async function closedForSilence(port: number): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const close = () => closed.resolve();
  await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: (socket) => void socket.write("GET /livez HTTP/1.1\r\n"),
      data: () => {},
      close,
      error: close,
    },
  });
  await closed.promise;
}
