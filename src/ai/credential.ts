// The words of AI keys: how one is kept, whose it is. Words only.

/** A key as it is kept: sealed, bound to its row. */
export interface SealedKey {
  box: string;
  keyVersion: number;
}

/** Whose key answers: the sender's own, that of the owner of the line, the operator's. */
export type CredentialSource = "user" | "owner" | "system";

/** Whose keys may answer a message. */
export interface Asking {
  /** The sender, when verified. */
  senderId: string | null;
  ownerId: string | null;
  /** In the playground the offline responder stands in where the operator has no key. */
  isPlayground: boolean;
}
