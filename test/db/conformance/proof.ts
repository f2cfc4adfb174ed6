// Second thoughts about a reply: proof from Chatwoot, later messages before it is sent, a person's wish to try again.
import { expect, test } from "bun:test";
import { humanReply, ownReply } from "../arrivals.ts";
import { LIMITS, type OpenScene, SECOND, START, type Scene, must } from "../scene.ts";

type Step = "intent" | "claimed" | "sending" | "unknown" | "failed";

export function proofConformance(open: OpenScene): void {
  test.each<Step>(["intent", "claimed", "sending", "unknown", "failed"])(
    "our own reply seen in Chatwoot settles a delivery that is %s",
    async (step) => {
      await using scene = await open();
      const turn = await scene.turn(10);
      await scene.reply(turn);
      const replyId = await bringTo(scene, step);
      const receipt = await scene.receive(ownReply(replyId, 90), { store: scene.second });
      expect(receipt).toEqual({
        action: "skipped",
        reason: "own_reply",
        rearm: null,
        cancelledBufferId: null,
        silence: null,
        provenReplyId: replyId,
      });
      expect(await scene.deliveryRow(replyId)).toMatchObject({ state: "sent", messageId: 90 });
      expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "answered", null, replyId]]);
      scene.pass(3_600 * SECOND);
      expect(await scene.deliveries()).toEqual([]);
      expect(await scene.receive(ownReply(replyId, 90))).toMatchObject({ provenReplyId: null });
    },
  );

  test("a claim whose delivery was proven meanwhile settles nothing", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    await scene.receive(ownReply(claim.replyId, 90));
    expect(await scene.first.settleDelivery(claim, { to: "sent", messageId: 90 }, scene.now)).toBe(false);
    expect(await scene.first.beginSend(claim)).toBe(false);
    const { history } = await scene.first.turnMaterial((await scene.turn(91)).jobKey, 10);
    expect(history.map((line) => line.content)).toEqual(["message 10", "answer"]);
  });

  test("a marker of another connection or of nothing proves nothing", async () => {
    await using scene = await open();
    const [replyId = ""] = await scene.answered([10]);
    const elsewhere = await scene.receive(ownReply(replyId, 90), { connection: scene.there });
    expect(elsewhere).toMatchObject({ reason: "own_reply", provenReplyId: null });
    expect(await scene.receive(ownReply("made up", 90))).toMatchObject({ provenReplyId: null });
    expect(await scene.deliveryRow(replyId)).toMatchObject({ state: "intent" });
  });

  test("a reply of which nothing was sent goes back into an open buffer that waits", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.reply(turn, ["one", "two"]);
    const claim = await scene.delivery();
    expect(await scene.first.deliveryNews(claim, 2)).toMatchObject({ mayRebatch: false });
    expect(await scene.first.rebatch(claim, scene.endRules(), scene.now)).toBeNull();
    scene.pass(265 * SECOND);
    const { bufferId, bufferKey } = await scene.say(11);
    expect(await scene.second.deliveryNews(claim, 2)).toMatchObject({ mayRebatch: true });
    expect(await scene.first.rebatch(claim, scene.endRules(), scene.now)).toEqual({
      intoBufferId: bufferId,
      rearm: { bufferKey, dueAt: START + LIMITS.ageMaxMs },
    });
    expect(await scene.turnRow(turn.jobId)).toMatchObject({ state: "completed", outcome: "superseded" });
    const { deliveries } = must(await scene.first.turn(turn.jobId));
    expect(deliveries.map((part) => [part["state"], part["reason"]])).toEqual(
      Array(2).fill(["cancelled", "superseded"]),
    );
    expect(await scene.outcomes(bufferId)).toEqual([
      [10, null, null, null],
      [11, null, null, null],
    ]);
    expect(await scene.bufferRow(bufferId)).toMatchObject({ discardCount: 1 });
    expect(await scene.first.settleDelivery(claim, { to: "sent", messageId: 90 }, scene.now)).toBe(false);
  });

  test("a reply of which nothing was sent goes back into a later turn that waits", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.say(11);
    const later = await scene.lull();
    expect(await scene.first.rebatch(await scene.delivery(), scene.endRules(), scene.now)).toEqual({
      intoBufferId: later.bufferId,
      rearm: null,
    });
    expect(await scene.claim()).toMatchObject({ jobId: later.jobId });
  });

  test("discards of turns and of deliveries are counted together", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.say(11);
    await scene.reply(turn);
    await scene.reply(await scene.turn());
    await scene.say(12);
    const rules = { ...scene.endRules(), discardsMax: 1 };
    const claim = await scene.delivery();
    expect(await scene.first.deliveryNews(claim, 1)).toMatchObject({ mayRebatch: false });
    expect(await scene.first.rebatch(claim, rules, scene.now)).toBeNull();
    expect(await scene.first.rebatch(claim, { ...rules, discardsMax: 2 }, scene.now)).not.toBeNull();
  });

  test("nothing goes back once a send was begun", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.say(11);
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    expect(await scene.first.deliveryNews(claim, 2)).toMatchObject({ mayRebatch: false });
    expect(await scene.first.rebatch(claim, scene.endRules(), scene.now)).toBeNull();
    const back = { to: "intent", reason: "not_found", dueAt: scene.now } as const;
    await scene.first.settleDelivery(claim, back, scene.now);
    expect(await scene.first.rebatch(await scene.delivery(), scene.endRules(), scene.now)).toBeNull();
  });

  test("a later part never goes back", async () => {
    await using scene = await open();
    await scene.answered([10], ["one", "two"]);
    await scene.send(90);
    await scene.say(11);
    const second = await scene.delivery();
    expect(second).toMatchObject({ part: 1, sends: 0 });
    expect(await scene.first.deliveryNews(second, 2)).toMatchObject({ mayRebatch: false });
    expect(await scene.first.rebatch(second, scene.endRules(), scene.now)).toBeNull();
  });

  test("the news before a send are those of its own conversation", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.delivery();
    await scene.receive(humanReply(11), { connection: scene.there });
    await scene.say(12, { connection: scene.there });
    const news = await scene.first.deliveryNews(claim, 2);
    expect(news).toMatchObject({ mayRebatch: false, conversation: { pausedAt: null } });
    await scene.receive(humanReply(11));
    const { conversation } = await scene.second.deliveryNews(claim, 2);
    expect(conversation.pausedAt).toBe(scene.now);
  });

  test("a failed reply can be tried again and then answers its messages", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.reply(turn);
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    expect(await scene.first.retryDelivery(claim.replyId, scene.now)).toBe(false);
    await scene.first.settleDelivery(claim, { to: "failed", reason: "refused" }, scene.now);
    scene.pass(SECOND);
    expect(await scene.second.retryDelivery(claim.replyId, scene.now)).toBe(true);
    expect(await scene.second.retryDelivery(claim.replyId, scene.now)).toBe(false);
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, null, null, null]]);
    const again = await scene.send(90);
    expect(again).toMatchObject({ replyId: claim.replyId, sends: 1, looks: 0, unknownSince: null });
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "answered", null, claim.replyId]]);
    expect(await scene.turnRow(turn.jobId)).toMatchObject({ outcome: "answered", reason: null });
    expect(await scene.first.retryDelivery(claim.replyId, scene.now)).toBe(false);
    expect(await scene.first.retryDelivery("no such reply", scene.now)).toBe(false);
  });

  test("the parts that failed together are tried again together and in order, whichever is named", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.reply(turn, ["one", "two", "three"]);
    const { replyId } = await scene.delivery();
    const [, , third] = must(await scene.first.turn(turn.jobId)).deliveries;
    const receipt = await scene.receive(ownReply(replyId, 90));
    expect(receipt).toMatchObject({ provenReplyId: replyId });
    await scene.first.settleDelivery(await scene.delivery(), { to: "failed", reason: "refused" }, scene.now);
    expect(await scene.first.retryDelivery(String(third?.["id"]), scene.now)).toBe(true);
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "answered", null, replyId]]);
    expect((await scene.send(91)).text).toBe("two");
    expect((await scene.send(92)).text).toBe("three");
  });

  test("no message is left behind when a later part of a reply that failed whole is named", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.reply(turn, ["one", "two"]);
    const claim = await scene.delivery();
    await scene.first.settleDelivery(claim, { to: "failed", reason: "refused" }, scene.now);
    const [, second] = must(await scene.first.turn(turn.jobId)).deliveries;
    expect(await scene.first.retryDelivery(String(second?.["id"]), scene.now)).toBe(true);
    expect((await scene.send(90)).text).toBe("one");
    expect((await scene.send(91)).text).toBe("two");
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "answered", null, claim.replyId]]);
  });

  test("a marker that no row knows is told from those that one does", async () => {
    await using scene = await open();
    const known = await scene.answered([10], ["one", "two"]);
    expect(await scene.second.hasUnknownReply([])).toBe(false);
    expect(await scene.second.hasUnknownReply(known)).toBe(false);
    expect(await scene.second.hasUnknownReply([...known, "nobody's"])).toBe(true);
  });

  test("a cancelled reply stays cancelled", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.delivery();
    await scene.first.settleDelivery(claim, { to: "cancelled", reason: "status" }, scene.now);
    expect(await scene.first.retryDelivery(claim.replyId, scene.now)).toBe(false);
  });
}

/** Brings the one delivery to this point; gives its reply id. */
async function bringTo(scene: Scene, step: Step): Promise<string> {
  const { data } = await scene.first.listDeliveries({ limit: 1, cursor: null, state: null });
  if (step === "intent") return String(data[0]?.["id"]);
  const claim = await scene.delivery();
  if (step === "claimed") return claim.replyId;
  await scene.first.beginSend(claim);
  const dueAt = scene.now + 60 * SECOND;
  const unknown = { to: "unknown", reason: "timeout", dueAt, looks: 0 } as const;
  const failed = { to: "failed", reason: "unproven" } as const;
  if (step !== "sending")
    await scene.first.settleDelivery(claim, step === "unknown" ? unknown : failed, scene.now);
  return claim.replyId;
}
