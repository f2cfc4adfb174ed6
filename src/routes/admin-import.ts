// What an older system kept, taken in a batch at a time: POST /admin/import, and /admin/import/finish once all is there.
import { Elysia } from "elysia";
import { DEFAULT_CONNECTION } from "../config.ts";
import { IMPORT_TABLES } from "../db/store-import.ts";
import { AppError } from "../errors.ts";
import { IMPORT_ROWS_MAX, type Importer, type RawRow } from "../upkeep/importer.ts";
import { accept } from "./answers.ts";
import { type Fields, readFields, wrong } from "./fields.ts";
import type { Changes } from "./changes.ts";
import { askedByAdmin, type OwnRequest } from "./own-request.ts";

export interface ImportDeps {
  importer: Pick<Importer, "beginDryRun" | "take" | "finish">;
  connectionNamed: (name: string) => { key: number; name: string } | null;
}

const NAME_LENGTH_MAX = 200;

/** The guard stands before these, too: the admin's routes take them in. */
export function importRoutes(deps: ImportDeps & { changes: Changes }) {
  const { ofAll } = askedByAdmin(deps.changes);
  const { begin, take, finish } = importVerbs(deps);
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin-import" })
    .post("/import/dry-run", ofAll(begin), raw)
    .post("/import", ofAll(take), raw)
    .post("/import/finish", ofAll(finish), raw);
}

function importVerbs({ importer, connectionNamed }: ImportDeps) {
  function keyOf(name: string): number {
    const connection = connectionNamed(name);
    if (connection === null) throw new AppError("not_found", "There is no such connection.");
    return connection.key;
  }

  return {
    begin: () => Promise.resolve(accept({ data: { id: importer.beginDryRun() } })),

    take: async ({ request }: OwnRequest<null>) => {
      const known = ["table", "rows", "exact", "connection", "dryRun"];
      const fields = await readFields(request, known);
      const named = fields.line("connection", NAME_LENGTH_MAX) ?? null;
      const dryRunId = fields.line("dryRun", NAME_LENGTH_MAX) ?? null;
      const report = await importer.take({
        table: fields.needed("table", fields.word("table", IMPORT_TABLES)),
        rows: rowsIn(fields),
        isExact: fields.flag("exact") ?? false,
        connectionKey: named === null ? null : keyOf(named),
        homeKey: keyOf(named ?? DEFAULT_CONNECTION),
        dryRunId,
      });
      return accept({ data: report });
    },

    finish: async ({ request, changed }: OwnRequest<null>) => {
      const fields = await readFields(request, ["dryRun"]);
      const dryRunId = fields.line("dryRun", NAME_LENGTH_MAX) ?? null;
      const report = await importer.finish(dryRunId);
      if (dryRunId === null) changed("import.finish");
      return accept({ data: report });
    },
  };
}

function rowsIn(fields: Fields): RawRow[] {
  const rows = fields.value("rows");
  const isList = Array.isArray(rows) && rows.length <= IMPORT_ROWS_MAX && rows.every(isRawRow);
  if (!isList)
    throw wrong(
      "rows",
      `a list of at most ${IMPORT_ROWS_MAX} rows {line, values}, all of whose values are texts`,
    );
  return rows;
}

function isRawRow(row: unknown): row is RawRow {
  if (typeof row !== "object" || row === null) return false;
  const { line, values } = row as Partial<Record<"line" | "values", unknown>>;
  if (!Number.isSafeInteger(line) || typeof values !== "object" || values === null || Array.isArray(values))
    return false;
  return Object.values(values).every((value) => typeof value === "string");
}
