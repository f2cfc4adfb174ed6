// Whether the mapping and the store of objects agree, looked at from both sides. It changes nothing, and names buckets
// and ids, never a person.
import type { BucketStore, KnownBucket } from "../db/store-buckets.ts";
import type { SpoolStore } from "../db/store-spool.ts";
import type { Row } from "../db/store-insight.ts";
import { AppError } from "../errors.ts";
import { hasPrefix } from "./bucket-name.ts";
import { type ObjectStore, OWNER_LABEL } from "./objects.ts";

export interface VerificationDeps {
  store: Pick<BucketStore, "knownBuckets"> & Pick<SpoolStore, "spoolSize" | "objectsGivenUp">;
  objects: Pick<ObjectStore, "bucket" | "listBuckets">;
  prefix: string;
  /** The label of this installation's buckets. */
  instance: string;
}

interface Owned {
  bucketName: string;
  /** A user's id or a contact's reference; null: a bare number's. */
  owner: string | null;
}

/** Every list is cut; `counts` says how long each is. */
export interface Verified {
  /** Buckets that are mapped and ready, each looked at in the store. */
  checkedCount: number;
  /** The store does not have them. */
  missing: Owned[];
  /** It has them, but they do not say that they are this lull's (label), or cannot be read (unreadable). */
  notOurs: (Owned & { reason: "label" | "unreadable" })[];
  /** It has them under our prefix, and no mapping knows them. */
  orphans: string[];
  /** It still has them, though they are nobody's any more. */
  retired: { name: string; reason: string | null }[];
  /** They are still to be made; the reason says why they are not yet. */
  creating: (Owned & { reason: string | null })[];
  spool: Omit<SpoolFigures, "failedCount">;
  counts: Record<"missing" | "notOurs" | "orphans" | "retired" | "creating" | "failed", number>;
}

/** What waits for its bucket, and what was given up: objectId, kind, reason. */
export interface SpoolFigures {
  objectCount: number;
  bytes: number;
  failedCount: number;
  /** The first of them. */
  failed: Row[];
}

type Found = "ours" | "missing" | "label" | "unreadable";

/** Of each list. */
const LIST_MAX = 200;
const LOOKS_AT_ONCE = 8;

export class Verification {
  readonly #deps: VerificationDeps;

  constructor(deps: VerificationDeps) {
    this.#deps = deps;
  }

  /** Both sides, whole. Rejects with what the store of objects rejects with when it is away. */
  async all(signal: AbortSignal): Promise<Verified> {
    const { store, objects, prefix } = this.#deps;
    // The store first: what is made meanwhile is known by the time the mapping is read.
    const listed = await objects.listBuckets(`${prefix}-`, signal);
    const known = await store.knownBuckets();
    const mapped = new Set(known.map(({ name }) => name));
    const orphans = listed.filter((name) => hasPrefix(name, prefix) && !mapped.has(name));
    return await this.#compare(known, orphans, signal);
  }

  /** One bucket of the mapping alone. */
  async one(bucketName: string, signal: AbortSignal): Promise<Verified> {
    const known = await this.#deps.store.knownBuckets();
    return await this.#compare(
      known.filter(({ name }) => name === bucketName),
      [],
      signal,
    );
  }

  /** The store of objects is not asked. */
  async spool(): Promise<SpoolFigures> {
    const { store } = this.#deps;
    const { count, objects } = await store.objectsGivenUp(LIST_MAX);
    return { ...(await store.spoolSize()), failedCount: count, failed: objects };
  }

  async #compare(
    known: readonly KnownBucket[],
    orphans: readonly string[],
    signal: AbortSignal,
  ): Promise<Verified> {
    const made = known.filter(({ state }) => state !== "creating");
    const looks = await this.#lookAtAll(made, signal);
    const ready = looks.filter(({ state }) => state === "ready");
    const { failedCount, ...spool } = await this.spool();
    const lists = {
      missing: ready.filter(({ found }) => found === "missing").map(asOwned),
      notOurs: ready.flatMap(asNotOurs),
      orphans: [...orphans],
      retired: looks
        .filter(({ state, found }) => state === "retired" && found !== "missing")
        .map(({ name, reason }) => ({ name, reason })),
      creating: known
        .filter(({ state }) => state === "creating")
        .map((bucket) => ({ ...asOwned(bucket), reason: bucket.reason })),
    };
    return {
      checkedCount: ready.length,
      missing: lists.missing.slice(0, LIST_MAX),
      notOurs: lists.notOurs.slice(0, LIST_MAX),
      orphans: lists.orphans.slice(0, LIST_MAX),
      retired: lists.retired.slice(0, LIST_MAX),
      creating: lists.creating.slice(0, LIST_MAX),
      spool,
      counts: {
        missing: lists.missing.length,
        notOurs: lists.notOurs.length,
        orphans: lists.orphans.length,
        retired: lists.retired.length,
        creating: lists.creating.length,
        failed: failedCount,
      },
    };
  }

  /** A few at a time, in their order. */
  async #lookAtAll(buckets: readonly KnownBucket[], signal: AbortSignal) {
    const waiting = [...buckets.entries()];
    const looks: (KnownBucket & { found: Found })[] = [];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, bucket] = next;
        looks[index] = { ...bucket, found: await this.#look(bucket.name, signal) };
      }
    };
    await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, lane));
    return looks;
  }

  async #look(bucketName: string, signal: AbortSignal): Promise<Found> {
    const { objects, instance } = this.#deps;
    try {
      const bucket = await objects.bucket(bucketName, signal);
      if (bucket === null) return "missing";
      return bucket.labels[OWNER_LABEL] === instance ? "ours" : "label";
    } catch (error) {
      if (error instanceof AppError && error.code === "storage_refused") return "unreadable";
      throw error;
    }
  }
}

function asOwned({ name, owner }: KnownBucket): Owned {
  return { bucketName: name, owner };
}

function asNotOurs(look: KnownBucket & { found: Found }) {
  const { found } = look;
  return found === "label" || found === "unreadable" ? [{ ...asOwned(look), reason: found }] : [];
}
