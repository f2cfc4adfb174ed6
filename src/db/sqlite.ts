// The store on SQLite: every method is one immediate transaction over the tables, made durable before its promise resolves.
import { type Database, SQLiteError } from "bun:sqlite";
import type { Random } from "../random.ts";
import { openDatabase } from "./open.ts";
import { openInsight } from "./insight.ts";
import { receiveOne } from "./intake.ts";
import {
  type Claimant,
  type Intake,
  type IntakeRules,
  type Receipt,
  type SettingsStore,
  type Store,
  StoreError,
} from "./store.ts";
import { type Tables, openTables } from "./tables.ts";
import { bufferWork } from "./sqlite-buffers.ts";
import { deliveryWork } from "./sqlite-deliveries.ts";
import { turnWork } from "./sqlite-turns.ts";
import { statSync } from "node:fs";

export interface SqliteOptions {
  path: string;
  random: Random;
}

/** Runs `work` as one transaction and resolves once it is durable; rejects with StoreError where SQLite could not. */
export type Transact = <T>(work: () => T) => Promise<T>;

/** Opens the store in the file at `path` (made, and its schema built, when it is not there). */
export function openSqliteStore({ path, random }: SqliteOptions): Store {
  const db = openDatabase(path);
  const tables = openTables(db, random);
  const transact: Transact = (work) => asPromise(() => db.transaction(work).immediate());
  return {
    receive: (batch, rules, now) => asPromise(() => receiveBatch(db, tables, batch, rules, now)),
    ...bufferWork(tables, transact),
    ...turnWork(tables, transact),
    ...deliveryWork(tables, transact),
    ...openInsight(db, tables, transact),
    ...settingsWork(tables, transact),
    ping: (now) => transact(() => tables.settings.save("pinged_at", String(now), now)),
    sizes: () => asPromise(() => ({ databaseBytes: fileBytes(path), walBytes: fileBytes(`${path}-wal`) })),
    close: () => asPromise(() => db.close(false)),
  };
}

/** The text a claim is held under. */
export function holder({ instance, boot }: Claimant): string {
  return `${instance}/${boot}`;
}

/** One transaction for all; when one of them breaks a rule, each alone, so that only the offender fails. */
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
    if (!isConflict(error)) throw error;
  }
  return batch.map((intake) => {
    try {
      return db.transaction(() => receiveOne(tables, intake, rules, now)).immediate();
    } catch (error) {
      if (!isConflict(error)) throw error;
      return { action: "failed", error: asStoreError(error) };
    }
  });
}

function settingsWork(tables: Tables, transact: Transact): SettingsStore {
  const { settings } = tables;
  return {
    ensureConnection: (name, now) => transact(() => settings.ensureConnection(name, now)),
    setting: (name) => transact(() => settings.get(name)),
    saveSetting: (name, value, now) => transact(() => settings.save(name, value, now)),
    ensureFlags: (flags, now) => transact(() => flags.forEach((flag) => settings.ensureFlag(flag, now))),
    flags: () => transact(() => settings.flags()),
    saveFlag: (name, isEnabled, now) => transact(() => settings.saveFlag(name, isEnabled, now)),
    addPlaygroundMessage: (message) => transact(() => tables.playground.add(message)),
    playgroundMessages: (afterId, limit) => transact(() => tables.playground.after(afterId, limit)),
    latestPlaygroundMessages: (limit) => transact(() => tables.playground.latest(limit)),
  };
}

/** Runs at once, yet reports by promise: an async function inside a transaction would commit before it ends. */
function asPromise<T>(work: () => T): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(asStoreError(error));
  }
}

function asStoreError(error: unknown): unknown {
  if (!(error instanceof SQLiteError)) return error;
  const code = error.code ?? "";
  if (code.startsWith("SQLITE_CONSTRAINT")) return new StoreError("conflict", error);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
    return new StoreError("busy", error);
  // No room, or no way to write: for the caller it is the same, nothing can be kept now.
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(code)) return new StoreError("full", error);
  return error;
}

function isConflict(error: unknown): boolean {
  return error instanceof SQLiteError && (error.code ?? "").startsWith("SQLITE_CONSTRAINT");
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
