// Names what an answer was written from. Pure.

/** The messages a turn has read, in order: an answer is good for these and no others. */
export function answerKeyOf(messages: readonly { messageId: number }[]): string {
  return messages.map(({ messageId }) => messageId).join(",");
}
