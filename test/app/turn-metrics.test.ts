// What one turn leaves in the metrics: how it ended, how sure its answer was, what was listened to, and its steps.
import { expect, test } from "bun:test";
import { openTestApp } from "../harness/app.ts";
import { ONE, openVoiceApp, sendVoice, SILENCE_MS } from "../harness/voice.ts";
import { metric } from "./signed.ts";

test("a turn with a voice note is counted by its end, its confidence, its sound and each of its steps", async () => {
  await using app = await openVoiceApp({ 1: [ONE] });
  app.ai.rawAnswer('{"shouldRespond":true,"content":"ok","confidence":0.8}');
  await sendVoice(app, 1);
  await app.clock.tick(SILENCE_MS);
  expect(await metric(app, 'lull_turns_total{outcome="answered",reason=""}')).toBe(1);
  expect(await metric(app, "lull_turn_confidence_sum")).toBe(0.8);
  expect(await metric(app, 'lull_transcription_audio_seconds_total{provider="openai"}')).toBeGreaterThan(0);
  for (const step of ["transcribe", "generate", "store", "post"]) {
    const counted = await metric(app, `lull_turn_duration_seconds_count{step="${step}"}`);
    expect([step, counted]).toEqual([step, 1]);
  }
});

test("a turn that is over is logged once, with whose it was, how long it took and how sure the answer is", async () => {
  await using app = await openTestApp();
  app.ai.rawAnswer('{"shouldRespond":true,"content":"ok","confidence":0.8}');
  await app.receive("bom dia");
  await app.clock.tick(10_000);
  await app.receive("quanto custa?");
  await app.clock.tick(SILENCE_MS);
  app.ai.rawAnswer('{"shouldRespond":false,"content":"","confidence":0.9}');
  await app.receive("ok obrigado");
  await app.clock.tick(SILENCE_MS);
  const completed = app.events.filter(({ name }) => name === "turn.completed");
  expect(completed.map(({ level, fields }) => ({ level, ...fields }))).toEqual([
    {
      level: "info",
      turnId: expect.any(String),
      bufferId: expect.any(String),
      conversationId: 458,
      userId: null,
      messageCount: 2,
      bufferDuration: 40_000,
      processingTime: 0,
      aiConfidence: 0.8,
      responseGenerated: true,
    },
    expect.objectContaining({ messageCount: 1, bufferDuration: 30_000, responseGenerated: false }),
  ]);
});
