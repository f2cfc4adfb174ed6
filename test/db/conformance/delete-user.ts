// A user goes: everything of theirs with them, nothing of others, and no turn is left that would answer nothing.
import { expect, test } from "bun:test";
import { message } from "../arrivals.ts";
import { ALL, NUMBER, PLACES, addUser, findings, map, namedIn, said } from "../identified.ts";
import { LAYERS } from "../../../src/identity/layers.ts";
import { ME, type OpenScene, type Scene, must, only, NOBODY_TOLD } from "../scene.ts";

const LINKS = { webhookUrl: null, groqApiUrl: null, webhookEnabled: true, groqEnabled: true };

export function deleteUserConformance(open: OpenScene): void {
  test("whatever names a user is gone, and other users keep theirs", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    for (const userId of [ana, bia]) {
      for (const layer of LAYERS) await PLACES[layer](scene, userId);
      await scene.first.saveWebhookLinks(userId, LINKS, scene.now);
      const token = { name: "own", scope: "user", userId, tokenHash: userId } as const;
      await scene.first.addToken(token, scene.now);
    }
    expect(await scene.first.deleteUser(ana, scene.now)).toBe(true);
    const left = await scene.second.findings(scene.here, [NUMBER]);
    const rest = Object.fromEntries(LAYERS.map((layer) => [layer, [namedIn(layer, bia)]]));
    expect(left).toEqual({ ...findings(), ...rest });
    const { second } = scene;
    expect(await Promise.all([second.user(ana), second.mappings(ana), second.token(ana)])).toEqual([
      null,
      null,
      null,
    ]);
    expect(await second.token(bia)).not.toBeNull();
    expect((await second.lineConfigs(null, ALL)).data).toHaveLength(1);
    expect(await scene.first.deleteUser(ana, scene.now)).toBe(false);
  });

  test("their history is gone, what others said stays", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await said(scene, ana);
    await said(scene, bia);
    const last = await said(scene, bia);
    await scene.first.deleteUser(ana, scene.now);
    expect(await scene.second.chatHistory(last, 10)).toHaveLength(1);
    expect((await scene.second.identityFigures(0)).customerMessages).toBe(2);
  });

  test("what a model said of a finished turn is gone, its figures stay", async () => {
    await using scene = await open();
    const { ana, jobId } = await marked(scene);
    const findings = { promptVersion: 1, urgency: 5, confidence: 0.5, intent: "refund", quality: "{}" };
    const silence = { kind: "silence", reason: "model_silent", findings } as const;
    await scene.first.endTurn(await scene.claim(), silence, scene.endRules(), scene.now);
    expect(must(await scene.second.turn(jobId)).turn).toMatchObject(findings);
    await scene.first.deleteUser(ana, scene.now);
    expect(must(await scene.second.turn(jobId)).turn).toMatchObject({
      ...findings,
      intent: null,
      quality: null,
    });
  });

  test("the messages of a finished turn hold no text any more, the turn itself stays", async () => {
    await using scene = await open();
    const { ana, jobId } = await marked(scene);
    await scene.reply(await scene.claim());
    await scene.send(90);
    await scene.first.deleteUser(ana, scene.now);
    const { turn, messages } = must(await scene.second.turn(jobId));
    expect(turn).toMatchObject({ state: "completed", outcome: "answered" });
    expect(messages.map(({ content, outcome }) => [content, outcome])).toEqual([[null, "answered"]]);
  });

  test.each<[string, (scene: Scene) => Promise<unknown>]>([
    ["waits to be worked on", () => Promise.resolve()],
    ["is being worked on", (scene) => scene.claim()],
    ["has a reply that is not out yet", async (scene) => scene.reply(await scene.claim())],
  ])("a turn that %s keeps its texts and is still answered", async (_what, begin) => {
    await using scene = await open();
    const { ana, jobId, jobKey } = await marked(scene);
    await begin(scene);
    await scene.first.deleteUser(ana, scene.now);
    expect(must(await scene.second.turn(jobId)).messages).toMatchObject([{ content: "message 10" }]);
    expect((await scene.first.turnMaterial(jobKey, 0)).messages).toHaveLength(1);
    const [delivery] = await scene.deliveries();
    if (delivery === undefined) return;
    expect(await scene.first.deliveryNews(delivery, 2)).toMatchObject({ isOutdated: false });
    expect(delivery.text).toBe("answer");
  });

  test("a turn that is tried again, and finds nobody any more, is emptied once it is over", async () => {
    await using scene = await open();
    const { ana, jobId, jobKey } = await marked(scene);
    const claim = await scene.claim();
    await scene.first.deleteUser(ana, scene.now);
    await scene.first.markSender(jobKey, { userId: null, layer: null, isVerified: false });
    expect(await scene.first.sweepDeletedUsers(scene.now)).toBe(0);
    await scene.reply(claim);
    await scene.send(90);
    expect(await scene.first.sweepDeletedUsers(scene.now)).toBe(1);
    expect(must(await scene.second.turn(jobId)).messages).toMatchObject([{ content: null }]);
    expect(await scene.first.sweepDeletedUsers(scene.now)).toBe(0);
  });

  test("messages that wait in a later turn keep their texts, too", async () => {
    await using scene = await open();
    const { ana, jobId } = await marked(scene);
    const claim = await scene.claim();
    await scene.say(11);
    expect(await scene.reply(claim)).toMatchObject({ kind: "superseded" });
    await scene.first.deleteUser(ana, scene.now);
    expect(must(await scene.second.turn(jobId)).messages).toMatchObject([{ content: "message 10" }]);
  });

  test("a failed reply cannot be sent again, nor a failed turn be asked about nothing", async () => {
    await using scene = await open();
    const { ana } = await marked(scene);
    await scene.reply(await scene.claim());
    const delivery = await scene.delivery();
    await scene.first.settleDelivery(delivery, { to: "failed", reason: "chatwoot_refused" }, scene.now);
    await scene.first.deleteUser(ana, scene.now);
    expect(await scene.deliveryRow(delivery.replyId)).toMatchObject({
      state: "cancelled",
      reason: "deleted",
    });
    expect(await scene.first.retryDelivery(delivery.replyId, scene.now)).toBe(false);
  });

  test("a failed turn that is tried again finds nothing to read", async () => {
    await using scene = await open();
    const { ana, jobId, jobKey } = await marked(scene);
    const failure = { code: "ai_refused", message: "no", retryAt: null };
    await scene.first.failTurn(await scene.claim(), failure, scene.now, NOBODY_TOLD);
    await scene.first.deleteUser(ana, scene.now);
    await scene.first.retryTurn(jobId, scene.now);
    expect((await scene.second.turnMaterial(jobKey, 10)).messages).toEqual([]);
    expect(only(await scene.claims(ME))).toMatchObject({ jobId });
  });

  test("what others wrote in the same conversation keeps its texts", async () => {
    await using scene = await open();
    const { ana } = await marked(scene);
    await scene.reply(await scene.claim());
    await scene.send(90);
    const other = await scene.turn(11);
    await scene.reply(other);
    await scene.send(91);
    await scene.first.deleteUser(ana, scene.now);
    expect(must(await scene.second.turn(other.jobId)).messages).toMatchObject([{ content: "message 11" }]);
  });

  test("a number that was theirs can be another's at once", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await map(scene, ana);
    await scene.first.deleteUser(ana, scene.now);
    const bia = await addUser(scene);
    await map(scene, bia);
    const found = await scene.second.findings(scene.here, [NUMBER]);
    expect(found.whatsapp_user_mapping).toEqual([{ userId: bia, isVerified: true }]);
  });
}

/** A turn of one message waits whose sender is known. */
async function marked(scene: Scene): Promise<{ ana: string; jobId: string; jobKey: number }> {
  const ana = await addUser(scene);
  await scene.receive(message(10, { facts: { contactPhone: NUMBER } }));
  const { jobId } = await scene.lull();
  const { jobKey } = await lookAt(scene);
  await scene.first.markSender(jobKey, { userId: ana, layer: "profiles", isVerified: true });
  return { ana, jobId, jobKey };
}

/** The turn that waits, taken and given back. */
async function lookAt(scene: Scene) {
  const claim = await scene.claim();
  await scene.first.releaseTurn(claim, scene.now, scene.now);
  return claim;
}
