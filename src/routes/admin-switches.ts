// Flags and the processing switch, as an operator turns them.
import { Elysia } from "elysia";
import { BODY_BYTES_MAX } from "../chatwoot/body.ts";
import { AppError } from "../errors.ts";
import type { ChangeDeps } from "./admin.ts";
import { answerPage, listQuery, refuseUnknown, type WithQuery } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { readFields } from "./fields.ts";
import { presentChange } from "./flag-history.ts";
import { readScope } from "./flag-scope.ts";
import { QueryFields } from "./query-fields.ts";
import { readJsonObject } from "./request-body.ts";
import { settings } from "./settings.ts";

/** In UTF-16 units. */
const WHY_LENGTH_MAX = 500;

interface OfFlag {
  params: { name: string };
  request: Request;
}

export function switchRoutes(deps: ChangeDeps) {
  const flags = flagHandlers(deps);
  const setting = settings(deps.changes);
  const flag = setting(flags.show, flags.set);
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "switches" })
    .get("/flags", flags.list)
    .get("/flags/:name", flag.show)
    .get("/flags/:name/history", flags.history)
    .put("/flags/:name", flag.change, raw)
    .delete("/flags/:name", setting(flags.show, flags.unset).change, raw)
    .post("/processing", ({ request }) => setProcessing(request, deps), raw);
}

function flagHandlers(deps: ChangeDeps) {
  const { flags, store, now, changed } = deps;
  return {
    list: async () => accept({ data: await flags.list() }),

    show: async ({ params }: Pick<OfFlag, "params">) => accept({ data: await flags.show(params.name) }),

    history: async ({ params: { name }, query }: Pick<OfFlag, "params"> & WithQuery) => {
      await flags.show(name);
      const page = await store.listAudit({ ...listQuery(query, []), subjectId: name });
      return answerPage(page, presentChange);
    },

    set: async ({ params: { name }, request }: OfFlag) => {
      const fields = await readFields(request, ["enabled", "rolloutPercent", "scope", "why"]);
      const isEnabled = fields.needed("enabled", fields.flag("enabled"));
      const rolloutPercent = fields.whole("rolloutPercent", 0, 100);
      const scope = await readScope(fields.value("scope") ?? "all", "invalid_body", deps);
      const why = fields.line("why", WHY_LENGTH_MAX);
      await flags.set(name, scope, { isEnabled, rolloutPercent: rolloutPercent ?? null }, now());
      changed(request, isEnabled ? "flag.on" : "flag.off", name, why);
      return accept({ data: await flags.show(name) });
    },

    unset: async ({ params: { name }, query, request }: OfFlag & WithQuery) => {
      refuseUnknown(query, ["scope", "why"]);
      const scope = await readScope(query["scope"], "invalid_query", deps);
      if (scope.kind === "all")
        throw new AppError(
          "invalid_query",
          "scope must be connection:<name> or user:<id>: a flag is always set for all.",
        );
      const why = new QueryFields(query).line("why", WHY_LENGTH_MAX);
      await flags.unset(name, scope);
      changed(request, "flag.unset", name, why);
      return accept({ data: await flags.show(name) });
    },
  };
}

async function setProcessing(request: Request, { flags, now, wake, changed }: ChangeDeps) {
  const { enabled } = await readJsonObject(request, BODY_BYTES_MAX);
  if (typeof enabled !== "boolean") throw new AppError("invalid_body", "enabled must be true or false.");
  await flags.setProcessing(enabled, now());
  changed(request, enabled ? "processing.on" : "processing.off");
  wake();
  return accept({ data: { enabled: flags.isProcessingOn() } });
}
