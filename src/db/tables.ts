// All tables of one database handle, with their prepared statements.
import type { Database } from "bun:sqlite";
import type { Random } from "../random.ts";
import { bufferTable } from "./buffers.ts";
import { conversationTable } from "./conversations.ts";
import { deliveryTable } from "./deliveries.ts";
import { eventTable } from "./events.ts";
import { historyTable } from "./history.ts";
import { messageTable } from "./messages.ts";
import { playgroundTable } from "./playground.ts";
import { settingTable } from "./settings.ts";
import { turnTable } from "./turns.ts";
import { deliverySent } from "./work.ts";

export type Tables = ReturnType<typeof openTables>;

/** Prepares every statement once; `random` makes the public ids. */
export function openTables(db: Database, random: Random) {
  const tables = {
    newId: (now: number) => random.uuid(now),
    conversations: conversationTable(db),
    buffers: bufferTable(db),
    messages: messageTable(db),
    history: historyTable(db),
    turns: turnTable(db),
    events: eventTable(db),
    settings: settingTable(db, random),
    playground: playgroundTable(db),
    deliveries: deliveryTable(db, (delivery, messageId, now) =>
      deliverySent(tables, delivery, messageId, now),
    ),
  };
  return tables;
}
