// Who changed what, when and why, as an operator looks it up.
import { Elysia } from "elysia";
import type { AuditFilter, AuditStore } from "../db/store-audit.ts";
import type { Row } from "../db/store-insight.ts";
import { answerPage, listQuery, present, type WithQuery } from "./admin-lists.ts";
import { given } from "./fields.ts";
import { NAME_LENGTH_MAX, readSpan, SPAN_FILTERS } from "./list-filters.ts";
import { QueryFields } from "./query-fields.ts";

const FILTERS = [...SPAN_FILTERS, "actor", "action", "subject"];

/** The guard stands before these, too: the admin's routes take them in. */
export function auditRoutes({ store }: { store: Pick<AuditStore, "listAudit"> }) {
  return new Elysia({ name: "admin-audit" }).get("/audit-log", async ({ query }: WithQuery) => {
    const filter = readFilter(new QueryFields(query));
    return answerPage(await store.listAudit({ ...listQuery(query, [], FILTERS), ...filter }), presentEntry);
  });
}

function readFilter(fields: QueryFields): AuditFilter {
  const named = given({
    actor: fields.line("actor", NAME_LENGTH_MAX) ?? undefined,
    action: fields.line("action", NAME_LENGTH_MAX) ?? undefined,
    subjectId: fields.line("subject", NAME_LENGTH_MAX) ?? undefined,
  });
  return { ...named, ...readSpan(fields) };
}

function presentEntry({ at, changes, ...row }: Row): Record<string, unknown> {
  return {
    ...present(row),
    at: new Date(Number(at)).toISOString(),
    changes: JSON.parse(String(changes)) as unknown,
  };
}
