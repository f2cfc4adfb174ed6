// The double's own book: every request that arrived and every message that came to stand in a conversation, in
// order, never changed afterwards. A verdict is read from it alone, whatever the daemon says of itself.

export type TokenUsed = "user" | "bot" | "wrong" | "none";

/** A request as it arrived, and what became of it. */
export interface RequestEntry {
  kind: "request";
  order: number;
  at: number;
  method: string;
  /** With its query. */
  path: string;
  /** The JSON body, undefined when there was none to read. */
  body: unknown;
  token: TokenUsed;
  /** True when the double did what was asked, whatever it answered. */
  accepted: boolean;
  /** What was answered; null when the connection broke or hung. */
  status: number | null;
}

/** A message that now stands in a conversation. */
export interface StoredEntry {
  kind: "stored";
  order: number;
  at: number;
  messageId: number;
  conversationId: number;
  /** Outgoing and public: the customer got it. */
  isVisible: boolean;
  /** lull's marker, null when it carries none. */
  replyId: string | null;
  content: string | null;
  /** The request that brought it, null when a customer or a person wrote it. */
  requestOrder: number | null;
}

export type LedgerEntry = RequestEntry | StoredEntry;

type Unnumbered<Entry> = Entry extends LedgerEntry ? Omit<Entry, "order" | "at"> : never;

export class Ledger {
  readonly entries: LedgerEntry[] = [];
  readonly #now: () => number;
  readonly #record: (entry: LedgerEntry) => void;

  /** `record` gets every entry as it is made, for a book outside the process. */
  constructor(now: () => number, record: (entry: LedgerEntry) => void = () => undefined) {
    this.#now = now;
    this.#record = record;
  }

  /** Returns the entry's order. */
  append(entry: Unnumbered<LedgerEntry>): number {
    const order = this.entries.length + 1;
    const numbered: LedgerEntry = Object.freeze({ ...entry, order, at: this.#now() });
    this.entries.push(numbered);
    this.#record(numbered);
    return order;
  }
}

/** The verdict: how many visible replies a customer got of each marker. */
export function visibleReplies(entries: readonly LedgerEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind !== "stored" || !entry.isVisible || entry.replyId === null) continue;
    counts.set(entry.replyId, (counts.get(entry.replyId) ?? 0) + 1);
  }
  return counts;
}
