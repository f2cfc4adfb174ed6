// An object store in memory, for tests in which objects are no matter. It keeps the same promises as the real ones.
import { checkedBody, expectedOf, readContent } from "../../src/storage/bytes.ts";
import { refused, unavailable } from "../../src/storage/failure.ts";
import { checkBucketName, checkContentType, checkObjectName } from "../../src/storage/names.ts";
import {
  type Content,
  isSameContent,
  type ObjectInfo,
  type ObjectStore,
  ownerLabel,
} from "../../src/storage/objects.ts";

interface Kept {
  info: ObjectInfo;
  bytes: Uint8Array;
}

interface KeptBucket {
  labels: Record<string, string>;
  objects: Map<string, Kept>;
}

export interface MemoryObjects extends ObjectStore {
  /** Names of buckets, and in each what was put: for tests to look at. */
  readonly buckets: Map<string, KeptBucket>;
  /** What every call fails with, until it is null again. */
  failure: Error | null;
}

const PIECE_BYTES = 256 * 1024;

/** `now` gives the moment that objects are made at. */
export function memoryObjects(now: () => number): MemoryObjects {
  const buckets: MemoryObjects["buckets"] = new Map();
  const store: MemoryObjects = {
    kind: "disk",
    buckets,
    failure: null,
    async createBucket(name, labels, signal) {
      const there = find(name, signal);
      if (there === undefined) buckets.set(name, { labels, objects: new Map() });
      else there.labels = { ...there.labels, ...ownerLabel(labels) };
      return there === undefined ? "created" : "ours";
    },
    async bucket(name, signal) {
      const there = find(name, signal);
      return there === undefined ? null : { labels: there.labels };
    },
    async listBuckets(prefix, signal) {
      ready(signal);
      return [...buckets.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
    async labelBucket(name, labels, signal) {
      const there = find(name, signal);
      if (there !== undefined) there.labels = { ...there.labels, ...labels };
      return there !== undefined;
    },
    async put(bucket, name, content, signal) {
      checkObjectName(name);
      checkContentType(content.contentType);
      const { objects } = need(bucket, signal);
      const there = objects.get(name);
      if (there !== undefined) return isSameContent(there.info, content) ? "same" : "different";
      const bytes = await bytesOf(content, signal);
      const quicker = objects.get(name);
      if (quicker !== undefined) return isSameContent(quicker.info, content) ? "same" : "different";
      const { sizeBytes, contentType, checksum, metadata } = content;
      const info = { name, sizeBytes, contentType, checksum, metadata, createdAt: now() };
      objects.set(name, { bytes, info });
      return "stored";
    },
    async read(bucket, name, range, signal) {
      checkObjectName(name);
      const kept = find(bucket, signal)?.objects.get(name);
      if (kept === undefined) return null;
      const expected = expectedOf(kept.info, range);
      const from = range?.from ?? 0;
      const source = piecesOf(kept.bytes.subarray(from, from + expected.sizeBytes));
      return {
        info: kept.info,
        body: checkedBody(source, expected, signal, () => unavailable("the memory")),
      };
    },
    async info(bucket, name, signal) {
      checkObjectName(name);
      return find(bucket, signal)?.objects.get(name)?.info ?? null;
    },
    async list(bucket, prefix, cursor, limit, signal) {
      const names = [...need(bucket, signal).objects.values()].map(({ info }) => info).sort(byName);
      const after = names.filter(({ name }) => name.startsWith(prefix) && name > (cursor ?? ""));
      const objects = after.slice(0, limit);
      return { objects, nextCursor: after.length > limit ? (objects.at(-1)?.name ?? null) : null };
    },
    async remove(bucket, name, signal) {
      checkObjectName(name);
      return find(bucket, signal)?.objects.delete(name) ?? false;
    },
  };

  function ready(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (store.failure !== null) throw store.failure;
  }

  function find(bucket: string, signal: AbortSignal): KeptBucket | undefined {
    ready(signal);
    checkBucketName(bucket);
    return buckets.get(bucket);
  }

  function need(bucket: string, signal: AbortSignal): KeptBucket {
    const there = find(bucket, signal);
    if (there === undefined) throw refused("There is no such bucket.", "no_bucket");
    return there;
  }
  return store;
}

async function bytesOf(content: Content, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readContent(content, PIECE_BYTES, signal)) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

function piecesOf(bytes: Uint8Array) {
  let given = 0;
  return {
    next: () => {
      const value = bytes.slice(given, given + PIECE_BYTES);
      given += value.byteLength;
      return Promise.resolve<IteratorResult<Uint8Array, unknown>>(
        value.byteLength === 0 ? { done: true, value: undefined } : { done: false, value },
      );
    },
    stop: () => undefined,
  };
}

function byName(a: ObjectInfo, b: ObjectInfo): number {
  return a.name < b.name ? -1 : 1;
}
