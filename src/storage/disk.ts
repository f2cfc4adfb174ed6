// Objects in a folder, for a lull without Google. A bucket is a folder with `bucket.json`, an object a folder in it with
// `data` and `object.json`. They are filled in `.staging` and moved to their place in one step: a crash at any moment
// leaves nothing or the whole.
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { checkedBody, expectedOf, readContent, type Source } from "./bytes.ts";
import { isCode, readDiskFailure } from "./disk-failure.ts";
import * as layout from "./disk-layout.ts";
import { Staging, syncFolder } from "./disk-staging.ts";
import { refused, unavailable } from "./failure.ts";
import { checkContentType } from "./names.ts";
import { hasLabels, isSameContent, ownerLabel } from "./objects.ts";
import type { ByteRange, Content, ObjectInfo, ObjectPage, ObjectStore } from "./objects.ts";

export interface DiskStoreDeps {
  /** Made when the first bucket is. */
  folder: string;
  clock: Clock;
  random: Random;
}

const PIECE_BYTES = 256 * 1024;
/** How many objects of a list are looked at together. */
const LOOKS_AT_ONCE = 64;

/** Opens the store; the folder is not touched yet. */
export function openDiskStore(deps: DiskStoreDeps): ObjectStore {
  return new DiskStore(deps);
}

class DiskStore implements ObjectStore {
  readonly kind = "disk" as const;
  readonly #root: string;
  readonly #clock: Clock;
  readonly #staging: Staging;
  #labelling: Promise<unknown> = Promise.resolve();

  constructor({ folder, clock, random }: DiskStoreDeps) {
    this.#root = folder;
    this.#clock = clock;
    this.#staging = new Staging(folder, clock, random);
  }

