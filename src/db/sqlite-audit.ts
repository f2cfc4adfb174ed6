// The store's verbs for the audit log, each one transaction.
import type { AuditStore } from "./store-audit.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function auditWork({ audit, newId }: Tables, transact: Transact): AuditStore {
  return {
    addAudit: (entry, now) => transact(() => audit.add(entry, newId(now), now)),
    listAudit: (query) => transact(() => audit.list({ ...query })),
  };
}
