// What an operator has to know.
import { ALERT_NAMES } from "../../upkeep/alert-rules.ts";
import { type Area, get, listOfStates, page } from "./operation.ts";
import { anything, fields, id, moment, named, orNull, text, told, whole, words } from "./schema.ts";

const alert = named(
  "Alert",
  fields({
    id,
    name: words(...ALERT_NAMES),
    subjectId: told(orNull(text), "The job, user, connection or task that it is about."),
    detail: anything,
    state: words("open", "over"),
    text,
    fix: text,
    raisedAt: moment,
    clearedAt: orNull(moment),
    toldAt: told(orNull(moment), "When somebody took its beginning."),
    clearToldAt: told(orNull(moment), "When somebody took its end."),
    attempts: whole,
    reason: told(orNull(text), "Why the last try to tell failed."),
  }),
);

export const alerts: Area = {
  tag: "alerts",
  text: "What an operator has to know: told once when it begins and once when it is over.",
  scopes: ["admin"],
  operations: [
    get("/admin/alerts", "Alerts, the newest first", page(alert), { query: listOfStates("open", "all") }),
  ],
};
