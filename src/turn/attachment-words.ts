// What the prompt says of a customer's attachment: what was heard or read, or that nothing could be. Pure.
import { clippedText } from "../chatwoot/stored-text.ts";
import type { SensedAttachment } from "./sensed.ts";

/** Longest part of one message of the batch: its text, a transcript, a title. WhatsApp itself allows 4,096. */
const PART_LENGTH_MAX = 8_000;
/** Everything that a reader may take for the end of a line. */
const LINE_BREAKS = /[\n\v\f\r\u0085\u2028\u2029]+/;

/** In round brackets, on one line. */
export function describeAttachment({ kind, sense, ...attachment }: SensedAttachment): string {
  const title = onOneLine(attachment.title);
  if (sense.kind === "heard") return `(${kind}, transcript: ${onOneLine(sense.transcript)})`;
  if (sense.kind === "told") return `(${kind}: ${title || "without a name"})`;
  return `(${kind}${title === "" ? "" : ` "${title}"`}, which could not be read)`;
}

/** A part of a message, clipped. A line of its own could pass for another numbered message. */
export function onOneLine(text: string | null): string {
  const lines = (text ?? "").split(LINE_BREAKS).map((line) => line.trim());
  return clippedText(lines.filter((line) => line !== "").join(" ⏎ "), PART_LENGTH_MAX) ?? "";
}
