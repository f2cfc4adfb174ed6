// Conversations as people see them: by page and by state, one with its story; who keeps lull quiet, and who ends that.
import { expect, test } from "bun:test";
import type { IntakeRules } from "../../../src/db/store-intake.ts";
import { CONVERSATION, deletion, edit, humanReply, message, state } from "../arrivals.ts";
import { must, type OpenScene, type Scene, SECOND } from "../scene.ts";

const LIMITS = { events: 50, turns: 5 };
const ALL = { limit: 10, cursor: null, state: null };
const MINUTE = 60 * SECOND;

export function conversationConformance(open: OpenScene): void {
  test("come newest first, by page, and by what happens in them", async () => {
    await using scene = await open();
    await scene.say(10, { conversationId: 1 });
    await scene.lull();
    for (const conversationId of [2, 3]) await scene.say(10 + conversationId, { conversationId });
    await pause(scene, 3, scene.now + MINUTE);
    expect(await numbers(scene, null)).toEqual([3, 2, 1]);
    expect(await numbers(scene, "processing")).toEqual([1]);
    expect(await numbers(scene, "buffering")).toEqual([2]);
    expect(await numbers(scene, "paused")).toEqual([3]);
    const first = await scene.second.listConversations({ ...ALL, limit: 2 }, scene.now);
    const rest = await scene.second.listConversations(
      { ...ALL, limit: 2, cursor: first.nextCursor },
      scene.now,
    );
    expect([rest.data.map(({ row }) => row["conversationId"]), rest.nextCursor]).toEqual([[1], null]);
    scene.pass(MINUTE);
    expect(await numbers(scene, "paused")).toEqual([]);
  });

  test("one tells its events, and its turns with the newest first, and of no other", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.send(11);
    await scene.turn(20);
    await scene.say(30, { conversationId: 7 });
    const { turns, events, row } = must(await scene.second.conversationStory(here(scene), LIMITS));
    expect(turns).toMatchObject([{ state: "running" }, { state: "completed", outcome: "answered" }]);
    expect(events.map(({ name }) => name)).toContain("delivery.sent");
    expect(row).toMatchObject({ connection: "here", conversationId: CONVERSATION, state: "processing" });
    expect(JSON.stringify(row)).not.toContain("connectionKey");
    expect(await scene.second.conversationPlace(String(row["id"]))).toEqual(here(scene));
  });

  test("that are not there are told as such", async () => {
    await using scene = await open();
    await scene.say(10);
    const nowhere = { connectionKey: scene.there, conversationId: CONVERSATION };
    const pause = { by: "operator", byName: null, until: null } as const;
    expect(await scene.second.conversationPlace("019edad1-99b0-74f9-8802-932a90106aac")).toBeNull();
    expect(await scene.second.conversationStory(nowhere, LIMITS)).toBeNull();
    expect(await scene.second.pauseConversation(nowhere, pause, scene.now)).toBeNull();
    expect(await scene.second.resumeConversation(scene.there, CONVERSATION, scene.now)).toBe(false);
  });

  test("a pause drops what waits and says so; whoever made it, one word ends it", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    expect(await pause(scene, CONVERSATION, null)).toEqual({ cancelledBufferId: bufferId });
    expect(await scene.outcomes(bufferId)).toEqual([[10, "cancelled", "paused", null]]);
    expect(await quietBy(scene)).toEqual(["operator", null]);
    await scene.receive(humanReply(11));
    expect(await quietBy(scene)).toEqual(["human", "Ana"]);
    expect(await scene.second.resumeConversation(scene.here, CONVERSATION, scene.now)).toBe(true);
    expect(await quietBy(scene)).toEqual([null, null]);
  });

  test("a colleague's command pauses and resumes, and drops what waits", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    const off = { isOn: false, forMs: MINUTE } as const;
    expect(await scene.receive(command(off))).toMatchObject({
      reason: "private_note",
      cancelledBufferId: bufferId,
      silence: "paused",
    });
    expect(await quietBy(scene)).toEqual(["command", "Bea"]);
    expect(await scene.receive(command({ isOn: true }))).toMatchObject({
      reason: "private_note",
      silence: null,
    });
    expect(await quietBy(scene)).toEqual([null, null]);
    const { events } = must(await scene.second.conversationStory(here(scene), LIMITS));
    const names = events.map(({ name }) => String(name)).filter((name) => name.startsWith("conversation."));
    expect(names).toEqual(["conversation.paused", "conversation.resumed"]);
  });

  test("what is refused at the door leaves nothing, nor do later news of it", async () => {
    await using scene = await open();
    const rules = { refusal: () => "blocklist" as const };
    expect(await scene.receive(message(10), { rules })).toMatchObject({
      reason: "blocklist",
      silence: "blocklist",
    });
    for (const news of [edit(10, "x"), deletion(10)])
      expect(await scene.receive(news, { rules })).toMatchObject({ reason: "blocklist", silence: null });
    expect(await numbers(scene, null)).toEqual([]);
    await scene.receive(state({}));
    expect(await numbers(scene, null)).toEqual([CONVERSATION]);
  });

  test("news that name no inbox are judged by the one that the conversation is known to be in", async () => {
    await using scene = await open();
    const refusal: IntakeRules["refusal"] = (_connection, { inboxId }) => (inboxId === 7 ? null : "mode_off");
    const through = { rules: { refusal } };
    await scene.receive(message(10, { facts: { inboxId: 7 } }), through);
    expect(await scene.receive(message(11, { facts: { inboxId: null } }), through)).toMatchObject({
      action: "buffered",
    });
    const elsewhere = { inboxId: null, conversationId: 9 };
    expect(await scene.receive(message(12, { facts: elsewhere }), through)).toMatchObject({
      reason: "mode_off",
    });
  });

  test("what was taken before is still deleted and changed when its sender is refused by then", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    const rules = { refusal: () => "blocklist" as const };
    expect(await scene.receive(deletion(10), { rules })).toMatchObject({
      reason: "deleted",
      cancelledBufferId: bufferId,
    });
  });
}

function here(scene: Scene) {
  return { connectionKey: scene.here, conversationId: CONVERSATION };
}

function pause(scene: Scene, conversationId: number, until: number | null) {
  const by = { by: "operator", byName: null, until } as const;
  return scene.first.pauseConversation({ connectionKey: scene.here, conversationId }, by, scene.now);
}

function command(command: { isOn: true } | { isOn: false; forMs: number | null }) {
  const { facts } = state({});
  return { kind: "command", facts, command, writerName: "Bea" } as const;
}

async function numbers(scene: Scene, wanted: string | null): Promise<unknown[]> {
  const { data } = await scene.second.listConversations({ ...ALL, state: wanted }, scene.now);
  return data.map(({ row }) => row["conversationId"]);
}

async function quietBy(scene: Scene): Promise<unknown[]> {
  const { row } = must(await scene.second.conversationStory(here(scene), LIMITS));
  return [row["pausedBy"], row["pausedByName"]];
}
