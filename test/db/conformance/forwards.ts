// Webhooks for an older system, as the store keeps them until it has them.
import { describe, expect, test } from "bun:test";
import type { ForwardSettlement, SideRules } from "../../../src/db/store-legacy.ts";
import type { Receipt } from "../../../src/db/store-intake.ts";
import { CONVERSATION, message } from "../arrivals.ts";
import { type OpenScene, type Scene, SECOND, START } from "../scene.ts";

/** Everything is the older system's. */
const sides: SideRules = { wanted: () => "legacy", quietMs: () => 150 * SECOND };
const SENT: ForwardSettlement = { to: "sent", statusCode: 200, durationMs: 40 };
const REFUSED: ForwardSettlement = { to: "failed", reason: "refused", statusCode: 400, durationMs: 5 };
const BODY = new Uint8Array([0x7b, 0x00, 0xff, 0x7d]);
const HEADERS = [["x-chatwoot-delivery", "d-1"]] as const;

async function forwarded(scene: Scene, messageId: number, conversationId: number): Promise<Receipt> {
  const intake = {
    connectionKey: scene.here,
    arrival: message(messageId, { facts: { conversationId } }),
    isImmediate: false,
    isSigned: true,
    webhook: { event: "message_created", headers: HEADERS, body: BODY },
  };
  const [receipt] = await scene.first.receive([intake], { ...scene.intakeRules(), sides }, scene.now);
  if (receipt?.action !== "forwarded") throw new Error(`it was ${receipt?.action}`);
  return receipt;
}

/** Two of one conversation, and one of another. */
async function forwardAll(scene: Scene): Promise<void> {
  await forwarded(scene, 10, 1);
  await forwarded(scene, 11, 1);
  await forwarded(scene, 12, 2);
}

