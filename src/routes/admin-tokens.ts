// Tokens of the API as an operator hands them out: shown once, known by their hashes from then on.
import type { NewToken } from "../db/store-tokens.ts";
import type { Store } from "../db/store.ts";
import { AppError } from "../errors.ts";
import type { Random } from "../random.ts";
import { hashToken } from "../upkeep/admin-token.ts";
import { makeApiToken, TOKEN_SCOPES } from "../upkeep/api-token.ts";
import { answerPage, found, listQuery, wordIn } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { OwnRequest } from "./own-request.ts";
import { QueryFields } from "./query-fields.ts";
import { given, readFields, wrong } from "./fields.ts";
import { orConflict } from "./own.ts";

export interface TokenDeps {
  store: Store;
  random: Random;
  now: () => number;
}

const NAME_LENGTH_MAX = 200;
const SCOPE_LENGTH_MAX = 200;

export function tokenVerbs({ store, random, now }: TokenDeps) {
  return {
    list: async ({ query }: OwnRequest<null>) => {
      const scope = wordIn(query, "scope", TOKEN_SCOPES);
      const userId = new QueryFields(query).line("userId", NAME_LENGTH_MAX) ?? undefined;
      const asked = listQuery(query, [], ["scope", "userId"]);
      return answerPage(await store.listTokens({ ...asked, ...given({ scope, userId }) }));
    },

    add: async ({ request, changed }: OwnRequest<null>) => {
      const fields = await readFields(request, ["name", "scope"]);
      const name = fields.needed("name", fields.line("name", NAME_LENGTH_MAX));
      const asked = fields.needed("scope", fields.line("scope", SCOPE_LENGTH_MAX));
      const { scope, userId } = readScope(asked);
      const token = makeApiToken(scope, random);
      const row = { name, scope, userId, tokenHash: hashToken(token) };
      const noSuchUser = new AppError("not_found", "There is no such user.");
      const id = await orConflict(store.addToken(row, now()), noSuchUser);
      changed("token.add", id);
      return accept({ data: { id, name, scope: asked, token } });
    },

    remove: async ({ rowId, changed }: OwnRequest<null>) => {
      found(await store.removeToken(rowId), "token");
      changed("token.remove", rowId);
      return accept({ action: "removed" });
    },
  };
}

function readScope(text: string): Pick<NewToken, "scope" | "userId"> {
  const userId = /^user:(.+)$/.exec(text)?.[1];
  if (userId !== undefined) return { scope: "user", userId };
  if (text === "admin" || text === "service" || text === "chat") return { scope: text, userId: null };
  throw wrong("scope", "admin, service, chat, or user: with the id of the user behind it");
}
