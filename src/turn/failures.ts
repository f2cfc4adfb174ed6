// What people are told of a turn that failed for good, so that no customer waits for an answer that does not come. Pure.
import type { Errand } from "../db/store-errands.ts";
import type { FailedTurn } from "../db/store-turns.ts";
import type { InboxSettings } from "../inbox/settings.ts";
import { failureNote } from "./handoff-note.ts";

/** Of one conversation they are told once within so long: an outage fails every turn of it. */
export const FAILURE_SPAN_MS = 60 * 60_000;

/** People are called where lull answers, and told where it watches; null: lull has no business there. */
export function failureErrand(
  { mode, handoff }: Pick<InboxSettings, "mode" | "handoff">,
  { code, turnId }: Pick<FailedTurn, "code" | "turnId">,
): Errand | null {
  const note = failureNote(code, turnId);
  const { label, assigneeId, teamId } = handoff;
  if (mode === "off") return null;
  return mode === "watch"
    ? { kind: "note", text: note }
    : { kind: "handoff", note, label, assigneeId, teamId };
}
