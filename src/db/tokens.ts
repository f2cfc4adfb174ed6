// Who may call the API: hashes of tokens and what they may do.
import type { Database } from "bun:sqlite";
import { pageParams } from "./page.ts";
import type { NewToken } from "./store-tokens.ts";
import type { ListQuery, Row } from "./store.ts";

type Params = Record<string, string | number | null>;
type KnownToken = { id: string } & Pick<NewToken, "scope" | "userId">;

export function tokenTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO api_tokens (public_id, name, scope, user_id, token_hash, created_at)
    VALUES ($id, $name, $scope, $userId, $tokenHash, $now)`);
  // By the column: `id` alone would be the public id, which says nothing of the order within a millisecond.
  const list = db.query<Row, [Params]>(`
    SELECT id AS key, public_id AS id, name, iif(scope = 'user', 'user:' || user_id, scope) AS scope,
      created_at AS createdAt
    FROM api_tokens WHERE $cursor IS NULL OR id < $cursor ORDER BY api_tokens.id DESC
    LIMIT $limit`);
  const remove = db.query<null, [Params]>("DELETE FROM api_tokens WHERE public_id = $id");
  const byHash = db.query<KnownToken, [Params]>(`
    SELECT public_id AS id, scope, user_id AS userId FROM api_tokens WHERE token_hash = $tokenHash`);

  return {
    add: (id: string, token: NewToken, now: number) => void add.run({ id, ...token, now }),
    /** As a page is made of: newest first, one more than asked for. */
    list: (query: ListQuery) => list.all(pageParams(query)),
    remove: (id: string) => remove.run({ id }).changes > 0,
    byHash: (tokenHash: string) => byHash.get({ tokenHash }),
  };
}
