// What lull has to do in Chatwoot beside messages to customers: put down with the turn's end, done one after another.
import { expect, test } from "bun:test";
import type { Errand } from "../../../src/db/store-errands.ts";
import type { Handoff, TurnResult } from "../../../src/db/store-turns.ts";
import { answerKeyOf } from "../../../src/turn/answer-key.ts";
import { MINUTE_MS } from "../../../src/clock.ts";
import { CONVERSATION, state } from "../arrivals.ts";
import { type OpenScene, type Scene, SECOND, only } from "../scene.ts";

const NOTE: Errand = { kind: "note", text: "a draft" };
const HANDOFF: Handoff = {
  reason: "words",
  errand: { kind: "handoff", note: "asked for a person", label: "bot-handoff", assigneeId: 4, teamId: null },
};

async function end(scene: Scene, ...messageIds: number[]) {
  const turn = await scene.turn(...messageIds);
  return {
    turn,
    silence: (effects: Partial<TurnResult>) =>
      scene.first.endTurn(
        turn,
        { kind: "silence", reason: "handed_off", ...effects } as TurnResult,
        scene.endRules(),
        scene.now,
      ),
    reply: async (effects: Partial<TurnResult>, parts = ["I call a person."]) => {
      const answerKey = answerKeyOf((await scene.first.turnMaterial(turn.jobKey, 0)).messages);
      const result = { kind: "reply", parts, answerKey, ...effects } as TurnResult;
      return scene.first.endTurn(turn, result, scene.endRules(), scene.now);
    },
  };
}

