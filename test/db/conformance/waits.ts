// How long buffers wait: what is kept of it, what the customer's gaps teach, and what makes a buffer close early.
import { expect, test } from "bun:test";
import { message, humanReply, typing } from "../arrivals.ts";
import { LIMITS, type OpenScene, type Scene, SECOND, windowOf } from "../scene.ts";
import type { WindowRules } from "../../../src/buffer/window.ts";

const ruled = (changes: Partial<WindowRules>) => ({
  rules: { windowOf: () => ({ ...LIMITS, isAdaptive: false, urgencyMin: null, ...changes }) },
});
const ADAPTIVE = ruled({ isAdaptive: true });
const URGENT = ruled({ urgencyMin: 8 });

async function waitOf(scene: Scene, bufferId: string) {
  const { windowMs, windowReason, urgency } = await scene.bufferRow(bufferId);
  return { windowMs, windowReason, urgency };
}

/** How many gaps are known, by the reason of the buffer that this message opens or joins. */
async function gapsKnown(scene: Scene, messageId: number): Promise<string> {
  const { bufferId } = await scene.say(messageId, ADAPTIVE);
  return String((await scene.bufferRow(bufferId))["windowReason"]);
}

const known = (count: number) => `30 s: only ${count} of 5 gaps of this customer are known`;

export function waitConformance(open: OpenScene): void {
  test("a buffer says how long it waits for silence, and none of why where the inbox waits so", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    expect(await waitOf(scene, bufferId)).toEqual({
      windowMs: LIMITS.silenceMs,
      windowReason: null,
      urgency: null,
    });
    const { bufferId: immediate } = await scene.say(11, { conversationId: 1, isImmediate: true });
    expect(await waitOf(scene, immediate)).toMatchObject({ windowMs: 0, windowReason: null });
  });

  test("an urgent message brings the deadline of all of its buffer forward, and a second line moves it by as much", async () => {
    await using scene = await open();
    await scene.say(10, { ...URGENT, content: "bom dia" });
    scene.pass(SECOND);
    const urgent = await scene.say(11, { ...URGENT, content: "é uma emergência" });
    expect(urgent.dueAt).toBe(scene.now + 3 * SECOND);
    expect(await waitOf(scene, urgent.bufferId)).toEqual({
      windowMs: 3 * SECOND,
      windowReason: "urgent 9: emergency",
      urgency: 9,
    });
    scene.pass(2 * SECOND);
    const second = await scene.say(12, { ...URGENT, content: "rua das Flores 12" });
    expect(second).toMatchObject({ bufferId: urgent.bufferId, dueAt: scene.now + 3 * SECOND });
    expect(await waitOf(scene, urgent.bufferId)).toMatchObject({ urgency: 9 });
  });

  test("urgency is not looked for where nothing closes early", async () => {
    await using scene = await open();
    const { bufferId, dueAt } = await scene.say(10, { content: "é uma emergência" });
    expect(dueAt).toBe(scene.now + LIMITS.silenceMs);
    expect((await waitOf(scene, bufferId)).urgency).toBeNull();
  });

  test("typing in an urgent buffer holds it no longer than the buffer's own wait once it stops", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10, { ...URGENT, content: "é uma emergência" });
    const urgentAt = scene.now;
    scene.pass(SECOND);
    await scene.receive(typing(true), URGENT);
    await scene.receive(typing(false), URGENT);
    expect((await scene.bufferRow(bufferId))["dueAt"]).toBe(urgentAt + 3 * SECOND);
  });

  test("the gaps within buffers are learned, and the sixth message waits as the customer writes", async () => {
    await using scene = await open();
    const dues: number[] = [];
    for (const messageId of [10, 11, 12, 13, 14, 15]) {
      const rules = ruled({ isAdaptive: true, sizeMax: 50 });
      dues.push((await scene.say(messageId, rules)).dueAt - scene.now);
      scene.pass(3 * SECOND);
    }
    expect(dues).toEqual([30, 30, 30, 30, 30, 8].map((seconds) => seconds * SECOND));
  });

  test("nothing is learned where the silence does not follow the customer", async () => {
    await using scene = await open();
    await scene.say(10);
    scene.pass(3 * SECOND);
    await scene.say(11);
    scene.pass(3 * SECOND);
    expect(await gapsKnown(scene, 12)).toBe(known(1));
  });

  test("a gap that the window was too short for is learned while the answer is in the works", async () => {
    await using scene = await open();
    expect(await gapsKnown(scene, 10)).toBe(known(0));
    await scene.lull();
    expect(await gapsKnown(scene, 11)).toBe(known(1));
    const claim = await scene.claim();
    await scene.reply(claim, ["answer"], { gate: () => null, windowOf, discardsMax: 0 });
    scene.pass(SECOND);
    expect(await gapsKnown(scene, 12)).toBe(known(2));
  });

  test.each([
    ["was sent so shortly before that nobody read it yet", 6 * SECOND, known(1)],
    ["may have been read is not learned", 6 * SECOND + 1, known(0)],
  ])("a gap after an answer that %s", async (_name, sinceAnswerMs, reason) => {
    await using scene = await open();
    await scene.say(10, ADAPTIVE);
    await scene.lull();
    await scene.reply(await scene.claim());
    scene.pass(SECOND);
    await scene.send(500);
    scene.pass(sinceAnswerMs);
    expect(await gapsKnown(scene, 11)).toBe(reason);
  });

  test("a gap is learned while the answer waits in the outbox", async () => {
    await using scene = await open();
    await scene.say(10, ADAPTIVE);
    await scene.lull();
    await scene.reply(await scene.claim());
    scene.pass(60 * SECOND);
    expect(await gapsKnown(scene, 11)).toBe(known(1));
  });

  test("a gap is not learned when nobody answered: by silence, or because a person did", async () => {
    await using scene = await open();
    await scene.say(10, ADAPTIVE);
    await scene.lull();
    const claim = await scene.claim();
    await scene.first.endTurn(
      claim,
      { kind: "silence", reason: "model_silent" },
      scene.endRules(),
      scene.now,
    );
    expect(await gapsKnown(scene, 11)).toBe(known(0));
    await scene.receive(humanReply(12));
    scene.pass(SECOND);
    expect(await gapsKnown(scene, 13)).toBe(known(0));
  });

  test("customers are known each by their own gaps", async () => {
    await using scene = await open();
    await gapsKnown(scene, 10);
    scene.pass(2 * SECOND);
    await gapsKnown(scene, 11);
    const other = await scene.receive(message(12, { facts: { conversationId: 77 } }), ADAPTIVE);
    if (other.action !== "buffered") throw new Error("the message was not buffered");
    expect((await scene.bufferRow(other.bufferId))["windowReason"]).toBe(known(0));
  });
}
