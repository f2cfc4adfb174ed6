// What the store knows of changes that people and programs made: append-only, with who, what and why.
import type { ListQuery, Page } from "./store-insight.ts";

/** One field that is another than before. Without `from` and `to` it held what must not stand in a log. */
export interface Difference {
  field: string;
  from?: string | number | boolean | null;
  to?: string | number | boolean | null;
}

export interface AuditEntry {
  /** `admin`, `socket`, `token:<id>` or `user:<id>`. */
  actor: string;
  action: string;
  subjectId: string | null;
  differences: readonly Difference[];
  /** In the words of whoever made it. */
  why: string | null;
}

export interface AuditFilter {
  actor?: string;
  action?: string;
  subjectId?: string;
  /** No earlier, and before. */
  since?: number;
  until?: number;
}

export interface AuditStore {
  addAudit(entry: AuditEntry, now: number): Promise<void>;
  listAudit(query: ListQuery & AuditFilter): Promise<Page>;
}