export function errandConformance(open: OpenScene): void {
  test("an errand comes with the end of its turn, and is due at once", async () => {
    await using scene = await open();
    const { turn, silence } = await end(scene, 10);
    await silence({ errands: [NOTE] });
    expect(only(await scene.second.dueErrands(10, scene.now))).toEqual({
      key: expect.any(Number),
      id: expect.any(String),
      connectionKey: scene.here,
      conversationId: turn.conversationId,
      errand: NOTE,
      afterMessageId: expect.any(Number),
      attempts: 0,
      stepsDone: 0,
      createdAt: scene.now,
    });
  });

  test("a conversation is not ended before its answer is out", async () => {
    await using scene = await open();
    const { reply } = await end(scene, 10);
    await reply({ errands: [{ kind: "resolve" }] });
    expect(await scene.second.dueErrands(10, scene.now)).toEqual([]);
    await scene.send(90);
    expect(only(await scene.second.dueErrands(10, scene.now)).errand).toEqual({ kind: "resolve" });
  });

  test("a turn whose attempt was lost leaves none", async () => {
    await using scene = await open();
    const { turn } = await end(scene, 10);
    const lost = { ...turn, attempt: turn.attempt + 1 };
    const result = { kind: "silence", reason: "handed_off", errands: [NOTE], handoff: HANDOFF } as const;
    expect(await scene.first.endTurn(lost, result, scene.endRules(), scene.now)).toEqual({ kind: "lost" });
    expect(await scene.first.dueErrands(10, scene.now)).toEqual([]);
  });

  test("of one conversation the oldest goes first, and those of others do not wait for it", async () => {
    await using scene = await open();
    await scene.say(10);
    await scene.say(11, { conversationId: 9 });
    const add = (conversationId: number, text: string) =>
      scene.first.addErrand(scene.here, conversationId, { kind: "note", text }, scene.now);
    await add(CONVERSATION, "one");
    await add(CONVERSATION, "two");
    await add(9, "other");
    const texts = async () =>
      (await scene.second.dueErrands(10, scene.now)).map(({ errand }) =>
        errand.kind === "note" ? errand.text : "",
      );
    expect(await texts()).toEqual(["one", "other"]);
    const [first] = await scene.first.dueErrands(10, scene.now);
    await scene.first.settleErrand(first?.key ?? 0, { to: "done" }, scene.now);
    expect((await texts()).toSorted()).toEqual(["other", "two"]);
  });

  test("one that was put off is due later, and counts its tries; those behind it wait with it", async () => {
    await using scene = await open();
    await scene.say(10);
    for (const text of ["one", "two"])
      await scene.first.addErrand(scene.here, CONVERSATION, { kind: "note", text }, scene.now);
    const due = only(await scene.first.dueErrands(10, scene.now));
    const dueAt = scene.now + 5 * SECOND;
    await scene.first.settleErrand(
      due.key,
      { to: "waiting", reason: "chatwoot_unreachable", dueAt, stepsDone: 2 },
      scene.now,
    );
    expect(await scene.second.dueErrands(10, scene.now)).toEqual([]);
    expect(await scene.second.nextErrandAt(scene.now)).toBe(dueAt);
    scene.pass(5 * SECOND);
    expect(only(await scene.second.dueErrands(10, scene.now))).toMatchObject({
      key: due.key,
      attempts: 1,
      stepsDone: 2,
    });
  });

  test("when the clock jumps, one that waits is neither due sooner nor older", async () => {
    await using scene = await open();
    await scene.say(10);
    await scene.first.addErrand(scene.here, CONVERSATION, NOTE, scene.now);
    const { key } = only(await scene.first.dueErrands(10, scene.now));
    const dueAt = scene.now + 5 * SECOND;
    const putOff = { to: "waiting", reason: "chatwoot_unreachable", dueAt, stepsDone: 0 } as const;
    await scene.first.settleErrand(key, putOff, scene.now);
    await scene.first.shiftMoments(7_200 * SECOND);
    const createdAt = scene.now + 7_200 * SECOND;
    expect(await scene.second.dueErrands(10, createdAt + 5 * SECOND - 1)).toEqual([]);
    expect(await scene.second.dueErrands(10, createdAt + 5 * SECOND)).toMatchObject([{ key, createdAt }]);
  });

  test("one that failed is over, and the next may go", async () => {
    await using scene = await open();
    await scene.say(10);
    for (const text of ["one", "two"])
      await scene.first.addErrand(scene.here, CONVERSATION, { kind: "note", text }, scene.now);
    const due = only(await scene.first.dueErrands(10, scene.now));
    await scene.first.settleErrand(due.key, { to: "failed", reason: "chatwoot_refused" }, scene.now);
    const next = only(await scene.first.dueErrands(10, scene.now));
    expect(next.key).not.toBe(due.key);
    await scene.first.settleErrand(due.key, { to: "done" }, scene.now);
    expect(only(await scene.first.dueErrands(10, scene.now)).key).toBe(next.key);
  });

  test("one that failed is tried again with all it carries, one that is done is not", async () => {
    await using scene = await open();
    await scene.say(10);
    const id = await scene.first.addErrand(scene.here, CONVERSATION, NOTE, scene.now);
    expect(await scene.first.retryErrand(id, scene.now)).toBe(false);
    const { key } = only(await scene.first.dueErrands(10, scene.now));
    await scene.first.settleErrand(key, { to: "failed", reason: "refused: note" }, scene.now);
    const query = { limit: 10, cursor: null, state: "failed" };
    const { data } = await scene.second.listErrands(query);
    expect(data).toMatchObject([{ id, kind: "note", state: "failed", reason: "refused: note", attempts: 1 }]);
    expect(JSON.stringify(data)).not.toContain(NOTE.kind === "note" ? NOTE.text : "");
    scene.pass(SECOND);
    expect(await scene.second.retryErrand(id, scene.now)).toBe(true);
    expect(only(await scene.first.dueErrands(10, scene.now))).toMatchObject({ key, errand: NOTE });
    await scene.first.settleErrand(key, { to: "done" }, scene.now);
    expect(await scene.first.retryErrand(id, scene.now)).toBe(false);
  });

  test("a handoff in silence quiets lull in the same step, for as long as a person would", async () => {
    await using scene = await open();
    const { turn, silence } = await end(scene, 10);
    const ended = { kind: "silenced", reason: "handed_off", handoff: "words" } as const;
    expect(await silence({ handoff: HANDOFF })).toEqual(ended);
    expect(only(await scene.first.dueErrands(10, scene.now)).errand).toEqual(HANDOFF.errand);
    const { conversation } = await scene.first.turnMaterial(turn.jobKey, 0);
    expect(conversation).toMatchObject({ pausedBy: "handoff", pausedAt: scene.now, pausedUntil: null });
  });

  test("a handoff with a reply waits until the reply is sent, and its pause ends when it has to", async () => {
    await using scene = await open();
    const { turn } = await end(scene, 10);
    const answerKey = answerKeyOf((await scene.first.turnMaterial(turn.jobKey, 0)).messages);
    const result = { kind: "reply", parts: ["one", "two"], answerKey, handoff: HANDOFF } as const;
    const ended = await scene.first.endTurn(
      turn,
      result,
      { ...scene.endRules(), pauseMs: MINUTE_MS },
      scene.now,
    );
    expect(ended).toMatchObject({ kind: "answered", handoff: "words" });
    await scene.send(11);
    expect(await scene.first.dueErrands(10, scene.now)).toEqual([]);
    expect((await scene.first.turnMaterial(turn.jobKey, 0)).conversation.pausedAt).toBeNull();
    scene.pass(SECOND);
    await scene.send(12);
    expect(only(await scene.first.dueErrands(10, scene.now)).errand).toEqual(HANDOFF.errand);
    const { conversation } = await scene.first.turnMaterial(turn.jobKey, 0);
    expect(conversation).toMatchObject({ pausedBy: "handoff", pausedUntil: scene.now + MINUTE_MS });
  });

  test("a handoff goes with the reply it came with when that is not sent", async () => {
    await using scene = await open();
    const { turn, reply } = await end(scene, 10);
    await reply({ handoff: HANDOFF });
    const claim = await scene.delivery();
    await scene.first.settleDelivery(claim, { to: "cancelled", reason: "human_active" }, scene.now);
    expect(await scene.first.dueErrands(10, scene.now)).toEqual([]);
    expect((await scene.first.turnMaterial(turn.jobKey, 0)).conversation.pausedBy).toBeNull();
  });

  test("where a person took over meanwhile nothing is handed over or noted, and the person's pause stands", async () => {
    await using scene = await open();
    const { turn, silence } = await end(scene, 10);
    await scene.receive(state({ assignee: "human" }));
    expect(await silence({ handoff: HANDOFF, errands: [NOTE] })).toEqual({
      kind: "silenced",
      reason: "human_assigned",
    });
    expect(await scene.first.dueErrands(10, scene.now)).toEqual([]);
    expect((await scene.first.turnMaterial(turn.jobKey, 0)).conversation.pausedBy).toBeNull();
  });
}
