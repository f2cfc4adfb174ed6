// The Chatwoots that lull serves.
import { type Area, data, done, get, page, post, remove, setting } from "./operation.ts";
import {
  fields,
  flag,
  listOf,
  moment,
  named,
  orNull,
  someOf,
  text,
  told,
  url,
  wholeUpTo,
  words,
} from "./schema.ts";

const row = {
  name: text,
  baseUrl: told(orNull(url), "Null: its webhooks are taken, and nothing can be sent."),
  accountId: orNull(wholeUpTo(Number.MAX_SAFE_INTEGER)),
  apiTokenLastFour: orNull(text),
  userTokenLastFour: orNull(text),
  hasWebhookSecret: flag,
  hasPathSecret: flag,
  isLocked: told(flag, "It stands in the environment, and is changed there."),
  isServed: told(flag, "False: its secrets cannot be opened, or the environment has its account."),
  webhookUrl: text,
  createdAt: orNull(moment),
  updatedAt: orNull(moment),
};
const connection = named("Connection", fields(row));
const secrets = {
  apiToken: told(text, "A bot's or a user's."),
  userToken: told(orNull(text), "A user's, beside a bot's: it can list messages."),
  webhookSecret: told(orNull(text), "The one that Chatwoot signs with."),
  pathSecret: told(orNull(text), "For a Chatwoot that does not sign."),
};
const state = words("ok", "limited", "failed");
const finding = fields(
  { name: words("api_token", "account", "user_token", "lists"), state, text, fix: text, code: text },
  ["fix", "code"],
);

export const connections: Area = {
  tag: "connections",
  text: "Chatwoot accounts, added, changed and removed while lull runs. Their secrets are sealed and never shown.",
  scopes: ["admin"],
  operations: [
    get("/admin/connections", "All of them, the environment's first", page(connection)),
    ...setting(
      "/admin/connections/:name",
      "One of them",
      "Change it; a new baseUrl needs its tokens",
      data(connection),
      someOf({ baseUrl: url, ...secrets }),
    ),
    post(
      "/admin/connections",
      "Serve another account",
      data(fields({ ...row, pathSecret: told(text, "Made by lull, and shown this once.") }, ["pathSecret"])),
      {
        body: fields(
          { name: text, baseUrl: url, accountId: wholeUpTo(Number.MAX_SAFE_INTEGER), ...secrets },
          ["userToken", "webhookSecret", "pathSecret"],
        ),
      },
    ),
    remove("/admin/connections/:name", "Serve it no more; its rows stay", done("removed")),
    post(
      "/admin/connections/:name/check",
      "Ask its Chatwoot what its tokens are good for",
      data(fields({ name: text, state, tokenKind: orNull(words("user", "bot")), findings: listOf(finding) })),
    ),
  ],
};
