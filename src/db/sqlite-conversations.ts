// The store's verbs for conversations as people see them, each one transaction.
import type { Database } from "bun:sqlite";
import type { Pause } from "../turn/gate.ts";
import { conversationState } from "./conversations.ts";
import { TURN } from "./insight.ts";
import { filteredList } from "./filtered.ts";
import { withoutKey } from "./page.ts";
import { pauseConversation, resumeConversation } from "./quiet.ts";
import type { ConversationPlace, ConversationStore, ConversationView } from "./store-conversations.ts";
import type { Row } from "./store-insight.ts";
import type { Tables } from "./tables.ts";
import { timeline } from "./timeline.ts";
import type { Transact } from "./transact.ts";
import { cancelBuffer } from "./work.ts";

type Params = Record<string, string | number | null>;

const CONVERSATION = `v.id AS key, v.public_id AS id, c.name AS connection,
  v.chatwoot_conversation_id AS conversationId, v.inbox_id AS inboxId, v.channel, v.contact_id AS contactId,
  v.user_id AS userId, v.status, v.assignee, v.can_reply AS canReply, v.conversation_state AS state,
  v.paused_at AS pausedAt, v.paused_until AS pausedUntil, v.paused_by AS pausedBy, v.paused_by_name AS pausedByName,
  v.connection_id AS connectionKey, v.message_count AS messageCount, v.last_message_at AS lastMessageAt,
  v.created_at AS createdAt FROM conversations AS v JOIN connections AS c ON c.id = v.connection_id`;

export function conversationWork(db: Database, tables: Tables, transact: Transact): ConversationStore {
  const list = filteredList(db, CONVERSATION, "v", {
    state: "v.conversation_state = $state",
    pausedAt: "v.paused_at IS NOT NULL AND (v.paused_until IS NULL OR v.paused_until > $pausedAt)",
    connection: "c.name = $connection",
    inboxId: "v.inbox_id = $inboxId",
    contactId: "v.contact_id = $contactId",
    userId: "v.user_id = $userId",
    status: "v.status = $status",
    outcome: `$outcome = (SELECT o.outcome FROM conversation_outcomes AS o WHERE o.connection_id = v.connection_id
      AND o.conversation_id = v.chatwoot_conversation_id ORDER BY o.id DESC LIMIT 1)`,
  });
  const one = db.query<Row, [Params]>(`
    SELECT ${CONVERSATION} WHERE v.connection_id = $connectionKey AND v.chatwoot_conversation_id = $conversationId`);
  const placed = db.query<ConversationPlace, [Params]>(`
    SELECT connection_id AS connectionKey, chatwoot_conversation_id AS conversationId FROM conversations
    WHERE public_id = $id`);
  const turns = db.query<Row, [Params]>(`
    SELECT ${TURN} WHERE b.connection_id = $connectionKey AND b.conversation_id = $conversationId
    ORDER BY b.id DESC LIMIT $limit`);

  const storyOf = timeline(db);

  function view(row: Row): ConversationView {
    const { connectionKey, ...shown } = withoutKey(row);
    const found = tables.conversations.find(Number(connectionKey), Number(row["conversationId"]));
    if (found === null) throw new Error("a conversation that was read is not there");
    return { row: shown, state: conversationState(found) };
  }

  function story(place: ConversationPlace, limits: { events: number; turns: number }) {
    const row = one.get({ ...place });
    if (row === null) return null;
    return {
      ...view(row),
      events: tables.events.latest(place.connectionKey, place.conversationId, limits.events),
      turns: turns.all({ ...place, limit: limits.turns }).map(withoutKey),
    };
  }

  function pause(
    { connectionKey: connection, conversationId: conversation }: ConversationPlace,
    by: Pause,
    now: number,
  ) {
    if (tables.conversations.find(connection, conversation) === null) return null;
    pauseConversation(tables, { connection, conversation }, by, now);
    const open = tables.buffers.openOf(connection, conversation);
    return { cancelledBufferId: open === null ? null : cancelBuffer(tables, open.id, "paused", now) };
  }

  return {
    listConversations: (query, now) =>
      transact(() => {
        const paused = query.state === "paused" ? { state: null, pausedAt: now } : {};
        const { data, nextCursor } = list({ ...query, ...paused });
        return { data: data.map(view), nextCursor };
      }),
    conversationPlace: (id) => transact(() => placed.get({ id })),
    conversationStory: (place, limits) => transact(() => story(place, limits)),
    conversationTimeline: (place, query) => transact(() => storyOf(place, query)),
    pauseConversation: (place, by, now) => transact(() => pause(place, by, now)),
    resumeConversation: (connection, conversation, now) =>
      transact(() => resumeConversation(tables, { connection, conversation }, "operator", now)),
  };
}
