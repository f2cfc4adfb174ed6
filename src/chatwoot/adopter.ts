// Takes what Chatwoot's list shows and no webhook brought, by the door of every webhook: the customer's messages, people's
// replies, lull's own as proof. What somebody answered before lull heard of it is kept, and answered by nobody again.
import type { CatchUpStore } from "../db/store-catch-up.ts";
import type { Answered, Intake, Receipt } from "../db/store-intake.ts";
import { adoptListed, factsOf } from "./adopt.ts";
import type { ListedMessage, Told } from "./api.ts";
import type { Arrival, ConversationFacts } from "./arrival.ts";
import { cleanText } from "./stored-text.ts";

export interface AdopterDeps {
  store: Pick<CatchUpStore, "unheard">;
  channels: readonly string[];
  receive: (intake: Intake, bytes: number) => Promise<Receipt>;
}

/** What is listed of one conversation, ascending. */
export interface Listing {
  connectionKey: number;
  told: Told;
  facts: ConversationFacts;
  messages: readonly ListedMessage[];
}

/** Of a listing what lull's rows do not know. */
export interface Unheard {
  messages: readonly ListedMessage[];
  /** Markers of replies that the rows have lost. */
  lostReplyIds: ReadonlySet<string>;
  /** The conversation itself is not as the rows have it. */
  hasNews: boolean;
}

/** What became of the customer's messages that were new. */
export interface Adopted {
  buffered: number;
  /** By somebody, before lull heard of them. */
  answered: number;
}

export class Adopter {
  readonly #deps: AdopterDeps;

  constructor(deps: AdopterDeps) {
    this.#deps = deps;
  }

  /** Everything of a conversation of which no more than its id is known. */
  async adopt(
    connectionKey: number,
    conversationId: number,
    messages: readonly ListedMessage[],
  ): Promise<void> {
    const told = { id: conversationId };
    const listing = { connectionKey, told, facts: factsOf(told), messages };
    await this.take(listing, await this.unheard(listing));
  }

  async unheard({ connectionKey, facts, messages }: Listing): Promise<Unheard> {
    const messageIds = messages.map(({ id }) => id);
    const replyIds = messages.filter(isReply).map(({ replyId }) => replyId);
    const listed = { messageIds, replyIds };
    const unknown = await this.#deps.store.unheard(connectionKey, facts, listed);
    const ids = new Set(unknown.messageIds);
    const lostReplyIds = new Set(unknown.replyIds);
    const { hasNews } = unknown;
    return { messages: messages.filter(({ id }) => ids.has(id)), lostReplyIds, hasNews };
  }

  /** Takes what is unheard of, the oldest first, but what is left. Rejects with AppError `cannot_store`. */
  async take(
    listing: Listing,
    unheard: Unheard,
    isLeft: (message: ListedMessage) => boolean = () => false,
  ): Promise<Adopted> {
    const answererOf = answerersIn(listing.messages, unheard.lostReplyIds);
    const adopted = { buffered: 0, answered: 0 };
    for (const message of unheard.messages) {
      const arrival = isLeft(message) ? null : this.#arrivalOf(listing, message, unheard);
      if (arrival === null) continue;
      const answered = arrival.kind === "message" ? answererOf(message.id) : null;
      const receipt = await this.#receive(listing, arrival, answered);
      if (arrival.kind === "message" && receipt.action === "buffered") adopted.buffered++;
      if (answered !== null && receipt.action === "skipped") adopted.answered++;
    }
    return adopted;
  }

  /** The conversation's status, assignee and window are news, too. */
  async tell(listing: Listing): Promise<void> {
    await this.#receive(listing, { kind: "state", facts: listing.facts }, null);
  }

  #arrivalOf({ told, facts }: Listing, message: ListedMessage, { lostReplyIds }: Unheard): Arrival | null {
    if (!isReply(message)) return adoptListed(told, message, this.#deps);
    const { id: messageId, replyId, answersTo } = message;
    if (!lostReplyIds.has(replyId)) return { kind: "own_reply", facts, messageId, replyId };
    const content = cleanText(message.content) ?? "";
    return { kind: "lost_reply", facts, messageId, replyId, answersTo, content };
  }

  #receive({ connectionKey }: Listing, arrival: Arrival, answered: Answered | null): Promise<Receipt> {
    const bytes = arrival.kind === "message" ? (arrival.content ?? "").length : 0;
    const intake = { connectionKey, arrival, isImmediate: false, isSigned: false };
    return this.#deps.receive(answered === null ? intake : { ...intake, answered }, bytes);
  }
}

/**
 * Who answered a message of a list before lull heard of it: a reply that lull's rows have lost and that says so, or a person
 * who wrote after it; null: nobody. A reply that the rows know answered what its turn holds, and nothing else.
 */
export function answerersIn(
  messages: readonly ListedMessage[],
  lostReplyIds: ReadonlySet<string>,
): (messageId: number) => Answered | null {
  const lost = messages.filter(isReply).filter(({ replyId }) => lostReplyIds.has(replyId));
  const lastByPerson = messages.findLast(({ fromHuman }) => fromHuman)?.id ?? 0;
  return (messageId) => {
    const reply = lost.find(({ answersTo }) => (answersTo ?? 0) >= messageId);
    if (reply !== undefined) return { by: "reply", replyId: reply.replyId };
    return messageId < lastByPerson ? { by: "human" } : null;
  };
}

/** A reply of lull's own; its notes carry a marker as well. */
function isReply(message: ListedMessage): message is ListedMessage & { replyId: string } {
  return message.replyId !== null && message.direction === "outgoing" && !message.isPrivate;
}
