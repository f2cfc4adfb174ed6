// A webhook body, read: which account it speaks for, and what it brings or why it is left.
// Pure: the signature is checked before, the account, lists and modes after, by those who know them.
import { AppError } from "../errors.ts";
import type { ReadEvent } from "./arrival.ts";
import { asConversation, asMessage, asTyping } from "./event-schema.ts";
import { conversationFacts } from "./facts.ts";
import { readIncoming } from "./incoming.ts";
import { readOutgoing } from "./outgoing.ts";
import { clippedText } from "./stored-text.ts";

/** The name is logged, and a stranger's event may be called anything; in UTF-16 units. */
const EVENT_NAME_LENGTH_MAX = 100;

/** The last two are what fazer-ai's fork calls it. */
const MESSAGE_CREATED = ["message_created", "message_incoming", "message_outgoing"];
const MESSAGE_UPDATED = "message_updated";
/** An account webhook's names and an agent bot's; all carry the conversation at the top level. */
const CONVERSATION_CHANGED = [
  "conversation_created",
  "conversation_updated",
  "conversation_status_changed",
  "conversation_opened",
  "conversation_resolved",
];
const TYPING_ON = "conversation_typing_on";
const TYPING_OFF = "conversation_typing_off";

export interface ReadOptions {
  /** The Chatwoot channel types that lull serves, such as `Channel::Whatsapp`. */
  channels: readonly string[];
}

/**
 * Reads a parsed body by the rules of Chatwoot's webhooks. An event lull does not know is skipped whatever its shape;
 * a known one with a field of the wrong type throws AppError `invalid_body`, which names the field and no value.
 */
export function readEvent(body: unknown, options: ReadOptions): ReadEvent {
  if (!isRecord(body)) throw new AppError("invalid_body", "the body must be a JSON object");
  const event = body["event"];
  if (typeof event !== "string") throw new AppError("invalid_body", "event must be text");
  const outcome = readOutcome(event, body, options.channels);
  return {
    accountId: accountIdOf(body),
    event: clippedText(event, EVENT_NAME_LENGTH_MAX) ?? "",
    conversationId: conversationIdOf(event, body),
    messageId: event.startsWith("message_") ? idIn(body, "id") : null,
    outcome,
  };
}

function readOutcome(event: string, body: unknown, channels: readonly string[]): ReadEvent["outcome"] {
  if (MESSAGE_CREATED.includes(event)) return readMessage(body, true, channels);
  if (event === MESSAGE_UPDATED) return readMessage(body, false, channels);
  if (CONVERSATION_CHANGED.includes(event)) return readConversation(body);
  if (event === TYPING_ON || event === TYPING_OFF) return readTyping(body, event === TYPING_ON);
  return { skip: "unsupported_event" };
}

function readMessage(body: unknown, isNew: boolean, channels: readonly string[]): ReadEvent["outcome"] {
  const message = asMessage(body);
  const isFromCustomer = message.message_type === "incoming" && message.private !== true;
  return isFromCustomer ? readIncoming(message, isNew, channels) : readOutgoing(message, isNew);
}

function readConversation(body: unknown): ReadEvent["outcome"] {
  return { arrival: { kind: "state", facts: conversationFacts(asConversation(body)) } };
}

/** Typing in a private note is no answer on its way, and a bot's typing is mostly our own. */
function readTyping(body: unknown, isOn: boolean): ReadEvent["outcome"] {
  const typing = asTyping(body);
  if (typing.is_private === true || typing.user?.type === "agent_bot") return { skip: "status_handled" };
  return { arrival: { kind: "typing", facts: conversationFacts(typing.conversation), isOn } };
}

/**
 * Before Chatwoot 4.14.2 a conversation event names its account in its message row alone. Lenient, since it is asked
 * of unknown events too.
 */
function accountIdOf(body: Record<string, unknown>): number | null {
  const conversation = isRecord(body["conversation"]) ? body["conversation"] : body;
  const messages: unknown = conversation["messages"];
  const row: unknown = Array.isArray(messages) ? messages[0] : null;
  return idIn(body["account"], "id") ?? idIn(conversation["account"], "id") ?? idIn(row, "account_id");
}

/** Lenient, too. What a conversation event is about stands at the top of it. */
function conversationIdOf(event: string, body: Record<string, unknown>): number | null {
  if (isRecord(body["conversation"])) return idIn(body["conversation"], "id");
  return event.startsWith("conversation_") ? idIn(body, "id") : null;
}

function idIn(holder: unknown, key: string): number | null {
  const id = isRecord(holder) ? holder[key] : null;
  return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? id : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
