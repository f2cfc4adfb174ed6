// Messages that Chatwoot's list shows and no webhook brought: read by the very rules of a webhook.
import { AppError } from "../errors.ts";
import type { ListedMessage, Told } from "./api.ts";
import type { Arrival, ConversationFacts } from "./arrival.ts";
import { asConversation } from "./event-schema.ts";
import { type ReadOptions, readEvent } from "./event.ts";
import { conversationFacts } from "./facts.ts";

/**
 * The listed message as the arrival its webhook would have been; null when lull would have skipped or refused it. Of the
 * conversation `told` holds what is known, its id at least.
 */
export function adoptListed(told: Told, message: ListedMessage, options: ReadOptions): Arrival | null {
  const body = {
    event: "message_created",
    id: message.id,
    content: message.content,
    content_type: message.contentType,
    message_type: message.direction,
    private: message.isPrivate,
    // That a person wrote it the list has said already, and of its sender no more than that.
    content_attributes: {
      ...message.attributes,
      deleted: message.isDeleted,
      external_echo: message.fromHuman,
    },
    conversation: told,
    attachments: message.attachments,
    // A conversation that tells of its contact says by which channel the number is known. A list alone does not: what a
    // visitor of a web page claims would pass for proof.
    sender: "meta" in told ? null : message.sender && { id: message.sender.id, name: message.sender.name },
  };
  return readArrival(body, message.createdAt, options);
}

/** What the conversation itself says. Throws AppError `invalid_body` where it has not its shape. */
export function factsOf(told: Told): ConversationFacts {
  return conversationFacts(asConversation(told));
}

function readArrival(body: unknown, writtenAt: number | null, options: ReadOptions): Arrival | null {
  try {
    const { outcome } = readEvent(body, options);
    const arrival = "arrival" in outcome ? outcome.arrival : null;
    // Which person it was the list does not tell, but when.
    return arrival?.kind === "human_reply" ? { ...arrival, writerName: null, writtenAt } : arrival;
  } catch (error) {
    // As with its webhook: what has no readable shape is not taken, and must not stop a reply.
    if (error instanceof AppError) return null;
    throw error;
  }
}
