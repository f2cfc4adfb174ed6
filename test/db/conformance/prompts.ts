// The versions of an inbox's prompt, and how each did.
import { expect, test } from "bun:test";
import { message } from "../arrivals.ts";
import { type OpenScene, type Scene, SECOND, START } from "../scene.ts";

const TEXT = { text: "We sell paint.", note: null };

function place(scene: Scene) {
  return { connectionKey: scene.here, inboxId: 7 };
}

/** An inbox that was saved, with two versions. */
async function versioned(scene: Scene): Promise<void> {
  await scene.first.saveInbox(scene.here, 7, {}, scene.now);
  await scene.first.addPrompt(place(scene), TEXT, scene.now);
  scene.pass(SECOND);
  await scene.first.addPrompt(place(scene), { text: "We sell wood.", note: "new range" }, scene.now);
}

export function promptConformance(open: OpenScene): void {
  test("versions are numbered from one, and the newest answers where none is named", async () => {
    await using scene = await open();
    await versioned(scene);
    const newest = {
      version: 2,
      text: "We sell wood.",
      note: "new range",
      createdAt: START + SECOND,
    };
    expect(await scene.second.prompt(place(scene), null)).toEqual(newest);
    expect(await scene.second.prompt(place(scene), 1)).toMatchObject({ version: 1, text: "We sell paint." });
    expect(await scene.second.prompt(place(scene), 3)).toBeNull();
    expect(await scene.second.prompt({ ...place(scene), inboxId: 8 }, null)).toBeNull();
    expect(await scene.second.prompt({ ...place(scene), connectionKey: scene.there }, null)).toBeNull();
  });

  test("an inbox that was never saved takes none", async () => {
    await using scene = await open();
    const added = scene.first.addPrompt(place(scene), TEXT, scene.now);
    expect(await added.catch((error: unknown) => error)).toMatchObject({ kind: "conflict" });
  });

  test("the list tells how the turns of each version ended, in this inbox alone", async () => {
    await using scene = await open();
    await versioned(scene);
    await scene.first.saveInbox(scene.here, 9, {}, scene.now);
    await asked(scene, 1, 7, 0.5, { kind: "reply", parts: ["yes"], answerKey: "10" });
    await asked(scene, 2, 7, 0.9, { kind: "silence", reason: "model_silent" });
    await asked(scene, 3, 7, null, { kind: "silence", reason: "low_confidence", handoff: HANDOFF });
    await asked(scene, 4, 9, 0.1, { kind: "silence", reason: "model_silent" });
    const counts = { turns: 3, answered: 1, handedOff: 1, meanConfidence: 0.7 };
    expect(await scene.second.prompts(place(scene))).toMatchObject([
      { version: 2, note: "new range", length: 13, turns: 0, answered: 0, meanConfidence: null },
      { version: 1, ...counts, silenced: JSON.stringify({ low_confidence: 1, model_silent: 1 }) },
    ]);
  });
}

const HANDOFF = {
  reason: "low_confidence",
  errand: { kind: "handoff", note: "n", label: null, assigneeId: null, teamId: null },
} as const;

/** One turn of a conversation of this inbox, asked with version 1. */
async function asked(
  scene: Scene,
  conversationId: number,
  inboxId: number,
  confidence: number | null,
  result: Parameters<Scene["first"]["endTurn"]>[1],
): Promise<void> {
  await scene.receive(message(conversationId * 10, { facts: { conversationId, inboxId } }));
  await scene.lull();
  const claim = await scene.claim();
  const findings = { promptVersion: 1, urgency: 1, confidence, intent: null, quality: null };
  const ending =
    result.kind === "reply"
      ? { ...result, answerKey: String(conversationId * 10), findings }
      : { ...result, findings };
  await scene.first.endTurn(claim, ending, scene.endRules(), scene.now);
}
