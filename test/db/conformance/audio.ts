// What was heard in voice notes: kept once, told in the history and the archive, gone with its message and its user.
import { expect, test } from "bun:test";
import type { Attachment } from "../../../src/chatwoot/arrival.ts";
import type { AudioEnd, AudioPlace } from "../../../src/db/store-audio.ts";
import { CONVERSATION, deletion, edit, message } from "../arrivals.ts";
import { addUser } from "../identified.ts";
import { due, ensureReady, ofContact, unarchived } from "../kept.ts";
import { type OpenScene, type Scene, must, only } from "../scene.ts";

const HEARD: AudioEnd = { status: "heard", transcript: "queria saber o preço", language: "Portuguese" };
const FACTS = {
  durationSeconds: 7.5,
  sizeBytes: 1_655,
  contentType: "audio/ogg",
  sha256: "ab",
  provider: "groq",
  model: "whisper-large-v3-turbo",
};
const VOICE: Attachment = {
  id: 7,
  kind: "audio",
  url: "http://chatwoot.test/voice.ogg",
  contentType: "audio/ogg",
  sizeBytes: 10,
  title: null,
  transcript: null,
};

/** A turn of one voice note is being worked on. */
async function voiceTurn(scene: Scene, attachment: Attachment = VOICE) {
  const said = { messageKind: "audio" as const, content: null, attachments: [attachment] };
  await scene.receive(message(10, said));
  await scene.lull();
  const turn = await scene.claim();
  const place: AudioPlace = {
    connectionKey: scene.here,
    conversationId: CONVERSATION,
    messageId: 10,
    attachmentKey: "7",
  };
  const keep = (end: AudioEnd = HEARD, note: string | null = null) =>
    scene.first.keepAudio(place, { end, facts: FACTS, note, jobKey: turn.jobKey }, scene.now);
  return { turn, place, keep };
}

async function history(scene: Scene): Promise<string[]> {
  await scene.say(99);
  await scene.lull();
  const { history: lines } = await scene.second.turnMaterial((await scene.claim()).jobKey, 10);
  return lines.map(({ content }) => content);
}

export function audioConformance(open: OpenScene): void {
  test("how an audio ended is kept once, and stays as it was first", async () => {
    await using scene = await open();
    const { place, keep } = await voiceTurn(scene);
    expect(await scene.second.audioNews(place)).toEqual({ end: null, told: null });
    expect(await keep()).toBe(true);
    expect(await keep({ status: "unreadable", reason: "too_large" })).toBe(false);
    expect(await scene.second.audioNews(place)).toEqual({ end: HEARD, told: null });
  });

  test("that nothing is to be heard is kept with its reason, and tells the history nothing", async () => {
    await using scene = await open();
    const { turn, place, keep } = await voiceTurn(scene);
    const end = { status: "unreadable", reason: "too_large" } as const;
    expect(await keep(end, "a note")).toBe(true);
    expect(await scene.second.audioNews(place)).toEqual({ end, told: null });
    expect(await scene.second.dueErrands(10, scene.now)).toEqual([]);
    await scene.reply(turn);
    await scene.send(90);
    expect(await history(scene)).toEqual(["[audio]", "answer"]);
  });

  test("what was heard stands in the history in place of the audio", async () => {
    await using scene = await open();
    const { turn, keep } = await voiceTurn(scene);
    await keep();
    await scene.reply(turn);
    await scene.send(90);
    expect(await history(scene)).toEqual(["queria saber o preço", "answer"]);
  });

  test("a note comes with what was heard, once", async () => {
    await using scene = await open();
    const { keep } = await voiceTurn(scene);
    await keep(HEARD, "🎤 0:07");
    await keep(HEARD, "🎤 0:07");
    expect(only(await scene.second.dueErrands(10, scene.now))).toMatchObject({
      conversationId: CONVERSATION,
      errand: { kind: "note", text: "🎤 0:07" },
    });
  });

  test("what Chatwoot heard itself is told when it comes while the turn is worked on, and not after", async () => {
    await using scene = await open();
    const { turn, place } = await voiceTurn(scene);
    await scene.receive(edit(10, "", [{ ...VOICE, transcript: "quero dois" }]));
    expect(await scene.second.audioNews(place)).toEqual({ end: null, told: "quero dois" });
    // News that bring less leave what is there.
    await scene.receive(edit(10, "", [{ ...VOICE, id: 8, transcript: "de outro" }]));
    expect(await scene.second.audioNews(place)).toEqual({ end: null, told: "quero dois" });
    await scene.reply(turn);
    await scene.send(90);
    await scene.receive(edit(10, "", [{ ...VOICE, transcript: "outra coisa" }]));
    expect((await scene.second.audioNews(place)).told).toBe("quero dois");
    expect(await history(scene)).toEqual(["quero dois", "answer"]);
  });

  test("nothing is kept of a message that was deleted, whenever that was", async () => {
    await using scene = await open();
    const { place, keep } = await voiceTurn(scene);
    await keep();
    await scene.receive(deletion(10));
    expect(await scene.second.audioNews(place)).toEqual({ end: null, told: null });
    expect(await keep()).toBe(false);
    expect(await scene.second.audioNews(place)).toEqual({ end: null, told: null });
  });

  test("what a user's turn heard goes with the user", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const { turn, place, keep } = await voiceTurn(scene);
    await scene.first.markSender(turn.jobKey, { userId: ana, layer: "profiles", isVerified: true });
    await keep(HEARD, "🎤 0:07");
    await scene.reply(turn);
    await scene.send(90);
    await scene.first.deleteUser(ana, scene.now);
    expect((await scene.second.audioNews(place)).end).toBeNull();
    expect(await scene.second.dueErrands(10, scene.now)).toEqual([]);
  });

  test.each(["before", "after"] as const)(
    "what was heard %s its line is archived stands beside it",
    async (when) => {
      await using scene = await open();
      const bucket = "bucket-1";
      await ensureReady(scene, ofContact(scene), bucket);
      const { keep } = await voiceTurn(scene);
      if (when === "before") await keep();
      const line = only(await unarchived(scene));
      const places = [{ connectionKey: scene.here, conversationId: CONVERSATION, bucketName: bucket }];
      await scene.first.spoolSaid({ texts: [], wanted: [], places }, line.key, scene.now);
      if (when === "after") await keep();
      expect(only(await due(scene))).toMatchObject({
        bucketName: bucket,
        kind: "transcript",
        body: "queria saber o preço",
        objectName: expect.stringMatching(new RegExp(`^v1/${must(line).placeId}/10/[0-9a-f]{64}$`)),
      });
      await scene.receive(deletion(10));
      expect(await due(scene)).toEqual([]);
    },
  );
}
