// What is forgotten when it is old enough: buffers with all that hangs on them, and what was said. What is under way stays.
import { expect, test } from "bun:test";
import { DAY_MS } from "../../src/clock.ts";
import type { KeptFor } from "../../src/db/store-retention.ts";
import { CONVERSATION, deletion, message } from "./arrivals.ts";
import { addUser } from "./identified.ts";
import { Scene, START } from "./scene.ts";
import { openRaw, openSqlitePair } from "./sqlite-pair.ts";

const KEPT: KeptFor = { keptMs: 30 * DAY_MS, rowsMax: 100 };
const TREE = [
  "message_buffer",
  "buffered_messages",
  "buffer_processing_jobs",
  "turn_steps",
  "outbox",
  "errands",
  "audio_files",
  "customer_conversations",
];

/** A scene whose history is archived as soon as it is there, unless a test says otherwise. */
async function open() {
  const pair = openSqlitePair();
  const scene = await Scene.open(pair);
  const raw = openRaw(pair.path);
  return {
    scene,
    raw,
    archive: () =>
      raw.run(`INSERT INTO settings (name, value, updated_at) VALUES ('archived_through', '1000000', 0)
        ON CONFLICT DO UPDATE SET value = excluded.value`),
    counts: () =>
      Object.fromEntries(
        TREE.map((table) => [
          table,
          raw.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n,
        ]),
      ),
    async cleanAll(kept: KeptFor = KEPT): Promise<number> {
      let rowCount = 0;
      for (let after: number | null = 0; after !== null;) {
        const step = await scene.first.cleanBuffers(after, kept, scene.now);
        rowCount += step.rowCount;
        after = step.next;
      }
      return rowCount;
    },
    async [Symbol.asyncDispose]() {
      raw.close();
      await scene[Symbol.asyncDispose]();
    },
  };
}

/** A turn that is answered and sent, with a step, an errand that is done and a voice note that was heard. */
async function wholeTurn({ scene, raw }: Awaited<ReturnType<typeof open>>, messageId: number): Promise<void> {
  const turn = await scene.turn(messageId, messageId + 1);
  const step = { name: "ask", outcome: "ok", startedAt: scene.now, durationMs: 1, detail: {} };
  await scene.first.recordStep({ jobKey: turn.jobKey, attempt: turn.attempt, ...step });
  await scene.reply(turn);
  await scene.send(messageId + 5);
  raw
    .query(
      `INSERT INTO errands (public_id, connection_id, conversation_id, job_id, kind, detail, state, due_at, created_at, done_at)
    VALUES ('e' || $m, $here, ${CONVERSATION}, $job, 'note', '{}', 'done', 0, 0, 0)`,
    )
    .run({ m: messageId, here: scene.here, job: turn.jobKey });
  raw
    .query(
      `INSERT INTO audio_files (public_id, connection_id, conversation_id, chatwoot_message_id, attachment_key, status,
    transcript, created_at) VALUES ('a' || $m, $here, ${CONVERSATION}, $m, 'k', 'heard', 'oi', 0)`,
    )
    .run({ m: messageId, here: scene.here });
}

test("a buffer that ended long ago goes whole, and what was said in it stays", async () => {
  await using house = await open();
  const { scene, counts } = house;
  await wholeTurn(house, 10);
  house.archive();
  const full = counts();
  scene.pass(30 * DAY_MS);
  expect(await house.cleanAll()).toBe(0);
  expect(counts()).toEqual(full);
  scene.pass(1);
  expect(await house.cleanAll()).toBe(1 + 2 + 1 + 1 + 1 + 1 + 1);
  expect(counts()).toEqual({
    ...Object.fromEntries(TREE.map((table) => [table, 0])),
    customer_conversations: 3,
  });
  expect(house.raw.query("PRAGMA foreign_key_check").all()).toEqual([]);
});

test("its messages stay known: none is taken as new again, a newer one is", async () => {
  await using house = await open();
  const { scene } = house;
  await wholeTurn(house, 10);
  house.archive();
  scene.pass(31 * DAY_MS);
  await house.cleanAll();
  for (const messageId of [10, 11])
    expect(await scene.receive(message(messageId))).toEqual({ action: "duplicate" });
  expect((await scene.receive(message(12))).action).toBe("buffered");
  const elsewhere = await scene.receive(message(9, { facts: { conversationId: CONVERSATION + 1 } }));
  expect(elsewhere.action).toBe("buffered");
  expect((await scene.receive(message(10), { connection: scene.there })).action).toBe("buffered");
});

test("a message that is deleted in Chatwoot after its row went is gone from the history, too", async () => {
  await using house = await open();
  const { scene } = house;
  await wholeTurn(house, 10);
  house.archive();
  scene.pass(31 * DAY_MS);
  await house.cleanAll();
  await scene.receive(deletion(10));
  const left = house.raw
    .query("SELECT chatwoot_message_id AS id FROM customer_conversations ORDER BY id")
    .all();
  expect(left).toEqual([{ id: 11 }, { id: 15 }]);
});

