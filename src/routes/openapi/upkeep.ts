// Backups, and the database's own upkeep.
import { type Area, data, get, page, post } from "./operation.ts";
import { run } from "./schedules.ts";
import { fields, flag, listOf, mapOf, moment, named, orNull, text, told, whole } from "./schema.ts";

const backupRow = {
  id: text,
  file: told(text, "Its name in the folder of backups."),
  version: text,
  schemaVersion: whole,
  counts: told(mapOf(whole), "Rows of each table."),
  sizeBytes: whole,
  sha256: text,
  createdAt: moment,
  verifiedAt: moment,
};
const fault = told(orNull(text), "Null: it is whole.");

export const upkeep: Area = {
  tag: "upkeep",
  text: "Backups, and the database's own upkeep. Neither the master key nor objects of buckets are in a backup.",
  scopes: ["admin"],
  operations: [
    get(
      "/admin/backups",
      "The backups that are kept, the newest first",
      page(named("Backup", fields(backupRow))),
    ),
    post("/admin/backups", "Begin a backup", data(run)),
    post(
      "/admin/backups/:id/verify",
      "Read a backup whole",
      data(named("VerifiedBackup", fields({ ...backupRow, isWhole: flag, fault }))),
    ),
    post(
      "/admin/maintenance/checkpoint",
      "Cut the write-ahead log",
      data(fields({ walBytesBefore: whole, walBytes: whole })),
    ),
    post("/admin/maintenance/:work", "Begin optimize, integrity or cleanup", data(listOf(run))),
  ],
};
