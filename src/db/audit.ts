// Who changed what: rows are added and never changed.
import type { Database } from "bun:sqlite";
import { filteredList } from "./filtered.ts";
import type { AuditEntry } from "./store-audit.ts";

const ENTRY = `a.id AS key, a.public_id AS id, a.at, a.actor, a.action, a.subject_id AS subjectId, a.changes, a.reason AS why
  FROM audit_log AS a`;

const CONDITIONS = {
  actor: "a.actor = $actor",
  action: "a.action = $action",
  subjectId: "a.subject_id = $subjectId",
  since: "a.at >= $since",
  until: "a.at < $until",
};

export function auditTable(db: Database) {
  const add = db.query<null, [Record<string, string | number | null>]>(`
    INSERT INTO audit_log (public_id, at, actor, action, subject_id, changes, reason)
    VALUES ($id, $now, $actor, $action, $subjectId, $changes, $why)`);

  return {
    add({ differences, ...entry }: AuditEntry, id: string, now: number): void {
      add.run({ ...entry, id, now, changes: JSON.stringify(differences) });
    },
    list: filteredList(db, ENTRY, "a", CONDITIONS),
  };
}
