// Whether the store of objects does what lull needs of it, tried out with an object that does not stay.
import type { BucketStore } from "../db/store-buckets.ts";
import type { Random } from "../random.ts";
import { checksumOf } from "./checksum.ts";
import { refused } from "./failure.ts";
import type { ObjectStore } from "./objects.ts";

export interface ProbeDeps {
  store: Pick<BucketStore, "listBuckets">;
  objects: Pick<ObjectStore, "kind" | "listBuckets" | "put" | "read" | "remove">;
  random: Random;
  now: () => number;
  prefix: string;
}

const PROBE = Buffer.from("lull looks whether this can be written, read and removed\n");

/**
 * kept: an object was written into a bucket that is there, read and removed. listed: there is no bucket to try it in, and
 * none is made for that; but the store answers. Rejects with what the store rejects with.
 */
export async function probeStore(deps: ProbeDeps, signal: AbortSignal): Promise<"kept" | "listed"> {
  const { store, objects, random, now, prefix } = deps;
  const [row] = (await store.listBuckets({ limit: 1, cursor: null, state: "ready" })).data;
  if (row === undefined) {
    await objects.listBuckets(`${prefix}-`, signal);
    return "listed";
  }
  const place = [String(row["name"]), `v1/probe-${random.uuid(now())}`] as const;
  await objects.put(...place, content(), signal);
  try {
    const found = await objects.read(...place, null, signal);
    const bytes = found === null ? null : await new Response(found.body).bytes();
    if (bytes === null || !PROBE.equals(bytes))
      throw refused("What was written does not come back.", "probe");
  } finally {
    // Also when time is up: it lies in a customer's bucket.
    await objects.remove(...place, new AbortController().signal);
  }
  return "kept";
}

function content() {
  return {
    open: () => new Blob([PROBE]).stream(),
    sizeBytes: PROBE.length,
    contentType: "text/plain",
    checksum: checksumOf(PROBE),
    metadata: { kind: "probe" },
  };
}
