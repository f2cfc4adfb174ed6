// Claims of deliveries: their fence, and what a dead process leaves behind.
import { expect, test } from "bun:test";
import type { DeliverySettlement } from "../../../src/db/store-deliveries.ts";
import { deletion, ownReply } from "../arrivals.ts";
import { LEASE_MS, ME, OTHER, type OpenScene, SECOND, must } from "../scene.ts";

export function deliveryFenceConformance(open: OpenScene): void {
  test.each(["sent", "failed", "cancelled", "unknown", "intent"] as const)(
    "a claim that is over can settle nothing as %s",
    async (to) => {
      await using scene = await open();
      const [replyId] = await scene.answered([10]);
      const old = await scene.delivery();
      scene.pass(LEASE_MS);
      await scene.second.rescueDeliveries(OTHER, SECOND, scene.now);
      const current = await scene.delivery(OTHER, scene.second);
      expect(current.claim).toBeGreaterThan(old.claim);
      expect(await scene.first.settleDelivery(old, settlement(to, scene.now), scene.now)).toBe(false);
      expect(await scene.first.beginSend(old)).toBe(false);
      expect(await scene.deliveryRow(must(replyId))).toMatchObject({ state: "intent", sends: 0 });
      expect(await scene.second.settleDelivery(current, { to: "sent", messageId: 90 }, scene.now)).toBe(true);
    },
  );

  test("a claim that was given back neither sends nor settles any more", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.delivery();
    await scene.first.settleDelivery(claim, settlement("intent", scene.now + SECOND), scene.now);
    expect(await scene.first.beginSend(claim)).toBe(false);
    expect(await scene.first.settleDelivery(claim, settlement("failed", scene.now), scene.now)).toBe(false);
    expect(await scene.first.rebatch(claim, scene.endRules(), scene.now)).toBeNull();
    expect(await scene.deliveryRow(claim.replyId)).toMatchObject({ state: "intent", sends: 0 });
  });

  test("what is settled stays settled", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.send(90);
    for (const to of ["sent", "failed", "cancelled", "unknown", "intent"] as const)
      expect(await scene.first.settleDelivery(claim, settlement(to, scene.now), scene.now)).toBe(false);
    expect(await scene.first.beginSend(claim)).toBe(false);
    expect(await scene.deliveryRow(claim.replyId)).toMatchObject({ state: "sent", messageId: 90 });
  });

  test("a send that was under way when its process died is unknown and looked at after the delay", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    const next = { ...ME, boot: "boot-b" };
    expect(await scene.second.rescueDeliveries(OTHER, 2 * SECOND, scene.now)).toBe(0);
    expect(await scene.second.rescueDeliveries(ME, 2 * SECOND, scene.now)).toBe(0);
    expect(await scene.second.rescueDeliveries(next, 2 * SECOND, scene.now)).toBe(1);
    const rescuedAt = scene.now;
    expect(await scene.deliveries()).toEqual([]);
    scene.pass(2 * SECOND);
    const seen = await scene.delivery(next);
    expect(seen).toMatchObject({ state: "unknown", sends: 1, looks: 0, unknownSince: rescuedAt });
  });

  test("a claim that had not begun to send is free at once when its process died", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.delivery();
    const next = { ...ME, boot: "boot-b" };
    expect(await scene.second.rescueDeliveries(next, 60 * SECOND, scene.now)).toBe(1);
    expect(await scene.delivery(next, scene.second)).toMatchObject({ state: "intent", sends: 0 });
  });

  test("an answer written from other messages than are left is not kept: its turn waits to be read again", async () => {
    await using scene = await open();
    const turn = await scene.turn(10, 11);
    await scene.receive(deletion(11));
    const stale = { kind: "reply", parts: ["answer"], answerKey: "10,11" } as const;
    expect(await scene.first.endTurn(turn, stale, scene.endRules(), scene.now)).toEqual({ kind: "outdated" });
    expect(await scene.deliveries()).toEqual([]);
    const again = await scene.claim();
    expect(again).toMatchObject({ jobId: turn.jobId, attempt: 2, errorAttempts: 0 });
    expect((await scene.reply(again)).kind).toBe("answered");
  });

  test("a reply that is thrown away for a deletion makes room for the one that takes its place", async () => {
    await using scene = await open();
    const turn = await scene.turn(10, 11);
    await scene.first.keepAnswer(turn, "10,11", "json");
    await scene.reply(turn, ["one", "two"]);
    await scene.receive(deletion(11));
    const claim = await scene.delivery();
    expect(await scene.first.deliveryNews(claim, 2)).toMatchObject({ isOutdated: true });
    expect(await scene.first.redoTurn(claim, scene.now)).toBe(true);
    expect(await scene.first.redoTurn(claim, scene.now)).toBe(false);
    const again = await scene.claim();
    await scene.first.keepAnswer(again, "10", "json");
    await scene.reply(again, ["three"]);
    const next = await scene.delivery();
    expect(next).toMatchObject({ part: 0, text: "three" });
    expect(await scene.first.deliveryNews(next, 2)).toMatchObject({ isOutdated: false });
  });

  test("a late proof also corrects a reply that was cancelled after a POST", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    await scene.first.settleDelivery(claim, { to: "cancelled", reason: "human_active" }, scene.now);
    await scene.receive(ownReply(claim.replyId, 90));
    expect(await scene.deliveryRow(claim.replyId)).toMatchObject({ state: "sent", messageId: 90 });
  });

  test("a POST that Chatwoot did not take counts as never made", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    const dueAt = scene.now + SECOND;
    const settled = { to: "not_taken", reason: "not_accepted", dueAt } as const;
    expect(await scene.first.settleDelivery(claim, settled, scene.now)).toBe(true);
    expect(await scene.deliveries()).toEqual([]);
    scene.pass(SECOND);
    expect(await scene.delivery()).toMatchObject({ state: "intent", sends: 0 });
  });

  test("one claim can be given back for later, as unknown when its send was under way", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const unsent = await scene.delivery();
    await scene.first.releaseDelivery(unsent, 2 * SECOND, scene.now);
    expect(await scene.deliveries()).toEqual([]);
    scene.pass(2 * SECOND);
    const claim = await scene.delivery(OTHER, scene.second);
    expect(claim).toMatchObject({ state: "intent", sends: 0 });
    await scene.second.beginSend(claim);
    await scene.first.releaseDelivery(unsent, 2 * SECOND, scene.now);
    expect(await scene.deliveryRow(claim.replyId)).toMatchObject({ state: "sending" });
    await scene.second.releaseDelivery(claim, 2 * SECOND, scene.now);
    expect(await scene.second.beginSend(claim)).toBe(false);
    expect(await scene.deliveries()).toEqual([]);
    scene.pass(2 * SECOND);
    expect(await scene.delivery()).toMatchObject({ state: "unknown", sends: 1, looks: 0 });
  });

  test("an unknown reply that was only looked at stays unknown since the same moment", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    const since = scene.now;
    const unknown = { to: "unknown", reason: "timeout", dueAt: since + 10 * SECOND, looks: 3 } as const;
    await scene.first.settleDelivery(claim, unknown, since);
    scene.pass(10 * SECOND);
    await scene.delivery();
    scene.pass(LEASE_MS);
    await scene.second.rescueDeliveries(OTHER, 60 * SECOND, scene.now);
    expect(await scene.delivery(OTHER)).toMatchObject({ state: "unknown", looks: 3, unknownSince: since });
  });
}

function settlement(to: DeliverySettlement["to"], dueAt: number): DeliverySettlement {
  switch (to) {
    case "sent":
      return { to, messageId: 91 };
    case "failed":
      return { to, reason: "refused" };
    case "cancelled":
      return { to, reason: "human_active" };
    case "unknown":
      return { to, reason: "timeout", dueAt, looks: 0 };
    case "intent":
    case "not_taken":
      return { to, reason: "not_found", dueAt };
  }
}
