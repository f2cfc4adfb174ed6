// Groq as a ChatModel, and the only file that knows its SDK. Retries and waits are lull's own.
import Groq from "groq-sdk";
import { completeChat, guardedFetch, SDK_TIMEOUT_MS } from "./completion.ts";
import type { HostedModelDeps } from "./completion.ts";
import type { ChatModel } from "./provider.ts";

export const GROQ_MODEL_DEFAULT = "openai/gpt-oss-20b";

const BASE_URL = "https://api.groq.com";

/**
 * Opens one Groq model under one key; nothing is sent yet. `baseUrl` may end in `/openai/v1`, as Groq's
 * documents give it. All that the SDK would else read from the environment is given here.
 */
export function openGroqModel(deps: HostedModelDeps): ChatModel {
  const { model, temperature = null, capabilities } = deps;
  const asked = { provider: "groq", model, temperature, capabilities } as const;
  const client = new Groq({
    apiKey: deps.apiKey,
    baseURL: sdkBaseUrl(deps.baseUrl ?? BASE_URL),
    fetch: guardedFetch("groq", deps),
    logLevel: "off",
    maxRetries: 0,
    timeout: SDK_TIMEOUT_MS,
  });
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

// The SDK adds /openai/v1 to its base itself.
function sdkBaseUrl(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, "").replace(/\/openai\/v1$/, "");
}
