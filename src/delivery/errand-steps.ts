// What an errand comes to in Chatwoot, step by step. When, how often and what becomes of it is errands.ts' business.
import type { ChatwootApi } from "../chatwoot/api.ts";
import type { DueErrand } from "../db/store-errands.ts";
import { findProof } from "./look.ts";

/** Each may be taken twice. */
export interface Step {
  name: "open" | "label" | "assign" | "note" | "resolve";
  take: (signal: AbortSignal) => Promise<void>;
}

/** In the order in which they are to be taken. */
export function stepsOf(due: DueErrand, chatwoot: ChatwootApi): Step[] {
  const { conversationId, errand } = due;
  switch (errand.kind) {
    case "note":
      return note(due, chatwoot, errand.text);
    case "label":
      return label(due, chatwoot, errand.label);
    case "resolve":
      return [{ name: "resolve", take: (signal) => chatwoot.setStatus(conversationId, "resolved", signal) }];
    case "handoff":
      return [
        { name: "open", take: (signal) => chatwoot.setStatus(conversationId, "open", signal) },
        ...label(due, chatwoot, errand.label),
        ...assignments(due, chatwoot, errand),
        ...note(due, chatwoot, errand.note),
      ];
  }
}

function label({ conversationId }: DueErrand, chatwoot: ChatwootApi, name: string | null): Step[] {
  if (name === null) return [];
  return [{ name: "label", take: (signal) => chatwoot.addLabels(conversationId, [name], signal) }];
}

/** The team first: a person of it stays assigned then. */
function assignments(
  { conversationId }: DueErrand,
  chatwoot: ChatwootApi,
  { assigneeId, teamId }: { assigneeId: number | null; teamId: number | null },
): Step[] {
  const team = teamId === null ? [] : [{ teamId }];
  const person = assigneeId === null ? [] : [{ assigneeId }];
  return [...team, ...person].map((to) => ({
    name: "assign",
    take: (signal) => chatwoot.assign(conversationId, to, signal),
  }));
}

/** Its words may be gone with the user they were about. */
function note(due: DueErrand, chatwoot: ChatwootApi, text: string): Step[] {
  if (text === "") return [];
  return [{ name: "note", take: (signal) => noteOnce(due, chatwoot, text, signal) }];
}

/** Looked for first: an earlier try may have come through, though nobody heard of it. */
async function noteOnce(due: DueErrand, chatwoot: ChatwootApi, text: string, signal: AbortSignal) {
  const { id: noteId, conversationId, afterMessageId } = due;
  const messages = (await chatwoot.canList(signal))
    ? await chatwoot.listMessages(conversationId, afterMessageId, signal)
    : await lastOf(conversationId, chatwoot, signal);
  if (findProof(noteId, messages) !== null) return;
  await chatwoot.createPrivateNote(conversationId, { text, noteId }, signal);
}

/** A bot token alone sees no more than the conversation's last message. */
async function lastOf(conversationId: number, chatwoot: ChatwootApi, signal: AbortSignal) {
  const { lastMessage } = await chatwoot.showConversation(conversationId, signal);
  return lastMessage === null ? [] : [lastMessage];
}
