// A look at Chatwoot for a reply that is not settled yet: what is read, and what it says. It decides; others act.
import type { ChatwootApi, ConversationView, ListedMessage } from "../chatwoot/api.ts";
import type { DeliveryClaim } from "../db/store-deliveries.ts";
import type { SilenceReason } from "../turn/outcome.ts";

export interface Look {
  view: ConversationView;
  /** Messages after the anchor; with a bot token alone only the last one can be seen. */
  messages: readonly ListedMessage[];
}

export type Verdict =
  /** Chatwoot has it: the marker is there. */
  | { kind: "sent"; messageId: number }
  /** A person took over, or the conversation is not lull's any more; `messages` is what people wrote. */
  | { kind: "suppress"; reason: SilenceReason; messages: readonly ListedMessage[] }
  /** WhatsApp lets nobody write there now but by a template. */
  | { kind: "closed" }
  /** The customer wrote more that the batch does not hold. */
  | { kind: "newer"; messages: readonly ListedMessage[] }
  | { kind: "clear" };

/**
 * Reads what a look needs, list and conversation at once: whatever people did is then seen up to one round trip before
 * the POST, be it a word, an assignment or a status. Rejects with what the Chatwoot says when it cannot be read.
 */
export async function readLook(
  { conversationId, anchorMessageId }: DeliveryClaim,
  chatwoot: ChatwootApi,
  signal: AbortSignal,
): Promise<Look> {
  const isWhole = await chatwoot.canList(signal);
  const [listed, view] = await Promise.all([
    isWhole ? chatwoot.listMessages(conversationId, anchorMessageId, signal) : [],
    chatwoot.showConversation(conversationId, signal),
  ]);
  const since = lastOf(view).filter(({ id }) => !listed.some((message) => message.id === id));
  return { view, messages: [...listed, ...since] };
}

/** The messages after the anchor, as far as the tokens see them. */
export async function readMessages(
  claim: DeliveryClaim,
  chatwoot: ChatwootApi,
  isWhole: boolean,
  signal: AbortSignal,
) {
  if (isWhole) return chatwoot.listMessages(claim.conversationId, claim.anchorMessageId, signal);
  return lastOf(await chatwoot.showConversation(claim.conversationId, signal));
}

/** A bot token alone sees no list, but the conversation's last message. */
function lastOf(view: Look["view"]): Look["messages"] {
  return view.lastMessage === null ? [] : [view.lastMessage];
}

/** Whether the marker of `replyId` is among what the look saw. */
export function findProof(replyId: string, messages: readonly ListedMessage[]): number | null {
  return messages.find((message) => message.replyId === replyId)?.id ?? null;
}

/** Judges a look before the POST (docs/sending.md): proof first, then people, then newer messages. */
export function judge(
  replyId: string,
  anchorMessageId: number,
  look: Look,
  answerStatuses: readonly string[],
): Verdict {
  const proof = findProof(replyId, look.messages);
  if (proof !== null) return { kind: "sent", messageId: proof };
  const after = look.messages.filter((message) => message.id > anchorMessageId);
  const byPeople = after.filter((message) => message.fromHuman);
  const suppress = (reason: SilenceReason): Verdict => ({ kind: "suppress", reason, messages: byPeople });
  if (byPeople.length > 0) return suppress("human_active");
  if (look.view.assignee === "human") return suppress("human_assigned");
  if (!answerStatuses.includes(look.view.status)) return suppress("status");
  if (!look.view.canReply) return suppress("window_closed");
  const newer = after.filter(isWaitingMessage);
  return newer.length > 0 ? { kind: "newer", messages: newer } : { kind: "clear" };
}

/** Replies to the batch under other markers: those that lull does not know are of a time that its rows have forgotten. */
export function otherReplies({ replyId, anchorMessageId }: DeliveryClaim, { messages }: Look): string[] {
  const answers = messages.filter(
    ({ isPrivate, answersTo }) => !isPrivate && (answersTo ?? 0) >= anchorMessageId,
  );
  return answers
    .map((message) => message.replyId)
    .filter((id): id is string => id !== null && id !== replyId);
}

/** A notification answers nothing: neither people nor newer messages stop it, only proof and a closed window do. */
export function judgeNotification({ replyId, template }: DeliveryClaim, look: Look): Verdict {
  const proof = findProof(replyId, look.messages);
  if (proof !== null) return { kind: "sent", messageId: proof };
  return look.view.canReply || template !== null ? { kind: "clear" } : { kind: "closed" };
}

function isWaitingMessage(message: ListedMessage): boolean {
  const isSaid = (message.content ?? "").trim() !== "" || message.attachments.length > 0;
  return message.direction === "incoming" && !message.isPrivate && !message.isDeleted && isSaid;
}
