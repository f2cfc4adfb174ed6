// Messages that Chatwoot's list shows and no webhook brought: read by the very rules of a webhook.
import { AppError } from "../errors.ts";
import type { ListedMessage } from "./api.ts";
import type { Arrival } from "./arrival.ts";
import { type ReadOptions, readEvent } from "./event.ts";

/** The listed message as the arrival its webhook would have been; null when lull would have skipped or refused it. */
export function adoptListed(
  conversationId: number,
  message: ListedMessage,
  options: ReadOptions,
): Arrival | null {
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
    conversation: { id: conversationId },
    attachments: message.attachments,
    // A list does not say by which channel the number is known: what a visitor of a web page claims would pass for proof.
    sender: message.sender && { id: message.sender.id, name: message.sender.name },
  };
  return readArrival(body, options);
}

function readArrival(body: unknown, options: ReadOptions): Arrival | null {
  try {
    const { outcome } = readEvent(body, options);
    const arrival = "arrival" in outcome ? outcome.arrival : null;
    // Which person it was the list does not tell.
    return arrival?.kind === "human_reply" ? { ...arrival, writerName: null } : arrival;
  } catch (error) {
    // As with its webhook: what has no readable shape is not taken, and must not stop a reply.
    if (error instanceof AppError) return null;
    throw error;
  }
}
