// What the store keeps of requests that named a key of their own, so that one that is repeated is not carried out again.
import type { Sealed } from "../sealing.ts";

export interface KeyedRequest {
  /** `admin`, `socket`, `token:<id>`: everybody has their own keys. */
  actor: string;
  idempotencyKey: string;
  /** Of method, address and body. */
  requestHash: string;
  /** The boot that carries it out. */
  claimedBy: string;
}

/** `isNew`: nobody had the key. Without an answer it is under way, or its process died. */
export interface ClaimedRequest {
  id: string;
  isNew: boolean;
  requestHash: string;
  answer: { statusCode: number; sealed: Sealed } | null;
}

export interface RepeatStore {
  /** The request that has the key, which is this one where no other had it since `since`. */
  claimRequest(request: KeyedRequest, since: number, now: number): Promise<ClaimedRequest>;
  answerRequest(requestId: string, statusCode: number, sealed: Sealed): Promise<void>;
  /** The key is free again. */
  dropRequest(requestId: string): Promise<void>;
}
