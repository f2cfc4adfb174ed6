// Buckets in Google Cloud Storage: made, looked at, listed and labelled; and whose a bucket is when its name was taken.
import { unavailable } from "./failure.ts";
import { pageAfter, readLabels, readMetageneration, readPageToken } from "./gcs-answers.ts";
import type { GcsCalls } from "./gcs-calls.ts";
import { isAnswer } from "./gcs-failure.ts";
import { checkBucketName } from "./names.ts";
import { hasLabels, isSameOwner, ownerLabel } from "./objects.ts";
import { type Patience, withRetries } from "./retries.ts";

/** What buckets need of the SDK. */
export interface BucketSdk {
  createBucket(
    name: string,
    metadata: Record<string, unknown>,
  ): Promise<[{ metadata: unknown }, ...unknown[]]>;
  bucket(name: string): {
    getMetadata(): Promise<[unknown, ...unknown[]]>;
    setMetadata(
      metadata: { labels: Record<string, string> },
      condition: { ifMetagenerationMatch: string },
    ): Promise<[unknown, ...unknown[]]>;
  };
  getBuckets(query: BucketQuery): Promise<[{ name: string }[], unknown, unknown]>;
}

interface BucketQuery {
  prefix: string;
  maxResults: number;
  autoPaginate: boolean;
  pageToken?: string;
}

export interface GcsBucketsDeps extends Patience {
  sdk: BucketSdk;
  calls: GcsCalls;
  /** Where buckets are made; null: Google's own choice. */
  location: string | null;
}

const BUCKETS_PER_PAGE = 1000;
const BUCKET_PAGES_MAX = 100;

/** The part of ObjectStore that is about buckets. */
export class GcsBuckets {
  readonly #deps: GcsBucketsDeps;

  constructor(deps: GcsBucketsDeps) {
    this.#deps = deps;
  }

  async create(
    name: string,
    labels: Record<string, string>,
    signal: AbortSignal,
  ): Promise<"created" | "ours" | "theirs"> {
    checkBucketName(name);
    if (await this.#insert(name, labels, signal)) return "created";
    const isListed = await this.#isListed(name, signal);
    if (isListed === null) return (await this.#isLabelled(name, labels, signal)) ? "ours" : "theirs";
    // Labels can be copied by whoever takes our name on purpose, a place in our project cannot.
    if (!isListed) return "theirs";
    if (await this.label(name, ownerLabel(labels), signal)) return "ours";
    throw unavailable("the bucket went away");
  }

  async look(name: string, signal: AbortSignal): Promise<{ labels: Record<string, string> } | null> {
    checkBucketName(name);
    const { sdk, calls } = this.#deps;
    return await calls.orNull(signal, async () => {
      const [metadata] = await sdk.bucket(name).getMetadata();
      return { labels: readLabels(metadata) };
    });
  }

  async list(prefix: string, signal: AbortSignal): Promise<string[]> {
    const { sdk, calls } = this.#deps;
    const names: string[] = [];
    let cursor: string | null = null;
    for (let page = 1; page <= BUCKET_PAGES_MAX; page++) {
      const query = { prefix, maxResults: BUCKETS_PER_PAGE, autoPaginate: false, ...pageAfter(cursor) };
      cursor = await calls.repeated(signal, async () => {
        const [buckets, , answer] = await sdk.getBuckets(query);
        const next = readPageToken(answer);
        names.push(...buckets.map((bucket) => bucket.name));
        return next;
      });
      if (cursor === null) return names;
    }
    throw unavailable("it has too many buckets to list");
  }

  /**
   * A PATCH whose answer was lost must not be sent again blindly: it could undo what somebody did meanwhile. Each try
   * looks first and changes only what it has seen: what is done already is done, what was changed meanwhile is 412 and
   * is looked at again.
   */
  async label(name: string, labels: Record<string, string>, signal: AbortSignal): Promise<boolean> {
    checkBucketName(name);
    return await withRetries(this.#deps, signal, async () => {
      try {
        await this.#merge(name, labels, signal);
        return true;
      } catch (error) {
        if (isAnswer(error, 404)) return false;
        if (isAnswer(error, 412)) throw unavailable("the bucket was changed meanwhile");
        throw error;
      }
    });
  }

  /** Makes the bucket; false when its name is taken. */
  async #insert(name: string, labels: Record<string, string>, signal: AbortSignal): Promise<boolean> {
    const { sdk, calls, location } = this.#deps;
    const metadata = {
      labels,
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: "enforced" },
      ...(location === null ? {} : { location }),
    };
    try {
      await calls.once(signal, async () => {
        const [bucket] = await sdk.createBucket(name, metadata);
        readLabels(bucket.metadata);
      });
      return true;
    } catch (error) {
      if (isAnswer(error, 409)) return false;
      throw error;
    }
  }

  /** Whether the bucket is of our project; null when the account may not know. */
  async #isListed(name: string, signal: AbortSignal): Promise<boolean | null> {
    try {
      return (await this.list(name, signal)).includes(name);
    } catch (error) {
      if (isAnswer(error, 403)) return null;
      throw error;
    }
  }

  async #isLabelled(name: string, labels: Record<string, string>, signal: AbortSignal): Promise<boolean> {
    try {
      const found = await this.look(name, signal);
      return found !== null && isSameOwner(found.labels, labels);
    } catch (error) {
      if (isAnswer(error, 403)) return false;
      throw error;
    }
  }

  async #merge(name: string, labels: Record<string, string>, signal: AbortSignal): Promise<void> {
    const { sdk, calls } = this.#deps;
    const bucket = sdk.bucket(name);
    const found = await calls.once(signal, async () => {
      const [metadata] = await bucket.getMetadata();
      return { labels: readLabels(metadata), metageneration: readMetageneration(metadata) };
    });
    if (hasLabels(found.labels, labels)) return;
    await calls.once(signal, async () => {
      const [metadata] = await bucket.setMetadata(
        { labels },
        { ifMetagenerationMatch: found.metageneration },
      );
      if (!hasLabels(readLabels(metadata), labels)) throw unavailable("it kept other labels");
    });
  }
}
