// From a decision's words to the messages of its reply: without links that are not allowed, as WhatsApp shows it, bounded. Pure.
import { cleanText, composeReply, MESSAGE_UNITS_MAX, neutraliseLiquid } from "../delivery/reply.ts";
import { cappedParts } from "./guards.ts";
import { withAllowedLinks } from "./reply-links.ts";

/** None for a text in which there is nothing to see. `channel` is Chatwoot's, null when unknown. */
export function replyParts(content: string, channel: string | null, linkHosts: readonly string[]): string[] {
  const parts = composeReply(withAllowedLinks(cleanText(content), linkHosts), channel);
  const allowed = parts.map((part) => withoutLateLinks(part, linkHosts)).filter((part) => part !== "");
  return cappedParts(allowed, MESSAGE_UNITS_MAX);
}

/** A link may have come of what was written as none; and two braces may come together where one stood between. */
function withoutLateLinks(part: string, linkHosts: readonly string[]): string {
  return neutraliseLiquid(withAllowedLinks(part, linkHosts)).trim();
}
