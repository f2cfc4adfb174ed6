// Voice notes of a burst, from Chatwoot's file to the model's prompt: real Ogg/Opus bytes, real SDKs, each paid for once.
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { filesAt } from "../doubles/files-network.ts";
import { openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { oggOpus } from "../harness/sounds.ts";
import { soundsInSight } from "../harness/sounds-in-sight.ts";

const SILENCE_MS = 30_010;
const ONE = oggOpus(7, 1);
const TWO = oggOpus(12, 2);
const WORDS = new Map([
  [sha256(ONE), "queria saber o preço"],
  [sha256(TWO), "e se vocês entregam"],
]);

describe("a burst of a text and two voice notes", () => {
  test("is one question, with the transcripts in order, though the second file was missing at first", async () => {
    await using app = await openVoiceApp({ "/1.ogg": [ONE], "/2.ogg": [null, TWO] });
    await app.receive("oi");
    await say(app, 1);
    await say(app, 2);
    await app.clock.tick(SILENCE_MS + 2_000);
    expect(app.ai.asked).toHaveLength(1);
    expect(promptLines(app)).toEqual([
      "[1] oi",
      "[2] (audio 1 of 2, transcript: queria saber o preço)",
      "[3] (audio 2 of 2, transcript: e se vocês entregam)",
    ]);
    expect(app.ai.heard.map((heard) => heard.sha256)).toEqual([sha256(ONE), sha256(TWO)]);
    expect(app.ai.heard[0]).toMatchObject({ provider: "openai", model: "gpt-4o-mini-transcribe" });
    expect(app.chatwoot.sent(458)).toHaveLength(1);
    expect(leftovers(app)).toEqual([]);
  });
});

async function openVoiceApp(
  files: Record<string, (Uint8Array | null)[]>,
  options: TestAppOptions = {},
): Promise<TestApp> {
  const app = await openTestApp({ ...soundsInSight(filesAt("chatwoot.test", files)), ...options });
  app.ai.hearAs(({ sha256: hash }) => WORDS.get(hash) ?? "não sei");
  return app;
}

function say(app: TestApp, id: number, more: Record<string, unknown> = {}) {
  const data_url = `http://chatwoot.test/${id}.ogg`;
  return app.receive("", { attachments: [{ id, file_type: "audio", data_url, ...more }] });
}

function promptLines(app: TestApp): string[] {
  return (app.ai.asked.at(-1)?.prompt ?? "").split("\n").filter((line) => /^\[\d+\] /.test(line));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function leftovers(app: TestApp): string[] {
  return readdirSync(join(app.dataDir, "media"));
}
