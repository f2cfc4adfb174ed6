// The store on SQLite: every method is one immediate transaction over the tables, made durable before its promise resolves.
import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import type { Random } from "../random.ts";
import { openDatabase } from "./open.ts";
import { openFigures } from "./figures.ts";
import { openInsight } from "./insight.ts";
import { rekeyNumbers } from "./rekey.ts";
import { receiveOne } from "./intake.ts";
import type { Intake, IntakeRules, Receipt } from "./store-intake.ts";
import type { SettingsStore } from "./store-settings.ts";
import { type Store, StoreError } from "./store.ts";
import { type Tables, openTables } from "./tables.ts";
import { auditWork } from "./sqlite-audit.ts";
import { audioWork } from "./sqlite-audio.ts";
import { bucketWork } from "./sqlite-buckets.ts";
import { bufferWork } from "./sqlite-buffers.ts";
import { catchUpWork } from "./sqlite-catch-up.ts";
import { chatWork } from "./sqlite-chat.ts";
import { connectionWork } from "./sqlite-connections.ts";
import { contextWork } from "./sqlite-context.ts";
import { conversationWork } from "./sqlite-conversations.ts";
import { credentialWork } from "./sqlite-credentials.ts";
import { deliveryWork } from "./sqlite-deliveries.ts";
import { erasureWork } from "./sqlite-erasures.ts";
import { errandWork } from "./sqlite-errands.ts";
import { eventWork } from "./sqlite-events.ts";
import { flagWork } from "./sqlite-flags.ts";
import { identityWork } from "./sqlite-identity.ts";
import { importWork } from "./sqlite-import.ts";
import { inboxWork } from "./sqlite-inboxes.ts";
import { jobWork } from "./sqlite-jobs.ts";
import { knowledgeWork } from "./sqlite-knowledge.ts";
import { legacyWork } from "./sqlite-legacy.ts";
import { notificationWork } from "./sqlite-notifications.ts";
import { repeatWork } from "./sqlite-repeats.ts";
import { retentionWork } from "./sqlite-retention.ts";
import { scheduleWork } from "./sqlite-schedules.ts";
import { spoolWork } from "./sqlite-spool.ts";
import { openWorkFigures } from "./work-figures.ts";
import { openTalk } from "./talk.ts";
import { tokenWork } from "./sqlite-tokens.ts";
import { promptWork } from "./sqlite-prompts.ts";
import { turnWork } from "./sqlite-turns.ts";
import { usageWork } from "./sqlite-usage.ts";
import { userWork } from "./sqlite-users.ts";
import { alertWork } from "./sqlite-alerts.ts";
import { watchWork } from "./sqlite-watch.ts";
import { webhookLogWork } from "./sqlite-webhook-logs.ts";
import { asPromise, asStoreError, openTransact, type Transact } from "./transact.ts";

export interface SqliteOptions {
  path: string;
  random: Random;
}

/** Opens the store in the file at `path` (made, and its schema built, when it is not there). */
export function openSqliteStore({ path, random }: SqliteOptions): Store {
  const db = openDatabase(path);
  const tables = openTables(db, random);
  const transact = openTransact(db);
  return {
    receive: (batch, rules, now) => asPromise(() => receiveBatch(db, tables, batch, rules, now)),
    ...bufferWork(tables, transact),
    ...turnWork(tables, transact),
    ...jobWork(tables, transact),
    ...deliveryWork(tables, transact),
    ...openInsight(db, tables, transact),
    ...settingsWork(tables, transact),
    ...connectionWork(tables, transact),
    ...flagWork(tables, transact),
    ...legacyWork(tables, transact),
    ...alertWork(tables, transact),
    ...watchWork(tables, transact),
    ...webhookLogWork(tables, transact),
    ...auditWork(tables, transact),
    ...userWork(tables, transact),
    ...tokenWork(tables, transact),
    ...identityWork(tables, transact),
    ...importWork(db, tables, transact),
    ...erasureWork(db, tables, transact),
    ...credentialWork(tables, transact),
    ...usageWork(tables, transact),
    ...chatWork(tables, transact),
    ...bucketWork(tables, transact),
    ...catchUpWork(tables, transact),
    ...spoolWork(tables, transact),
    ...knowledgeWork(tables, transact),
    ...inboxWork(tables, transact),
    ...promptWork(tables, transact),
    ...repeatWork(tables, transact),
    ...retentionWork(tables, transact),
    ...scheduleWork(tables, transact),
    ...contextWork(tables, transact),
    ...errandWork(tables, transact),
    ...eventWork(tables, transact),
    ...audioWork(tables, transact),
    ...notificationWork(tables, transact),
    ...openFigures(db, transact),
    ...openWorkFigures(db, transact),
    ...openTalk(db, tables, transact),
    ...conversationWork(db, tables, transact),
    rekeyNumbers: (now) => transact(() => rekeyNumbers(db, tables, now)),
    ping: (now) => transact(() => tables.settings.save("pinged_at", String(now), now)),
    optimize: () => asPromise(() => optimize(db)),
    sizes: () => asPromise(() => ({ databaseBytes: fileBytes(path), walBytes: fileBytes(`${path}-wal`) })),
    close: () => asPromise(() => db.close(false)),
  };
}

/** One transaction for all; when one of them cannot be kept, each alone, so that only the offender fails. */
function receiveBatch(
  db: Database,
  tables: Tables,
  batch: readonly Intake[],
  rules: IntakeRules,
  now: number,
): Receipt[] {
  const together = db.transaction(() => batch.map((intake) => receiveOne(tables, intake, rules, now)));
  try {
    return together.immediate();
  } catch (error) {
    if (isOutage(error)) throw error;
  }
  return batch.map((intake) => {
    try {
      return db.transaction(() => receiveOne(tables, intake, rules, now)).immediate();
    } catch (error) {
      if (isOutage(error)) throw error;
      return { action: "failed", error: asStoreError(error) };
    }
  });
}

/** No room, or another writer: it is not the arrival's fault, and no other would fare better. */
function isOutage(error: unknown): boolean {
  const known = asStoreError(error);
  return known instanceof StoreError && known.kind !== "conflict";
}

function settingsWork(tables: Tables, transact: Transact): SettingsStore {
  const { settings } = tables;
  return {
    ensureConnection: (name, now) => transact(() => settings.ensureConnection(name, now)),
    setting: (name) => transact(() => settings.get(name)),
    saveSetting: (name, value, now) => transact(() => settings.save(name, value, now)),
    addPlaygroundMessage: (message) => transact(() => tables.playground.add(message)),
    playgroundMessages: (afterId, limit) => transact(() => tables.playground.after(afterId, limit)),
    latestPlaygroundMessages: (limit) => transact(() => tables.playground.latest(limit)),
  };
}

/** A sample of each index is enough, and takes no time that anybody would notice. */
function optimize(db: Database): void {
  db.run("PRAGMA analysis_limit = 400");
  db.run("PRAGMA optimize");
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
