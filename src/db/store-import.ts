// What the store takes in of an older system: rows that were read and judged, each by what it needs, takes and holds.

/** The tables of the older system, in the order in which they build upon each other. */
export const IMPORT_TABLES = [
  "users",
  "profiles",
  "whatsapp_user_mapping",
  "user_whatsapp_config",
  "user_bucket_mapping",
  "user_groq_config",
  "webhook_api_links",
  "meeting_notes",
  "feature_flags",
  "conversations",
  "message_buffer",
  "buffered_messages",
  "buffer_processing_jobs",
  "customer_conversations",
  "audio_files",
] as const;
export type ImportTable = (typeof IMPORT_TABLES)[number];

/** Kinds of names that only one may have, with the reason that the second is refused with. */
export const TAKEN = {
  email: "email_taken",
  number: "number_taken",
  line: "line_taken",
  bucket: "bucket_taken",
  bucket_of: "user_has_other_bucket",
} as const;

/** A name of a kind that only `holder` may have. */
export interface Taking {
  kind: keyof typeof TAKEN;
  name: string;
  holder: string;
  /** In which it is taken; null: in all. */
  connectionKey: number | null;
}

/** A row that has to be there already. */
export interface Needing {
  kind: "user" | "buffer";
  id: string;
}

/** One row, judged. `values` are the columns of lull's own table of that name. */
export interface ImportRow {
  table: ImportTable;
  /** Each names the row alone: one of them known, and the row is there already. */
  names: readonly string[];
  needs: readonly Needing[];
  takes: readonly Taking[];
  values: Readonly<Record<string, string | number | null>>;
}

export type ImportOutcome =
  { action: "added" | "changed" | "unchanged" } | { action: "refused"; reason: string };

/** What a dry run would have stored so far: names, each with its holder. It stands beside the store, which stays as it is. */
export type Foreseen = Map<string, string>;

/** An open buffer that came with an import and may go from now on. */
export interface OpenedBuffers {
  armed: { bufferKey: number; dueAt: number }[];
  /** How many joined one that was open already. */
  joinedCount: number;
  /** How many the older system was answering: they wait, failed, for an operator's word. */
  failedCount: number;
  /** False: there are more. */
  isLast: boolean;
}

export interface ImportStore {
  /**
   * Keeps what is not there yet, in one transaction; what is there stays as it is. With `foreseen` nothing is kept, but
   * what would be is remembered there.
   */
  importRows(rows: readonly ImportRow[], foreseen: Foreseen | null, now: number): Promise<ImportOutcome[]>;
  /**
   * Opens at most `limit` of the buffers that came in open, now that their messages and jobs are there. One whose last
   * message is older than `answerableSince` is dropped.
   */
  openImported(which: { limit: number; answerableSince: number }, now: number): Promise<OpenedBuffers>;
}
