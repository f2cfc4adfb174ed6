// Users as an operator makes, finds, renames and removes them.
import { RETENTION_DAYS_MAX } from "../config-upkeep.ts";
import type { UserFilter } from "../db/store-users.ts";
import type { Row } from "../db/store-insight.ts";
import { AppError } from "../errors.ts";
import { answerPage, found, listQuery, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { OwnRequest } from "./own-request.ts";
import { type Fields, given, readFields, wrong } from "./fields.ts";
import { QueryFields } from "./query-fields.ts";
import { presentLimits } from "./own-usage.ts";
import { connectionKeyIn, orConflict, type OwnDeps } from "./own.ts";

const FILTERS = ["name", "email", "connection"];
const NAME_LENGTH_MAX = 200;
const EMAIL_LENGTH_MAX = 254;
/** What tells an address from a slip of the pen; only a letter to it proves one. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;

export function userVerbs(deps: OwnDeps) {
  const { store, now } = deps;

  async function show({ userId }: Pick<OwnRequest, "userId">): Promise<Response> {
    return accept({ data: presentUser(found(await store.user(userId), "user")) });
  }

  return {
    list: async ({ query }: OwnRequest<null>) =>
      answerPage(
        await store.listUsers({ ...listQuery(query, [], FILTERS), ...readFilter(query) }),
        presentUser,
      ),

    add: async (asked: OwnRequest<null>) => {
      const fields = await readFields(asked.request, ["name", "email", "connection"]);
      const name = fields.needed("name", fields.line("name", NAME_LENGTH_MAX));
      const email = readEmail(fields) ?? null;
      const connectionKey = (await connectionKeyIn(fields, asked, deps)) ?? null;
      const userId = await orConflict(store.addUser({ name, email, connectionKey }, now()), emailTaken());
      asked.changed("user.add", userId);
      return show({ userId });
    },

    show,

    change: async ({ userId, request, changed }: OwnRequest) => {
      const fields = await readFields(request, ["name", "email", "retentionDays"]);
      const name = fields.line("name", NAME_LENGTH_MAX);
      if (name === null) throw wrong("name", "a name");
      const retentionDays = fields.whole("retentionDays", 1, RETENTION_DAYS_MAX);
      const change = given({ name, email: readEmail(fields), retentionDays });
      found(await orConflict(store.changeUser(userId, change, now()), emailTaken()), "user");
      changed("user.change", userId);
      return show({ userId });
    },
  };
}

function readFilter(query: Record<string, unknown>): UserFilter {
  const fields = new QueryFields(query);
  const lines = FILTERS.map((name) => [name, fields.line(name, EMAIL_LENGTH_MAX) ?? undefined]);
  return given(Object.fromEntries(lines) as UserFilter);
}

function presentUser(row: Row): Record<string, unknown> {
  const { requestsPerMinuteMax, tokensPerDayMax, spendPerMonthMaxMicroUsd, ...user } = present(row);
  const limits = { requestsPerMinuteMax, tokensPerDayMax, spendPerMonthMaxMicroUsd };
  return { ...user, limits: presentLimits(limits) };
}

function readEmail(fields: Fields): string | null | undefined {
  const email = fields.line("email", EMAIL_LENGTH_MAX);
  if (typeof email === "string" && !EMAIL.test(email)) throw wrong("email", "an e-mail address");
  return email;
}

function emailTaken(): AppError {
  return new AppError("conflict", "Another user has this e-mail address.");
}
