// The store's verbs for a turn's context, each one transaction.
import type { ContextStore } from "./store-context.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function contextWork({ summaries, profiles, meetingNotes }: Tables, transact: Transact): ContextStore {
  return {
    summary: (connection, conversation, userId) =>
      transact(() => summaries.find({ connection, conversation }, userId)),
    keepSummary: (connection, conversation, summary, now) =>
      transact(() => summaries.save({ connection, conversation }, summary, now)),
    knownUser: (userId, keys, notesMax) =>
      transact(() => {
        const language = profiles.get(userId)?.["language"];
        return {
          language: typeof language === "string" ? language : null,
          notes: meetingNotes.withNumber(userId, keys, notesMax),
        };
      }),
  };
}
