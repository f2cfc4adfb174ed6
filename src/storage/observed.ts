// A store of objects that is watched: every request counted by its end, and the making of buckets timed. What is read
// of a body later is not.
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import type { ObjectStore } from "./objects.ts";

export type StoreMetrics = Pick<Metrics, "storeRequests" | "bucketSeconds">;

/** The same store, whose requests show in the metrics. */
export function observed(store: ObjectStore, metrics: StoreMetrics, clock: Clock): ObjectStore {
  const count = counting(metrics);
  return {
    kind: store.kind,
    async createBucket(name, labels, signal) {
      const startedAt = clock.monotonic();
      try {
        return await count("create_bucket", signal, store.createBucket(name, labels, signal), asTold);
      } finally {
        metrics.bucketSeconds.observe({ op: "create" }, (clock.monotonic() - startedAt) / 1000);
      }
    },
    bucket: (name, signal) => count("bucket", signal, store.bucket(name, signal), asFound),
    listBuckets: (prefix, signal) => count("list_buckets", signal, store.listBuckets(prefix, signal), asDone),
    labelBucket: (name, labels, signal) =>
      count("label_bucket", signal, store.labelBucket(name, labels, signal), asDoneIfThere),
    put: (bucket, name, content, signal) =>
      count("put", signal, store.put(bucket, name, content, signal), asTold),
    read: (bucket, name, range, signal) =>
      count("read", signal, store.read(bucket, name, range, signal), asFound),
    info: (bucket, name, signal) => count("info", signal, store.info(bucket, name, signal), asFound),
    list: (bucket, prefix, cursor, limit, signal) =>
      count("list", signal, store.list(bucket, prefix, cursor, limit, signal), asDone),
    remove: (bucket, name, signal) =>
      count("remove", signal, store.remove(bucket, name, signal), asDoneIfThere),
  };
}

type Outcome =
  | Awaited<ReturnType<ObjectStore["createBucket"]>>
  | Awaited<ReturnType<ObjectStore["put"]>>
  | "found"
  | "missing"
  | "ok"
  | "unavailable"
  | "refused"
  | "aborted";

function counting({ storeRequests }: StoreMetrics) {
  return async <T>(
    op: string,
    signal: AbortSignal,
    request: Promise<T>,
    outcomeOf: (answer: T) => Outcome,
  ): Promise<T> => {
    try {
      const answer = await request;
      storeRequests.inc({ op, outcome: outcomeOf(answer) });
      return answer;
    } catch (error) {
      storeRequests.inc({ op, outcome: outcomeOfFailure(error, signal) });
      throw error;
    }
  };
}

function asTold(answer: Outcome): Outcome {
  return answer;
}

function asFound(answer: object | null): Outcome {
  return answer === null ? "missing" : "found";
}

function asDone(): Outcome {
  return "ok";
}

function asDoneIfThere(isThere: boolean): Outcome {
  return isThere ? "ok" : "missing";
}

function outcomeOfFailure(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted && error === signal.reason) return "aborted";
  return error instanceof AppError && error.code === "storage_refused" ? "refused" : "unavailable";
}
