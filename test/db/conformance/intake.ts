// Messages come in: deadlines, duplicates, batches.
import { expect, test } from "bun:test";
import { StoreError } from "../../../src/db/store.ts";
import { CONVERSATION, deletion, edit, humanReply, message } from "../arrivals.ts";
import { LIMITS, type OpenScene, SECOND, START, buffered, only } from "../scene.ts";

export function intakeConformance(open: OpenScene): void {
  test("a message opens a buffer that is due when the silence ends", async () => {
    await using scene = await open();
    const receipt = await scene.receive(message(10));
    expect(receipt).toMatchObject({ action: "buffered", isNew: true, dueAt: START + LIMITS.silenceMs });
  });

  test("a later message joins the open buffer through either handle and moves its deadline", async () => {
    await using scene = await open();
    const opened = await scene.say(10);
    scene.pass(20 * SECOND);
    const joined = await scene.say(11, { store: scene.second });
    expect(joined).toEqual({ ...opened, isNew: false, dueAt: scene.now + LIMITS.silenceMs });
    expect(await scene.first.openBuffers(0, 10)).toEqual([
      { bufferKey: opened.bufferKey, dueAt: joined.dueAt },
    ]);
    expect(await scene.bufferRow(opened.bufferId)).toMatchObject({ messageCount: 2, status: "active" });
  });

  test("no message moves the deadline beyond the age of the first one", async () => {
    await using scene = await open();
    await scene.say(10);
    scene.pass(290 * SECOND);
    expect((await scene.say(11)).dueAt).toBe(START + LIMITS.ageMaxMs);
  });

  test("the message that fills the buffer makes it due at once", async () => {
    await using scene = await open();
    for (const messageId of [10, 11, 12, 13]) await scene.say(messageId);
    scene.pass(SECOND);
    expect((await scene.say(14)).dueAt).toBe(scene.now);
  });

  test("an immediate message is due at once, alone or in an open buffer", async () => {
    await using scene = await open();
    expect((await scene.say(10, { isImmediate: true, conversationId: 1 })).dueAt).toBe(START);
    await scene.say(11, { conversationId: 2 });
    scene.pass(SECOND);
    const joined = await scene.say(12, { isImmediate: true, conversationId: 2 });
    expect(joined).toMatchObject({ isNew: false, dueAt: START + SECOND });
  });

  test("a message that comes again is a duplicate through any handle and changes nothing", async () => {
    await using scene = await open();
    const { bufferId, dueAt } = await scene.say(10);
    scene.pass(SECOND);
    const again = [
      await scene.receive(message(10)),
      await scene.receive(message(10), { store: scene.second }),
      await scene.receive(message(10), { isImmediate: true }),
      ...(await scene.receiveAll([message(10), message(10)])),
    ];
    expect(again).toEqual(Array(5).fill({ action: "duplicate" }));
    expect(await scene.bufferRow(bufferId)).toMatchObject({ messageCount: 1, dueAt });
  });

  test("a message is a duplicate while its turn runs and after it was answered", async () => {
    await using scene = await open();
    await scene.answered([10]);
    expect(await scene.receive(message(10))).toEqual({ action: "duplicate" });
    await scene.send(90);
    expect(await scene.receive(message(10), { store: scene.second })).toEqual({ action: "duplicate" });
  });

  test("a message told of by other news is still one message", async () => {
    await using scene = await open();
    expect(await scene.receive(edit(10, "told early"))).toMatchObject({ reason: "not_buffered" });
    const { bufferId } = await scene.say(10);
    await scene.receive(edit(10, "told again"));
    expect(await scene.receive(message(10))).toEqual({ action: "duplicate" });
    await scene.receive(deletion(10));
    expect(await scene.receive(message(10))).toEqual({ action: "duplicate" });
    expect(await scene.outcomes(bufferId)).toEqual([[10, "cancelled", "deleted", null]]);
  });

  test("twins in one batch are kept once", async () => {
    await using scene = await open();
    const [one, two] = await scene.receiveAll([message(10), message(10)]);
    expect([one?.action, two?.action]).toEqual(["buffered", "duplicate"]);
  });

  test("a batch keeps its order and gives one receipt for each arrival", async () => {
    await using scene = await open();
    const receipts = await scene.receiveAll([message(10), humanReply(11), message(12), deletion(13)]);
    expect(receipts.map((receipt) => receipt.action)).toEqual(["buffered", "skipped", "buffered", "skipped"]);
    expect(receipts[1]).toMatchObject({ cancelledBufferId: receipts[0] && buffered(receipts[0]).bufferId });
    expect(await scene.receiveAll([])).toEqual([]);
  });

  test("a late message that is older than those of a waiting turn joins that turn", async () => {
    await using scene = await open();
    await scene.say(11);
    const { bufferId } = await scene.lull();
    expect(await scene.say(10, { store: scene.second })).toMatchObject({ bufferId, isNew: false });
    expect(await scene.say(12)).toMatchObject({ isNew: true });
    expect(await scene.bufferRow(bufferId)).toMatchObject({ status: "processing", messageCount: 2 });
    const { jobKey } = await scene.claim();
    const { messages } = await scene.first.turnMaterial(jobKey, 0);
    expect(messages.map((row) => row.messageId)).toEqual([10, 11]);
    expect(await scene.receive(message(10))).toEqual({ action: "duplicate" });
  });

  test("a late message of a turn that runs already opens the next buffer", async () => {
    await using scene = await open();
    await scene.turn(11);
    expect(await scene.say(10)).toMatchObject({ isNew: true });
  });

  test("an arrival that breaks a rule of the schema fails alone and its neighbours are kept", async () => {
    await using scene = await open();
    const ofNobody = { connectionKey: 999, arrival: message(11), isImmediate: false, isSigned: true };
    const ofHere = (messageId: number) => ({
      ...ofNobody,
      connectionKey: scene.here,
      arrival: message(messageId),
    });
    const batch = [ofHere(10), ofNobody, ofHere(12)];
    const [before, bad, after] = await scene.first.receive(batch, scene.intakeRules(), scene.now);
    expect([before?.action, bad?.action, after?.action]).toEqual(["buffered", "failed", "buffered"]);
    expect(bad?.action === "failed" ? bad.error : null).toBeInstanceOf(StoreError);
    expect(bad).toMatchObject({ error: { kind: "conflict" } });
    expect((await scene.second.counts()).messages).toEqual({ waiting: 2 });
  });

  test("news with a word that no state has leaves nothing behind", async () => {
    await using scene = await open();
    const assignee = "robot" as unknown as "bot";
    const receipts = await scene.receiveAll([message(10, { facts: { assignee } }), message(11)]);
    expect(receipts.map((receipt) => receipt.action)).toEqual(["failed", "buffered"]);
    expect(await scene.receive(message(10))).toMatchObject({ action: "buffered", isNew: false });
  });

  test("an arrival that cannot even be written down fails alone", async () => {
    await using scene = await open();
    const sizeBytes = 1n as unknown as number;
    const odd = {
      id: 1,
      kind: "file",
      url: null,
      contentType: null,
      sizeBytes,
      title: null,
      transcript: null,
    } as const;
    const receipts = await scene.receiveAll([message(10), message(11, { attachments: [odd] }), message(12)]);
    expect(receipts.map((receipt) => receipt.action)).toEqual(["buffered", "failed", "buffered"]);
    expect((await scene.second.counts()).messages).toEqual({ waiting: 2 });
  });

  test("two handles in turn keep one open buffer for each conversation", async () => {
    await using scene = await open();
    const both = [scene.first, scene.second];
    const receipts = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        scene.say(10 + index, { store: both[index % 2] ?? scene.first }),
      ),
    );
    expect(new Set(receipts.map((receipt) => receipt.bufferKey)).size).toBe(1);
    expect(receipts.filter((receipt) => receipt.isNew)).toHaveLength(1);
    await scene.say(20, { conversationId: CONVERSATION + 1 });
    expect(await scene.second.openBuffers(0, 10)).toHaveLength(2);
  });

  test("equal conversation and message ids of two connections are two conversations", async () => {
    await using scene = await open();
    const here = await scene.say(10);
    const there = await scene.say(10, { connection: scene.there });
    expect(there).toMatchObject({ action: "buffered", isNew: true });
    expect(there.bufferKey).not.toBe(here.bufferKey);
    await scene.receive(deletion(10), { connection: scene.there });
    expect(await scene.bufferRow(here.bufferId)).toMatchObject({ status: "active", connection: "here" });
    expect(await scene.bufferRow(there.bufferId)).toMatchObject({ status: "cancelled", connection: "there" });
    expect(only(await scene.first.openBuffers(0, 10)).bufferKey).toBe(here.bufferKey);
  });
}
