// Who may call the API: hashes of tokens and what they may do.
import type { Database } from "bun:sqlite";
import { filteredList } from "./filtered.ts";
import type { NewToken, TokenFilter } from "./store-tokens.ts";
import type { ListQuery } from "./store-insight.ts";

type Params = Record<string, string | number | null>;
type KnownToken = { id: string } & Pick<NewToken, "scope" | "userId">;

export function tokenTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO api_tokens (public_id, name, scope, user_id, token_hash, created_at)
    VALUES ($id, $name, $scope, $userId, $tokenHash, $now)`);
  const list = filteredList(
    db,
    `t.id AS key, t.public_id AS id, t.name, iif(t.scope = 'user', 'user:' || t.user_id, t.scope) AS scope,
      t.created_at AS createdAt FROM api_tokens AS t`,
    "t",
    { scope: "t.scope = $scope", userId: "t.user_id = $userId" },
  );
  const remove = db.query<null, [Params]>("DELETE FROM api_tokens WHERE public_id = $id");
  const byHash = db.query<KnownToken, [Params]>(`
    SELECT public_id AS id, scope, user_id AS userId FROM api_tokens WHERE token_hash = $tokenHash`);

  return {
    add: (id: string, token: NewToken, now: number) => void add.run({ id, ...token, now }),
    list: (query: ListQuery & TokenFilter) => list({ ...query }),
    remove: (id: string) => remove.run({ id }).changes > 0,
    byHash: (tokenHash: string) => byHash.get({ tokenHash }),
  };
}
