// What the store counts of the work itself, since a moment: buffers, turns, replies, and how conversations ended.

/** Buffers of one hour that were opened in it. */
export interface BuffersOfHour {
  /** When the hour began. */
  hourAt: number;
  created: number;
  averageMessages: number;
}

/** Buffers of one hour that were answered, or silent for a reason, in it. */
export interface ProcessedOfHour {
  hourAt: number;
  processed: number;
  /** From a buffer's first message to its end. */
  averageSeconds: number;
}

export interface BufferFigures {
  /** Of those opened since. */
  byStatus: Record<string, number>;
  opened: BuffersOfHour[];
}

/** A buffer whose count is not that of its rows. */
export interface Miscounted {
  bufferId: string;
  messageCount: number;
  actualMessageCount: number;
}

export interface TurnFigures {
  completed: number;
  failed: number;
  /** Of answers that said how sure they are; null: none did. */
  meanConfidence: number | null;
}

/** From the end of the silence to the reply in Chatwoot, and what of it was spent waiting for models. */
export interface ReplyTime {
  totalMs: number;
  modelMs: number;
}

export interface ConversationFigures {
  /** Conversations that were resolved, handed over or opened again; each by what came last. */
  ended: number;
  resolved: number;
  resolvedWithoutHuman: number;
  ratings: number;
  /** 1–5; null: nobody rated. */
  meanRating: number | null;
}

export interface WorkFigureStore {
  bufferFigures(since: number): Promise<BufferFigures>;
  processedBuffers(since: number): Promise<ProcessedOfHour[]>;
  /** Looks at the newest buffers, at most `limit`. */
  miscountedBuffers(limit: number): Promise<{ checked: number; miscounted: Miscounted[] }>;
  turnFigures(since: number): Promise<TurnFigures>;
  /** Of the newest replies sent since, at most `limit`. */
  replyTimes(since: number, limit: number): Promise<ReplyTime[]>;
  conversationFigures(since: number): Promise<ConversationFigures>;
  /** Users with more than one bucket. */
  duplicateBuckets(): Promise<number>;
}
