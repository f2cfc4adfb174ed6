// Which side has a conversation: what is wanted, unless the other side is at work on it.
import { expect, test } from "bun:test";
import type { Side, SideRules } from "../../../src/db/store-legacy.ts";
import type { Receipt } from "../../../src/db/store-intake.ts";
import type { Arrival } from "../../../src/chatwoot/arrival.ts";
import { CONVERSATION, deletion, humanReply, message, state } from "../arrivals.ts";
import { LIMITS, NOBODY_TOLD, type OpenScene, type Scene, SECOND } from "../scene.ts";

const QUIET_MS = LIMITS.ageMaxMs + LIMITS.silenceMs;
const FAILURE = { code: "ai_unavailable", message: "m", retryAt: null };
const SENT = { to: "sent", statusCode: 200, durationMs: 1 } as const;

function rulesFor(wanted: Side): SideRules {
  return { wanted: () => wanted, quietMs: () => QUIET_MS };
}

async function receive(scene: Scene, wanted: Side, arrival: Arrival): Promise<Receipt["action"]> {
  const webhook = { event: "message_created", headers: [], body: new Uint8Array([0x7b, 0x7d]) };
  const intake = { connectionKey: scene.here, arrival, isImmediate: false, isSigned: true, webhook };
  const rules = { ...scene.intakeRules(), sides: rulesFor(wanted) };
  const [receipt] = await scene.first.receive([intake], rules, scene.now);
  if (receipt === undefined) throw new Error("an arrival got no receipt");
  return receipt.action;
}

async function side(scene: Scene, wanted: Side): Promise<Side> {
  return scene.second.sideOf(scene.here, CONVERSATION, rulesFor(wanted), scene.now);
}

/** The turn that waits comes to its end. */
async function keepSilent(scene: Scene): Promise<void> {
  const silence = { kind: "silence", reason: "model_silent" } as const;
  await scene.first.endTurn(await scene.claim(), silence, scene.endRules(), scene.now);
}

async function sendAll(scene: Scene): Promise<void> {
  for (const { key } of await scene.first.dueForwards(10, scene.now))
    await scene.first.settleForward(key, SENT, scene.now);
}

