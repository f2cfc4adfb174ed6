// People take over a conversation: at once, or when the reply that announces them is out. Always inside a transaction.
import { keepQuiet } from "./quiet.ts";
import type { Handoff } from "./store-turns.ts";
import type { Tables } from "./tables.ts";
import type { TurnRow } from "./turns.ts";

/** A handoff that waits for its reply to be sent. */
export interface PlannedHandoff {
  handoff: Handoff;
  pauseMs: number | null;
}

/** What a reply was to be followed by, once; false when it was nothing. */
export function handOffAsPlanned(tables: Tables, turn: TurnRow, now: number): boolean {
  const planned = tables.deliveries.takeHandoff(turn.id);
  if (planned === null) return false;
  const { handoff, pauseMs } = JSON.parse(planned) as PlannedHandoff;
  handOff(tables, turn, handoff, pauseMs, now);
  return true;
}

/** People take over: lull is quiet from now on, and the errand tells them. */
export function handOff(
  tables: Tables,
  turn: TurnRow,
  { reason, errand }: Handoff,
  pauseMs: number | null,
  now: number,
): void {
  const { connection_id: connection, conversation_id: conversation } = turn;
  const until = pauseMs === null ? null : now + pauseMs;
  keepQuiet(tables, { connection, conversation }, { by: "handoff", byName: null, until }, now);
  tables.errands.add(errand, tables.newId(now), { connection, conversation, job: turn.id }, now);
  tables.turns.setHandoff(turn.id, reason);
  tables.outcomes.add({ connection, conversation }, "handed_off", true, now);
  tables.events.add("turn.handed_off", turn, turn.public_id, { reason }, now);
}
