// One person's data: given out whole, erased with a receipt.
import { type Area, answer, type Body, get, listOfStates, page, data, remove } from "./operation.ts";
import {
  fields,
  id,
  listOf,
  mapOf,
  moment,
  named,
  only,
  orNull,
  text,
  told,
  whole,
  words,
} from "./schema.ts";

const zip: Body = { contentType: "application/zip", schema: { type: "string", format: "binary" } };
const CONTACT = "/admin/contacts/:rowId";
const USER = "/admin/users/:id";
const query = { connection: told(text, "Whose contact it is; the environment's where it is left out.") };

const erasure = named(
  "Erasure",
  fields({
    id,
    kind: words("contact", "user"),
    connection: told(orNull(text), "Of a contact."),
    subjectId: told(text, "Chatwoot's id of a contact, or lull's of a user."),
    state: told(words("running", "done"), "Objects go in the background."),
    counts: told(mapOf(whole), "How much went, by its kind."),
    createdAt: moment,
    doneAt: orNull(moment),
    remains: told(listOf(text), "What an erasure does not reach."),
    backups: told(
      listOf(fields({ id, createdAt: moment })),
      "Those that hold the person still; the oldest goes with each new one.",
    ),
  }),
);
const erased = answer({ action: only("removed"), data: erasure }, ["data"]);

export const personal: Area = {
  tag: "personal",
  text: "Everything that is kept of one person: given out, or erased with a receipt.",
  scopes: ["admin"],
  operations: [
    get(`${CONTACT}/export`, "All that is kept of a contact, as a ZIP", zip, { query }),
    remove(CONTACT, "Erase a contact", erased, { query }),
    get(`${USER}/export`, "All that is kept of a user, as a ZIP", zip),
    remove(USER, "Erase a user with all that is theirs", erased, {
      query: {
        objects: told(words("erase", "keep"), "keep: what is in their bucket is left to the operator."),
      },
    }),
    get("/admin/erasures", "Receipts of erasures, the newest first", page(erasure), {
      query: listOfStates("running", "done"),
    }),
    get("/admin/erasures/:rowId", "One receipt", data(erasure)),
  ],
};
