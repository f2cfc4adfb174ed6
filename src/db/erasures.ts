// Erasures and their receipts: a person goes from the database at once, from buckets and from what is under way as soon as it
// can be. The receipt is over when nothing is left. Always inside a transaction.
import type { Database } from "bun:sqlite";
import { contactErasure, type Reach } from "./contact-erasure.ts";
import { pageParams } from "./page.ts";
import { personalRows } from "./personal-rows.ts";
import type { Person, PersonalObjects, RunningErasure } from "./store-erasures.ts";
import type { ListQuery, Row } from "./store-insight.ts";
import type { Tables } from "./tables.ts";

type Params = Record<string, string | number | null>;

/** What is still to be done. */
interface Plan {
  /** Of a contact. */
  reach: Reach | null;
  taskIds: string[];
  spoolFileIds: string[];
}

interface Running {
  key: number;
  id: string;
  kind: Person["kind"];
  connectionKey: number | null;
  subjectId: string;
  plan: string;
}

const ROW = `e.public_id AS id, e.kind, c.name AS connection, e.subject_id AS subjectId, e.state, e.counts,
  e.created_at AS createdAt, e.done_at AS doneAt
  FROM erasures AS e LEFT JOIN connections AS c ON c.id = e.connection_id`;

export function erasureTable(db: Database, tables: Tables) {
  const sql = <Found>(text: string) => db.query<Found, [Params]>(text);
  const rows = personalRows(db);
  const contacts = contactErasure(db, tables, rows);
  const add = sql<null>(`
    INSERT INTO erasures (public_id, kind, connection_id, subject_id, counts, plan, created_at)
    VALUES ($id, $kind, $connection, $subject, $counts, $plan, $now)`);
  const running = sql<Running>(`
    SELECT id AS key, public_id AS id, kind, connection_id AS connectionKey, subject_id AS subjectId, plan
    FROM erasures WHERE state = 'running' ORDER BY id`);
  const planOf = sql<{ plan: string }>("SELECT plan FROM erasures WHERE id = $key AND state = 'running'");
  const savePlan = sql<null>("UPDATE erasures SET plan = $plan WHERE id = $key");
  const finish = sql<null>(`
    UPDATE erasures SET state = 'done', plan = NULL, done_at = $now, counts = json_set(counts, '$.objects', (
      SELECT coalesce(sum(object_count), 0) FROM bucket_tasks
      WHERE public_id IN (SELECT value FROM json_each($tasks)))) WHERE id = $key AND state = 'running'`);
  const waiting = sql<object>(`SELECT 1 FROM bucket_tasks WHERE state = 'waiting'
    AND public_id IN (SELECT value FROM json_each($tasks))
    UNION ALL SELECT 1 FROM deleted_users WHERE user_id = $user
    UNION ALL SELECT 1 FROM knowledge_files WHERE user_id = $user LIMIT 1`);
  const spooled = sql<{ id: string }>(`SELECT public_id AS id FROM storage_spool WHERE bucket_name = $name
    AND substr(object_name, 1, length($prefix)) = $prefix AND body IS NULL`);
  const forgetOfUser = [
    "UPDATE audit_log SET changes = '[]' WHERE subject_id = $user",
    `DELETE FROM legacy_forwards WHERE (connection_id, conversation_id) IN (
      SELECT connection_id, chatwoot_conversation_id FROM conversations WHERE user_id = $user)`,
    `DELETE FROM identity_pairs WHERE phone_key IN (
      SELECT phone_key FROM whatsapp_user_mapping WHERE user_id = $user
      UNION SELECT phone_key FROM profiles WHERE user_id = $user)`,
  ].map((text) => sql<null>(text));
  const list = sql<Row>(`
    SELECT e.id AS key, ${ROW} WHERE ($cursor IS NULL OR e.id < $cursor) AND ($state IS NULL OR e.state = $state)
    ORDER BY e.id DESC LIMIT $limit`);
  const get = sql<Row>(`SELECT ${ROW} WHERE e.public_id = $id`);

  /** Objects go in the background; what was on its way to them goes with their rows. */
  function eraseObjects(person: Person, objects: readonly PersonalObjects[], now: number) {
    const { bucketTasks, buckets, spool, newId } = tables;
    const taskIds: string[] = [];
    const spoolFileIds: string[] = [];
    for (const { bucketName: name, prefix } of objects) {
      spoolFileIds.push(...spooled.all({ name, prefix }).map(({ id }) => id));
      spool.removeUnder(name, prefix);
      const isWhole = prefix === "";
      if (isWhole && person.kind === "contact") {
        buckets.unmapContact(name);
        buckets.retire(name, "erased", { ref: null, connectionKey: null }, now);
      }
      if (isWhole && bucketTasks.isBusy(name)) continue;
      const id = newId(now);
      if (isWhole) bucketTasks.addErasure(id, name, now);
      else bucketTasks.addRemoval(id, name, prefix, now);
      taskIds.push(id);
    }
    return { taskIds, spoolFileIds };
  }

  function eraseRows(person: Person, now: number): Reach | null {
    if (person.kind === "contact") return contacts.begin(person, now);
    // What is found by their numbers and conversations, while these are theirs.
    for (const statement of forgetOfUser) statement.run({ user: person.userId });
    tables.userRemoval.remove(person.userId, now);
    return null;
  }

  function isKnown(person: Person): boolean {
    return person.kind === "contact" ? contacts.isKnown(person) : tables.users.exists(person.userId);
  }

  return {
    rows,
    /** Null: nobody knows them. */
    begin(person: Person, now: number): string | null {
      if (!isKnown(person)) return null;
      const counts = rows.counts(person);
      const objects = eraseObjects(person, rows.objects(person), now);
      const plan: Plan = { reach: eraseRows(person, now), ...objects };
      const id = tables.newId(now);
      add.run({ id, ...subjectOf(person), counts: JSON.stringify(counts), plan: JSON.stringify(plan), now });
      return id;
    },
    running: (): RunningErasure[] =>
      running.all({}).map(({ key, id, plan, ...subject }) => {
        const { spoolFileIds } = JSON.parse(plan) as Plan;
        return { key, id, person: personOf(subject), spoolFileIds };
      }),
    /** True: nothing is left but the receipt. */
    sweep({ key, person }: RunningErasure, now: number): boolean {
      const plan = readPlan(planOf.get({ key })?.plan);
      const swept =
        person.kind === "user" || plan.reach === null
          ? { isOver: true, taskIds: [] }
          : contacts.sweep(person, plan.reach, now);
      const taskIds = [...plan.taskIds, ...swept.taskIds];
      if (swept.taskIds.length > 0) savePlan.run({ key, plan: JSON.stringify({ ...plan, taskIds }) });
      const user = person.kind === "user" ? person.userId : null;
      return swept.isOver && waiting.get({ tasks: JSON.stringify(taskIds), user }) === null;
    },
    finish({ key }: RunningErasure, now: number): void {
      const { taskIds } = readPlan(planOf.get({ key })?.plan);
      finish.run({ key, tasks: JSON.stringify(taskIds), now });
    },
    list: (query: ListQuery) => list.all(pageParams(query)),
    get: (id: string) => get.get({ id }),
  };
}

function readPlan(text: string | undefined): Plan {
  return text === undefined ? { reach: null, taskIds: [], spoolFileIds: [] } : (JSON.parse(text) as Plan);
}

function subjectOf(person: Person) {
  return person.kind === "contact"
    ? { kind: "contact", connection: person.connectionKey, subject: String(person.contactId) }
    : { kind: "user", connection: null, subject: person.userId };
}

function personOf({
  kind,
  connectionKey,
  subjectId,
}: Pick<Running, "kind" | "connectionKey" | "subjectId">): Person {
  return kind === "user"
    ? { kind, userId: subjectId }
    : { kind, connectionKey: connectionKey ?? 0, contactId: Number(subjectId) };
}
