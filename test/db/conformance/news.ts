// What happens to a message after it came, or before: edits, deletions, somebody typing.
import { expect, test } from "bun:test";
import type { Attachment } from "../../../src/chatwoot/arrival.ts";
import { TYPING_HOLD_MS } from "../../../src/buffer/window.ts";
import type { Receipt } from "../../../src/db/store-intake.ts";
import { deletion, edit, message, typing } from "../arrivals.ts";
import { LIMITS, type OpenScene, SECOND, START, must } from "../scene.ts";

const PHOTO: Attachment = {
  id: 5,
  kind: "image",
  url: "http://chatwoot.test/photo",
  contentType: "image/png",
  sizeBytes: 12,
  title: null,
  transcript: null,
};

export function newsConformance(open: OpenScene): void {
  test("an edit of a waiting message replaces its text and attachments and moves no deadline", async () => {
    await using scene = await open();
    const said = await scene.say(10);
    scene.pass(SECOND);
    expect(await scene.receive(edit(10, "better", [PHOTO]))).toEqual({ ...said, isNew: false });
    const turn = await scene.turn();
    const { messages } = await scene.first.turnMaterial(turn.jobKey, 10);
    expect(messages).toEqual([
      {
        messageId: 10,
        content: "better",
        kind: "text",
        attachments: [PHOTO],
        receivedAt: START,
        extra: null,
      },
    ]);
  });

  test("an edit of a message that waits nowhere is left alone", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    for (const messageId of [10, 77]) {
      const receipt = await scene.receive(edit(messageId, "late"));
      expect(receipt).toMatchObject({ action: "skipped", reason: "not_buffered" });
    }
    const { messages } = await scene.first.turnMaterial(turn.jobKey, 10);
    expect(messages[0]?.content).toBe("message 10");
  });

  test("an edit does not bring a deleted message back", async () => {
    await using scene = await open();
    await scene.receiveAll([message(10), message(11), deletion(10)]);
    expect(await scene.receive(edit(10, "again"))).toMatchObject({ reason: "not_buffered" });
    const { messages } = await scene.first.turnMaterial((await scene.turn()).jobKey, 10);
    expect(messages.map((row) => row.messageId)).toEqual([11]);
  });

  test("a deleted message leaves its buffer and the others stay", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    await scene.say(11);
    expect(await scene.receive(deletion(10))).toEqual(skippedAsDeleted(null));
    expect(await scene.outcomes(bufferId)).toEqual([
      [10, "cancelled", "deleted", null],
      [11, null, null, null],
    ]);
    expect(must(await scene.first.buffer(bufferId)).messages[0]?.["content"]).toBeNull();
  });

  test("deleting the last message of a buffer drops it", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    expect(await scene.receive(deletion(10), { store: scene.second })).toEqual(skippedAsDeleted(bufferId));
    expect(await scene.bufferRow(bufferId)).toMatchObject({ status: "cancelled", cancelReason: "deleted" });
    expect(await scene.receive(deletion(10))).toEqual(skippedAsDeleted(null));
    expect(await scene.say(11)).toMatchObject({ isNew: true });
  });

  test("a message deleted before it came is never kept", async () => {
    await using scene = await open();
    expect(await scene.receive(deletion(10))).toEqual(skippedAsDeleted(null));
    expect(await scene.receive(message(10), { store: scene.second })).toEqual({ action: "duplicate" });
    expect(await scene.first.openBuffers(0, 10)).toEqual([]);
    expect((await scene.first.counts()).messages).toEqual({ cancelled: 1 });
    expect(await scene.say(10, { connection: scene.there })).toMatchObject({ isNew: true });
  });

  test("a message deleted while its turn runs is in neither its material nor the history", async () => {
    await using scene = await open();
    const turn = await scene.turn(10, 11);
    await scene.receive(deletion(10));
    const { messages } = await scene.first.turnMaterial(turn.jobKey, 10);
    expect(messages.map((row) => row.messageId)).toEqual([11]);
    expect(await scene.reply(turn)).toMatchObject({ kind: "answered" });
    await scene.send(12);
    const { history } = await scene.first.turnMaterial((await scene.turn(20)).jobKey, 10);
    expect(history.map((line) => line.content)).toEqual(["message 11", "answer"]);
  });

  test("an open buffer lives on when only messages that joined it from an earlier turn are left", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const later = await scene.say(11);
    expect(await scene.reply(turn)).toMatchObject({ kind: "superseded", intoBufferId: later.bufferId });
    expect(await scene.receive(deletion(11))).toEqual(skippedAsDeleted(null));
    expect(await scene.outcomes(later.bufferId)).toEqual([
      [10, null, null, null],
      [11, "cancelled", "deleted", null],
    ]);
  });

  test("somebody typing holds the deadline until they stop", async () => {
    await using scene = await open();
    const { bufferKey } = await scene.say(10);
    scene.pass(29 * SECOND);
    const held = { bufferKey, dueAt: scene.now + TYPING_HOLD_MS };
    expect(await scene.receive(typing(true))).toMatchObject({ reason: "status_handled", rearm: held });
    expect(await scene.first.openBuffers(0, 10)).toEqual([held]);
    scene.pass(SECOND);
    const released = { bufferKey, dueAt: START + LIMITS.silenceMs };
    expect(await scene.receive(typing(false), { store: scene.second })).toMatchObject({ rearm: released });
    expect(await scene.close()).toHaveLength(1);
  });

  test("typing holds no deadline beyond the age cap", async () => {
    await using scene = await open();
    await scene.say(10);
    scene.pass(290 * SECOND);
    await scene.say(11);
    expect(await scene.receive(typing(true))).toMatchObject({ rearm: { dueAt: START + LIMITS.ageMaxMs } });
  });

  test("a message under a hold moves the deadline, and the hold goes on until it is told to end", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    await scene.receive(typing(true));
    scene.pass(10 * SECOND);
    expect((await scene.say(11)).dueAt).toBe(scene.now + LIMITS.silenceMs);
    expect(await scene.bufferRow(bufferId)).toMatchObject({ heldUntil: expect.any(Number) });
    await scene.receive(typing(false));
    expect(await scene.bufferRow(bufferId)).toMatchObject({ heldUntil: null });
  });

  test("typing where nothing waits, or elsewhere, moves nothing", async () => {
    await using scene = await open();
    expect(await scene.receive(typing(true))).toMatchObject({ action: "skipped", rearm: null });
    const { bufferKey, dueAt } = await scene.say(10);
    scene.pass(SECOND);
    await scene.receive(typing(true), { connection: scene.there });
    await scene.receive(typing(true, { conversationId: 1 }));
    expect(await scene.first.openBuffers(0, 10)).toEqual([{ bufferKey, dueAt }]);
  });
}

function skippedAsDeleted(cancelledBufferId: string | null): Receipt {
  const silence = cancelledBufferId === null ? null : "deleted";
  return {
    action: "skipped",
    reason: "deleted",
    rearm: null,
    cancelledBufferId,
    silence,
    provenReplyId: null,
  };
}