export function forwardConformance(open: OpenScene): void {
  test("a webhook comes out as it went in, to the byte", async () => {
    await using scene = await open();
    await forwarded(scene, 10, 1);
    const [due] = await scene.second.dueForwards(5, scene.now);
    expect(due).toMatchObject({
      connectionKey: scene.here,
      conversationId: 1,
      event: "message_created",
      headers: HEADERS,
      attempts: 0,
      createdAt: START,
    });
    expect(Buffer.from(due?.body ?? []).equals(Buffer.from(BODY))).toBe(true);
  });

  test("of each conversation the oldest is due alone, also while it waits for its next try", async () => {
    await using scene = await open();
    await forwardAll(scene);
    const due = await scene.first.dueForwards(5, scene.now);
    expect(due.map(({ conversationId }) => conversationId)).toEqual([1, 2]);
    const [oldest] = due;
    const later = {
      to: "waiting",
      reason: "busy",
      statusCode: 503,
      durationMs: 9,
      dueAt: scene.now + SECOND,
    } as const;
    await scene.first.settleForward(oldest?.key ?? 0, later, scene.now);
    expect((await scene.first.dueForwards(5, scene.now)).map(({ conversationId }) => conversationId)).toEqual(
      [2],
    );
    expect(await scene.first.nextForwardAt(scene.now)).toBe(scene.now + SECOND);
    // Whatever comes after the oldest of a conversation is not looked at before it.
    const { data } = await scene.first.listForwards({ limit: 5, cursor: null, state: "waiting" });
    expect(data.map(({ dueAt }) => Number(dueAt) - scene.now)).toEqual([0, SECOND, SECOND]);
    scene.pass(SECOND);
    expect(await scene.first.dueForwards(5, scene.now)).toMatchObject([
      { conversationId: 2, attempts: 0 },
      { key: oldest?.key, attempts: 1 },
    ]);
  });

  test("what is sent keeps neither body nor headers; what failed keeps both, and can be tried again", async () => {
    await using scene = await open();
    await forwarded(scene, 10, 1);
    await forwarded(scene, 11, 2);
    const [one, other] = await scene.first.dueForwards(5, scene.now);
    await scene.first.settleForward(one?.key ?? 0, SENT, scene.now);
    await scene.first.settleForward(other?.key ?? 0, REFUSED, scene.now);
    const { data } = await scene.second.listForwards({ limit: 5, cursor: null, state: null });
    expect(data).toMatchObject([
      { id: other?.id, state: "failed", statusCode: 400, reason: "refused", bodyBytes: 4, attempts: 1 },
      { id: one?.id, state: "sent", statusCode: 200, durationMs: 40, bodyBytes: null, settledAt: START },
    ]);
    expect(await scene.first.retryForward(one?.id ?? "", scene.now)).toBe(false);
    scene.pass(SECOND);
    expect(await scene.first.retryForward(other?.id ?? "", scene.now)).toBe(true);
    expect(await scene.first.dueForwards(5, scene.now)).toMatchObject([
      { headers: HEADERS, attempts: 0, createdAt: scene.now },
    ]);
  });

  test("a settled one is not settled again", async () => {
    await using scene = await open();
    await forwarded(scene, 10, 1);
    const [due] = await scene.first.dueForwards(5, scene.now);
    await scene.first.settleForward(due?.key ?? 0, SENT, scene.now);
    await scene.second.settleForward(due?.key ?? 0, REFUSED, scene.now);
    const { data } = await scene.first.listForwards({ limit: 5, cursor: null, state: "sent" });
    expect(data).toMatchObject([{ state: "sent", attempts: 1 }]);
  });

  test("a user who goes takes along what failed of their conversation; what is on its way still comes there", async () => {
    await using scene = await open();
    const userId = await scene.first.addUser({ name: "Ana", email: null, connectionKey: null }, scene.now);
    const claim = await scene.turn(1);
    await scene.first.markSender(claim.jobKey, { userId, layer: "profiles", isVerified: true });
    await scene.first.endTurn(claim, { kind: "silence", reason: "empty" }, scene.endRules(), scene.now);
    scene.pass(150 * SECOND);
    for (const id of [10, 11]) await forwarded(scene, id, CONVERSATION);
    await forwarded(scene, 12, 1);
    for (const { key } of await scene.first.dueForwards(5, scene.now))
      await scene.first.settleForward(key, REFUSED, scene.now);
    await scene.first.deleteUser(userId, scene.now);
    const { data } = await scene.first.listForwards({ limit: 5, cursor: null, state: null });
    expect(data.map(({ state, bodyBytes }) => [state, bodyBytes])).toEqual([
      ["failed", 4],
      ["waiting", 4],
      ["failed", null],
    ]);
    expect(await scene.first.retryForward(String(data[2]?.["id"]), scene.now)).toBe(false);
  });

  test("all that wait are given up at once, and counted", async () => {
    await using scene = await open();
    await forwardAll(scene);
    const [due] = await scene.first.dueForwards(1, scene.now);
    await scene.first.settleForward(due?.key ?? 0, SENT, scene.now);
    expect(await scene.first.giveUpForwards(scene.now)).toBe(2);
    expect(await scene.first.dueForwards(5, scene.now)).toEqual([]);
    expect(await scene.first.forwardFigures(START)).toMatchObject({
      byState: { waiting: 0, sent: 1, failed: 2 },
    });
  });

  describe("the figures", () => {
    test("are by state, with the oldest that waits and the time that answers took", async () => {
      await using scene = await open();
      expect(await scene.first.hasForwards()).toBe(false);
      expect(await scene.first.forwardFigures(START)).toEqual({
        byState: { waiting: 0, sent: 0, failed: 0 },
        oldestWaitingAt: null,
        answerMs: { p50: null, p95: null },
      });
      for (let id = 1; id <= 22; id++) await forwarded(scene, id, id);
      for (const { key, conversationId } of await scene.first.dueForwards(21, scene.now))
        await scene.first.settleForward(key, { ...SENT, durationMs: 10 * (conversationId ?? 0) }, scene.now);
      expect(await scene.second.hasForwards()).toBe(true);
      expect(await scene.second.forwardFigures(START)).toEqual({
        byState: { waiting: 1, sent: 21, failed: 0 },
        oldestWaitingAt: START,
        answerMs: { p50: 110, p95: 200 },
      });
      const { answerMs } = await scene.second.forwardFigures(START + 1);
      expect(answerMs).toEqual({ p50: null, p95: null });
    });
  });

  test("moments of what waits move along with the clock", async () => {
    await using scene = await open();
    await forwarded(scene, 10, 1);
    await scene.first.shiftMoments(60 * SECOND);
    expect(await scene.first.dueForwards(5, scene.now)).toEqual([]);
    expect(await scene.first.dueForwards(5, scene.now + 60 * SECOND)).toMatchObject([
      { createdAt: START + 60 * SECOND },
    ]);
  });
}
