// Pairs learned from events, what makes answers void, and what is told of identification in the timeline.
import { expect, test } from "bun:test";
import { message } from "../arrivals.ts";
import { NUMBER, OTHER_NUMBER, addUser, configure, map, meet, profile, said } from "../identified.ts";
import { CONVERSATION, type Facts } from "../arrivals.ts";
import { type OpenScene, type Scene, only } from "../scene.ts";

const ALIAS = "lid:123456789012345";
const BOTH: Facts = { contactSourceId: "123456789012345@lid", contactPhone: NUMBER };

export function identityConformance(open: OpenScene): void {
  test("an event with a LID and a number teaches what stands behind the LID, in its connection", async () => {
    await using scene = await open();
    expect(await scene.second.pair(scene.here, ALIAS)).toBeNull();
    await scene.receive(message(10, { facts: BOTH }));
    expect(await scene.second.pair(scene.here, ALIAS)).toEqual({ phoneKey: NUMBER, isInConflict: false });
    expect(await scene.second.pair(scene.there, ALIAS)).toBeNull();
  });

  test("two events that disagree leave the pair in conflict, whatever comes after", async () => {
    await using scene = await open();
    await scene.receive(message(10, { facts: BOTH }));
    await scene.receive(message(11, { facts: { ...BOTH, contactPhone: OTHER_NUMBER } }));
    expect(await scene.second.pair(scene.here, ALIAS)).toMatchObject({ isInConflict: true });
    const version = scene.first.identityVersion();
    await scene.receive(message(12, { facts: BOTH }));
    await scene.receive(message(13, { facts: { ...BOTH, contactPhone: OTHER_NUMBER } }));
    expect(await scene.second.pair(scene.here, ALIAS)).toMatchObject({ isInConflict: true });
    expect(scene.first.identityVersion()).toBe(version);
  });

  test("a LID that was a user's takes the history of the number behind it along", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await scene.receive(message(10, { facts: BOTH }));
    const mappingId = await map(scene, ana, { key: ALIAS });
    await said(scene, ana);
    await scene.first.removeMapping(ana, mappingId);
    expect((await scene.second.findings(scene.here, [NUMBER])).customer_conversations).toEqual([]);
  });

  test.each<[string, (scene: Scene, known: Known) => Promise<unknown>]>([
    ["a mapping", (scene, { ana }) => map(scene, ana, { key: OTHER_NUMBER })],
    ["a mapping taken away", (scene, { ana, mappingId }) => scene.first.removeMapping(ana, mappingId)],
    ["a line", (scene, { ana }) => configure(scene, ana)],
    [
      "a changed line",
      (scene, { ana, configId }) =>
        scene.first.changeLineConfig(ana, configId, { phoneNumberId: "meta-8" }, 1),
    ],
    ["a line taken away", (scene, { ana, configId }) => scene.first.removeLineConfig(ana, configId)],
    ["a profile", (scene, { ana }) => profile(scene, ana)],
    ["a meeting note", (scene, { ana }) => meet(scene, ana)],
    ["a meeting note taken away", (scene, { ana, noteId }) => scene.first.removeMeetingNote(ana, noteId)],
    ["a user taken away", (scene, { ana }) => scene.first.deleteUser(ana, scene.now)],
    ["a pair", (scene) => scene.receive(message(10, { facts: BOTH }))],
  ])("%s makes answers void", async (_what, change) => {
    await using scene = await open();
    const known = await prepare(scene);
    const version = scene.first.identityVersion();
    await change(scene, known);
    expect(scene.first.identityVersion()).toBeGreaterThan(version);
  });

  test("looking, marking a sender and a pair that was known leave answers as they are", async () => {
    await using scene = await open();
    const { ana } = await prepare(scene);
    await scene.receive(message(10, { facts: BOTH }));
    const turn = await scene.turn();
    const version = scene.first.identityVersion();
    await scene.first.findings(scene.here, [NUMBER]);
    await scene.first.markSender(turn.jobKey, { userId: ana, layer: "profiles", isVerified: true });
    await scene.receive(message(11, { facts: BOTH }));
    await scene.first.removeMapping(ana, "nothing");
    expect(scene.first.identityVersion()).toBe(version);
  });

  test("what an admin must look at stands in the timeline of its conversation", async () => {
    await using scene = await open();
    const place = { connectionKey: scene.here, conversationId: CONVERSATION, subjectId: "turn-1" };
    await scene.first.recordIdentityEvent("identity.ambiguous", place, { layer: "profiles" }, scene.now);
    const nowhere = { ...place, conversationId: null };
    await scene.first.recordIdentityEvent("identity.disagreement", nowhere, {}, scene.now);
    const { events } = await scene.second.conversationWork(scene.here, CONVERSATION, 10);
    expect(only(events)).toMatchObject({
      name: "identity.ambiguous",
      at: scene.now,
      subject_id: "turn-1",
      detail: JSON.stringify({ layer: "profiles" }),
    });
  });
}

interface Known {
  ana: string;
  mappingId: string;
  configId: string;
  noteId: string;
}

async function prepare(scene: Scene): Promise<Known> {
  const ana = await addUser(scene);
  return {
    ana,
    mappingId: await map(scene, ana),
    configId: await configure(scene, ana),
    noteId: await meet(scene, ana),
  };
}
