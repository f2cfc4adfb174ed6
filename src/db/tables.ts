// All tables of one database handle, with their prepared statements.
import type { Database } from "bun:sqlite";
import type { Random } from "../random.ts";
import { auditTable } from "./audit.ts";
import { alertTable } from "./alerts.ts";
import { audioTable } from "./audio-files.ts";
import { bucketTaskTable } from "./bucket-tasks.ts";
import { bucketTable } from "./buckets.ts";
import { bufferTable } from "./buffers.ts";
import { catchUpTable } from "./catch-up.ts";
import { chatTable } from "./chat.ts";
import { addedConnectionTable } from "./connections.ts";
import { conversationTable } from "./conversations.ts";
import { credentialTable } from "./credentials.ts";
import { deliveryTable } from "./deliveries.ts";
import { errandTable } from "./errands.ts";
import { eventTable } from "./events.ts";
import { flagTable } from "./flags.ts";
import { followedEvents } from "./followed-events.ts";
import { historyTable } from "./history.ts";
import { identityChanges } from "./identity-changes.ts";
import { identityTable } from "./identity.ts";
import { inboxTable } from "./inboxes.ts";
import { jobTable } from "./jobs.ts";
import { knowledgeTable } from "./knowledge.ts";
import { limitTable } from "./limits.ts";
import { forwardTable } from "./legacy-forwards.ts";
import { lineConfigTable } from "./line-configs.ts";
import { mappingTable } from "./mappings.ts";
import { meetingNoteTable } from "./meeting-notes.ts";
import { messageTable } from "./messages.ts";
import { outcomeTable } from "./outcomes.ts";
import { notificationTable } from "./notifications.ts";
import { oldBuffers } from "./old-buffers.ts";
import { oldHistory, oldRows, shortestRetention } from "./old-rows.ts";
import { pairTable } from "./pairs.ts";
import { passageTable } from "./passages.ts";
import { playgroundTable } from "./playground.ts";
import { profileTable } from "./profiles.ts";
import { promptTable } from "./prompts.ts";
import { repeatTable } from "./repeats.ts";
import { saidTable } from "./said.ts";
import { scheduleTable } from "./schedules.ts";
import { settingTable } from "./settings.ts";
import { sideTable } from "./sides.ts";
import { spoolTable } from "./spool.ts";
import { summaryTable } from "./summaries.ts";
import { tokenTable } from "./tokens.ts";
import { turnTable } from "./turns.ts";
import { usageTable } from "./usage.ts";
import { userRemoval } from "./user-removal.ts";
import { leaveStorage } from "./user-storage.ts";
import { userTable } from "./users.ts";
import { webhookLinkTable } from "./webhook-links.ts";
import { webhookLogTable } from "./webhook-logs.ts";
import { worryTable } from "./worries.ts";
import { deliverySent } from "./work.ts";

export type Tables = ReturnType<typeof openTables>;

/** Prepares every statement once; `random` makes the public ids. */
export function openTables(db: Database, random: Random) {
  const changes = identityChanges(db);
  const tables = {
    newId: (now: number) => random.uuid(now),
    addedConnections: addedConnectionTable(db),
    conversations: conversationTable(db),
    buffers: bufferTable(db),
    messages: messageTable(db),
    history: historyTable(db),
    turns: turnTable(db),
    jobs: jobTable(db),
    events: eventTable(db),
    followedEvents: followedEvents(db),
    settings: settingTable(db, random),
    flags: flagTable(db, random),
    sides: sideTable(db),
    forwards: forwardTable(db),
    playground: playgroundTable(db),
    users: userTable(db),
    userRemoval: userRemoval(db, changes, (userId, now) => leaveStorage(tables, userId, now)),
    identityChanges: changes,
    identity: identityTable(db),
    mappings: mappingTable(db, changes),
    lineConfigs: lineConfigTable(db, changes),
    profiles: profileTable(db, changes),
    meetingNotes: meetingNoteTable(db, changes),
    pairs: pairTable(db, changes),
    webhookLinks: webhookLinkTable(db),
    webhookLogs: webhookLogTable(db),
    tokens: tokenTable(db),
    credentials: credentialTable(db),
    usage: usageTable(db),
    limits: limitTable(db),
    chat: chatTable(db),
    buckets: bucketTable(db),
    bucketTasks: bucketTaskTable(db),
    catchUp: catchUpTable(db),
    spool: spoolTable(db),
    repeats: repeatTable(db),
    said: saidTable(db),
    knowledge: knowledgeTable(db),
    passages: passageTable(db),
    inboxes: inboxTable(db),
    audios: audioTable(db),
    audit: auditTable(db),
    prompts: promptTable(db),
    schedules: scheduleTable(db),
    oldBuffers: oldBuffers(db),
    oldHistory: oldHistory(db),
    oldRows: oldRows(db),
    shortestRetention: shortestRetention(db),
    summaries: summaryTable(db),
    errands: errandTable(db),
    notifications: notificationTable(db),
    outcomes: outcomeTable(db),
    alerts: alertTable(db),
    worries: worryTable(db),
    deliveries: deliveryTable(db, (delivery, messageId, now) =>
      deliverySent(tables, delivery, messageId, now),
    ),
  };
  return tables;
}
