// Conversations as an operator sees them: who keeps lull quiet, what was done lately; and to keep it quiet or let it speak.
// One is named by its id, or by Chatwoot's number of it: 458, or clinic:458 in another connection than the environment's.
import { MINUTE_MS } from "../clock.ts";
import { DEFAULT_CONNECTION } from "../config.ts";
import type { ConversationFilter, ConversationPlace, ConversationView } from "../db/store-conversations.ts";
import type { Row } from "../db/store-insight.ts";
import { type ConversationState, isPaused } from "../turn/gate.ts";
import type { SilenceReason } from "../turn/outcome.ts";
import { found, listQuery, present, type WithId, type WithQuery, wordIn } from "./admin-lists.ts";
import type { ChangeDeps } from "./admin.ts";
import { accept } from "./answers.ts";
import { NAME_LENGTH_MAX } from "./list-filters.ts";
import { answerTimeline, timelineQuery } from "./timeline-pages.ts";
import { QueryFields } from "./query-fields.ts";
import { given, readFields } from "./fields.ts";
import type { ChangeAction } from "./own-request.ts";

export interface ConversationDeps {
  /** Why lull would keep silent there now; null: it would not. */
  silenceNow: (state: ConversationState) => SilenceReason | null;
  /** A silence that no turn ends with. */
  countSilence: (reason: SilenceReason | "operator") => void;
}

const STATES = ["idle", "buffering", "processing", "paused"];
const STORY = { events: 100, turns: 20 };
const STATUSES = ["open", "pending", "resolved", "snoozed"];
const OUTCOMES = ["resolved", "handed_off", "reopened"];
const FILTERS = ["connection", "inboxId", "contactId", "userId", "status", "outcome"];
const MINUTES_MAX = 43_200;
const NUMBERED = /^(?:([^:]+):)?(\d{1,15})$/;

export function conversationHandlers(deps: ChangeDeps) {
  const { store, now, changed, connectionNamed } = deps;
  const show = (view: ConversationView) => presentConversation(view, now(), deps);

  async function placeOf({ id }: WithId["params"]): Promise<ConversationPlace> {
    const [, name = DEFAULT_CONNECTION, number] = NUMBERED.exec(id) ?? [];
    if (number === undefined) return found(await store.conversationPlace(id), "conversation");
    const { key: connectionKey } = found(connectionNamed(name), "connection");
    return { connectionKey, conversationId: Number(number) };
  }

  async function tell(place: ConversationPlace): Promise<Record<string, unknown>> {
    const { events, turns, ...view } = found(await store.conversationStory(place, STORY), "conversation");
    return { ...show(view), events: events.map(presentEvent), turns: turns.map((turn) => present(turn)) };
  }

  /** Tells the change and how it is then. */
  async function answer(request: Request, action: ChangeAction, place: ConversationPlace): Promise<Response> {
    const data = await tell(place);
    changed(request, action, String(data["id"]));
    return accept({ data });
  }

  return {
    list: async ({ query }: WithQuery) => {
      const { data, nextCursor } = await store.listConversations(
        { ...listQuery(query, STATES, FILTERS), ...readFilter(query) },
        now(),
      );
      return accept({ data: data.map(show), nextCursor });
    },

    show: async ({ params }: WithId) => accept({ data: await tell(await placeOf(params)) }),

    timeline: async ({ params, query }: WithId & WithQuery) => {
      const place = await placeOf(params);
      found(await store.conversationStory(place, { events: 1, turns: 1 }), "conversation");
      return answerTimeline(await store.conversationTimeline(place, timelineQuery(query)));
    },

    pause: async ({ params, request }: WithId & { request: Request }) => {
      const place = await placeOf(params);
      const fields = await readFields(request, ["minutes"]);
      const minutes = fields.whole("minutes", 1, MINUTES_MAX) ?? null;
      const until = minutes === null ? null : now() + minutes * MINUTE_MS;
      const paused = await store.pauseConversation(place, { by: "operator", byName: null, until }, now());
      if (found(paused, "conversation").cancelledBufferId !== null) deps.countSilence("paused");
      return answer(request, "conversation.pause", place);
    },

    resume: async ({ params, request }: WithId & { request: Request }) => {
      const place = await placeOf(params);
      await store.resumeConversation(place.connectionKey, place.conversationId, now());
      return answer(request, "conversation.resume", place);
    },
  };
}

function readFilter(query: WithQuery["query"]): ConversationFilter {
  const fields = new QueryFields(query);
  const idIn = (name: string) => fields.whole(name, 1, Number.MAX_SAFE_INTEGER) ?? undefined;
  return given({
    connection: fields.line("connection", NAME_LENGTH_MAX) ?? undefined,
    inboxId: idIn("inboxId"),
    contactId: idIn("contactId"),
    userId: fields.line("userId", NAME_LENGTH_MAX) ?? undefined,
    status: wordIn(query, "status", STATUSES),
    outcome: wordIn(query, "outcome", OUTCOMES),
  });
}

/** A pause that ran out is none. */
function presentConversation(
  { row, state }: ConversationView,
  now: number,
  { silenceNow }: ConversationDeps,
): Record<string, unknown> {
  const { canReply, ...shown } = present(row);
  const over = { pausedAt: null, pausedUntil: null, pausedBy: null, pausedByName: null };
  return {
    ...shown,
    ...(isPaused(state, now) ? {} : over),
    canReply: canReply === null ? null : canReply !== 0,
    silence: silenceNow(state),
  };
}

function presentEvent({ at, subject_id: subjectId = null, name = null, detail = null }: Row) {
  return present({ happenedAt: at ?? null, name, subjectId, detail });
}