test.each([
  ["an open buffer", async (scene: Scene) => void (await scene.say(10))],
  [
    "a turn that waits",
    async (scene: Scene) => {
      await scene.say(10);
      await scene.lull();
    },
  ],
  ["a turn that is worked on", async (scene: Scene) => void (await scene.turn(10))],
  ["a reply that waits to be sent", async (scene: Scene) => void (await scene.answered([10]))],
  [
    "a reply of unknown fate",
    async (scene: Scene) => {
      await scene.answered([10]);
      const claim = await scene.delivery();
      await scene.first.beginSend(claim);
      await scene.first.settleDelivery(
        claim,
        { to: "unknown", reason: "timeout", dueAt: scene.now, looks: 0 },
        scene.now,
      );
    },
  ],
  [
    "an errand that waits",
    async (scene: Scene) => {
      const claim = await scene.turn(10);
      const errands = [{ kind: "note", text: "a note" } as const];
      await scene.first.endTurn(
        claim,
        { kind: "silence", reason: "model_silent", errands },
        scene.endRules(),
        scene.now,
      );
    },
  ],
])("%s stays, however old it is", async (_, begin) => {
  await using house = await open();
  await begin(house.scene);
  house.archive();
  const before = house.counts();
  house.scene.pass(400 * DAY_MS);
  expect(await house.cleanAll()).toBe(0);
  expect(house.counts()).toEqual(before);
});

test("what the archive has not taken yet stays until it has", async () => {
  await using house = await open();
  await wholeTurn(house, 10);
  house.scene.pass(31 * DAY_MS);
  expect(await house.cleanAll()).toBe(0);
  house.archive();
  expect(await house.cleanAll()).toBeGreaterThan(0);
});

test("a buffer that was merged goes with the one that answers its messages, not before", async () => {
  await using house = await open();
  const { scene } = house;
  const turn = await scene.turn(10);
  await scene.say(11);
  await scene.reply(turn);
  house.archive();
  scene.pass(31 * DAY_MS);
  expect(await house.cleanAll()).toBe(0);
  await scene.close();
  await scene.reply(await scene.claim());
  await scene.send(20);
  scene.pass(31 * DAY_MS);
  await house.cleanAll();
  expect(house.counts()).toMatchObject({
    message_buffer: 0,
    buffered_messages: 0,
    buffer_processing_jobs: 0,
  });
});

test("a user's own time counts for theirs, be it shorter or longer", async () => {
  await using house = await open();
  const { scene, raw } = house;
  const [brief, long] = [await addUser(scene), await addUser(scene)];
  for (const [index, userId] of [brief, long, null].entries()) {
    await wholeTurn(house, 10 + index * 20);
    raw
      .query("UPDATE message_buffer SET user_id = $userId WHERE id = (SELECT max(id) FROM message_buffer)")
      .run({ userId });
    raw
      .query("UPDATE customer_conversations SET user_id = $userId WHERE chatwoot_message_id > $from")
      .run({ userId, from: 9 + index * 20 });
  }
  house.archive();
  raw
    .query(
      "UPDATE users SET retention_days = iif(public_id = $brief, 2, 90) WHERE public_id IN ($brief, $long)",
    )
    .run({ brief, long });
  const owners = () =>
    raw
      .query<{ u: string | null }, []>("SELECT user_id AS u FROM message_buffer ORDER BY id")
      .all()
      .map(({ u }) => u);
  const said = () =>
    raw.query("SELECT DISTINCT user_id AS u FROM customer_conversations ORDER BY id").all().length;
  scene.pass(3 * DAY_MS);
  await house.cleanAll();
  expect(owners()).toEqual([long, null]);
  await scene.first.cleanHistory(0, { keptMs: 365 * DAY_MS, rowsMax: 100 }, scene.now);
  expect(said()).toBe(2);
  scene.pass(30 * DAY_MS);
  await house.cleanAll();
  expect(owners()).toEqual([long]);
  scene.pass(60 * DAY_MS);
  await house.cleanAll();
  expect(owners()).toEqual([]);
});

test("a step takes about as many rows as it may and goes on where it stopped; one large buffer goes at once", async () => {
  await using house = await open();
  const { scene } = house;
  for (let turn = 0; turn < 6; turn++) await wholeTurn(house, 10 + turn * 20);
  house.archive();
  scene.pass(31 * DAY_MS);
  const steps: number[] = [];
  for (let after: number | null = 0; after !== null;) {
    const step = await scene.first.cleanBuffers(after, { ...KEPT, rowsMax: 20 }, scene.now);
    steps.push(step.rowCount);
    after = step.next;
  }
  expect(steps).toEqual([16, 16, 16]);
  await wholeTurn(house, 200);
  house.archive();
  scene.pass(31 * DAY_MS);
  expect(await scene.first.cleanBuffers(0, { ...KEPT, rowsMax: 1 }, scene.now)).toMatchObject({
    rowCount: 8,
  });
});

test("what was said goes in its time, once it is archived, and summaries that tell of it with it", async () => {
  await using house = await open();
  const { scene, raw } = house;
  await wholeTurn(house, 10);
  raw
    .query(
      `INSERT INTO conversation_summaries (connection_id, conversation_id, text, last_message_id, line_count, updated_at)
    VALUES ($here, $conversation, 'told', 11, 2, $now)`,
    )
    .run({ here: scene.here, conversation: CONVERSATION, now: START });
  scene.pass(366 * DAY_MS);
  const kept = { keptMs: 365 * DAY_MS, rowsMax: 2 };
  expect(await scene.first.cleanHistory(0, kept, scene.now)).toMatchObject({ rowCount: 0 });
  house.archive();
  const first = await scene.first.cleanHistory(0, kept, scene.now);
  expect(first).toEqual({ rowCount: 2, next: expect.any(Number) });
  expect(raw.query("SELECT count(*) AS n FROM conversation_summaries").get()).toEqual({ n: 0 });
  expect(await scene.first.cleanHistory(first.next ?? 0, kept, scene.now)).toEqual({
    rowCount: 1,
    next: null,
  });
  await scene.receive(message(400));
  await scene.lull();
  house.archive();
  expect(await scene.first.cleanHistory(0, kept, scene.now)).toEqual({ rowCount: 0, next: null });
});
