// Requests that named a key of their own, and what they were answered with.
import type { Database } from "bun:sqlite";
import type { Sealed } from "../sealing.ts";
import type { ClaimedRequest, KeyedRequest } from "./store-repeats.ts";

type Params = Record<string, string | number>;

interface RequestRow {
  id: string;
  requestHash: string;
  statusCode: number | null;
  box: string | null;
  keyVersion: number | null;
}

export function repeatTable(db: Database) {
  const forget = db.query<null, [Params]>(`
    DELETE FROM idempotent_requests WHERE actor = $actor AND idempotency_key = $idempotencyKey AND created_at < $since`);
  const add = db.query<null, [Params]>(`
    INSERT INTO idempotent_requests (public_id, actor, idempotency_key, request_hash, claimed_by, created_at)
    VALUES ($id, $actor, $idempotencyKey, $requestHash, $claimedBy, $now)
    ON CONFLICT (actor, idempotency_key) DO NOTHING`);
  const get = db.query<RequestRow, [Params]>(`
    SELECT public_id AS id, request_hash AS requestHash, status_code AS statusCode, sealed_answer AS box,
      key_version AS keyVersion
    FROM idempotent_requests WHERE actor = $actor AND idempotency_key = $idempotencyKey`);
  const keep = db.query<null, [Params]>(`
    UPDATE idempotent_requests SET status_code = $statusCode, sealed_answer = $box, key_version = $keyVersion
    WHERE public_id = $id`);
  const drop = db.query<null, [Params]>("DELETE FROM idempotent_requests WHERE public_id = $id");

  return {
    claim(request: KeyedRequest, newId: string, since: number, now: number): ClaimedRequest {
      const { actor, idempotencyKey } = request;
      forget.run({ actor, idempotencyKey, since });
      add.run({ ...request, id: newId, now });
      const row = get.get({ actor, idempotencyKey });
      if (row === null) throw new Error("a request that was kept is gone");
      return { id: row.id, isNew: row.id === newId, requestHash: row.requestHash, answer: answerOf(row) };
    },
    keep: (id: string, statusCode: number, sealed: Sealed) => void keep.run({ id, statusCode, ...sealed }),
    drop: (id: string) => void drop.run({ id }),
  };
}

function answerOf({ statusCode, box, keyVersion }: RequestRow): ClaimedRequest["answer"] {
  if (statusCode === null || box === null || keyVersion === null) return null;
  return { statusCode, sealed: { box, keyVersion } };
}
