// How conversations end, as Chatwoot's news tells it, and what customers thought of them.
import { expect, test } from "bun:test";
import { CONVERSATION, humanReply, message, rating, state } from "../arrivals.ts";
import { type OpenScene, type Scene, SECOND } from "../scene.ts";

const HANDOFF = {
  reason: "words",
  errand: { kind: "handoff", note: "asked for a person", label: null, assigneeId: null, teamId: null },
} as const;

export function outcomeConformance(open: OpenScene): void {
  test("a conversation resolved without a word from people is told from one with", async () => {
    await using scene = await open();
    await say(scene, 10, 1);
    await say(scene, 20, 2);
    await scene.receive(humanReply(21, "já vejo", { conversationId: 2 }));
    await turnTo(scene, 1, "resolved");
    await turnTo(scene, 2, "resolved");
    expect(await scene.second.conversationFigures(0)).toMatchObject({ resolved: 2, resolvedWithoutHuman: 1 });
  });

  test("news that repeats a status, or is older than what is known, says nothing new", async () => {
    await using scene = await open();
    await say(scene, 10, 1);
    await turnTo(scene, 1, "resolved", 2_000);
    await turnTo(scene, 1, "resolved", 3_000);
    await turnTo(scene, 1, "open", 1_000);
    expect(await tallies(scene)).toEqual({ resolved: 1 });
  });

  test("a conversation that is first heard of when it is resolved counts for nobody", async () => {
    await using scene = await open();
    await turnTo(scene, 1, "resolved");
    expect(await tallies(scene)).toEqual({});
  });

  test("neither does one in which lull heard no customer: its inbox is off", async () => {
    await using scene = await open();
    for (const status of ["open", "resolved", "open"]) await turnTo(scene, 1, status);
    expect(await tallies(scene)).toEqual({});
  });

  test("what people did before it was opened again does not count for its next end", async () => {
    await using scene = await open();
    await say(scene, 10, 1);
    await scene.receive(humanReply(11, "já vejo", { conversationId: 1 }));
    await turnTo(scene, 1, "resolved", 1_000);
    scene.pass(SECOND);
    await say(scene, 12, 1, 2_000);
    scene.pass(SECOND);
    await turnTo(scene, 1, "resolved", 3_000);
    expect(await tallies(scene)).toEqual({ resolved: 2, reopened: 1 });
    expect(await scene.second.conversationFigures(scene.now)).toMatchObject({ resolvedWithoutHuman: 1 });
  });

  test("a snoozed conversation is neither ended nor opened again", async () => {
    await using scene = await open();
    await say(scene, 10, 1);
    await turnTo(scene, 1, "snoozed");
    await turnTo(scene, 1, "open");
    expect(await tallies(scene)).toEqual({});
  });

  test("one that lull handed to people is handed off, and not resolved without them", async () => {
    await using scene = await open();
    await scene.receive(message(10, { facts: { status: "pending" } }));
    const turn = await scene.turn();
    const silence = { kind: "silence", reason: "handed_off", handoff: HANDOFF } as const;
    await scene.first.endTurn(turn, silence, scene.endRules(), scene.now);
    await turnTo(scene, CONVERSATION, "resolved");
    expect(await tallies(scene)).toEqual({ handed_off: 1, resolved: 1 });
    expect(await scene.second.conversationFigures(0)).toMatchObject({ resolvedWithoutHuman: 0 });
  });

  test("a rating counts once however often it comes, and its last figure stands", async () => {
    await using scene = await open();
    for (const value of [4, 4, 5]) {
      expect(await scene.receive(rating(30, value))).toMatchObject({ reason: "status_handled" });
    }
    await scene.receive(rating(31, 2));
    const { ratings } = await scene.second.conversationTallies(0, scene.now + 1);
    expect(ratings).toEqual({ "2": 1, "5": 1 });
    expect(await scene.second.conversationFigures(0)).toMatchObject({ ratings: 2, meanRating: 3.5 });
  });

  test("a tally holds its first moment and not its last", async () => {
    await using scene = await open();
    await scene.receive(rating(30, 4));
    const held = async (from: number, until: number) =>
      (await scene.second.conversationTallies(from, until)).ratings;
    expect(await held(scene.now, scene.now + 1)).toEqual({ "4": 1 });
    expect(await held(0, scene.now)).toEqual({});
  });
}

async function say(scene: Scene, messageId: number, conversationId: number, stateAt?: number) {
  const moment = stateAt === undefined ? {} : { stateAt };
  await scene.receive(message(messageId, { facts: { conversationId, status: "pending", ...moment } }));
}

async function turnTo(scene: Scene, conversationId: number, status: string, stateAt?: number) {
  await scene.receive(state({ conversationId, status, ...(stateAt === undefined ? {} : { stateAt }) }));
}

async function tallies(scene: Scene) {
  return (await scene.second.conversationTallies(0, scene.now + 1)).outcomes;
}
