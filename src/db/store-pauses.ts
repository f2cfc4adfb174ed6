// What the store does for people who end a pause of lull's in a conversation.
export interface PauseStore {
  /** Whoever kept lull quiet there does so no more; false when nobody did. */
  resumeConversation(connectionKey: number, conversationId: number, now: number): Promise<boolean>;
}
