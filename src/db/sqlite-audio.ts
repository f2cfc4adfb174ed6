// The store's verbs for voice notes, each one transaction.
import { attachmentKeyOf } from "../chatwoot/attachments.ts";
import { spoolHeard } from "./heard.ts";
import type { AudioEnd, AudioFacts, AudioPlace, AudioStore } from "./store-audio.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function audioWork(tables: Tables, transact: Transact): AudioStore {
  const { audios } = tables;
  return {
    audioNews: (place) => transact(() => ({ end: audios.find(place), told: toldOf(tables, place) })),
    keepAudio: (place, audio, now) => transact(() => keep(tables, place, audio, now)),
  };
}

function toldOf({ audios }: Tables, place: AudioPlace): string | null {
  const attachments = audios.attachmentsBeside(place) ?? [];
  const found = attachments.find((each, position) => attachmentKeyOf(each, position) === place.attachmentKey);
  return found?.transcript ?? null;
}

function keep(
  tables: Tables,
  place: AudioPlace,
  { end, facts, note, jobKey }: { end: AudioEnd; facts: AudioFacts; note: string | null; jobKey: number },
  now: number,
): boolean {
  const { audios, history, errands, newId } = tables;
  const { connectionKey: connection, conversationId: conversation, messageId } = place;
  if (audios.attachmentsBeside(place) === null || !audios.add(place, end, facts, newId(now), now))
    return false;
  if (end.status === "unreadable") return true;
  history.retell(connection, conversation, messageId);
  const line = audios.lineOf(place);
  if (line !== null) spoolHeard(tables, line, now);
  const errand = { kind: "note", text: note ?? "" } as const;
  if (note !== null) errands.add(errand, newId(now), { connection, conversation, job: jobKey }, now);
  return true;
}
