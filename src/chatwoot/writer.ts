// Who wrote a message of our side, and whether an assignee is a bot: one rule for webhook bodies and for the API's
// lists, pure. Whether it is a message of our side at all, a note or a template is for its readers to say first.
import { clippedText } from "./stored-text.ts";

/** Where Chatwoot keeps lull's marker among the content attributes: the proof that a message is a reply of lull's. */
export const MARKER_KEY = "lull_reply_id";
/** Beside it: the highest id of the messages that the reply answers, should lull's own rows be lost. */
export const ANSWERS_KEY = "lull_answers_to";

/** Lull's own markers are UUIDs; a longer one is cut and so matches none. */
const REPLY_ID_LENGTH_MAX = 100;

/** Assignee types that are no person; Captain is one since Chatwoot's ai_assignee_type. */
const BOT_TYPES: ReadonlySet<unknown> = new Set([
  "AgentBot",
  "Captain::Assistant",
  "agent_bot",
  "captain_assistant",
]);

/** `automation` is Chatwoot's own machinery (a rule, a campaign), `bot` everything else that is no person. */
export type Writer = "lull" | "automation" | "person" | "bot";

/** The parts of a message that tell; any API client may have put anything into the attributes. */
export interface WrittenMessage {
  sender?: { type?: unknown } | null;
  content_attributes?: Readonly<Record<string, unknown>> | null;
  additional_attributes?: { campaign_id?: unknown } | null;
}

/**
 * Chatwoot's own rule (`Message#human_response?`) for an outgoing message, less those with lull's marker, which look
 * like a person's when they went out by a user's token.
 */
export function writerOf(message: WrittenMessage): Writer {
  if (markerOf(message.content_attributes) !== null) return "lull";
  const isByRule = isPresent(message.content_attributes?.["automation_rule_id"]);
  if (isByRule || isPresent(message.additional_attributes?.campaign_id)) return "automation";
  return isByPerson(message) ? "person" : "bot";
}

/** The marker among a message's content attributes; null for none, and for what cannot be one. */
export function markerOf(attributes: WrittenMessage["content_attributes"]): string | null {
  const marker = attributes?.[MARKER_KEY];
  return typeof marker === "string" ? clippedText(marker, REPLY_ID_LENGTH_MAX) : null;
}

/** Takes `meta.assignee_type`, which exists since Chatwoot 4.8, or the assignee's own `type`. */
export function isBotType(type: unknown): boolean {
  return BOT_TYPES.has(type);
}

/** From the dashboard, or from the WhatsApp app on a phone as Chatwoot (echo) or fazer-ai's fork (name) marks it. */
function isByPerson({ sender, content_attributes: attributes }: WrittenMessage): boolean {
  if (sender?.type === "user" || isPresent(attributes?.["external_echo"])) return true;
  const forkName = attributes?.["external_sender_name"];
  return (sender ?? null) === null && typeof forkName === "string" && isPresent(forkName);
}

/** As Rails' `present?`, which the rule asks with: false, blanks and empty lists are as good as nothing. */
function isPresent(value: unknown): boolean {
  if (typeof value === "string") return value.trim() !== "";
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false;
}
