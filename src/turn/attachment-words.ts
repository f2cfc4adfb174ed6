// What the prompt says of customers' attachments: what was heard, seen or read, or why nothing could be. Pure.
import { clippedText } from "../chatwoot/stored-text.ts";
import { cleanText } from "../delivery/reply.ts";
import type { SensedAttachment, SensedMessage, UnreadReason } from "./sensed.ts";

/** Whom it is said to: a model that is given the pictures, or one that cannot see them. */
export type Eyes = "seeing" | "blind";

/** Longest part of one message of the batch: its text, a title. WhatsApp itself allows 4,096. */
const PART_LENGTH_MAX = 8_000;
/** Of a transcript: who speaks for a quarter of an hour, as long as lull listens, says some 14,000 characters. */
const TRANSCRIPT_LENGTH_MAX = 16_000;
/** Everything that a reader may take for the end of a line. */
const LINE_BREAKS = /[\n\v\f\r\u0085\u2028\u2029]+/g;

const UNREAD: Readonly<Record<UnreadReason, string>> = {
  unavailable: "it could not be had in time",
  too_large: "it is too long or too large",
  unsupported: "it is of a kind that cannot be read",
  unreadable: "it is broken, or there is nothing in it",
  protected: "it is protected by a password",
  no_model: "nobody can do that here now",
  too_much: "there is too much to read at once",
};

/**
 * Of each message the words for its attachments, each in round brackets on one line; numbered where there are several of
 * a kind. Pictures that are given along are numbered in the order they are given.
 */
export function attachmentWords(messages: readonly SensedMessage[], eyes: Eyes): string[][] {
  const names = messages.flatMap((message) => message.attachments.map((each) => nameOf(message, each)));
  const counts = new Map<string, number>();
  const numbered = (name: string): string => {
    const total = names.filter((other) => other === name).length;
    const count = countUp(counts, name);
    return total === 1 ? name : `${name} ${count} of ${total}`;
  };
  return messages.map((message) =>
    message.attachments.map((attachment) => {
      const name = numbered(nameOf(message, attachment));
      if (attachment.sense.kind !== "seen" || eyes === "blind") return describe(name, attachment);
      return `(${name}, attached as picture ${countUp(counts, "picture")})`;
    }),
  );
}

function countUp(counts: Map<string, number>, name: string): number {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  return count;
}

function nameOf({ extra }: SensedMessage, { kind }: SensedAttachment): string {
  if (kind === "image" && extra?.form === "sticker") return "sticker";
  return kind === "other" ? "attachment" : kind;
}

function describe(name: string, { sense, ...attachment }: SensedAttachment): string {
  const title = onOneLine(attachment.title);
  const titled = title === "" ? name : `${name} "${title}"`;
  switch (sense.kind) {
    case "heard":
      return `(${name}, ${spoken(sense.transcript)})`;
    case "read":
      return `(${titled}, ${sense.isTruncated ? "the beginning of its text" : "its text"} as JSON: ${quoted(sense.text)})`;
    case "told":
      return `(${name}: ${title || "without a name"})`;
    case "seen":
      return `(${titled}, which could not be read)`;
    case "unread":
      return attachment.kind === "video"
        ? `(${titled}, which cannot be watched)`
        : `(${titled} could not be read: ${UNREAD[sense.reason]})`;
  }
}

/** That its end is missing is said: the question may have stood there. */
function spoken(transcript: string): string {
  const words = onOneLine(transcript, Infinity);
  const kept = clippedText(words, TRANSCRIPT_LENGTH_MAX) ?? "";
  return `${kept.length < words.length ? "the beginning of its transcript" : "transcript"}: ${kept}`;
}

/** Data to whoever reads it: as JSON nothing in it ends before its end, and it stays on one line. */
function quoted(text: string): string {
  return JSON.stringify(cleanText(text)).replace(/[\u0085\u2028\u2029]/g, " ");
}

/** A part of a message, clipped, without what people cannot see. A line of its own could pass for another numbered message. */
export function onOneLine(text: string | null, lengthMax = PART_LENGTH_MAX): string {
  const lines = cleanText((text ?? "").replace(LINE_BREAKS, "\n"))
    .split("\n")
    .map((line) => line.trim());
  return clippedText(lines.filter((line) => line !== "").join(" ⏎ "), lengthMax) ?? "";
}
