// The columns that only a look into the tables shows: a conversation's state, its open buffer, its count of messages.
import { expect, test } from "bun:test";
import { deletion, edit, humanReply, message, ownReply } from "./arrivals.ts";
import { LEASE_MS, ME, OTHER, SECOND, Scene, NOBODY_TOLD } from "./scene.ts";
import { openRaw, openSqlitePair } from "./sqlite-pair.ts";

const RETRY = { code: "ai_unavailable", message: "m" };

test("a conversation is idle, buffering or processing right after every move", async () => {
  await using open = await openScene();
  const { scene, state } = open;
  await scene.receive(humanReply(1));
  expect(state()).toBe("idle");
  await scene.say(10);
  expect(state()).toBe("buffering");
  await scene.receive(deletion(10));
  expect(state()).toBe("idle");
  await scene.say(11);
  await scene.lull();
  expect(state()).toBe("processing");
  const turn = await scene.claim();
  expect(state()).toBe("processing");
  await scene.first.endTurn(turn, { kind: "silence", reason: "empty" }, scene.endRules(), scene.now);
  expect(state()).toBe("idle");
});

test("a conversation is processing until its reply is settled, however that ends", async () => {
  await using open = await openScene();
  const { scene, state } = open;
  await scene.answered([10], ["one", "two"]);
  expect(state()).toBe("processing");
  await scene.send(90);
  expect(state()).toBe("processing");
  const second = await scene.delivery();
  await scene.first.beginSend(second);
  expect(state()).toBe("processing");
  const unknown = { to: "unknown", reason: "timeout", dueAt: scene.now, looks: 0 } as const;
  await scene.first.settleDelivery(second, unknown, scene.now);
  expect(state()).toBe("processing");
  await scene.receive(ownReply(second.replyId, 91));
  expect(state()).toBe("idle");
  await scene.answered([11]);
  const third = await scene.delivery();
  await scene.first.settleDelivery(third, { to: "failed", reason: "refused" }, scene.now);
  expect(state()).toBe("idle");
  await scene.first.retryDelivery(third.replyId, scene.now);
  expect(state()).toBe("processing");
  await scene.first.settleDelivery(await scene.delivery(), { to: "cancelled", reason: "status" }, scene.now);
  expect(state()).toBe("idle");
});

test("new messages make a conversation buffering while it still works, and dropping them shows the work again", async () => {
  await using open = await openScene();
  const { scene, state } = open;
  const turn = await scene.turn(10);
  const { bufferId } = await scene.say(11);
  expect(state()).toBe("buffering");
  await scene.first.cancelBuffer(bufferId, "operator", scene.now);
  expect(state()).toBe("processing");
  await scene.say(12);
  await scene.reply(turn);
  expect(state()).toBe("buffering");
  await scene.lull();
  expect(state()).toBe("processing");
});

test("a failed, rescued or repeated turn shows in the state", async () => {
  await using open = await openScene();
  const { scene, state } = open;
  const turn = await scene.turn(10);
  await scene.first.failTurn(turn, { ...RETRY, retryAt: scene.now }, scene.now, NOBODY_TOLD);
  expect(state()).toBe("processing");
  await scene.first.failTurn(await scene.claim(), { ...RETRY, retryAt: null }, scene.now, NOBODY_TOLD);
  expect(state()).toBe("idle");
  await scene.first.retryTurn(turn.jobId, scene.now);
  expect(state()).toBe("processing");
  await scene.claim();
  scene.pass(LEASE_MS);
  await scene.second.rescueTurns(OTHER, 9, scene.now, NOBODY_TOLD);
  expect(state()).toBe("processing");
  await scene.first.releaseTurn(await scene.claim(), scene.now, scene.now);
  expect(state()).toBe("processing");
  await scene.claim();
  await scene.second.rescueTurns({ ...ME, boot: "next" }, 1, scene.now, NOBODY_TOLD);
  expect(state()).toBe("idle");
});

test("a reply that goes back into its batch leaves the conversation buffering", async () => {
  await using open = await openScene();
  const { scene, state } = open;
  await scene.answered([10]);
  await scene.say(11);
  expect(await scene.first.rebatch(await scene.delivery(), scene.endRules(), scene.now)).not.toBeNull();
  expect(state()).toBe("buffering");
});

test("equal conversations of two connections have states of their own", async () => {
  await using open = await openScene();
  await open.scene.say(10, { connection: open.scene.there });
  await open.scene.receive(humanReply(11));
  expect(open.state()).toBe("idle");
});

test("a conversation names its open buffer and counts each message once", async () => {
  await using open = await openScene();
  const { scene, row } = open;
  const { bufferKey } = await scene.say(10);
  await scene.receiveAll([message(10), edit(10, "x"), deletion(77), humanReply(78)]);
  expect(row()).toMatchObject({ active_buffer_id: null, message_count: 1 });
  scene.pass(SECOND);
  const next = await scene.say(11);
  expect(next.bufferKey).not.toBe(bufferKey);
  expect(row()).toMatchObject({
    active_buffer_id: next.bufferKey,
    message_count: 2,
    last_message_at: scene.now,
  });
});

interface ConversationRow {
  conversation_state: string;
  active_buffer_id: number | null;
  message_count: number;
  last_message_at: number | null;
}

async function openScene() {
  const pair = openSqlitePair();
  const scene = await Scene.open(pair);
  const raw = openRaw(pair.path);
  const find = raw.query<ConversationRow, [number]>(
    `SELECT conversation_state, active_buffer_id, message_count, last_message_at FROM conversations
     WHERE connection_id = ? AND chatwoot_conversation_id = 458`,
  );
  const row = () => find.get(scene.here);
  return {
    scene,
    row,
    state: () => row()?.conversation_state,
    async [Symbol.asyncDispose]() {
      raw.close();
      await scene[Symbol.asyncDispose]();
    },
  };
}
