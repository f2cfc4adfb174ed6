// What an operator has to know, and what is over: each alert with its words.
import { Elysia } from "elysia";
import type { AlertDetail } from "../db/store-alerts.ts";
import type { Row } from "../db/store-insight.ts";
import { wordsOf } from "../upkeep/alert-texts.ts";
import type { ChangeDeps } from "./admin.ts";
import { answerPage, listQuery, present, type WithQuery } from "./admin-lists.ts";

export const ALERT_STATES = ["open", "all"];

export function alertRoutes({ store }: Pick<ChangeDeps, "store">) {
  return new Elysia({ name: "admin-alerts" }).get("/alerts", async ({ query }: WithQuery) => {
    const { state, ...asked } = listQuery(query, ALERT_STATES);
    const listed = await store.listAlerts({ ...asked, state: state === "open" ? state : null });
    return answerPage(listed, presentAlert);
  });
}

function presentAlert(row: Row): Record<string, unknown> {
  const { detail, ...shown } = present(row);
  const { text, fix } = wordsOf(String(row["name"]), String(row["subjectId"]), detail as AlertDetail);
  return { ...shown, subjectId: row["subjectId"] || null, detail, text, fix };
}