  async createBucket(name: string, labels: Record<string, string>, signal: AbortSignal) {
    return await guarded(signal, async () => {
      const folder = layout.bucketFolder(this.#root, name);
      const record: layout.BucketRecord = { labels };
      const isNew = await this.#staging.publish(folder, (staged) =>
        staged.write(layout.BUCKET_FILE, [jsonOf(record)]),
      );
      if (isNew) return "created";
      // Every bucket in the folder is of our project; a folder without BUCKET_FILE is no bucket.
      if (!(await this.#label(folder, ownerLabel(labels)))) return "theirs";
      // Whoever made it may have died before the disk had it.
      await syncFolder(this.#root);
      return "ours";
    });
  }

  async bucket(name: string, signal: AbortSignal) {
    return await guarded(signal, () => layout.readBucketRecord(layout.bucketFolder(this.#root, name)));
  }

  async listBuckets(prefix: string, signal: AbortSignal): Promise<string[]> {
    const names = await guarded(signal, () => layout.bucketFoldersIn(this.#root));
    return names.filter((name) => name.startsWith(prefix));
  }

  /** Of two at once neither is lost; two processes must not label one bucket. */
  async labelBucket(name: string, labels: Record<string, string>, signal: AbortSignal): Promise<boolean> {
    return await guarded(signal, () => this.#label(layout.bucketFolder(this.#root, name), labels));
  }

  async put(bucket: string, name: string, content: Content, signal: AbortSignal) {
    return await guarded(signal, async () => {
      const folder = layout.objectFolder(this.#root, bucket, name);
      checkContentType(content.contentType);
      await this.#needBucket(bucket);
      let there = await layout.readObjectInfo(folder);
      if (there === null && (await this.#publish(folder, name, content, signal))) return "stored";
      there ??= await layout.readObjectInfo(folder);
      // Whoever put it there may have died before the disk had it.
      await syncFolder(layout.bucketFolder(this.#root, bucket));
      if (there === null) throw unavailable("the object went away");
      return isSameContent(there, content) ? "same" : "different";
    });
  }

  async read(bucket: string, name: string, range: ByteRange | null, signal: AbortSignal) {
    return await guarded(signal, async () => {
      const folder = layout.objectFolder(this.#root, bucket, name);
      const info = await layout.readObjectInfo(folder);
      if (info === null) return null;
      const expected = expectedOf(info, range);
      const file = await openIfThere(join(folder, layout.DATA_FILE));
      if (file === null) return null;
      const source = readFrom(file, range?.from ?? 0, expected.sizeBytes);
      return { info, body: checkedBody(source, expected, signal, readDiskFailure) };
    });
  }

  async info(bucket: string, name: string, signal: AbortSignal): Promise<ObjectInfo | null> {
    return await guarded(signal, () => layout.readObjectInfo(layout.objectFolder(this.#root, bucket, name)));
  }

  /**
   * In the order of the folders' names. A page takes the names of all folders and looks into as many as it lists; one
   * by a prefix looks into as many as it takes to find them.
   */
  async list(bucket: string, prefix: string, cursor: string | null, limit: number, signal: AbortSignal) {
    return await guarded(signal, async (): Promise<ObjectPage> => {
      await this.#needBucket(bucket);
      const folder = layout.bucketFolder(this.#root, bucket);
      const names = await layout.objectFoldersIn(folder, cursor ?? "");
      const objects: ObjectInfo[] = [];
      let looks = 0;
      while (looks < names.length && objects.length < limit) {
        signal.throwIfAborted();
        const some = names.slice(looks, looks + Math.min(LOOKS_AT_ONCE, limit - objects.length));
        objects.push(...(await infosIn(folder, some)).filter(({ name }) => name.startsWith(prefix)));
        looks += some.length;
      }
      return { objects, nextCursor: looks < names.length ? (names[looks - 1] ?? null) : null };
    });
  }

  async remove(bucket: string, name: string, signal: AbortSignal): Promise<boolean> {
    return await guarded(signal, () => this.#staging.discard(layout.objectFolder(this.#root, bucket, name)));
  }

  async #publish(folder: string, name: string, content: Content, signal: AbortSignal): Promise<boolean> {
    const { sizeBytes, contentType, checksum, metadata } = content;
    const info: ObjectInfo = {
      name,
      sizeBytes,
      contentType,
      checksum,
      metadata,
      createdAt: this.#clock.now(),
    };
    return await this.#staging.publish(folder, async (staged) => {
      await staged.write(layout.DATA_FILE, readContent(content, PIECE_BYTES, signal));
      await staged.write(layout.OBJECT_FILE, [jsonOf(info)]);
      signal.throwIfAborted();
    });
  }

  async #needBucket(name: string): Promise<void> {
    const record = await layout.readBucketRecord(layout.bucketFolder(this.#root, name));
    if (record === null) throw refused("There is no such bucket.", "no_bucket");
  }

  /** False when the folder is no bucket's. One after the other, as each writes the labels it has read. */
  async #label(folder: string, labels: Record<string, string>): Promise<boolean> {
    const labelled = this.#labelling.then(async () => {
      const found = await layout.readBucketRecord(folder);
      if (found === null) return false;
      const record: layout.BucketRecord = { labels: { ...found.labels, ...labels } };
      if (!hasLabels(found.labels, labels))
        await this.#staging.replace(join(folder, layout.BUCKET_FILE), [jsonOf(record)]);
      return true;
    });
    this.#labelling = labelled.catch(() => undefined);
    return await labelled;
  }
}

async function guarded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw readDiskFailure(error);
  }
}

function jsonOf(record: layout.BucketRecord | ObjectInfo): Uint8Array {
  return Buffer.from(JSON.stringify(record));
}

/** One that is gone was removed meanwhile. */
async function infosIn(folder: string, names: string[]): Promise<ObjectInfo[]> {
  const infos = await Promise.all(names.map((name) => layout.readObjectInfo(join(folder, name))));
  return infos.filter((info) => info !== null);
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

function readFrom(file: FileHandle, from: number, sizeBytes: number): Source {
  const end = from + sizeBytes;
  let position = from;
  let reading: Promise<unknown> = Promise.resolve();
  let isOpen = true;
  return {
    async next() {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, end - position));
      if (!isOpen || piece.byteLength === 0) return { done: true, value: undefined };
      const read = file.read(piece, 0, piece.byteLength, position);
      reading = read.catch(() => undefined);
      const { bytesRead } = await read;
      position += bytesRead;
      if (bytesRead === 0) return { done: true, value: undefined };
      return { done: false, value: piece.subarray(0, bytesRead) };
    },
    stop() {
      if (!isOpen) return;
      isOpen = false;
      // Closed under a running read, the number could be another file's by then.
      void reading.then(() => file.close()).catch(() => undefined);
    },
  };
}
