// Which share of all conversations one falls into: always the same one while the shares stand. Pure.
import type { PromptShare } from "../inbox/settings.ts";

/** Places that the conversations are spread over: a percent is a hundred of them. */
const PLACE_COUNT = 10_000;
const PERCENT_PLACES = PLACE_COUNT / 100;

/** The version of an inbox's prompt whose share a conversation falls into; null where nothing is shared: the newest answers. */
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

/**
 * Whether a conversation is among the first `percent` of all. When the percent grows, others only ever join it. `salt`
 * shuffles them: two shares with salts of their own have nothing to do with each other.
 */
export function isInShare(
  percent: number,
  salt: string,
  connectionKey: number,
  conversationId: number,
): boolean {
  return placeOf(`${salt}/${connectionKey}/${conversationId}`) < percent * PERCENT_PLACES;
}

/** FNV-1a, its bits mixed once more: ids in a row would lie close together. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % PLACE_COUNT;
}
