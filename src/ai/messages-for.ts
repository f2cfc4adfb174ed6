// Which of the two forms of a prompt a model is given. Pure.
import type { ChatMessage, CompletionRequest, ModelCapabilities } from "./provider.ts";

/** What a model is given to read: with the pictures, if it can see. */
export function messagesFor(
  { sees }: ModelCapabilities,
  { messages, seen }: Pick<CompletionRequest, "messages" | "seen">,
): ChatMessage[] {
  return sees && seen !== undefined ? seen : messages;
}
