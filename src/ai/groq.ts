// Groq as a ChatModel and a SpeechModel, and the only file that knows its SDK. Retries and waits are lull's own.
import Groq from "groq-sdk";
import { completeChat, type HostedModelDeps } from "./completion.ts";
import { guardedFetch, type HostedDeps, SDK_TIMEOUT_MS } from "./exchange.ts";
import type { ChatModel } from "./provider.ts";
import type { SpeechModel } from "./speech.ts";
import { speechModel } from "./transcription.ts";

export const GROQ_MODEL_DEFAULT = "openai/gpt-oss-20b";
export const GROQ_SPEECH_MODEL_DEFAULT = "whisper-large-v3-turbo";

const BASE_URL = "https://api.groq.com";

/**
 * Opens one Groq model under one key; nothing is sent yet. `baseUrl` may end in `/openai/v1`, as Groq's
 * documents give it.
 */
export function openGroqModel(deps: HostedModelDeps): ChatModel {
  const { model, temperature = null, capabilities } = deps;
  const asked = { provider: "groq", model, temperature, capabilities } as const;
  const client = openClient(deps);
  return {
    provider: "groq",
    model,
    capabilities,
    complete: (request, signal) =>
      completeChat(
        asked,
        async (body, limit) => client.chat.completions.create(body, { signal: limit }),
        request,
        signal,
      ),
  };
}

/** The same of a model that hears. */
export function openGroqSpeech(deps: HostedDeps): SpeechModel {
  const client = openClient(deps);
  return speechModel("groq", deps.model, async (body, signal) =>
    client.audio.transcriptions.create(body, { signal }),
  );
}

/** All that the SDK would else read from the environment is given here. */
function openClient(deps: HostedDeps): Groq {
  return new Groq({
    apiKey: deps.apiKey,
    baseURL: sdkBaseUrl(deps.baseUrl ?? BASE_URL),
    fetch: guardedFetch("groq", deps),
    logLevel: "off",
    maxRetries: 0,
    timeout: SDK_TIMEOUT_MS,
  });
}

// The SDK adds /openai/v1 to its base itself.
function sdkBaseUrl(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, "").replace(/\/openai\/v1$/, "");
}
