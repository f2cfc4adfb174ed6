// How lull runs as a whole: its counts, flags, the processing switch, what models can do.
import { counts, figures } from "./figures.ts";
import { type Area, data, get, LIST, page, post, ofSetting, remove, setting } from "./operation.ts";
import {
  anything,
  fields,
  flag,
  id,
  listOf,
  mapOf,
  moment,
  named,
  orNull,
  someOf,
  text,
  told,
  upTo,
  whole,
  wholeUpTo,
} from "./schema.ts";

const HOURS_MAX = 366 * 24;
const percent = { type: "integer", minimum: 0, maximum: 100 };
const switched = {
  isEnabled: flag,
  rolloutPercent: told(percent, "The share of conversations that it is on for."),
};
const scope = told(text, "all, connection:<name> or user:<id>.");
const feature = named(
  "Flag",
  fields({
    name: text,
    description: text,
    default: flag,
    isLocked: told(flag, "The environment says what it is."),
    ...switched,
    set: told(fields(switched), "What was set for all."),
    overrides: told(mapOf(fields(switched)), "By scope: connection:<name> or user:<id>."),
  }),
);
const flagChange = named(
  "FlagChange",
  fields({
    id,
    at: moment,
    actor: text,
    why: orNull(text),
    changes: listOf(fields({ scope, field: text, from: anything, to: anything })),
  }),
);
const eventStream = { contentType: "text/event-stream", schema: text };
const capabilities = mapOf(someOf({ sees: flag, obeysSchema: flag }));

const stats = named(
  "Stats",
  fields({
    version: text,
    bootedAt: moment,
    isProcessingOn: flag,
    buffers: counts,
    jobs: counts,
    deliveries: counts,
    messages: counts,
  }),
);
const change = fields({ field: text, from: anything, to: anything }, ["from", "to"]);
const entry = named(
  "AuditEntry",
  fields({
    id,
    at: moment,
    actor: told(text, "admin, socket, token:<id> or user:<id>."),
    action: text,
    subjectId: orNull(text),
    changes: told(listOf(change), "What must not stand in a log is named without from and to."),
    why: orNull(text),
  }),
);
export const switches: Area = {
  tag: "running",
  text: "How lull runs: counts, figures, flags and switches.",
  scopes: ["admin"],
  operations: [
    get("/admin/stats", "Counts by state", data(stats)),
    get("/admin/metrics", "How well it went in the last hours", data(figures), {
      query: { hours: wholeUpTo(HOURS_MAX) },
    }),
    get("/admin/events", "What happens, as it happens, as server-sent events", eventStream, {
      query: {
        connection: text,
        conversationId: whole,
        name: text,
        lastEventId: told(whole, "As Last-Event-ID, which stands before it."),
      },
      headers: ["Last-Event-ID"],
    }),
    get("/admin/audit-log", "Who changed what, the newest first", page(entry), {
      query: { ...LIST, actor: text, action: text, subject: text, since: moment, until: moment },
    }),
    get("/admin/flags", "All flags", data(listOf(feature))),
    ...setting(
      "/admin/flags/:name",
      "One flag",
      "Turn a flag on or off, for all or for some",
      data(feature),
      fields({ enabled: flag, rolloutPercent: percent, scope, why: upTo(500) }, [
        "rolloutPercent",
        "scope",
        "why",
      ]),
    ),
    ofSetting(
      remove("/admin/flags/:name", "Take away what was set for one connection or user", data(feature), {
        query: { scope, why: upTo(500) },
        needed: ["scope"],
      }),
    ),
    get("/admin/flags/:name/history", "Who set it, when, why, and what it was before", page(flagChange), {
      query: LIST,
    }),
    post(
      "/admin/processing",
      "Let messages be answered, or only be stored",
      data(fields({ enabled: flag })),
      {
        body: fields({ enabled: flag }),
      },
    ),
    ...setting(
      "/admin/model-capabilities",
      "What models can do beyond what lull knows",
      "Say so, for all of them at once",
      data(capabilities),
      capabilities,
    ),
  ],
};
