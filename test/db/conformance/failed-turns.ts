// What people are told of turns that failed for good: in the same step, once in a while, and not where they are at work.
import { expect, test } from "bun:test";
import type { FailedTurn, FailureRules } from "../../../src/db/store-turns.ts";
import { CONVERSATION, humanReply } from "../arrivals.ts";
import { ME, OTHER, type OpenScene, type Scene, SECOND, NOBODY_TOLD } from "../scene.ts";

const FAILURE = { code: "ai_unavailable", message: "m", retryAt: null };
const SPAN_MS = 60 * SECOND;

export function failedTurnConformance(open: OpenScene): void {
  test("people are told of a turn that failed for good, with what is known of its conversation", async () => {
    await using scene = await open();
    const seen: FailedTurn[] = [];
    const turn = await scene.turn(10);
    await scene.first.failTurn(turn, FAILURE, scene.now, rules(scene, "handoff", seen));
    const conversation = expect.objectContaining({ connectionKey: scene.here, pausedAt: null });
    expect(seen).toEqual([{ conversation, code: FAILURE.code, turnId: turn.jobId }]);
    expect(await notes(scene)).toEqual(["told"]);
    expect((await scene.first.turnMaterial(turn.jobKey, 0)).conversation.pausedBy).toBeNull();
  });

  test("and of one whose process died too often", async () => {
    await using scene = await open();
    await scene.turn(10);
    const seen: FailedTurn[] = [];
    const next = { ...ME, boot: "next" };
    await scene.second.rescueTurns(next, 1, scene.now, rules(scene, "handoff", seen));
    expect(seen).toMatchObject([{ code: "quarantined" }]);
    expect(await notes(scene)).toEqual(["told"]);
  });

  test("nobody is told of one that is tried again, was lost, or without rules", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const lost = { ...turn, attempt: turn.attempt + 1 };
    await scene.first.failTurn(lost, FAILURE, scene.now, rules(scene, "handoff"));
    await scene.first.failTurn(turn, { ...FAILURE, retryAt: scene.now }, scene.now, rules(scene, "handoff"));
    await scene.first.failTurn(await scene.claim(), FAILURE, scene.now, NOBODY_TOLD);
    await scene.second.rescueTurns(OTHER, 1, scene.now, rules(scene, "handoff"));
    expect(await notes(scene)).toEqual([]);
  });

  test.each(["handoff", "note"] as const)("by a %s they are told once within the span", async (kind) => {
    await using scene = await open();
    const fail = async (messageId: number) =>
      scene.first.failTurn(await scene.turn(messageId), FAILURE, scene.now, rules(scene, kind));
    await fail(10);
    await fail(11);
    expect(await notes(scene)).toEqual(["told"]);
    scene.pass(SPAN_MS);
    await fail(12);
    expect(await notes(scene)).toEqual(["told"]);
  });

  test("a note of something else does not count as having told", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const note = { kind: "note", text: "a draft" } as const;
    await scene.first.addErrand(scene.here, CONVERSATION, note, scene.now);
    await scene.first.failTurn(turn, FAILURE, scene.now, rules(scene, "handoff"));
    expect(await notes(scene)).toEqual(["a draft", "told"]);
  });

  test("nobody is told where a person is at work", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.receive(humanReply(11));
    await scene.first.failTurn(turn, FAILURE, scene.now, rules(scene, "handoff"));
    expect(await notes(scene)).toEqual([]);
  });
}

function rules(scene: Scene, kind: "handoff" | "note", seen: FailedTurn[] = []): FailureRules {
  return {
    gate: scene.endRules().gate,
    errandOf(failed) {
      seen.push(failed);
      if (kind === "note") return { kind, text: "told" };
      return { kind, note: "told", label: null, assigneeId: null, teamId: null };
    },
    spanMs: SPAN_MS,
    failuresMax: 3,
  };
}

/** What waits to be told, in order; then it is told. */
async function notes(scene: Scene): Promise<string[]> {
  const found: string[] = [];
  for (let [due] = await scene.first.dueErrands(1, scene.now); due !== undefined;) {
    if (due.errand.kind === "note") found.push(due.errand.text);
    if (due.errand.kind === "handoff") found.push(due.errand.note);
    await scene.first.settleErrand(due.key, { to: "done" }, scene.now);
    [due] = await scene.first.dueErrands(1, scene.now);
  }
  return found;
}
