// What people ask the store for: pages of rows, one thing whole, counts.

export type Row = Record<string, string | number | null>;

export interface Page {
  data: Row[];
  nextCursor: string | null;
}

export interface ListQuery {
  limit: number;
  cursor: string | null;
  /** Only rows in this state; null: all. */
  state: string | null;
}

/** Which deliveries or errands a list is of; what is left out says nothing. */
export interface WorkFilter {
  /** By name. */
  connection?: string;
  conversationId?: number;
  kind?: string;
  /** Made no earlier, and before. */
  since?: number;
  until?: number;
}

/** Which buffers a list is of; what is left out says nothing. */
export interface BufferFilter {
  /** By name. */
  connection?: string;
  conversationId?: number;
  userId?: string;
  /** Opened no earlier, and before. */
  since?: number;
  until?: number;
}

/** Everything by state: a look over all rows, for people. */
export interface Counts {
  buffers: Record<string, number>;
  jobs: Record<string, number>;
  deliveries: Record<string, number>;
  messages: Record<string, number>;
}

/** What is open now: cheap however much lies behind, for gauges. */
export interface OpenWork {
  bufferCount: number;
  oldestBufferAt: number | null;
  /** Without those that were discarded; `failed` without the quarantined. */
  jobs: { scheduled: number; running: number; failed: number; quarantined: number };
  deliveryCount: number;
}

export interface InsightStore {
  listBuffers(query: ListQuery & BufferFilter): Promise<Page>;
  /** One buffer with its messages; null when there is none. */
  buffer(bufferId: string): Promise<{ buffer: Row; messages: Row[] } | null>;
  /** One turn with its messages, steps, deliveries and errands. */
  turn(
    jobId: string,
  ): Promise<{ turn: Row; messages: Row[]; steps: Row[]; deliveries: Row[]; errands: Row[] } | null>;
  listDeliveries(query: ListQuery & WorkFilter): Promise<Page>;
  listErrands(query: ListQuery & WorkFilter): Promise<Page>;
  counts(): Promise<Counts>;
  openWork(): Promise<OpenWork>;
  /** The newest buffer, turn, delivery and events of a conversation. */
  conversationWork(
    connectionKey: number,
    conversationId: number,
    eventsMax: number,
  ): Promise<{
    buffer: Row | null;
    turn: Row | null;
    delivery: Row | null;
    /** Who keeps lull quiet there: `by`, `byName`, `until` (which may have passed); null: nobody does. */
    pause: Row | null;
    events: Row[];
  }>;
}
