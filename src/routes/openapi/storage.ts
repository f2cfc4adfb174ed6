// Buckets: whose is which, whether the store agrees, and what is done with whole ones.
import { type Area, type Body, data, get, LIST, listOfStates, page, post, put, remove } from "./operation.ts";
import { fields, id, listOf, moment, named, orNull, text, whole, words } from "./schema.ts";

export const bucket = named(
  "Bucket",
  fields({
    name: text,
    kind: words("user", "contact"),
    source: words("made", "imported"),
    state: words("creating", "ready", "retired"),
    userId: orNull(id),
    contactId: orNull(text),
    connection: orNull(text),
    reason: orNull(text),
    attempts: whole,
    createdAt: moment,
    readyAt: orNull(moment),
    retiredAt: orNull(moment),
    formerOwner: orNull(text),
  }),
);
const owned = { bucketName: text, owner: orNull(text) };
export const verified = named(
  "Verified",
  fields({
    checkedCount: whole,
    missing: listOf(fields(owned)),
    notOurs: listOf(fields({ ...owned, reason: words("label", "unreadable") })),
    orphans: listOf(text),
    retired: listOf(fields({ name: text, reason: orNull(text) })),
    creating: listOf(fields({ ...owned, reason: orNull(text) })),
    spool: fields({
      objectCount: whole,
      bytes: whole,
      failed: listOf(fields({ objectId: text, kind: text, reason: orNull(text) })),
    }),
    counts: fields({
      missing: whole,
      notOurs: whole,
      orphans: whole,
      retired: whole,
      creating: whole,
      failed: whole,
    }),
  }),
);
const task = named(
  "BucketTask",
  fields({
    id,
    kind: words("move", "erase", "remove"),
    bucket: text,
    into: orNull(text),
    state: words("waiting", "done"),
    objectCount: whole,
    reason: orNull(text),
    attempts: whole,
    createdAt: moment,
    doneAt: orNull(moment),
  }),
);
const check = named(
  "DoctorCheck",
  fields(
    { name: text, state: words("ok", "failed", "skipped"), text, items: listOf(text), fix: text, code: text },
    ["items", "fix", "code"],
  ),
);
const zip: Body = { contentType: "application/zip", schema: { type: "string", format: "binary" } };
const OWN = "/admin/users/:id/bucket";

export const storage: Area = {
  tag: "storage",
  text: "Buckets of users and contacts, on the disk or in Google Cloud Storage.",
  scopes: ["admin"],
  operations: [
    get("/admin/buckets", "All buckets, the newest first", page(bucket), {
      query: listOfStates("creating", "ready", "retired"),
    }),
    get("/admin/buckets/verify", "Whether the mapping and the store agree", data(verified)),
    get(
      "/admin/buckets/duplicates",
      "Buckets of the store that no mapping knows",
      page(fields({ bucketName: text, suggestedUserId: orNull(id) })),
      { query: LIST },
    ),
    get("/admin/buckets/:rowId", "One bucket, by its name", data(bucket)),
    post(
      "/admin/buckets/:rowId/merge",
      "Let the objects of a stray bucket follow into a user's",
      data(task),
      {
        body: fields({ userId: id }),
      },
    ),
    remove("/admin/buckets/:rowId/objects", "Erase all objects of a bucket", data(task)),
    get("/admin/bucket-tasks", "What is done with whole buckets", page(task), {
      query: listOfStates("waiting", "done"),
    }),
    get("/admin/bucket-tasks/:rowId", "How far one is", data(task)),
    get(OWN, "The user's bucket; null where there is none yet", data(orNull(bucket))),
    post(OWN, "Make sure that the user has one", data(bucket)),
    put(OWN, "Map a bucket that was there before", data(bucket), { body: fields({ bucketName: text }) }),
    get(`${OWN}/export`, "All of it as one ZIP", zip),
    post("/admin/doctor", "Everything that can be wrong, one by one", data(listOf(check))),
  ],
};
