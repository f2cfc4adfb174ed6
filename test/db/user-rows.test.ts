// What the store writes of users where no method shows it: the rows themselves, seen by another program.
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import schema from "../../schema.sql" with { type: "text" };
import { answerKeyOf } from "../../src/turn/answer-key.ts";
import { message } from "./arrivals.ts";
import { NUMBER, addUser, said } from "./identified.ts";
import { Scene, only } from "./scene.ts";
import { openRaw, openSqlitePair } from "./sqlite-pair.ts";

const NOBODY = { label: null, assigneeId: null, teamId: null };

type Row = Record<string, string | number | null>;

const FROM = { facts: { contactPhone: NUMBER, contactId: 5, inboxId: 7 } };

test("a sender is written into the turn's buffer, those merged into it, the conversation and its history", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const ana = await addUser(scene);
  await scene.receive(message(10, FROM));
  const turn = await scene.turn();
  await scene.receive(message(11, FROM));
  await scene.reply(turn);
  const later = await scene.turn();
  await scene.first.markSender(later.jobKey, { userId: ana, layer: "profiles", isVerified: true });
  const mark = { user_id: ana, identified_by: "profiles", user_verified: 1 };
  expect(read(pair.path, "SELECT user_id FROM message_buffer")).toEqual([{ user_id: ana }, { user_id: ana }]);
  expect(read(pair.path, "SELECT user_id FROM conversations")).toEqual([{ user_id: ana }]);
  const lines = "SELECT user_id, identified_by, user_verified FROM customer_conversations";
  expect(read(pair.path, lines)).toEqual([mark, mark]);
  await scene.first.markSender(later.jobKey, { userId: null, layer: null, isVerified: false });
  const nobody = { user_id: null, identified_by: null, user_verified: 0 };
  expect(read(pair.path, lines)).toEqual([nobody, nobody]);
});

test("a sender is written into the messages of the turn alone", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const ana = await addUser(scene);
  await scene.answered([10]);
  await scene.send(90);
  const turn = await scene.turn(11);
  await scene.say(12, { connection: scene.there });
  await scene.first.markSender(turn.jobKey, { userId: ana, layer: "profiles", isVerified: false });
  const marked = "SELECT chatwoot_message_id AS id FROM customer_conversations WHERE user_id IS NOT NULL";
  expect(read(pair.path, marked)).toEqual([{ id: 11 }]);
  const conversation = only(
    read(pair.path, "SELECT connection_id AS id FROM conversations WHERE user_id IS NOT NULL"),
  );
  expect(conversation).toEqual({ id: scene.here });
});

test("a user who went before the turn was marked is not written down", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const ana = await addUser(scene);
  await scene.receive(message(10, FROM));
  const turn = await scene.turn();
  await scene.first.deleteUser(ana, scene.now);
  await scene.first.markSender(turn.jobKey, { userId: ana, layer: "profiles", isVerified: true });
  const marks = ["message_buffer", "conversations", "customer_conversations"].flatMap((table) =>
    read(pair.path, `SELECT user_id FROM ${table}`),
  );
  expect(marks).toEqual([{ user_id: null }, { user_id: null }, { user_id: null }]);
});

test("a removed number leaves whose history it is", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const ana = await addUser(scene);
  await said(scene, ana);
  await said(scene, ana, { layer: "customer_conversations" });
  const profile = { fullName: null, language: null, isVerified: true };
  const number = { number: NUMBER, key: NUMBER, keyVersion: "1/test" };
  await scene.first.saveProfile(ana, { ...profile, number }, scene.now);
  await scene.first.saveProfile(ana, { ...profile, number: null }, scene.now);
  const line = { user_id: ana, identified_by: null, user_verified: 0 };
  const lines = "SELECT user_id, identified_by, user_verified FROM customer_conversations";
  expect(read(pair.path, lines)).toEqual([line, line]);
});

test("of a deleted user nothing is left in the rows of a finished turn but figures", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const ana = await addUser(scene);
  await scene.receive(message(10, FROM));
  const turn = await scene.turn();
  await scene.first.markSender(turn.jobKey, { userId: ana, layer: "profiles", isVerified: true });
  await scene.first.keepAnswer(turn, "key", '{"content":"answer"}');
  await scene.reply(turn);
  await scene.send(90);
  expect(await scene.first.deleteUser(ana, scene.now)).toBe(true);
  const message_ = only(read(pair.path, "SELECT * FROM buffered_messages"));
  expect(message_).toMatchObject({
    content: null,
    attachments: "[]",
    extra: null,
    sender_info: "{}",
    conversation_info: "{}",
    phone_key: null,
    key_version: null,
    deleted_at: scene.now,
    outcome: "answered",
  });
  const job = only(read(pair.path, "SELECT * FROM buffer_processing_jobs"));
  expect(job).toMatchObject({ answer_key: null, answer: null, outcome: "answered" });
  expect(only(read(pair.path, "SELECT * FROM outbox"))).toMatchObject({ text: "", state: "sent" });
  expect(read(pair.path, "SELECT * FROM customer_conversations")).toEqual([]);
  const rows = ["message_buffer", "conversations", "buffered_messages", "events"].flatMap((table) =>
    read(pair.path, `SELECT * FROM ${table}`),
  );
  expect(JSON.stringify(rows)).not.toContain(ana);
  expect(JSON.stringify(rows)).not.toContain(NUMBER.slice(1));
});

