// What the prompt says of customers' attachments: what was heard or read, or that nothing could be. Pure.
import { clippedText } from "../chatwoot/stored-text.ts";
import { cleanText } from "../delivery/reply.ts";
import type { SensedAttachment, SensedMessage, UnreadReason } from "./sensed.ts";

/** Longest part of one message of the batch: its text, a transcript, a title. WhatsApp itself allows 4,096. */
const PART_LENGTH_MAX = 8_000;
/** Everything that a reader may take for the end of a line. */
const LINE_BREAKS = /[\n\v\f\r\u0085\u2028\u2029]+/g;

const UNREAD: Readonly<Record<UnreadReason, string>> = {
  unavailable: "it could not be had in time",
  too_large: "it is too long or too large",
  unsupported: "it is of a kind that cannot be read",
  unreadable: "it is broken, or there is nothing in it",
  no_model: "nobody can do that here now",
  too_much: "there is too much to read at once",
};

/** Of each message the words for its attachments, each in round brackets on one line; numbered where there are several of a kind. */
export function attachmentWords(messages: readonly SensedMessage[]): string[][] {
  const kinds = messages.flatMap(({ attachments }) => attachments.map(({ kind }) => kind));
  const counts = new Map<string, number>();
  const nameOf = (kind: string): string => {
    const total = kinds.filter((other) => other === kind).length;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return total === 1 ? kind : `${kind} ${count} of ${total}`;
  };
  return messages.map(({ attachments }) =>
    attachments.map((attachment) => describeAttachment(nameOf(attachment.kind), attachment)),
  );
}

function describeAttachment(name: string, { sense, ...attachment }: SensedAttachment): string {
  const title = onOneLine(attachment.title);
  if (sense.kind === "heard") return `(${name}, transcript: ${onOneLine(sense.transcript)})`;
  if (sense.kind === "told") return `(${name}: ${title || "without a name"})`;
  const why = sense.kind === "unread" ? UNREAD[sense.reason] : UNREAD.unsupported;
  return `(${name}${title === "" ? "" : ` "${title}"`} could not be read: ${why})`;
}

/** A part of a message, clipped, without what people cannot see. A line of its own could pass for another numbered message. */
export function onOneLine(text: string | null): string {
  const lines = cleanText((text ?? "").replace(LINE_BREAKS, "\n"))
    .split("\n")
    .map((line) => line.trim());
  return clippedText(lines.filter((line) => line !== "").join(" ⏎ "), PART_LENGTH_MAX) ?? "";
}
