// All tables of one database handle, with their prepared statements.
import type { Database } from "bun:sqlite";
import type { Random } from "../random.ts";
import { bufferTable } from "./buffers.ts";
import { chatTable } from "./chat.ts";
import { conversationTable } from "./conversations.ts";
import { credentialTable } from "./credentials.ts";
import { deliveryTable } from "./deliveries.ts";
import { eventTable } from "./events.ts";
import { historyTable } from "./history.ts";
import { identityChanges } from "./identity-changes.ts";
import { identityTable } from "./identity.ts";
import { limitTable } from "./limits.ts";
import { lineConfigTable } from "./line-configs.ts";
import { mappingTable } from "./mappings.ts";
import { meetingNoteTable } from "./meeting-notes.ts";
import { messageTable } from "./messages.ts";
import { pairTable } from "./pairs.ts";
import { playgroundTable } from "./playground.ts";
import { profileTable } from "./profiles.ts";
import { settingTable } from "./settings.ts";
import { tokenTable } from "./tokens.ts";
import { turnTable } from "./turns.ts";
import { usageTable } from "./usage.ts";
import { userRemoval } from "./user-removal.ts";
import { userTable } from "./users.ts";
import { webhookLinkTable } from "./webhook-links.ts";
import { deliverySent } from "./work.ts";

export type Tables = ReturnType<typeof openTables>;

/** Prepares every statement once; `random` makes the public ids. */
export function openTables(db: Database, random: Random) {
  const changes = identityChanges(db);
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
    users: userTable(db),
    userRemoval: userRemoval(db, changes),
    identityChanges: changes,
    identity: identityTable(db),
    mappings: mappingTable(db, changes),
    lineConfigs: lineConfigTable(db, changes),
    profiles: profileTable(db, changes),
    meetingNotes: meetingNoteTable(db, changes),
    pairs: pairTable(db, changes),
    webhookLinks: webhookLinkTable(db),
    tokens: tokenTable(db),
    credentials: credentialTable(db),
    usage: usageTable(db),
    limits: limitTable(db),
    chat: chatTable(db),
    deliveries: deliveryTable(db, (delivery, messageId, now) =>
      deliverySent(tables, delivery, messageId, now),
    ),
  };
  return tables;
}
