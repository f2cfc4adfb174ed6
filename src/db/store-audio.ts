// What the store knows of voice notes: what was heard in each, or why nothing ever will be. Each is paid for once.

/** Which audio of a message. */
export interface AudioPlace {
  connectionKey: number;
  conversationId: number;
  messageId: number;
  /** See chatwoot/attachments.ts. */
  attachmentKey: string;
}

/** Why nothing is to be heard in it, however often it is tried. */
export type UnhearableReason = "too_large" | "unsupported" | "unreadable";

export type AudioEnd =
  | { status: "heard"; transcript: string; language: string | null }
  | { status: "unreadable"; reason: UnhearableReason };

/** What is known of its file and of who listened; null: not known. */
export interface AudioFacts {
  durationSeconds: number | null;
  sizeBytes: number | null;
  contentType: string | null;
  sha256: string | null;
  provider: string | null;
  model: string | null;
}

export interface AudioNews {
  /** Null: nobody has come to an end with it. */
  end: AudioEnd | null;
  /** Chatwoot's own transcript by now; null: none yet. */
  told: string | null;
}

export interface AudioStore {
  audioNews(place: AudioPlace): Promise<AudioNews>;
  /**
   * Keeps how it ended, once. What was heard goes in the same step into the history and the archive, and becomes a note
   * for colleagues where there is one. False: it was kept before, or its message was deleted meanwhile.
   */
  keepAudio(
    place: AudioPlace,
    audio: { end: AudioEnd; facts: AudioFacts; note: string | null; jobKey: number },
    now: number,
  ): Promise<boolean>;
}
