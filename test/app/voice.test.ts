// Voice notes of a burst, from Chatwoot's file to the model's prompt: real Ogg/Opus bytes, real SDKs, each paid for once.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, type TestApp } from "../harness/app.ts";
import { filesLeft } from "../harness/attachments-in-sight.ts";
import {
  ONE,
  openVoiceApp,
  promptLines,
  sendVoice,
  sha256,
  SILENCE_MS,
  TWO,
  voice,
} from "../harness/voice.ts";
import { errandsOf, send } from "./signed.ts";

const HEARD = "[1] (audio, transcript: queria saber o preço)";

describe("a burst of a text and two voice notes", () => {
  test("is one question, with the transcripts in order, though the second file was missing at first", async () => {
    await using app = await openVoiceApp({ 1: [ONE], 2: [null, TWO] });
    await app.receive("oi");
    await sendVoice(app, 1);
    await sendVoice(app, 2);
    await app.clock.tick(SILENCE_MS + 2_000);
    expect(app.ai.asked).toHaveLength(1);
    expect(promptLines(app)).toEqual([
      "[1] oi",
      "[2] (audio 1 of 2, transcript: queria saber o preço)",
      "[3] (audio 2 of 2, transcript: e se vocês entregam)",
    ]);
    expect(app.ai.heard.map((heard) => heard.sha256)).toEqual([sha256(ONE), sha256(TWO)]);
    expect(app.ai.heard[0]).toMatchObject({ provider: "openai", model: "gpt-4o-mini-transcribe" });
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
    expect(filesLeft(app)).toEqual([]);
  });

  test("keeps its order when the first is heard last", async () => {
    await using app = await openVoiceApp({ 1: [null, null, ONE], 2: [TWO] });
    await sendVoice(app, 1);
    await sendVoice(app, 2);
    await app.clock.tick(SILENCE_MS + 10_000);
    expect(app.ai.heard.map((heard) => heard.sha256)).toEqual([sha256(TWO), sha256(ONE)]);
    expect(promptLines(app)).toEqual([
      "[1] (audio 1 of 2, transcript: queria saber o preço)",
      "[2] (audio 2 of 2, transcript: e se vocês entregam)",
    ]);
  });
});

describe("what was heard is paid for once", () => {
  test("when the model that is asked then fails", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    app.ai.failNext("server_error", 2);
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS + 10_000);
    expect(app.ai.asked).toHaveLength(3);
    expect(app.ai.heard).toHaveLength(1);
    expect(promptLines(app)).toEqual([HEARD]);
  });

  test("when the process dies after it", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    app.ai.hold();
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS + 1_000);
    expect([app.ai.heard.length, app.ai.asked.length]).toEqual([1, 1]);
    await app.crash();
    app.ai.release();
    await app.start();
    await app.clock.tick(SILENCE_MS);
    expect([app.ai.heard.length, app.ai.asked.length]).toEqual([1, 2]);
    expect(promptLines(app)).toEqual([HEARD]);
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
  });

  test("when the customer writes on and all is read again", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    app.ai.hold();
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS + 1_000);
    await app.receive("e o azul?");
    app.ai.release();
    await app.clock.tick(2 * SILENCE_MS);
    expect(app.ai.heard).toHaveLength(1);
    expect(promptLines(app)).toEqual([HEARD, "[2] e o azul?"]);
  });
});

describe("Chatwoot's own transcript", () => {
  test("is used, and costs nothing", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    await sendVoice(app, 1, { transcribed_text: "quero dois" });
    await app.clock.tick(SILENCE_MS);
    expect(promptLines(app)).toEqual(["[1] (audio, transcript: quero dois)"]);
    expect(app.ai.heard).toEqual([]);
  });

  test("is used when it came while lull's own hearing failed", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    app.ai.failNextHearing("hang");
    const { body } = await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS);
    const attachments = [voice(1, { transcribed_text: "quero dois" })];
    await send(app, { ...body, event: "message_updated", attachments });
    await app.clock.tick(60_000);
    expect(promptLines(app)).toEqual(["[1] (audio, transcript: quero dois)"]);
    expect(app.ai.heard).toHaveLength(1);
  });
});

describe("a transcript", () => {
  test("becomes one note for colleagues, unless the flag is off", async () => {
    for (const [flag, count] of [
      ["true", 1],
      ["false", 0],
    ] as const) {
      await using app = await openVoiceApp({ 1: [ONE] }, { env: { LULL_FLAG_TRANSCRIPT_NOTES: flag } });
      app.ai.failNext("server_error");
      app.chatwoot.failNext("note_reset");
      await sendVoice(app, 1);
      await app.clock.tick(SILENCE_MS + 60_000);
      expect(app.ai.asked).toHaveLength(2);
      expect(app.chatwoot.messages(CONVERSATION).filter(({ isPrivate }) => isPrivate)).toHaveLength(count);
      expect(notesIn(app)).toEqual(Array<string>(count).fill("🎤 0:07 — “queria saber o preço”"));
    }
  });

  test("is what later turns remember of the voice note", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS);
    await app.receive("e então?");
    await app.clock.tick(SILENCE_MS);
    expect(app.ai.asked[1]?.messages).toContainEqual({ role: "user", content: "queria saber o preço" });
  });

  test("stands in the customer's bucket beside its message", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS + 30_000);
    const stored = [...app.objects.buckets.values()].flatMap(({ objects }) => [...objects.values()]);
    const transcripts = stored.filter(({ info }) => info.metadata["kind"] === "transcript");
    expect(transcripts.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(["queria saber o preço"]);
  });

  test("is in no log and no step, while the step tells who heard how much of it", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS);
    const turn = await onlyTurn(app);
    expect(turn["steps"]).toContainEqual(
      expect.objectContaining({
        name: "transcribe",
        outcome: "ok",
        detail: expect.objectContaining({
          provider: "openai",
          model: "gpt-4o-mini-transcribe",
          audioSeconds: 7,
          costMicroUsd: expect.any(Number),
          source: "system",
        }),
      }),
    );
    for (const trace of [turn["steps"], app.events]) {
      expect(JSON.stringify(trace)).not.toContain("preço");
      expect(JSON.stringify(trace)).not.toContain("chatwoot.test/1");
    }
  });
});

/** As errands, done or not. */
function notesIn(app: TestApp): string[] {
  const notes = errandsOf(app).filter(({ kind }) => kind === "note");
  return notes.map(({ detail }) => String(detail["text"]));
}

async function onlyTurn(app: TestApp): Promise<Record<string, unknown>> {
  const [job] = (await app.admin("GET", "/jobs")).body["data"] as { id: string }[];
  return (await app.admin("GET", `/turns/${job?.id}`)).body["data"] as Record<string, unknown>;
}
