// Alerts: raised once, told until taken, and what there is to be worried about.
import { expect, test } from "bun:test";
import { CONVERSATION, humanReply } from "../arrivals.ts";
import { ME, NOBODY_TOLD, type OpenScene, type Scene, SECOND, only } from "../scene.ts";

const DISK = { name: "disk_full", subjectId: "", detail: { freeMib: 3 } };
const ALL = { limit: 10, cursor: null, state: null };
const FAILURE = { code: "internal", message: "m", retryAt: null };

export function alertConformance(open: OpenScene): void {
  test("what is open is raised once, and again when it is over", async () => {
    await using scene = await open();
    await raise(scene);
    await raise(scene);
    expect(await scene.second.openAlerts()).toEqual([{ name: "disk_full", subjectId: "" }]);
    await clear(scene);
    expect(await scene.second.openAlerts()).toEqual([]);
    await raise(scene);
    const { data } = await scene.second.listAlerts(ALL);
    expect(data.map(({ state }) => state)).toEqual(["open", "over"]);
    expect((await scene.second.listAlerts({ ...ALL, state: "open" })).data).toHaveLength(1);
  });

  test("its end is told after its beginning, each once", async () => {
    await using scene = await open();
    await raise(scene);
    scene.pass(SECOND);
    await clear(scene);
    const raised = only(await scene.second.dueAlerts(10, scene.now));
    expect(raised).toMatchObject({ state: "raised", at: scene.now - SECOND, detail: { freeMib: 3 } });
    await scene.second.settleAlert(raised, scene.now);
    const cleared = only(await scene.first.dueAlerts(10, scene.now));
    expect(cleared).toMatchObject({ state: "cleared", at: scene.now, raisedAt: scene.now - SECOND });
    await scene.first.settleAlert(cleared, scene.now);
    expect(await scene.first.dueAlerts(10, scene.now + SECOND)).toEqual([]);
  });

  test("one that nobody took waits, also when it is over meanwhile", async () => {
    await using scene = await open();
    await raise(scene);
    const notice = only(await scene.first.dueAlerts(10, scene.now));
    await scene.first.delayAlert(notice, "http_500", scene.now + 5 * SECOND);
    await clear(scene);
    expect(await scene.first.dueAlerts(10, scene.now)).toEqual([]);
    expect(await scene.first.nextAlertAt(scene.now)).toBe(scene.now + 5 * SECOND);
    scene.pass(5 * SECOND);
    expect(only(await scene.first.dueAlerts(10, scene.now))).toMatchObject({ state: "raised", attempts: 1 });
  });

  test("where nobody is to be told nothing waits", async () => {
    await using scene = await open();
    await scene.first.changeAlerts({ raised: [DISK], cleared: [] }, true, scene.now);
    await scene.first.changeAlerts({ raised: [], cleared: [DISK] }, true, scene.now);
    expect(await scene.first.dueAlerts(10, scene.now)).toEqual([]);
  });

  test("an errand in a known conversation tells it, in another nothing is done", async () => {
    await using scene = await open();
    await scene.say(10);
    await raise(scene);
    const notice = only(await scene.first.dueAlerts(10, scene.now));
    const note = { kind: "note", text: "disk" } as const;
    const tell = (conversationId: number) =>
      scene.first.tellAlertByErrand(notice, { connectionKey: scene.here, conversationId }, note, scene.now);
    expect(await tell(CONVERSATION + 1)).toBe(false);
    expect(await scene.first.dueAlerts(10, scene.now)).toHaveLength(1);
    expect(await tell(CONVERSATION)).toBe(true);
    expect(await scene.first.dueAlerts(10, scene.now)).toEqual([]);
    expect(only(await scene.first.dueErrands(10, scene.now))).toMatchObject({ errand: note });
  });

  test("a customer waits while their buffer, turn or reply does, and not where a person is at work", async () => {
    await using scene = await open();
    const { dueAt } = await scene.say(10);
    const waiting = { conversationCount: 1, oldestAt: dueAt };
    scene.pass(60 * SECOND);
    expect(await unanswered(scene)).toEqual(waiting);
    await scene.close();
    const turn = await scene.claim();
    expect(await unanswered(scene)).toEqual(waiting);
    await scene.reply(turn);
    expect(await unanswered(scene)).toEqual(waiting);
    await scene.receive(humanReply(11));
    expect(await unanswered(scene)).toEqual({ conversationCount: 0, oldestAt: null });
    await scene.first.resumeConversation(scene.here, CONVERSATION, scene.now);
    expect(await unanswered(scene)).toEqual(waiting);
    await scene.send(12);
    expect(await unanswered(scene)).toEqual({ conversationCount: 0, oldestAt: null });
  });

  test("failed jobs are counted, quarantined ones named, until they are given up", async () => {
    await using scene = await open();
    const first = await scene.turn(10);
    await scene.first.failTurn(first, FAILURE, scene.now, NOBODY_TOLD);
    expect(await worries(scene)).toMatchObject({ failedJobCount: 1, quarantinedJobIds: [] });
    await scene.first.retryTurn(first.jobId, scene.now);
    const again = only(await scene.claims(ME));
    await scene.first.failTurn(again, FAILURE, scene.now, { ...NOBODY_TOLD, failuresMax: 1 });
    expect(await worries(scene)).toMatchObject({ failedJobCount: 0, quarantinedJobIds: [first.jobId] });
    await scene.first.discardTurn(first.jobId, scene.now);
    expect(await worries(scene)).toMatchObject({ failedJobCount: 0, quarantinedJobIds: [] });
  });

  test("of many the newest are named, and none whose alert stands is left out for them", async () => {
    await using scene = await open();
    const [first, second] = [await quarantinedTurn(scene, 10), await quarantinedTurn(scene, 11)];
    expect((await worries(scene, 1)).quarantinedJobIds).toEqual([second]);
    const alert = { name: "quarantined_job", subjectId: first, detail: {} };
    await scene.first.changeAlerts({ raised: [alert], cleared: [] }, false, scene.now);
    expect((await worries(scene, 1)).quarantinedJobIds).toEqual([second, first]);
    await scene.first.discardTurn(first, scene.now);
    expect((await worries(scene, 1)).quarantinedJobIds).toEqual([second]);
  });
}

async function quarantinedTurn(scene: Scene, messageId: number): Promise<string> {
  const turn = await scene.turn(messageId);
  await scene.first.failTurn(turn, FAILURE, scene.now, { ...NOBODY_TOLD, failuresMax: 1 });
  return turn.jobId;
}

const raise = (scene: Scene) => scene.first.changeAlerts({ raised: [DISK], cleared: [] }, false, scene.now);
const clear = (scene: Scene) => scene.first.changeAlerts({ raised: [], cleared: [DISK] }, false, scene.now);

function worries(scene: Scene, namedMax = 5) {
  const rules = { answersSince: 0, confidenceMin: 0.7, monthAt: 0, spendPercentMin: 90, namedMax };
  return scene.second.worries({ unansweredBefore: scene.now, ...rules }, scene.now);
}

async function unanswered(scene: Scene) {
  return (await worries(scene)).unanswered;
}
