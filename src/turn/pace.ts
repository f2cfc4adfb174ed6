// The pace of a reply that is written: a long one goes out in parts, with the pauses of somebody who writes them.
import type { TurnResult } from "../db/store-turns.ts";
import { humanParts, pausesMs } from "../delivery/parts.ts";
import type { Random } from "../random.ts";

/**
 * The same end of a turn, its reply in parts where it is long. A reply that hands the conversation over stays whole, since
 * what follows its last part must not be lost with it; so does one of several messages, which is long beyond any pause.
 */
export function paced(result: TurnResult, random: Pick<Random, "fraction">): TurnResult {
  if (result.kind !== "reply" || result.handoff !== undefined || result.parts.length !== 1) return result;
  const parts = result.parts.flatMap(humanParts);
  return { ...result, parts, pausesMs: pausesMs(parts, () => random.fraction()) };
}
