// OpenAI as a ChatModel, and the only file that knows its SDK. Retries and waits are lull's own.
import OpenAI from "openai";
import { completeChat, guardedFetch, SDK_TIMEOUT_MS } from "./completion.ts";
import type { HostedModelDeps } from "./completion.ts";
import type { ChatModel } from "./provider.ts";

export const OPENAI_MODEL_DEFAULT = "gpt-5.4-mini";

const BASE_URL = "https://api.openai.com/v1";

/**
 * Opens one OpenAI model under one key; nothing is sent yet. `baseUrl` ends before `/chat/completions`.
 * All that the SDK would else read from the environment is given here.
 */
export function openOpenAiModel(deps: HostedModelDeps): ChatModel {
  const { model, temperature = null, capabilities } = deps;
  const asked = { provider: "openai", model, temperature, capabilities } as const;
  const client = new OpenAI({
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
