// Buckets as an operator sees and mends them: the mapping, whether the store agrees with it, strays, and what is under way.
import { AppError } from "../errors.ts";
import type { Buckets } from "../storage/buckets.ts";
import type { Duplicate } from "../storage/duplicates.ts";
import type { ObjectStore } from "../storage/objects.ts";
import type { Verification } from "../storage/verification.ts";
import type { Check } from "../upkeep/doctor.ts";
import { answerPage, found, listQuery, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { BUCKET_STATES, VERIFICATION_SECONDS } from "./bucket-service.ts";
import { readFields } from "./fields.ts";
import { orConflict, type OwnDeps } from "./own.ts";
import type { OwnRequest } from "./own-request.ts";
import { allowSilence } from "./patience.ts";
import { refuseBadName } from "./own-bucket.ts";

export interface AdminBucketsDeps extends OwnDeps {
  buckets: Pick<Buckets, "merge" | "erase">;
  objects: Pick<ObjectStore, "bucket">;
  verification: Pick<Verification, "all">;
  duplicates: (
    page: { offset: number; limit: number },
    signal: AbortSignal,
  ) => Promise<{ duplicates: Duplicate[]; count: number }>;
  examine: () => Promise<Check[]>;
}

const TASK_STATES: readonly string[] = ["waiting", "done"];
const USER_ID_LENGTH_MAX = 100;

export function storageVerbs(deps: AdminBucketsDeps) {
  const { store, buckets } = deps;

  async function answerTask(taskId: string): Promise<Response> {
    return accept({ data: present(found(await store.bucketTask(taskId), "task")) });
  }

  return {
    list: async ({ query }: OwnRequest<null>) =>
      answerPage(await store.listBuckets(listQuery(query, BUCKET_STATES))),

    show: async ({ rowId: name }: OwnRequest<null>) =>
      accept({ data: present(found(await store.bucketRow(name), "bucket")) }),

    verify: async ({ request, server }: OwnRequest<null>) => {
      allowSilence(server, request, VERIFICATION_SECONDS);
      return accept({ data: await deps.verification.all(request.signal) });
    },

    duplicates: async ({ query, request, server }: OwnRequest<null>) => {
      allowSilence(server, request, VERIFICATION_SECONDS);
      const { limit, cursor } = listQuery(query, []);
      const offset = Number(cursor ?? 0);
      const { duplicates, count } = await deps.duplicates({ offset, limit }, request.signal);
      const nextCursor = offset + limit < count ? String(offset + limit) : null;
      return answerPage({ data: duplicates, nextCursor });
    },

    merge: async ({ rowId: name, request, changed }: OwnRequest<null>) => {
      const fields = await readFields(request, ["userId"]);
      const userId = fields.needed("userId", fields.line("userId", USER_ID_LENGTH_MAX));
      refuseBadName(name);
      await needBucket(name, request.signal, deps);
      const taskId = found(await orConflict(buckets.merge(name, userId), somebodys()), "user");
      changed("bucket.merge", name);
      return answerTask(taskId);
    },

    erase: async ({ rowId: name, changed }: OwnRequest<null>) => {
      const taskId = found(await orConflict(buckets.erase(name), underWay()), "bucket");
      changed("bucket.erase", name);
      return answerTask(taskId);
    },

    /** Not a question alone: an object is written, and removed again. */
    examine: async ({ request, server }: OwnRequest<null>) => {
      allowSilence(server, request, VERIFICATION_SECONDS);
      return accept({ data: await deps.examine() });
    },

    listTasks: async ({ query }: OwnRequest<null>) =>
      answerPage(await store.listBucketTasks(listQuery(query, TASK_STATES))),

    showTask: ({ rowId }: OwnRequest<null>) => answerTask(rowId),
  };
}

/** One of the mapping, or else of the store. Throws AppError `not_found`. */
async function needBucket(
  name: string,
  signal: AbortSignal,
  { store, objects }: AdminBucketsDeps,
): Promise<void> {
  if ((await store.bucketRow(name)) !== null) return;
  found(await objects.bucket(name, signal), "bucket");
}

function somebodys(): AppError {
  return new AppError("conflict", "The bucket is somebody's, or its objects are already under way.");
}

function underWay(): AppError {
  return new AppError("conflict", "Its objects are already under way.", {
    fix: "Look at /admin/bucket-tasks, and ask again once that is done.",
  });
}
