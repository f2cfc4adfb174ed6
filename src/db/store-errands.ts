// What the store knows of errands: what lull has to do in Chatwoot beside messages to customers. Each step may be done
// twice without harm, so an errand is tried until it is done.

/** A note for colleagues; a handoff to them; a label; the end of a conversation. */
export type Errand =
  | { kind: "note"; text: string }
  | {
      kind: "handoff";
      /** The private summary. */
      note: string;
      label: string | null;
      assigneeId: number | null;
      teamId: number | null;
    }
  | { kind: "label"; label: string }
  | { kind: "resolve" };

export interface DueErrand {
  key: number;
  /** Marks the note that comes of it. */
  id: string;
  connectionKey: number;
  conversationId: number;
  errand: Errand;
  /** Its note stands after this message, if it is there; 0: nothing is known. */
  afterMessageId: number;
  attempts: number;
  /** Of its steps, in their order: what an earlier try has done is not done over what people did since. */
  stepsDone: number;
  createdAt: number;
}

export type ErrandSettlement =
  | { to: "done" }
  | { to: "failed"; reason: string }
  | { to: "waiting"; reason: string; dueAt: number; stepsDone: number };

export interface ErrandStore {
  /** Oldest first; of one conversation the oldest alone. */
  dueErrands(limit: number, now: number): Promise<DueErrand[]>;
  nextErrandAt(now: number): Promise<number | null>;
  /** A failed one is tried again; false when it is not failed. */
  retryErrand(errandId: string, now: number): Promise<boolean>;
  settleErrand(key: number, settlement: ErrandSettlement, now: number): Promise<void>;
  /** For a conversation that is known. Gives its id. */
  addErrand(connectionKey: number, conversationId: number, errand: Errand, now: number): Promise<string>;
}
