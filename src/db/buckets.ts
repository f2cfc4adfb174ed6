// Buckets: whose each one is, and which the store does not have yet.
import type { Database } from "bun:sqlite";
import { KEY_VERSION } from "../identity/phone.ts";
import { pageParams } from "./page.ts";
import type { Bucket, BucketParty, BucketToMake, KnownBucket } from "./store-buckets.ts";
import type { ListQuery, Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

const OF_PARTY = `
  SELECT b.name, b.state FROM buckets AS b WHERE b.name = coalesce(
    (SELECT bucket_name FROM user_bucket_mapping WHERE user_id = $userId),
    CASE WHEN $userId IS NULL THEN coalesce(
      (SELECT bucket_name FROM contact_bucket_mapping WHERE connection_id = $connectionKey AND contact_ref = $contactRef),
      CASE WHEN $contactRef IS NULL THEN
        (SELECT bucket_name FROM contact_bucket_mapping WHERE connection_id = $connectionKey AND phone_key = $phoneKey) END) END)`;

const ROW = `b.name, b.kind, b.source, b.state, u.user_id AS userId, c.contact_ref AS contactId, n.name AS connection,
  b.reason, b.attempts, b.created_at AS createdAt, b.ready_at AS readyAt, b.retired_at AS retiredAt,
  b.former_owner AS formerOwner
  FROM buckets AS b LEFT JOIN user_bucket_mapping AS u ON u.bucket_name = b.name
    LEFT JOIN contact_bucket_mapping AS c ON c.bucket_name = b.name LEFT JOIN connections AS n ON n.id = c.connection_id`;

export function bucketTable(db: Database) {
  const ofParty = db.query<Bucket, [Params]>(OF_PARTY);
  const add = db.query<null, [Params]>(`
    INSERT INTO buckets (name, kind, source, state, due_at, created_at) VALUES ($name, $kind, $source, 'creating', $now, $now)`);
  const addRetired = db.query<null, [Params]>(`
    INSERT INTO buckets (name, kind, source, state, due_at, reason, created_at, retired_at)
    VALUES ($name, 'user', 'imported', 'retired', $now, $reason, $now, $now)`);
  const mapUser = db.query<null, [Params]>(`
    INSERT INTO user_bucket_mapping (public_id, user_id, bucket_name, created_at, updated_at)
    VALUES ($id, $userId, $name, $now, $now)`);
  const mapContact = db.query<null, [Params]>(`
    INSERT INTO contact_bucket_mapping (public_id, connection_id, contact_ref, phone_key, key_version, bucket_name,
      created_at, updated_at)
    VALUES ($id, $connectionKey, $contactRef, $phoneKey, $keyVersion, $name, $now, $now)`);

  const ofNobody = db.query<Bucket, [Params]>(`
    SELECT b.name, b.state FROM contact_bucket_mapping AS c JOIN buckets AS b ON b.name = c.bucket_name
    WHERE c.connection_id = $connectionKey AND (c.contact_ref = $contactRef OR c.phone_key = $phoneKey)`);
  const unmapContact = db.query<null, [Params]>(
    "DELETE FROM contact_bucket_mapping WHERE bucket_name = $name",
  );
  const retire = db.query<null, [Params]>(`
    UPDATE buckets SET state = 'retired', reason = $reason, former_owner = $formerOwner,
      former_connection_id = $formerConnection, retired_at = $now
    WHERE name = $name AND state <> 'retired'`);
  const ofBefore = db.query<{ name: string }, [Params]>(`
    SELECT b.name FROM buckets AS b INDEXED BY buckets_that_moved
    WHERE b.state = 'retired' AND b.reason = 'moved' AND b.former_owner = $contactRef AND b.former_connection_id = $connectionKey
      AND NOT EXISTS (SELECT 1 FROM bucket_tasks AS t WHERE t.bucket_name = b.name AND t.state = 'waiting')
    ORDER BY b.id LIMIT 1`);
  const revive = db.query<null, [Params]>(`
    UPDATE buckets SET state = 'creating', reason = NULL, former_owner = NULL, former_connection_id = NULL, retired_at = NULL,
      attempts = 0, due_at = $now WHERE name = $name`);
  const isMapped = db.query<{ name: string }, [Params]>(`
    SELECT bucket_name AS name FROM user_bucket_mapping WHERE bucket_name = $name
    UNION SELECT bucket_name FROM contact_bucket_mapping WHERE bucket_name = $name`);
  const stillborn = db.query<{ name: string }, [Params]>(
    "SELECT name FROM buckets WHERE name = $name AND source = 'imported' AND ready_at IS NULL",
  );
  const ofUser = db.query<{ name: string }, [Params]>(
    "SELECT bucket_name AS name FROM user_bucket_mapping WHERE user_id = $userId",
  );

  const next = db.query<BucketToMake, [Params]>(`
    SELECT name, kind, source, attempts FROM buckets INDEXED BY buckets_to_make
    WHERE state = 'creating' AND due_at <= $now ORDER BY due_at, id LIMIT 1`);
  const nextAt = db.query<{ at: number | null }, [Params]>(`
    SELECT min(due_at) AS at FROM buckets INDEXED BY buckets_to_make WHERE state = 'creating' AND due_at > $after`);
  const ready = db.query<null, [Params]>(`
    UPDATE buckets SET state = 'ready', ready_at = $now, reason = NULL, attempts = 0 WHERE name = $name AND state = 'creating'`);
  const rename = db.query<null, [Params]>(
    "UPDATE buckets SET name = $newName, due_at = $now WHERE name = $name",
  );
  const delay = db.query<null, [Params]>(`
    UPDATE buckets SET due_at = $dueAt, reason = $reason, attempts = attempts + 1 WHERE name = $name AND state = 'creating'`);
  const missing = db.query<null, [Params]>(`
    UPDATE buckets SET state = 'creating', due_at = $now, reason = 'missing' WHERE name = $name AND state = 'ready'`);

  const list = db.query<Row, [Params]>(`
    SELECT b.id AS key, ${ROW} WHERE ($cursor IS NULL OR b.id < $cursor) AND ($state IS NULL OR b.state = $state)
    ORDER BY b.id DESC LIMIT $limit`);
  const get = db.query<Row, [Params]>(`SELECT ${ROW} WHERE b.name = $name`);
  const known = db.query<KnownBucket, []>(`
    SELECT b.name, b.state, coalesce(u.user_id, c.contact_ref) AS owner, b.reason
    FROM buckets AS b LEFT JOIN user_bucket_mapping AS u ON u.bucket_name = b.name
      LEFT JOIN contact_bucket_mapping AS c ON c.bucket_name = b.name ORDER BY b.name`);

  const shift = db.query<null, [{ delta: number }]>(
    "UPDATE buckets SET due_at = due_at + $delta WHERE state = 'creating'",
  );

  return {
    ofParty: (party: BucketParty) => ofParty.get({ ...party }),
    add: (name: string, kind: "user" | "contact", source: "made" | "imported", now: number) =>
      void add.run({ name, kind, source, now }),
    /** One that lull never used, and that only gives. */
    addRetired: (name: string, reason: string, now: number) => void addRetired.run({ name, reason, now }),
    mapUser: (id: string, userId: string, name: string, now: number) =>
      void mapUser.run({ id, userId, name, now }),
    /** By the contact where there is one, else by the number. */
    mapContact(id: string, { connectionKey, contactRef, phoneKey }: BucketParty, name: string, now: number) {
      const phone = contactRef === null ? phoneKey : null;
      const keyVersion = phone === null ? null : KEY_VERSION;
      mapContact.run({ id, connectionKey, contactRef, phoneKey: phone, keyVersion, name, now });
    },
    /** What is kept for the contact and the number of a party while it is no user. */
    ofNobody: ({ connectionKey, contactRef, phoneKey }: BucketParty) =>
      ofNobody.all({ connectionKey, contactRef, phoneKey }),
    unmapContact: (name: string) => void unmapContact.run({ name }),
    /** Its last owner is a user's id, or a contact of a connection; null: a bare number. */
    retire(
      name: string,
      reason: string,
      owner: { ref: string | null; connectionKey: number | null },
      now: number,
    ) {
      retire.run({ name, reason, formerOwner: owner.ref, formerConnection: owner.connectionKey, now });
    },
    /** What a contact had before it was taken for a user, emptied by now. */
    ofBefore: ({ connectionKey, contactRef }: BucketParty) =>
      contactRef === null ? null : (ofBefore.get({ connectionKey, contactRef })?.name ?? null),
    /** It is somebody's again; the store is asked whether it still has it. */
    revive: (name: string, now: number) => void revive.run({ name, now }),
    isMapped: (name: string) => isMapped.get({ name }) !== null,
    /** It was imported, and the store never had it. */
    isStillborn: (name: string) => stillborn.get({ name }) !== null,
    ofUser: (userId: string) => ofUser.get({ userId })?.name ?? null,
    next: (now: number) => next.get({ now }),
    nextAt: (after: number) => nextAt.get({ after })?.at ?? null,
    ready: (name: string, now: number) => void ready.run({ name, now }),
    /** Mappings, tasks and objects on their way go along. */
    rename: (name: string, newName: string, now: number) => void rename.run({ name, newName, now }),
    delay: (name: string, reason: string, dueAt: number) => void delay.run({ name, reason, dueAt }),
    missing: (name: string, now: number) => void missing.run({ name, now }),
    /** As a page is made of: newest first, one more than asked for. */
    list: (query: ListQuery) => list.all(pageParams(query)),
    get: (name: string) => get.get({ name }),
    known: () => known.all(),
    /** The wall clock jumped: what waits goes along. */
    shift: (delta: number) => void shift.run({ delta }),
  };
}
