// Moving here from an older system: what it kept is taken in, and what is still its own is forwarded to it.
import { IMPORT_TABLES } from "../../db/store-import.ts";
import { type Area, data, done, get, listOfStates, page, post } from "./operation.ts";
import {
  fields,
  flag,
  id,
  listOf,
  mapOf,
  moment,
  named,
  number,
  orNull,
  someOf,
  text,
  told,
  whole,
  words,
} from "./schema.ts";

const forward = named(
  "Forward",
  fields({
    id,
    connection: text,
    conversationId: orNull(whole),
    messageId: orNull(whole),
    event: text,
    state: words("waiting", "sent", "failed"),
    attempts: whole,
    statusCode: orNull(whole),
    durationMs: orNull(number),
    reason: orNull(text),
    bodyBytes: told(orNull(whole), "Null: it is over there, and no copy is kept."),
    dueAt: moment,
    createdAt: moment,
    settledAt: orNull(moment),
  }),
);

const lineOf = { line: whole, id: orNull(text) };
const batch = named(
  "ImportReport",
  fields({
    added: whole,
    changed: whole,
    unchanged: whole,
    refused: listOf(fields({ ...lineOf, reason: text })),
    notices: listOf(fields({ ...lineOf, notice: text })),
  }),
);
const dryRun = told(text, "The id of a dry run: nothing is kept.");
const rows = listOf(fields({ line: whole, values: mapOf(text) }));

export const moving: Area = {
  tag: "moving",
  text: "Moving here from an older system: its rows taken in, its share of conversations forwarded to it.",
  scopes: ["admin"],
  operations: [
    get("/admin/forwards", "Webhooks for the older system, the newest first", page(forward), {
      query: listOfStates("waiting", "sent", "failed"),
    }),
    post("/admin/forwards/:id/retry", "Try a failed forward again", done("scheduled")),
    post("/admin/forwards/give-up", "Give up all that still wait", data(fields({ count: whole }))),
    post("/admin/import/dry-run", "Begin a dry run", data(fields({ id: text }))),
    post("/admin/import", "Take in a batch of rows", data(batch), {
      body: fields({ table: words(...IMPORT_TABLES), rows, exact: flag, connection: orNull(text), dryRun }, [
        "exact",
        "connection",
        "dryRun",
      ]),
    }),
    post(
      "/admin/import/finish",
      "Let what was taken in go on",
      data(fields({ opened: whole, joined: whole, failed: whole })),
      { body: someOf({ dryRun }) },
    ),
  ],
};
