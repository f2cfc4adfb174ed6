// Whether an answer is one to doubt: its writer is not sure of it, or it only says once more what was said before. Pure.
import type { Decision } from "./decision.ts";
import { isRepeated } from "./guards.ts";
import type { SensedMaterial } from "./open-turn.ts";
import { isUnsure } from "./quality.ts";
import { replyParts } from "./reply-parts.ts";
import { wordsOf } from "./sensed.ts";

/** `threshold`: the confidence that is enough. A silence is never doubted. */
export function isDoubtful(
  decision: Decision,
  { messages, history, conversation }: SensedMaterial,
  linkHosts: readonly string[],
  threshold: number,
): boolean {
  if (!decision.shouldRespond) return false;
  if (isUnsure(decision, threshold)) return true;
  const parts = replyParts(decision.content, conversation.channel, linkHosts);
  return isRepeated(parts, history, messages.flatMap(wordsOf));
}
