// The bucket of one user, as an operator looks at it, makes it, maps one that was there before, and takes out all there is.
import { AppError } from "../errors.ts";
import { partyOfUser } from "../db/store-buckets.ts";
import type { Buckets } from "../storage/buckets.ts";
import { checkBucketName } from "../storage/names.ts";
import { found, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { sendArchive } from "./archive-answer.ts";
import { readFields, wrong } from "./fields.ts";
import { orConflict, type OwnDeps } from "./own.ts";
import type { OwnRequest } from "./own-request.ts";

export interface OwnBucketDeps extends OwnDeps {
  buckets: Pick<Buckets, "ensure" | "importFor">;
  newRequestId: () => string;
  /** All of a bucket as one ZIP. */
  exportBucket: (bucketName: string, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  /** The bytes of an export ended in an error after its answer had begun. */
  exportBroke: (error: unknown, bucketName: string) => void;
}

const NAME_LENGTH_MAX = 63;

export function bucketVerbs(deps: OwnBucketDeps) {
  const { store, buckets, newRequestId } = deps;

  /** Null where there is none yet. */
  async function show({ userId }: Pick<OwnRequest, "userId">): Promise<Response> {
    found(await store.user(userId), "user");
    const row = await store.bucketRowOf(userId);
    return accept({ data: row === null ? null : present(row) });
  }

  return {
    show,

    ensure: async ({ userId, changed }: OwnRequest) => {
      const bucket = found(await buckets.ensure(partyOfUser(userId), newRequestId()), "user");
      if (bucket.isNew) changed("bucket.ensure", bucket.name);
      return show({ userId });
    },

    importOne: async ({ userId, request, changed }: OwnRequest) => {
      const fields = await readFields(request, ["bucketName"]);
      const name = fields.needed("bucketName", fields.line("bucketName", NAME_LENGTH_MAX));
      refuseBadName(name);
      found(await orConflict(buckets.importFor(userId, name), taken()), "user");
      changed("bucket.import", name);
      return show({ userId });
    },

    exportAll: async ({ userId, request, server }: OwnRequest) => {
      found(await store.user(userId), "user");
      const row = found(await store.bucketRowOf(userId), "bucket");
      if (row["state"] !== "ready") throw empty();
      const name = String(row["name"]);
      const archive = await deps.exportBucket(name, request.signal);
      const brokeOff = (error: unknown): void => deps.exportBroke(error, name);
      return sendArchive({ archive, fileName: `${name}.zip`, brokeOff }, request, server);
    },
  };
}

/** Throws AppError `invalid_body` where no store would take it. */
export function refuseBadName(name: string): void {
  try {
    checkBucketName(name);
  } catch (error) {
    if (error instanceof AppError) throw wrong("bucketName", "the name of a bucket");
    throw error;
  }
}

function empty(): AppError {
  return new AppError("conflict", "The bucket is still to be made: nothing is in it yet.", {
    retryable: true,
  });
}

function taken(): AppError {
  return new AppError("conflict", "The user has another bucket, or this one is somebody's.", {
    fix: "Look at both with lull bucket show; what is nobody's can be merged into the user's.",
  });
}
