// What an erasure leaves in the file: every table that holds a word of a contact is planted with one, and the bytes are read.
import { readFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { message } from "./arrivals.ts";
import { addUser, NUMBER } from "./identified.ts";
import { must, only, Scene } from "./scene.ts";
import { openRaw, openSqlitePair } from "./sqlite-pair.ts";

const WORD = "PLANTED-0f3a";
const ANA = 71;

/** `c` is the connection, `v` the conversation, `j` the turn, `w` the word, `u` a user who met the contact. */
const PLANTS = [
  "UPDATE buffered_messages SET content = $w, extra = $w, attachments = json_array($w), sender_info = json_object('name', $w), conversation_info = json_object('x', $w)",
  "UPDATE buffer_processing_jobs SET answer = $w, intent = $w, quality = $w",
  "UPDATE outbox SET text = $w, template = $w, handoff = $w",
  "UPDATE customer_conversations SET content = $w, phone_number = $w",
  "UPDATE conversations SET paused_by_name = $w",
  "INSERT INTO conversation_summaries (connection_id, conversation_id, text, last_message_id, line_count, updated_at) VALUES ($c, $v, $w, 1, 1, 1)",
  "INSERT INTO audio_files (public_id, connection_id, conversation_id, chatwoot_message_id, attachment_key, status, transcript, created_at) VALUES ('a', $c, $v, 10, '#0', 'heard', $w, 1)",
  "INSERT INTO errands (public_id, connection_id, conversation_id, job_id, kind, detail, due_at, created_at) VALUES ('e', $c, $v, $j, 'note', json_object('note', $w), 1, 1)",
  "INSERT INTO identity_pairs (connection_id, alias_key, phone_key, key_version, learned_at) VALUES ($c, 'lid:' || $w, $phone, '1', 1)",
  "INSERT INTO legacy_forwards (public_id, connection_id, conversation_id, event, headers, body, due_at, created_at) VALUES ('f', $c, $v, 'message_created', '{}', CAST($w AS BLOB), 1, 1)",
  "INSERT INTO meeting_notes (public_id, user_id, content, contact_name, contact_phone, phone_key, key_version, created_at) VALUES ('n', $u, 'ours', $w, $w, $phone, '1', 1)",
];

test("no table, no free page and no log holds a word of an erased contact", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const user = await addUser(scene);
  await scene.receive(message(10, { facts: { contactId: ANA, contactPhone: NUMBER, contactName: "Ana" } }));
  const turn = await scene.turn();
  await scene.reply(turn);
  await scene.send(90);
  const raw = openRaw(pair.path);
  const params = { c: scene.here, v: turn.conversationId, j: turn.jobKey, w: WORD, u: user, phone: NUMBER };
  for (const sql of PLANTS) raw.query(sql).run(params);
  raw.close();
  const isIn = (file: string): boolean => readFileSync(file).includes(WORD);
  expect(isIn(`${pair.path}-wal`)).toBe(true);

  must(await scene.first.erase({ kind: "contact", connectionKey: scene.here, contactId: ANA }, scene.now));
  const running = only(await scene.first.runningErasures());
  expect(await scene.first.continueErasure(running, scene.now)).toBe(true);
  expect(await scene.first.emptyLog()).toBe(true);
  expect([isIn(pair.path), isIn(`${pair.path}-wal`)]).toEqual([false, false]);
  expect(
    JSON.stringify(await scene.first.meetingNotes(user, { limit: 5, cursor: null, state: null })),
  ).toContain("ours");
});

/** `u` is the user, `c` the connection, `v` a conversation of theirs. */
const PLANTS_OF_USER = [
  "UPDATE users SET name = $w, email = $w WHERE public_id = $u",
  "INSERT INTO audit_log (public_id, at, actor, action, subject_id, changes) VALUES ('d', 1, 'admin', 'user.change', $u, json_array($w))",
  "INSERT INTO whatsapp_user_mapping (public_id, user_id, whatsapp_number, phone_key, key_version, is_verified, source, created_at) VALUES ('m', $u, $w, $w, '1', 0, 'admin', 1)",
  "INSERT INTO identity_pairs (connection_id, alias_key, phone_key, key_version, learned_at) VALUES ($c, 'lid:9', $w, '1', 1)",
  "INSERT INTO conversations (public_id, connection_id, chatwoot_conversation_id, user_id, created_at, updated_at) VALUES ('v', $c, $v, $u, 1, 1)",
  "INSERT INTO legacy_forwards (public_id, connection_id, conversation_id, event, headers, body, due_at, created_at) VALUES ('f', $c, $v, 'message_created', '{}', CAST($w AS BLOB), 1, 1)",
  "INSERT INTO customer_conversations (public_id, connection_id, user_id, content, sender, source, created_at) VALUES ('h', $c, $u, $w, 'user', 'whatsapp', 1)",
  "INSERT INTO meeting_notes (public_id, user_id, content, created_at) VALUES ('n', $u, $w, 1)",
];

test("nor one of an erased user", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const userId = await addUser(scene);
  const raw = openRaw(pair.path);
  for (const sql of PLANTS_OF_USER) raw.query(sql).run({ u: userId, c: scene.here, v: 77, w: WORD });
  raw.close();
  must(await scene.first.erase({ kind: "user", userId }, scene.now));
  expect(await scene.first.continueErasure(only(await scene.first.runningErasures()), scene.now)).toBe(true);
  expect(await scene.first.emptyLog()).toBe(true);
  expect(readFileSync(pair.path).includes(WORD)).toBe(false);
});

test("the log is not emptied under somebody who reads, nor waited for", async () => {
  const pair = openSqlitePair();
  await using scene = await Scene.open(pair);
  const reader = openRaw(pair.path);
  reader.run("BEGIN");
  reader.query("SELECT count(*) FROM users").get();
  await addUser(scene);
  const startedAt = performance.now();
  expect(await scene.first.emptyLog()).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  reader.close();
  expect(await scene.first.emptyLog()).toBe(true);
});
