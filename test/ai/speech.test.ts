// Speech models of OpenAI and Groq through their real SDKs, with the network played in process.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fetch, HostedDeps } from "../../src/ai/exchange.ts";
import { openGroqSpeech } from "../../src/ai/groq.ts";
import { openOpenAiSpeech } from "../../src/ai/openai.ts";
import { type KeyFault, ModelError } from "../../src/ai/provider.ts";
import type { Sound, SpeechModel } from "../../src/ai/speech.ts";
import { AppError, type ErrorCode } from "../../src/errors.ts";
import { AI_TEST_KEY, AiDouble, type AiFailure } from "../doubles/ai.ts";
import { oggOpus } from "../harness/sounds.ts";

type Options = Partial<HostedDeps> & { fetch: Fetch };

const NEVER = new AbortController().signal;
const BYTES = oggOpus(7);
const folder = mkdtempSync(join(tmpdir(), "lull-speech-"));
const SOUND: Sound = {
  path: join(folder, "a-name-of-lulls-own"),
  fileName: "voice.ogg",
  contentType: "audio/ogg",
  sizeBytes: BYTES.length,
  seconds: 7,
};
const DEPS = { apiKey: AI_TEST_KEY, baseUrl: null };
const PROVIDERS = {
  openai: (more: Options) => openOpenAiSpeech({ ...DEPS, model: "gpt-4o-mini-transcribe", ...more }),
  groq: (more: Options) => openGroqSpeech({ ...DEPS, model: "whisper-large-v3-turbo", ...more }),
};
const EACH = ["openai", "groq"] as const;

beforeAll(() => writeFileSync(SOUND.path, BYTES));
afterAll(() => rmSync(folder, { recursive: true }));

async function failureOf(model: SpeechModel, signal: AbortSignal = NEVER): Promise<AppError> {
  const failure: unknown = await model.transcribe(SOUND, signal).catch((error: unknown) => error);
  if (!(failure instanceof AppError)) throw new Error("expected an AppError");
  return failure;
}

describe.each(EACH)("%s", (name) => {
  test("is sent the file's own bytes under a name of lull's, and gives what was said", async () => {
    const ai = new AiDouble();
    ai.hearAs(" queria saber o preço ");
    const model = PROVIDERS[name]({ fetch: ai.fetch });
    const said = await model.transcribe(SOUND, NEVER);
    expect(said).toMatchObject({ text: "queria saber o preço", model: model.model, audioSeconds: 7 });
    expect(ai.heard).toEqual([
      {
        order: 1,
        provider: name,
        key: AI_TEST_KEY,
        model: model.model,
        fileName: "voice.ogg",
        contentType: "audio/ogg",
        sha256: createHash("sha256").update(BYTES).digest("hex"),
        sizeBytes: BYTES.length,
      },
    ]);
    expect(ai.turnedAway).toEqual([]);
  });

  test("sends three headers of lull's own, and leaves to the form where its parts end", async () => {
    const ai = new AiDouble();
    let sent: RequestInit | undefined;
    const fetch: Fetch = (input, init) => {
      sent = init;
      return ai.fetch(input, init);
    };
    await PROVIDERS[name]({ fetch }).transcribe(SOUND, NEVER);
    expect([...new Headers(sent?.headers).keys()]).toEqual(["accept", "authorization", "user-agent"]);
    expect(sent?.redirect).toBe("manual");
  });

  test.each<[AiFailure, ErrorCode, KeyFault | null]>([
    ["rate_limited", "ai_unavailable", "rate_limited"],
    ["billing", "ai_refused", "billing"],
    ["unauthorized", "ai_refused", "unauthorized"],
    ["forbidden", "ai_refused", "forbidden"],
    ["no_such_model", "ai_refused", null],
    ["server_error", "ai_unavailable", null],
    ["html", "ai_unavailable", null],
    ["malformed_json", "ai_unavailable", null],
    ["empty_choices", "ai_unavailable", null],
  ])("%s is %s", async (mode, code, keyFault) => {
    const ai = new AiDouble();
    ai.failNextHearing(mode);
    const failure = await failureOf(PROVIDERS[name]({ fetch: ai.fetch }));
    expect(failure.code).toBe(code);
    expect(failure instanceof ModelError ? failure.keyFault : null).toBe(keyFault);
    expect(JSON.stringify([failure.message, failure.fix])).not.toContain(AI_TEST_KEY);
  });

  test.each(["hang", "stall_body"] as const)("ends a %s when the signal does", async (mode) => {
    const ai = new AiDouble();
    ai.failNextHearing(mode);
    const stop = new AbortController();
    const failing = failureOf(PROVIDERS[name]({ fetch: ai.fetch }), stop.signal);
    stop.abort(new AppError("stopping", "lull is stopping."));
    expect((await failing).code).toBe("stopping");
  });

  test("nothing said is no failure", async () => {
    const ai = new AiDouble();
    ai.hearAs("");
    expect((await PROVIDERS[name]({ fetch: ai.fetch }).transcribe(SOUND, NEVER)).text).toBe("");
  });

  test("a transcript that nobody can have spoken is not taken", async () => {
    const fetch: Fetch = async () => Response.json({ text: "x".repeat(200_000) });
    expect((await failureOf(PROVIDERS[name]({ fetch }))).code).toBe("ai_bad_answer");
  });
});

test("Whisper tells how long it listened and in which language, GPT what it took in tokens", async () => {
  const ai = new AiDouble();
  ai.soundSeconds = 12.5;
  ai.hearAs("olá");
  expect(await PROVIDERS.groq({ fetch: ai.fetch }).transcribe(SOUND, NEVER)).toMatchObject({
    language: "Portuguese",
    audioSeconds: 12.5,
    inputTokens: null,
    outputTokens: null,
  });
  expect(await PROVIDERS.openai({ fetch: ai.fetch }).transcribe(SOUND, NEVER)).toMatchObject({
    language: null,
    audioSeconds: 7,
    inputTokens: 125,
    outputTokens: 1,
  });
});
