// What the store knows of inboxes: how lull behaves in each. Who may change it, and what is valid, is decided elsewhere.
import type { SavedInboxSettings } from "../inbox/settings.ts";

export interface InboxRow {
  id: string;
  connectionKey: number;
  /** Chatwoot's own id of the inbox. */
  inboxId: number;
  settings: SavedInboxSettings;
  createdAt: number;
  updatedAt: number;
}

/** An inbox as Chatwoot numbers it. */
export interface InboxPlace {
  connectionKey: number;
  inboxId: number;
}

export interface InboxStore {
  /** All that were saved or that a conversation came in by. */
  seenInboxes(): Promise<InboxPlace[]>;
  /** All that were ever saved, by key: a shop has a handful. */
  inboxes(): Promise<InboxRow[]>;
  /** Adds or replaces; gives the row as it is then. */
  saveInbox(
    connectionKey: number,
    inboxId: number,
    settings: SavedInboxSettings,
    now: number,
  ): Promise<InboxRow>;
}
