// What the store knows of the prompts of inboxes: every version that was ever written, and how it did.
import type { Row } from "./store-insight.ts";
import type { InboxPlace } from "./store-inboxes.ts";

export interface PromptVersion {
  version: number;
  text: string;
  note: string | null;
  createdAt: number;
}

export interface PromptStore {
  /** The version of that number; null as number: the newest. Null: there is none. */
  prompt(place: InboxPlace, version: number | null): Promise<PromptVersion | null>;
  /** A new version, one above the newest; gives its number. Rejects with StoreError `conflict` where no such inbox was saved. */
  addPrompt(place: InboxPlace, prompt: { text: string; note: string | null }, now: number): Promise<number>;
  /**
   * All versions without their text, the newest first: version, note, createdAt, length; and of the turns that were asked with
   * it: turns, answered, handedOff, meanConfidence (null: none told), silenced as JSON, reason → count.
   */
  prompts(place: InboxPlace): Promise<Row[]>;
}
