// OpenAI as a ChatModel and a SpeechModel, and the only file that knows its SDK. Retries and waits are lull's own.
import OpenAI from "openai";
import { completeChat, type HostedModelDeps } from "./completion.ts";
import { guardedFetch, type HostedDeps, SDK_TIMEOUT_MS } from "./exchange.ts";
import type { ChatModel } from "./provider.ts";
import type { SpeechModel } from "./speech.ts";
import { speechModel } from "./transcription.ts";

export const OPENAI_MODEL_DEFAULT = "gpt-5.4-mini";
export const OPENAI_SPEECH_MODEL_DEFAULT = "gpt-4o-mini-transcribe";

const BASE_URL = "https://api.openai.com/v1";

/** Opens one OpenAI model under one key; nothing is sent yet. `baseUrl` ends before `/chat/completions`. */
export function openOpenAiModel(deps: HostedModelDeps): ChatModel {
  const { model, temperature = null, capabilities } = deps;
  const asked = { provider: "openai", model, temperature, capabilities } as const;
  const client = openClient(deps);
  return {
    provider: "openai",
    model,
    capabilities,
    complete: (request, signal) =>
      completeChat(
        asked,
        async (body, limit) => client.chat.completions.create({ ...body, store: false }, { signal: limit }),
        request,
        signal,
      ),
  };
}

/** The same of a model that hears. */
export function openOpenAiSpeech(deps: HostedDeps): SpeechModel {
  const client = openClient(deps);
  return speechModel("openai", deps.model, async (body, signal) =>
    client.audio.transcriptions.create(body, { signal }),
  );
}

/** All that the SDK would else read from the environment is given here. */
function openClient(deps: HostedDeps): OpenAI {
  return new OpenAI({
    apiKey: deps.apiKey,
    baseURL: deps.baseUrl ?? BASE_URL,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    fetch: guardedFetch("openai", deps),
    logLevel: "off",
    maxRetries: 0,
    timeout: SDK_TIMEOUT_MS,
  });
}
