// Arrivals as the store gets them, each with as little as its test needs.
import type { Arrival, Attachment, ConversationFacts } from "../../src/chatwoot/arrival.ts";

/** The conversation that most tests talk in. */
export const CONVERSATION = 458;

export type Facts = Partial<ConversationFacts>;

type MessageArrival = Extract<Arrival, { kind: "message" }>;

export function message(
  messageId: number,
  { facts = {}, ...rest }: Partial<Omit<MessageArrival, "facts">> & { facts?: Facts } = {},
): Arrival {
  return {
    kind: "message",
    facts: news(facts),
    messageId,
    messageKind: "text",
    content: `message ${messageId}`,
    contentType: "text",
    attachments: [],
    extra: { inReplyTo: null, referral: null },
    verificationCode: null,
    ...rest,
  };
}

export function edit(messageId: number, content: string, attachments: Attachment[] = []): Arrival {
  return { kind: "edit", facts: news(), messageId, content, attachments };
}

export function deletion(messageId: number, facts: Facts = {}): Arrival {
  return { kind: "deletion", facts: news(facts), messageId };
}

export function humanReply(
  messageId: number,
  content: string | null = "a person",
  facts: Facts = {},
): Arrival {
  return { kind: "human_reply", facts: news(facts), messageId, content, writerName: "Ana", writtenAt: null };
}

export function ownReply(replyId: string, messageId: number, facts: Facts = {}): Arrival {
  return { kind: "own_reply", facts: news(facts), messageId, replyId };
}

export function state(facts: Facts): Arrival {
  return { kind: "state", facts: news(facts) };
}

export function rating(messageId: number, value: number, facts: Facts = {}): Arrival {
  return { kind: "rating", facts: news(facts), messageId, rating: value };
}

export function typing(isOn: boolean, facts: Facts = {}): Arrival {
  return { kind: "typing", facts: news(facts), isOn };
}

/** News of a conversation that tells nothing but what a test gives. */
export function news(facts: Facts = {}): ConversationFacts {
  return {
    conversationId: CONVERSATION,
    inboxId: null,
    channel: null,
    status: null,
    assignee: null,
    canReply: null,
    contactId: null,
    contactName: null,
    contactPhone: null,
    contactSourceId: null,
    contactIdentifier: null,
    isGroup: false,
    stateAt: null,
    ...facts,
  };
}
