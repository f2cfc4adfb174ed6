// What a colleague tells lull in a private note: `/bot off`, `/bot off 30`, `/bot on`. Pure.
import { MINUTE_MS } from "../clock.ts";

/** As HUMAN_PAUSE_MINUTES: thirty days. */
const MINUTES_MAX = 43_200;
const COMMAND = /^\/(?:bot|lull)\s+(?:(on)|off(?:\s+(\d{1,5}))?)$/i;

export type Command =
  | { isOn: true }
  /** Null: until the conversation is resolved or somebody says otherwise. */
  | { isOn: false; forMs: number | null };

/** The command that a note is, and is nothing else; null: none. */
export function readCommand(note: string | null): Command | null {
  const [isCommand, on, minutes] = COMMAND.exec((note ?? "").trim()) ?? [];
  if (isCommand === undefined) return null;
  if (on !== undefined) return { isOn: true };
  if (minutes === undefined) return { isOn: false, forMs: null };
  const count = Number(minutes);
  return count >= 1 && count <= MINUTES_MAX ? { isOn: false, forMs: count * MINUTE_MS } : null;
}