export function sideConformance(open: OpenScene): void {
  test("a new conversation is whose it is to be, and asking changes nothing", async () => {
    await using scene = await open();
    for (const wanted of ["legacy", "lull", "legacy"] as const)
      expect(await side(scene, wanted)).toBe(wanted);
    expect(await receive(scene, "lull", message(10))).toBe("buffered");
  });

  test("lull keeps a conversation while its buffer is open, its turn is not at its end, or its customer may write on", async () => {
    await using scene = await open();
    await receive(scene, "lull", message(10));
    expect(await receive(scene, "legacy", message(11))).toBe("buffered");
    await scene.lull();
    scene.pass(QUIET_MS);
    expect(await side(scene, "legacy")).toBe("lull");
    await keepSilent(scene);
    expect(await side(scene, "legacy")).toBe("legacy");
    expect(await receive(scene, "legacy", message(12))).toBe("forwarded");
  });

  test("an answered conversation stays with lull until its customer was quiet for long enough", async () => {
    await using scene = await open();
    await receive(scene, "lull", message(10));
    await scene.lull();
    await keepSilent(scene);
    scene.pass(QUIET_MS - LIMITS.silenceMs - 1);
    expect(await receive(scene, "legacy", state({}))).toBe("skipped");
    scene.pass(1);
    expect(await receive(scene, "legacy", state({}))).toBe("forwarded");
  });

  test("a delivery that is not settled keeps the conversation, however long it takes", async () => {
    await using scene = await open();
    await receive(scene, "lull", message(10));
    await scene.lull();
    await scene.reply(await scene.claim(), ["ok"]);
    scene.pass(10 * QUIET_MS);
    expect(await side(scene, "legacy")).toBe("lull");
  });

  test("the older system keeps a conversation until its customer was quiet, counted from when it had the message", async () => {
    await using scene = await open();
    await receive(scene, "legacy", message(10));
    scene.pass(10 * QUIET_MS);
    expect(await receive(scene, "lull", message(11))).toBe("forwarded");
    await sendAll(scene);
    await sendAll(scene);
    scene.pass(QUIET_MS - 1);
    expect(await side(scene, "lull")).toBe("legacy");
    scene.pass(1);
    expect(await receive(scene, "lull", message(12))).toBe("buffered");
    expect(await side(scene, "legacy")).toBe("lull");
  });

  test("a failed turn is not tried again once the older system has the customer's next message", async () => {
    await using scene = await open();
    await receive(scene, "lull", message(10));
    await scene.lull();
    await scene.first.failTurn(await scene.claim(), FAILURE, scene.now, NOBODY_TOLD);
    scene.pass(QUIET_MS);
    expect(await receive(scene, "legacy", state({}))).toBe("forwarded");
    const worth = { codes: [FAILURE.code], restMs: 0, wordsSince: 0 };
    expect(await receive(scene, "legacy", message(11))).toBe("forwarded");
    expect(await scene.second.retryWorthyTurns(worth, 10, scene.now)).toBe(0);
    expect(await scene.second.retryTurns({}, 10, scene.now)).toBe(0);
  });

  test("a forward that was given up holds no conversation", async () => {
    await using scene = await open();
    await receive(scene, "legacy", message(10));
    scene.pass(QUIET_MS);
    await scene.first.giveUpForwards(scene.now);
    expect(await receive(scene, "lull", message(11))).toBe("buffered");
  });

  test("a message that one side has never comes to the other", async () => {
    await using scene = await open();
    await receive(scene, "legacy", message(10));
    await sendAll(scene);
    scene.pass(QUIET_MS);
    expect(await receive(scene, "lull", message(10))).toBe("duplicate");
    expect(await receive(scene, "lull", message(11))).toBe("buffered");
    await scene.lull();
    await keepSilent(scene);
    scene.pass(QUIET_MS);
    expect(await receive(scene, "legacy", message(11))).toBe("duplicate");
    expect(await side(scene, "legacy")).toBe("legacy");
  });

  test("what no webhook brought is neither kept nor forwarded where the older system has the conversation", async () => {
    await using scene = await open();
    const rules = { sides: rulesFor("legacy") };
    expect(await scene.receive(message(10), { rules })).toMatchObject({
      action: "skipped",
      reason: "not_buffered",
    });
    expect([await scene.first.openBuffers(0, 10), await scene.first.dueForwards(10, scene.now)]).toEqual([
      [],
      [],
    ]);
  });

  test("how a conversation stands is known when it comes back, whatever happened meanwhile", async () => {
    await using scene = await open();
    await receive(scene, "lull", humanReply(10));
    scene.pass(SECOND);
    expect(await receive(scene, "legacy", state({ status: "resolved" }))).toBe("forwarded");
    expect(await receive(scene, "legacy", state({ status: "pending", assignee: "none" }))).toBe("forwarded");
    expect(await receive(scene, "lull", message(11))).toBe("buffered");
    await scene.lull();
    const { conversation } = await scene.first.turnMaterial((await scene.claim()).jobKey, 10);
    expect(conversation).toMatchObject({ status: "pending", assignee: "none", pausedAt: null });
  });

  test("how a conversation ends counts for lull only where lull heard the customer last", async () => {
    await using scene = await open();
    const resolve = async () => {
      await receive(scene, "legacy", state({ status: "resolved" }));
      return (await scene.second.conversationTallies(0, scene.now + 1)).outcomes;
    };
    await receive(scene, "lull", message(10));
    await scene.lull();
    await keepSilent(scene);
    scene.pass(QUIET_MS);
    expect(await receive(scene, "legacy", message(11))).toBe("forwarded");
    expect(await resolve()).toEqual({});
    await sendAll(scene);
    await sendAll(scene);
    scene.pass(QUIET_MS);
    expect(await receive(scene, "lull", message(12))).toBe("buffered");
    await receive(scene, "lull", state({ status: "open" }));
    expect(await resolve()).toEqual({ reopened: 1, resolved: 1 });
  });

  test("a person's word over there is not taken for one to lull: the older system may write as a person", async () => {
    await using scene = await open();
    await receive(scene, "legacy", message(10));
    await receive(scene, "legacy", humanReply(11));
    await sendAll(scene);
    await sendAll(scene);
    scene.pass(QUIET_MS);
    await receive(scene, "lull", message(12));
    await scene.lull();
    const { conversation } = await scene.first.turnMaterial((await scene.claim()).jobKey, 10);
    expect(conversation.pausedAt).toBeNull();
  });

  test("a word that only a list shows is nobody's where the older system once was: it may be its own", async () => {
    await using scene = await open();
    const paused = async () =>
      (await scene.second.conversationWork(scene.here, CONVERSATION, 0)).pause !== null;
    await receive(scene, "legacy", message(10));
    await scene.first.giveUpForwards(scene.now);
    scene.pass(QUIET_MS);
    await receive(scene, "lull", message(12));
    for (const sides of [rulesFor("lull"), "gone"] as const) {
      const receipt = await scene.receive(humanReply(11), { rules: { sides } });
      expect([receipt.action, await paused()]).toEqual(["skipped", false]);
    }
    await receive(scene, "lull", humanReply(13));
    expect(await paused()).toBe(true);
  });

  test("what is deleted over there is deleted here, too", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    await scene.lull();
    await keepSilent(scene);
    scene.pass(QUIET_MS);
    expect(await receive(scene, "legacy", deletion(10))).toBe("forwarded");
    const found = await scene.first.buffer(bufferId);
    expect(JSON.stringify(found)).not.toContain("message 10");
  });
}
