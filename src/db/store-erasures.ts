// What the store tells and takes of one person: everything that is kept of them, and its erasure with a receipt.
import type { ListQuery, Page, Row } from "./store-insight.ts";

/** A contact of a Chatwoot, or a user of lull. */
export type Person =
  { kind: "contact"; connectionKey: number; contactId: number } | { kind: "user"; userId: string };

/** An erasure that is not over: what went from the database at once may still be elsewhere. */
export interface RunningErasure {
  key: number;
  id: string;
  person: Person;
  /** Files of the spool folder that no row names any more. */
  spoolFileIds: string[];
}

/** Where objects of a person are. */
export interface PersonalObjects {
  bucketName: string;
  /** Begins the names of theirs; empty: all of the bucket are. */
  prefix: string;
}

export interface ErasureStore {
  /** The names of the kinds of rows that are kept of such a person. */
  personalKinds(person: Person): readonly string[];
  /** Rows of one kind after a key, ascending, with `key`; secrets and inner keys are left out. */
  personalRows(person: Person, kind: string, afterKey: number, limit: number): Promise<Row[]>;
  personalObjects(person: Person): Promise<PersonalObjects[]>;
  /** Takes everything of a person out of the database; gives the id of the receipt. Null: nobody knows them. */
  erase(person: Person, now: number): Promise<string | null>;
  runningErasures(): Promise<RunningErasure[]>;
  /** Takes out what was still needed before. True: nothing of the person is needed, or on its way out, any more. */
  continueErasure(erasure: RunningErasure, now: number): Promise<boolean>;
  finishErasure(erasure: RunningErasure, now: number): Promise<void>;
  /** Drops words of passages that are gone from the index, some pages at a time. False: none are left. */
  tidyIndex(step: "first" | "next"): Promise<boolean>;
  /** Writes the log into the database and empties it. False: somebody is reading, try again. */
  emptyLog(): Promise<boolean>;
  listErasures(query: ListQuery): Promise<Page>;
  erasure(erasureId: string): Promise<Row | null>;
}
