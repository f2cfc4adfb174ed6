// Whose a bucket is, as the database itself keeps it: shown by writing past the store.
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import schema from "../../schema.sql" with { type: "text" };

const NUMBER = "phone_key, key_version";

function openWithBuckets(): Database {
  const db = new Database(":memory:", { strict: true });
  db.run(schema);
  db.run("PRAGMA foreign_keys = ON");
  db.run(
    "INSERT INTO connections (id, public_id, name, created_at) VALUES (1, 'n1', 'here', 1), (2, 'n2', 'there', 1)",
  );
  for (const user of ["ana", "bia"])
    db.run(`INSERT INTO users (public_id, name, created_at, updated_at) VALUES ('${user}', 'x', 1, 1)`);
  for (const name of ["one", "two", "three"])
    db.run(`
      INSERT INTO buckets (name, kind, source, state, due_at, created_at) VALUES ('${name}', 'user', 'made', 'creating', 1, 1)`);
  return db;
}

function mapUser(db: Database, userId: string, bucket: string): void {
  db.run(`
    INSERT INTO user_bucket_mapping (public_id, user_id, bucket_name, created_at, updated_at)
    VALUES (hex(randomblob(8)), '${userId}', '${bucket}', 1, 1)`);
}

function mapContact(db: Database, connection: number, columns: string, values: string, bucket: string): void {
  db.run(`
    INSERT INTO contact_bucket_mapping (public_id, connection_id, ${columns}, bucket_name, created_at, updated_at)
    VALUES (hex(randomblob(8)), ${connection}, ${values}, '${bucket}', 1, 1)`);
}

test("a user has one bucket, and a bucket one user", () => {
  using db = openWithBuckets();
  mapUser(db, "ana", "one");
  expect(() => mapUser(db, "ana", "two")).toThrow("UNIQUE");
  expect(() => mapUser(db, "bia", "one")).toThrow("UNIQUE");
  expect(() => mapUser(db, "bia", "nothing")).toThrow("FOREIGN KEY");
  mapUser(db, "bia", "two");
});

test("a contact has one bucket in a connection, a number too, and neither shares it", () => {
  using db = openWithBuckets();
  mapContact(db, 1, "contact_ref", "'c1'", "one");
  mapContact(db, 1, NUMBER, "'+1', '1'", "two");
  expect(() => mapContact(db, 1, "contact_ref", "'c1'", "three")).toThrow("UNIQUE");
  expect(() => mapContact(db, 1, NUMBER, "'+1', '1'", "three")).toThrow("UNIQUE");
  expect(() => mapContact(db, 1, "contact_ref", "'c2'", "one")).toThrow("UNIQUE");
  mapContact(db, 2, "contact_ref", "'c1'", "three");
});

test("a mapping is a contact's or a number's, never both nor neither", () => {
  using db = openWithBuckets();
  const both = "contact_ref, phone_key, key_version";
  expect(() => mapContact(db, 1, both, "'c1', '+1', '1'", "one")).toThrow("CHECK");
  expect(() => mapContact(db, 1, "contact_ref", "NULL", "one")).toThrow("CHECK");
});

test("a bucket that somebody or something names cannot be forgotten, and a new name reaches all of them", () => {
  using db = openWithBuckets();
  mapUser(db, "ana", "one");
  db.run(`
    INSERT INTO bucket_tasks (public_id, kind, bucket_name, into_bucket, due_at, created_at)
    VALUES ('t', 'move', 'two', 'one', 1, 1)`);
  for (const name of ["one", "two"])
    expect(() => db.run("DELETE FROM buckets WHERE name = ?", [name])).toThrow("FOREIGN KEY");
  db.run("UPDATE buckets SET name = 'new' WHERE name = 'one'");
  expect(db.query("SELECT bucket_name AS name FROM user_bucket_mapping").all()).toEqual([{ name: "new" }]);
  expect(db.query("SELECT into_bucket AS name FROM bucket_tasks").all()).toEqual([{ name: "new" }]);
});

test("one move or erasure of a bucket waits at a time, and any number of removals", () => {
  using db = openWithBuckets();
  const add = (kind: string, into: string, prefix: string): void =>
    void db.run(`
      INSERT INTO bucket_tasks (public_id, kind, bucket_name, into_bucket, prefix, due_at, created_at)
      VALUES (hex(randomblob(8)), '${kind}', 'one', ${into}, ${prefix}, 1, 1)`);
  add("erase", "NULL", "NULL");
  expect(() => add("move", "'two'", "NULL")).toThrow("UNIQUE");
  expect(() => add("erase", "NULL", "NULL")).toThrow("UNIQUE");
  add("remove", "NULL", "'v1/a/'");
  add("remove", "NULL", "'v1/b/'");
  db.run("UPDATE bucket_tasks SET state = 'done', done_at = 1 WHERE kind = 'erase'");
  add("move", "'two'", "NULL");
  expect(() => add("remove", "NULL", "NULL")).toThrow("CHECK");
  expect(() => add("move", "NULL", "NULL")).toThrow("CHECK");
});
