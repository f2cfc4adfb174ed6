// What each key that may be used can do: answer a request, hear a sound; with the most that it may take.
import type { HostedProvider } from "../config.ts";
import type { CountedWay } from "./accounts.ts";
import type { Candidate } from "./credentials.ts";
import { messagesFor } from "./messages-for.ts";
import { estimateHearing, estimateTokens } from "./prices.ts";
import type { Completion, CompletionRequest, KeyFault } from "./provider.ts";
import type { Sound, Transcription } from "./speech.ts";

const ANSWERING_RESTS_FOR: readonly KeyFault[] = ["unauthorized", "forbidden", "billing", "rate_limited"];
/** Limits and permissions are each model's own: a key that may not listen now may answer all the same. */
const HEARING_RESTS_FOR: readonly KeyFault[] = ["unauthorized", "billing"];

/** Its answer to a request. */
export function answeringBy(candidate: Candidate, request: CompletionRequest): CountedWay<Completion> {
  const { model: asked } = candidate;
  const { provider, model, capabilities } = asked;
  const inputTokens = estimateTokens(messagesFor(capabilities, request));
  const most = { inputTokens, outputTokens: request.outputTokensMax };
  const restsFor = ANSWERING_RESTS_FOR;
  return { candidate, provider, model, most, restsFor, call: (signal) => asked.complete(request, signal) };
}

/** What it hears in a sound; none where the key has no model that hears. */
export function hearingBy(candidate: Candidate, sound: Sound): CountedWay<Transcription>[] {
  const { speech } = candidate;
  if (speech === null) return [];
  const { provider, model } = speech;
  const most = estimateHearing(provider, model, sound);
  const restsFor = HEARING_RESTS_FOR;
  return [{ candidate, provider, model, most, restsFor, call: (signal) => speech.transcribe(sound, signal) }];
}

/** Users' own keys first, as ever; then the operator's in this order, and no others of them. */
export function inHearingOrder(
  candidates: readonly Candidate[],
  order: readonly HostedProvider[],
): Candidate[] {
  const own = candidates.filter(({ source }) => source !== "system");
  const system = candidates.filter(({ source }) => source === "system");
  return [...own, ...order.flatMap((name) => system.filter(({ model }) => model.provider === name))];
}
