// What every hosted speech model does around its SDK: it sends the sound and checks the answer. It knows no vendor.
import { answerOf, readCount, readField, readModelName } from "./exchange.ts";
import { badAnswer, unavailable } from "./failure.ts";
import type { ProviderName } from "./provider.ts";
import type { Sound, SpeechModel, Transcription } from "./speech.ts";

/** The request both providers understand. Only Whisper tells in a longer answer how long the sound was. */
export interface SpeechBody {
  file: File;
  model: string;
  response_format: "json" | "verbose_json";
}

const TEXT_LENGTH_MAX = 150_000;
const LANGUAGE_LENGTH_MAX = 40;

/** A speech model behind an SDK's `send`. */
export function speechModel(
  provider: ProviderName,
  model: string,
  send: (body: SpeechBody, signal: AbortSignal) => Promise<unknown>,
): SpeechModel {
  return {
    provider,
    model,
    async transcribe(sound, signal) {
      const answer = await answerOf(provider, (limit) => send(speechBody(model, sound), limit), signal);
      return readTranscription({ provider, model }, sound, answer);
    },
  };
}

function speechBody(model: string, { path, fileName, contentType }: Sound): SpeechBody {
  const file = new File([Bun.file(path)], fileName, { type: contentType });
  return { file, model, response_format: model.startsWith("whisper") ? "verbose_json" : "json" };
}

function readTranscription(
  { provider, model }: { provider: ProviderName; model: string },
  { seconds }: Sound,
  answer: unknown,
): Transcription {
  const text = readField(answer, "text");
  if (typeof text !== "string") throw unavailable(provider, "answered 200 without a transcript");
  if (text.length > TEXT_LENGTH_MAX) throw badAnswer(provider, "gave a transcript that is too long");
  const usage = readField(answer, "usage");
  return {
    text: text.trim(),
    language: readLanguage(answer),
    model: readModelName(answer) ?? model,
    inputTokens: readCount(usage, "input_tokens"),
    cachedTokens: null,
    outputTokens: readCount(usage, "output_tokens"),
    audioSeconds: readSeconds(usage, "seconds") ?? readSeconds(answer, "duration") ?? seconds,
  };
}

function readLanguage(answer: unknown): string | null {
  const language = readField(answer, "language");
  return typeof language === "string" && language !== "" && language.length <= LANGUAGE_LENGTH_MAX
    ? language
    : null;
}

function readSeconds(value: unknown, name: string): number | null {
  const seconds = readField(value, name);
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
