// The part of the admin's table that is about what is kept: buckets, what is done with whole ones, and each user's own.
import { Elysia } from "elysia";
import { type AdminBucketsDeps, storageVerbs } from "./admin-buckets.ts";
import { bucketVerbs, type OwnBucketDeps } from "./own-bucket.ts";
import { fileVerbs, type OwnFilesDeps } from "./own-files.ts";
import type { Changes } from "./changes.ts";
import { askedByAdmin } from "./own-request.ts";

export interface StorageDeps extends AdminBucketsDeps, OwnBucketDeps, OwnFilesDeps {
  buckets: AdminBucketsDeps["buckets"] & OwnBucketDeps["buckets"];
}

/** The guard stands before these, too: the admin's routes take them in. */
export function storageRoutes(deps: StorageDeps & { changes: Changes }) {
  const { ofUser, ofAll } = askedByAdmin(deps.changes);
  const storage = storageVerbs(deps);
  const bucket = bucketVerbs(deps);
  const files = fileVerbs(deps);
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin-storage" })
    .get("/buckets", ofAll(storage.list))
    .get("/buckets/verify", ofAll(storage.verify))
    .get("/buckets/duplicates", ofAll(storage.duplicates))
    .get("/buckets/:rowId", ofAll(storage.show))
    .post("/buckets/:rowId/merge", ofAll(storage.merge), raw)
    .delete("/buckets/:rowId/objects", ofAll(storage.erase), raw)
    .get("/bucket-tasks", ofAll(storage.listTasks))
    .get("/bucket-tasks/:rowId", ofAll(storage.showTask))
    .post("/doctor", ofAll(storage.examine), raw)
    .get("/users/:id/bucket", ofUser(bucket.show))
    .put("/users/:id/bucket", ofUser(bucket.importOne), raw)
    .post("/users/:id/bucket", ofUser(bucket.ensure), raw)
    .get("/users/:id/bucket/export", ofUser(bucket.exportAll))
    .get("/users/:id/files", ofUser(files.list))
    .post("/users/:id/files", ofUser(files.add), raw)
    .get("/users/:id/files/:rowId", ofUser(files.download))
    .head("/users/:id/files/:rowId", ofUser(files.download))
    .put("/users/:id/files/:rowId", ofUser(files.replace), raw)
    .patch("/users/:id/files/:rowId", ofUser(files.change), raw)
    .delete("/users/:id/files/:rowId", ofUser(files.remove), raw);
}
