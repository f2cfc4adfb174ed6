// Summaries of conversations: made of lines that are there, for one user, gone with what they tell of; and what a user who
// is known let lull know.
import { expect, test } from "bun:test";
import type { Summary } from "../../../src/db/store-context.ts";
import { CONVERSATION, deletion, humanReply } from "../arrivals.ts";
import { NUMBER, OTHER_NUMBER, addUser, meet, profile } from "../identified.ts";
import { type OpenScene, type Scene, SECOND } from "../scene.ts";

interface Given {
  userId?: string | null;
  text?: string;
  continues?: Summary | null;
}

/** Someone who is known (or null: nobody) said 10 and 11, and lull 12; gives what the summary of that is. */
async function summarised(scene: Scene, userId: string | null = null) {
  const claim = await scene.turn(10, 11);
  await mark(scene, claim.jobKey, userId);
  await scene.reply(claim);
  await scene.send(12);
  expect(await keep(scene, [10, 11], { userId })).toBe(true);
  return () => scene.second.summary(scene.here, CONVERSATION, userId);
}

function mark(scene: Scene, jobKey: number, userId: string | null): Promise<void> {
  const layer = userId === null ? null : "whatsapp_user_mapping";
  return scene.first.markSender(jobKey, { userId, layer, isVerified: userId !== null });
}

function keep(scene: Scene, messageIds: number[], given: Given = {}): Promise<boolean> {
  const summary = { userId: null, continues: null, text: "asked for the price", messageIds, ...given };
  return scene.first.keepSummary(scene.here, CONVERSATION, summary, scene.now);
}

export function summaryConformance(open: OpenScene): void {
  test("a summary is kept with how far it reaches, and goes on from itself", async () => {
    await using scene = await open();
    const summary = await summarised(scene);
    const first = { text: "asked for the price", lastMessageId: 11, lineCount: 2 };
    expect(await summary()).toEqual(first);
    expect(await keep(scene, [12], { continues: first, text: "and got it" })).toBe(true);
    expect(await summary()).toEqual({ text: "and got it", lastMessageId: 12, lineCount: 3 });
    expect(await scene.second.summary(scene.there, CONVERSATION, null)).toBeNull();
    expect(await scene.second.summary(scene.here, CONVERSATION + 1, null)).toBeNull();
  });

  test("one that goes on from another than is there, or from lines that are gone, is not kept", async () => {
    await using scene = await open();
    const summary = await summarised(scene);
    const other = { text: "something else", lastMessageId: 11, lineCount: 2 };
    for (const continues of [null, other]) expect(await keep(scene, [12], { continues })).toBe(false);
    expect(await keep(scene, [12, 999], { continues: await summary() })).toBe(false);
    expect(await summary()).toMatchObject({ lastMessageId: 11 });
  });

  test("a message that is deleted takes a summary along that reaches as far", async () => {
    await using scene = await open();
    const summary = await summarised(scene);
    await scene.receive(humanReply(13));
    await scene.receive(deletion(12));
    expect(await summary()).not.toBeNull();
    await scene.receive(deletion(10));
    expect(await summary()).toBeNull();
    expect(await keep(scene, [10, 11])).toBe(false);
  });

  test("belongs to one user: another sees none of it, and theirs takes its place", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const anas = await summarised(scene, ana);
    expect(await scene.second.summary(scene.here, CONVERSATION, bia)).toBeNull();
    expect(await scene.second.summary(scene.here, CONVERSATION, null)).toBeNull();
    await mark(scene, (await scene.turn(20)).jobKey, bia);
    expect(await anas()).toBeNull();
  });

  test("goes with its user, also from a conversation that is nobody's by now", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const summary = await summarised(scene);
    const claim = await scene.turn(20);
    await mark(scene, claim.jobKey, ana);
    await scene.first.endTurn(
      claim,
      { kind: "silence", reason: "model_silent" },
      scene.endRules(),
      scene.now,
    );
    await mark(scene, (await scene.turn(30)).jobKey, null);
    expect(await keep(scene, [10, 11, 12, 20])).toBe(true);
    await scene.first.deleteUser(ana, scene.now);
    expect(await summary()).toBeNull();
  });

  test("a known user's language and notes of meetings with these numbers alone, the newest first", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await profile(scene, ana, { language: "pt-BR" });
    const note = (title: string, metAt: number | null) =>
      scene.first.addMeetingNote(
        {
          ...{ userId: ana, title, content: "noted", contactName: null, metAt },
          contact: { number: NUMBER, key: NUMBER, keyVersion: "1/test" },
        },
        scene.now,
      );
    await note("newest", scene.now + SECOND);
    await note("oldest", scene.now - SECOND);
    await note("undated", null);
    await meet(scene, ana, OTHER_NUMBER);
    await meet(scene, bia, NUMBER);
    const known = await scene.second.knownUser(ana, [NUMBER, "other form"], 3);
    expect(known.language).toBe("pt-BR");
    expect(known.notes.map(({ title }) => title)).toEqual(["newest", "undated", "oldest"]);
    expect((await scene.second.knownUser(ana, [NUMBER], 1)).notes).toHaveLength(1);
    expect(await scene.second.knownUser(bia, [], 3)).toEqual({ language: null, notes: [] });
  });
}