test.each<[string, (scene: Scene) => Promise<unknown>]>([
  ["is called and comes", (scene) => scene.send(90)],
  [
    "is called, whom Chatwoot never hears of",
    async (scene) => {
      await scene.send(90);
      const [errand] = await scene.first.dueErrands(1, scene.now);
      await scene.first.settleErrand(
        errand?.key ?? 0,
        { to: "failed", reason: "chatwoot_refused" },
        scene.now,
      );
    },
  ],
  [
    "came before they were called",
    async (scene) => {
      const claim = await scene.delivery();
      await scene.first.settleDelivery(claim, { to: "cancelled", reason: "human_active" }, scene.now);
    },
  ],
])("of what a deleted user said no word is left in any row when somebody %s", async (_who, go) => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const ana = await addUser(scene);
  const word = "lavender";
  await scene.receive(message(10, { ...FROM, content: `about ${word}` }));
  const turn = await scene.turn();
  await scene.first.markSender(turn.jobKey, { userId: ana, layer: "profiles", isVerified: true });
  const errand = { kind: "handoff", note: `asked about ${word}`, ...NOBODY } as const;
  const { messages } = await scene.first.turnMaterial(turn.jobKey, 0);
  const findings = { promptVersion: 1, urgency: 5, confidence: 0.5, intent: word, quality: `["${word}"]` };
  const reply = {
    kind: "reply",
    parts: [`Somebody knows ${word}.`],
    answerKey: answerKeyOf(messages),
  } as const;
  const handoff = { reason: "words", errand } as const;
  await scene.first.endTurn(turn, { ...reply, handoff, findings }, scene.endRules(), scene.now);
  await go(scene);
  await scene.first.deleteUser(ana, scene.now);
  const tables = read(
    pair.path,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%fts%'",
  );
  const holding = tables.filter(({ name }) =>
    JSON.stringify(read(pair.path, `SELECT * FROM "${name}"`)).includes(word),
  );
  expect(holding).toEqual([]);
});

test("a deleted user's calls are gone from the usage, other users' are not", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const [ana, bia] = [await addUser(scene), await addUser(scene)];
  const raw = openRaw(pair.path);
  const add = raw.query(`
    INSERT INTO ai_usage (connection_id, user_id, credential_source, provider, model, step, subject_id, reserved_tokens,
      price_date, started_at) VALUES ($connection, $user, 'user', 'groq', 'm', 'ask', 's', 1, '2026-06-18', 1)`);
  for (const user of [ana, bia, null]) add.run({ connection: scene.here, user });
  raw.close();
  await scene.first.deleteUser(ana, scene.now);
  expect(read(pair.path, "SELECT user_id FROM ai_usage ORDER BY id")).toEqual([
    { user_id: bia },
    { user_id: null },
  ]);
});

test("a table with users in it either loses their rows by itself or is one of those that a removal cleans", () => {
  const db = new Database(":memory:");
  db.run(schema);
  const columns = db
    .query<{ name: string; action: string | null }, []>(
      `
      SELECT t.name, (SELECT on_delete FROM pragma_foreign_key_list(t.name) WHERE "from" = 'user_id') AS action
      FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c ON c.name = 'user_id' WHERE t.type = 'table'`,
    )
    .all();
  db.close();
  const owned = columns.filter(({ action }) => action === "CASCADE").map(({ name }) => name);
  const others = columns.filter(({ action }) => action !== "CASCADE").map(({ name }) => name);
  expect(owned).toContain("whatsapp_user_mapping");
  expect(others.toSorted()).toEqual([
    "ai_usage",
    "conversation_summaries",
    "conversations",
    "customer_conversations",
    "deleted_users",
    "knowledge_files",
    "message_buffer",
  ]);
});

function read(path: string, sql: string): Row[] {
  const raw = openRaw(path);
  const rows = raw.query<Row, []>(sql).all();
  raw.close();
  return rows;
}
