// What of users' files is laid before the model for one turn, and the step that says so: figures and ids, never a text.
import type { Clock } from "../clock.ts";
import type { FoundPassage } from "../db/store-knowledge.ts";
import type { StepRecord, TurnClaim, TurnStore } from "../db/store-turns.ts";
import type { Known } from "../identity/parties.ts";
import type { KnowledgeSearch } from "../knowledge/search.ts";
import { type SensedMessage, wordsOf } from "./sensed.ts";

export interface LookUpDeps {
  store: Pick<TurnStore, "recordStep">;
  clock: Clock;
  knowledge: Pick<KnowledgeSearch, "passagesFor">;
}

/** The passages that fit the batch, for whoever wrote it and on whose line; a step says how many, when any were looked for. */
export async function lookUp(
  claim: TurnClaim,
  messages: readonly SensedMessage[],
  { asking }: Known,
  { store, clock, knowledge }: LookUpDeps,
): Promise<FoundPassage[]> {
  const startedAt = clock.now();
  const begunAt = clock.monotonic();
  const { connectionKey, conversationId } = claim;
  const found = await knowledge.passagesFor(asking, allWords(messages), { connectionKey, conversationId });
  if (found === null) return [];
  const durationMs = Math.round(clock.monotonic() - begunAt);
  await store.recordStep({ ...stepOf(claim, found), startedAt, durationMs });
  return found;
}

/** All that the batch says, spoken words included. */
function allWords(messages: readonly SensedMessage[]): string {
  return messages.flatMap(wordsOf).join("\n");
}

function stepOf(
  { jobKey, attempt }: TurnClaim,
  found: readonly FoundPassage[],
): Omit<StepRecord, "startedAt" | "durationMs"> {
  const fileIds = [...new Set(found.map(({ fileId }) => fileId))].join(",");
  const characters = found.reduce((sum, { text }) => sum + text.length, 0);
  const detail = { passageCount: found.length, fileIds, characters };
  return { jobKey, attempt, name: "knowledge", outcome: "ok", detail };
}
