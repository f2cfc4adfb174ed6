// The end of a turn where lull only watches: colleagues read what it would have said and done, and nothing else comes of it.
import type { Errand } from "../db/store-errands.ts";
import type { TurnResult } from "../db/store-turns.ts";
import { draftNote, wouldHandOver } from "./handoff-note.ts";

/** The same end as a silence with private notes. What else it was to bring, a label or a handoff, stays undone. Pure. */
export function watched(result: TurnResult): TurnResult {
  const notes = (result.errands ?? []).filter(({ kind }) => kind === "note");
  const draft = result.kind === "reply" ? [note(draftNote(result.parts))] : [];
  const handoff = result.handoff === undefined ? [] : [note(wouldHandOver(result.handoff.errand.note))];
  return {
    kind: "silence",
    reason: result.kind === "reply" || result.reason === "handed_off" ? "mode_off" : result.reason,
    ...(result.answerKey === undefined ? {} : { answerKey: result.answerKey }),
    ...(result.findings === undefined ? {} : { findings: result.findings }),
    ...(result.pause === undefined ? {} : { pause: result.pause }),
    errands: [...draft, ...handoff, ...notes],
  };
}

function note(text: string): Errand {
  return { kind: "note", text };
}
