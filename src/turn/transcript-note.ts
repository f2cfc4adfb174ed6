// What colleagues read of a voice note beside it in Chatwoot: its length and what was heard. Pure.
import { clippedText } from "../chatwoot/stored-text.ts";
import { cleanText, neutraliseLiquid } from "../delivery/reply.ts";

const NOTE_LENGTH_MAX = 4_000;

/** `seconds` is null when the length is not known. Chatwoot runs notes, too, through its template engine. */
export function transcriptNote(transcript: string, seconds: number | null): string {
  const words = clippedText(cleanText(transcript), NOTE_LENGTH_MAX) ?? "";
  const length = seconds === null ? "" : ` ${inMinutes(seconds)}`;
  return `🎤${length} — “${neutraliseLiquid(words)}”`;
}

function inMinutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
