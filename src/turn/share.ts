// Which version of an inbox's prompt a conversation is answered by: always the same one while the shares stand. Pure.
import type { PromptShare } from "../inbox/settings.ts";

/** Places that the conversations are spread over: a percent is a hundred of them. */
const PLACE_COUNT = 10_000;
const PERCENT_PLACES = PLACE_COUNT / 100;

/** The version whose share a conversation falls into; null where nothing is shared: the newest answers. */
export function versionFor(
  shares: readonly PromptShare[],
  connectionKey: number,
  conversationId: number,
): number | null {
  const place = placeOf(`${connectionKey}/${conversationId}`);
  let end = 0;
  for (const { version, percent } of shares) {
    end += percent * PERCENT_PLACES;
    if (place < end) return version;
  }
  return null;
}

/** FNV-1a, its bits mixed once more: ids in a row would lie close together. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % PLACE_COUNT;
}
