// What the store knows of buffers: the messages of one conversation that wait for silence.
import type { CancelReason } from "../turn/outcome.ts";
import type { Armed } from "./store-intake.ts";

export interface ClosedBuffer {
  bufferKey: number;
  bufferId: string;
  connectionKey: number;
  conversationId: number;
  jobId: string;
  /** The turn that still waited and joined it; null: none. */
  supersededJobId: string | null;
  dueAt: number;
  firstAt: number;
  messageCount: number;
}

export interface BufferStore {
  /** All open buffers after `afterKey`, by key, at most `limit`. */
  openBuffers(afterKey: number, limit: number): Promise<Armed[]>;
  /** Keys of open buffers whose deadline has passed, oldest deadline first. */
  dueBufferKeys(now: number, limit: number): Promise<number[]>;
  /** Closes those that are due and makes their jobs due; gives back those that are not (any more). */
  closeDue(keys: readonly number[], now: number): Promise<{ closed: ClosedBuffer[]; waiting: Armed[] }>;
  /** Moves an open buffer's deadline to now; null when no such buffer is open. */
  hastenBuffer(bufferId: string, now: number): Promise<Armed | null>;
  /**
   * Moves an open buffer's deadline later by so much, within the age cap of its inbox, and keeps it there while the customer
   * types or writes; null when no such buffer is open.
   */
  extendBuffer(
    bufferId: string,
    byMs: number,
    ageMaxOf: (connectionKey: number, inboxId: number | null) => number,
    now: number,
  ): Promise<Armed | null>;
  cancelBuffer(bufferId: string, reason: CancelReason, now: number): Promise<boolean>;
  /** The wall clock jumped by `deltaMs` while timers ran on: moves every waiting moment along. */
  shiftMoments(deltaMs: number): Promise<void>;
}
