// A message of a turn with what was made of its attachments: heard, seen, read, or why not. Words only.
import type { Attachment } from "../chatwoot/arrival.ts";
import type { TurnMessage } from "../db/store-turns.ts";

/** Why nothing could be made of an attachment. */
export type UnreadReason =
  /** It could not be had: not there in time, a rule forbids it, or whoever could read it did not answer. */
  | "unavailable"
  /** Longer or larger than lull takes. */
  | "too_large"
  /** Not what it says it is, or nothing that lull reads. */
  | "unsupported"
  /** It is broken, or empty. */
  | "unreadable"
  /** Only who knows its password may read it. */
  | "protected"
  /** Nobody whose key may be used can do it, or a limit is reached. */
  | "no_model"
  /** The turn has as many as it may have, or no time is left. */
  | "too_much";

export type Sense =
  | { kind: "heard"; transcript: string }
  /** For a model that sees: a data URL. */
  | { kind: "seen"; image: string }
  | { kind: "read"; text: string; isTruncated: boolean }
  /** Its title, or that it is there, is all there is to it: a place, a contact, a video. */
  | { kind: "told" }
  | { kind: "unread"; reason: UnreadReason };

export type SensedAttachment = Attachment & { sense: Sense };

export interface SensedMessage extends Omit<TurnMessage, "attachments"> {
  attachments: SensedAttachment[];
  /** What the message said that it answers; left out where it answers none, or nobody may know. */
  quote?: string;
}

/** All that a message says in words: its text, what was spoken, what stands in its files. */
export function wordsOf({ content, attachments }: SensedMessage): string[] {
  const senses = attachments.map(({ sense }) => {
    if (sense.kind === "heard") return sense.transcript;
    return sense.kind === "read" ? sense.text : null;
  });
  return [content, ...senses].filter(isSaid);
}

/** What the customer says in a message: its text and what was spoken. A file may be anybody's words. */
export function saidIn({ content, attachments }: SensedMessage): string[] {
  const heard = attachments.map(({ sense }) => (sense.kind === "heard" ? sense.transcript : null));
  return [content, ...heard].filter(isSaid);
}

function isSaid(text: string | null): text is string {
  return text !== null && text.trim() !== "";
}

export function unread(reason: UnreadReason): Sense {
  return { kind: "unread", reason };
}
