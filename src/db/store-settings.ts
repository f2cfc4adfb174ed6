// What the store knows of settings, and of the playground's messages.

export interface PlaygroundRow {
  id: number;
  writer: "customer" | "human" | "phone" | "bot";
  text: string;
  isPrivate: boolean;
  contentAttributes: Record<string, unknown>;
  /** Which of the playground's own files came with it; null: none. */
  sample: string | null;
  createdAt: number;
}

export interface SettingsStore {
  ensureConnection(name: string, now: number): Promise<number>;
  setting(name: string): Promise<string | null>;
  saveSetting(name: string, value: string, now: number): Promise<void>;
  addPlaygroundMessage(message: Omit<PlaygroundRow, "id">): Promise<number>;
  /** Those with an id above `afterId`, ascending. */
  playgroundMessages(afterId: number, limit: number): Promise<PlaygroundRow[]>;
  /** The newest, ascending. */
  latestPlaygroundMessages(limit: number): Promise<PlaygroundRow[]>;
}
