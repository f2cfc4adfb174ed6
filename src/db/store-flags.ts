// What the store knows of flags: how each is set for all, and how it is for one connection or one user alone.

/** For whom a flag is set. */
export type FlagScope =
  { kind: "all" } | { kind: "connection"; connectionKey: number } | { kind: "user"; userId: string };

/** The share (0–100) is of the conversations that it is on for, where it is enabled. */
export interface FlagSetting {
  isEnabled: boolean;
  rolloutPercent: number;
}

/** A flag as it is for all. */
export interface FlagRow extends FlagSetting {
  name: string;
  description: string;
}

/** A flag as it is for one connection or one user: of both keys one is null. */
export interface FlagOverride extends FlagSetting {
  name: string;
  connectionKey: number | null;
  /** The connection's name. */
  connection: string | null;
  userId: string | null;
}

/** Of whom a flag is asked. Without a conversation there is no share to fall into. */
export interface FlagSubject {
  connectionKey: number | null;
  conversationId: number | null;
  userId: string | null;
}

export interface FlagStore {
  /** Adds flags that are not there yet; keeps what was set. */
  ensureFlags(
    flags: readonly Pick<FlagRow, "name" | "isEnabled" | "description">[],
    now: number,
  ): Promise<void>;
  flags(): Promise<FlagRow[]>;
  flagOverrides(): Promise<FlagOverride[]>;
  /** False where there is no such flag. A connection or user that is none is a `conflict`. */
  saveFlag(name: string, scope: FlagScope, setting: FlagSetting, now: number): Promise<boolean>;
  /** Takes an override away; false where there was none. */
  dropFlagOverride(name: string, scope: FlagScope): Promise<boolean>;
}
