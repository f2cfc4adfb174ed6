// What one turn leaves in the metrics: how it ended, how sure its answer was, what was listened to, and its steps.
import { expect, test } from "bun:test";
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
