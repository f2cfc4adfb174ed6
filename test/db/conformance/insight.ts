// What people ask for: lists in pages, one thing whole, counts, the work of one conversation.
import { expect, test } from "bun:test";
import type { ListQuery, Row } from "../../../src/db/store-insight.ts";
import { LIMITS, ME, type OpenScene, SECOND, START, type Scene, must, only } from "../scene.ts";

const FIRST_PAGE: ListQuery = { limit: 2, cursor: null, state: null };
/** Texts of customers and replies: never part of a list. */
const TEXTS = /message \d|"answer"/;

export function insightConformance(open: OpenScene): void {
  test.each<["listBuffers" | "listTurns" | "listDeliveries"]>([
    ["listBuffers"],
    ["listTurns"],
    ["listDeliveries"],
  ])("%s gives every row once, newest first, page by page", async (list) => {
    await using scene = await open();
    const conversationIds = [1, 2, 3, 4, 5];
    await answerEach(scene, conversationIds);
    const first = await scene.first[list](FIRST_PAGE);
    await scene.say(99, { conversationId: 99 });
    const second = await scene.second[list]({ ...FIRST_PAGE, cursor: first.nextCursor });
    const third = await scene.first[list]({ ...FIRST_PAGE, cursor: second.nextCursor });
    const pages = [first, second, third];
    expect(pages.map((page) => page.data.length)).toEqual([2, 2, 1]);
    expect(third.nextCursor).toBeNull();
    const rows = pages.flatMap((page) => page.data);
    expect(rows.map((row) => row["conversationId"])).toEqual(conversationIds.toReversed());
    expect(new Set(rows.map((row) => row["id"])).size).toBe(5);
    expect(JSON.stringify(rows)).not.toMatch(TEXTS);
    expect(rows.some((row) => "key" in row)).toBe(false);
  });

  test("a full last page has no next one", async () => {
    await using scene = await open();
    await answerEach(scene, [1, 2]);
    expect((await scene.first.listTurns(FIRST_PAGE)).nextCursor).toBeNull();
  });

  test("a list can be of one state only", async () => {
    await using scene = await open();
    await answerEach(scene, [1, 2]);
    await scene.say(30, { conversationId: 3 });
    const inState = async (list: "listBuffers" | "listTurns" | "listDeliveries", state: string) =>
      (await scene.first[list]({ ...FIRST_PAGE, state })).data.map((row) => row["conversationId"]);
    expect(await inState("listBuffers", "active")).toEqual([3]);
    expect(await inState("listBuffers", "completed")).toEqual([2, 1]);
    expect(await inState("listTurns", "completed")).toEqual([2, 1]);
    expect(await inState("listTurns", "failed")).toEqual([]);
    expect(await inState("listDeliveries", "intent")).toEqual([2, 1]);
    expect(await inState("listDeliveries", "sent")).toEqual([]);
  });

  test("rows name their connection", async () => {
    await using scene = await open();
    await scene.say(10, { connection: scene.there });
    await scene.say(10);
    const { data } = await scene.first.listBuffers(FIRST_PAGE);
    expect(data.map((row) => row["connection"])).toEqual(["here", "there"]);
  });

  test("what is not there is null", async () => {
    await using scene = await open();
    expect(await scene.first.buffer("nothing")).toBeNull();
    expect(await scene.first.turn("nothing")).toBeNull();
    expect(await scene.first.conversationWork(scene.here, 458, 5)).toEqual({
      buffer: null,
      turn: null,
      delivery: null,
      pause: null,
      events: [],
    });
  });

  test("one buffer is shown with the messages of all that joined it", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const { bufferId } = await scene.say(11);
    await scene.reply(turn);
    const shown = must(await scene.second.buffer(bufferId));
    expect(shown.buffer).toMatchObject({ id: bufferId, status: "active", messageCount: 1, openedAt: START });
    expect(shown.messages.map((row) => [row["messageId"], row["content"], row["kind"]])).toEqual([
      [10, "message 10", "text"],
      [11, "message 11", "text"],
    ]);
    expect("key" in shown.buffer).toBe(false);
  });

  test("one turn is shown with its messages and deliveries", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.reply(turn, ["one", "two"]);
    await scene.send(90);
    const shown = must(await scene.second.turn(turn.jobId));
    expect(shown.turn).toMatchObject({ id: turn.jobId, bufferId: turn.bufferId, outcome: "answered" });
    expect(only(shown.messages)).toMatchObject({ messageId: 10, outcome: "answered" });
    expect(shown.deliveries.map((row) => [row["part"], row["state"], row["turnId"]])).toEqual([
      [0, "sent", turn.jobId],
      [1, "intent", turn.jobId],
    ]);
  });

  test("counts tell how many are in which state", async () => {
    await using scene = await open();
    const nothing = { buffers: {}, jobs: {}, deliveries: {}, messages: {} };
    expect(await scene.first.counts()).toEqual(nothing);
    await scene.answered([10, 11]);
    await scene.send(12);
    await scene.say(20, { conversationId: 2 });
    scene.pass(SECOND);
    await scene.say(30, { conversationId: 3 });
    expect(await scene.second.counts()).toEqual({
      buffers: { active: 2, completed: 1 },
      jobs: { completed: 1 },
      deliveries: { sent: 1 },
      messages: { answered: 2, waiting: 2 },
    });
  });

  test("open work is what waits now, and since when", async () => {
    await using scene = await open();
    const jobs = { scheduled: 0, running: 0, failed: 0, quarantined: 0 };
    const nothing = { bufferCount: 0, oldestBufferAt: null, jobs, deliveryCount: 0 };
    expect(await scene.first.openWork()).toEqual(nothing);
    await scene.answered([10]);
    await scene.say(20, { conversationId: 2 });
    const oldestBufferAt = scene.now;
    scene.pass(SECOND);
    await scene.say(30, { conversationId: 3 });
    expect(await scene.second.openWork()).toEqual({ bufferCount: 2, oldestBufferAt, jobs, deliveryCount: 1 });
    scene.pass(LIMITS.silenceMs);
    await scene.close();
    await scene.claims(ME, scene.first, 1);
    const working = { ...jobs, scheduled: 1, running: 1 };
    expect(await scene.second.openWork()).toEqual({ ...nothing, jobs: working, deliveryCount: 1 });
  });

  test("the work of a conversation is its newest buffer, turn and delivery with its last events", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.reply(turn);
    const { replyId } = await scene.send(90);
    const { bufferId } = await scene.say(11);
    await scene.say(12, { connection: scene.there });
    const work = await scene.second.conversationWork(scene.here, 458, 2);
    expect(work.buffer).toMatchObject({ id: bufferId, status: "active" });
    expect(work.turn).toMatchObject({ id: turn.jobId });
    expect(work.delivery).toMatchObject({ id: replyId });
    expect(names(work.events)).toEqual(["turn.answered", "delivery.sent"]);
    const all = await scene.first.conversationWork(scene.here, 458, 50);
    expect(names(all.events)).toEqual(["buffer.closed", "turn.claimed", "turn.answered", "delivery.sent"]);
    expect(JSON.stringify(all.events)).not.toMatch(TEXTS);
  });
}

async function answerEach(scene: Scene, conversationIds: readonly number[]): Promise<void> {
  for (const conversationId of conversationIds) {
    await scene.say(conversationId, { conversationId });
    await scene.lull();
    await scene.reply(await scene.claim());
  }
}

function names(events: readonly Row[]): unknown[] {
  return events.map((event) => event["name"]);
}
