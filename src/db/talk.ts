// How a talk went lately: what was answered, what was said, who writes. Read-only.
import type { Database } from "bun:sqlite";
import type { Talk, TalkStore } from "./store-talk.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";
import { mustGetTurn } from "./work.ts";

type Params = Record<string, string | number | null>;

/** The newest of a conversation, however long it is: more answers than any inbox lets an hour have. */
const BUFFERS_SEEN_MAX = 2_000;

export function openTalk(db: Database, tables: Tables, transact: Transact): TalkStore {
  const answered = db.query<{ job: number; buffer: number }, [Params]>(`
    SELECT j.id AS job, j.buffer_id AS buffer FROM (
        SELECT id FROM message_buffer WHERE connection_id = $connection AND conversation_id = $conversation
        ORDER BY id DESC LIMIT ${BUFFERS_SEEN_MAX}
      ) AS b JOIN buffer_processing_jobs AS j ON j.buffer_id = b.id
    WHERE j.id < $job AND j.outcome = 'answered' AND j.processed_at >= $since ORDER BY b.id DESC`);
  const parts = db.query<{ text: string }, [Params]>(
    "SELECT text FROM outbox WHERE job_id = $job AND state = 'sent' ORDER BY part",
  );
  const away = db.query<{ at: number | null }, [Params]>(`
    SELECT away_told_at AS at FROM conversations
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation`);

  function talkBefore(jobKey: number, since: number, turnsMax: number): Talk {
    const turn = mustGetTurn(tables, jobKey);
    const place = { connection: turn.connection_id, conversation: turn.conversation_id };
    const before = answered.all({ ...place, job: jobKey, since });
    const last = before[0];
    return {
      answerCount: before.length,
      lastReply: last === undefined ? [] : parts.all({ job: last.job }).map(({ text }) => text),
      answered: before
        .slice(0, turnsMax)
        .map(({ buffer }) => tables.messages.ofTurn(buffer).map(({ content }) => content ?? "")),
      awayToldAt: away.get(place)?.at ?? null,
      sender: tables.messages.knownSender(place.connection, place.conversation, turn.buffer_id),
    };
  }

  return { talkBefore: (jobKey, since, turnsMax) => transact(() => talkBefore(jobKey, since, turnsMax)) };
}
