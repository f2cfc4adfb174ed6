// Where buckets and objects are in the folder, and what is written beside their bytes. An object's name never becomes
// part of a path: its hash does, which is short, knows no upper case and cannot climb out.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isCode } from "./disk-failure.ts";
import { checkBucketName, checkObjectName } from "./names.ts";
import type { ObjectInfo } from "./objects.ts";

export const DATA_FILE = "data";
export const OBJECT_FILE = "object.json";
export const BUCKET_FILE = "bucket.json";

/** Hashes, see objectFolder. */
const OBJECT_FOLDER = /^[0-9a-f]{64}$/;

/** What BUCKET_FILE holds; OBJECT_FILE holds an ObjectInfo. */
export interface BucketRecord {
  labels: Record<string, string>;
}

/** Throws AppError `storage_refused` when the name may not be. */
export function bucketFolder(root: string, bucket: string): string {
  checkBucketName(bucket);
  return join(root, bucket);
}

/** Throws AppError `storage_refused` when one of the names may not be. */
export function objectFolder(root: string, bucket: string, name: string): string {
  checkObjectName(name);
  return join(bucketFolder(root, bucket), createHash("sha256").update(name).digest("hex"));
}

/** Null when there is no such bucket. */
export async function readBucketRecord(folder: string): Promise<BucketRecord | null> {
  const text = await readIfThere(join(folder, BUCKET_FILE));
  return text === null ? null : JSON.parse(text);
}

/** Null when there is no such object. */
export async function readObjectInfo(folder: string): Promise<ObjectInfo | null> {
  const text = await readIfThere(join(folder, OBJECT_FILE));
  return text === null ? null : JSON.parse(text);
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

/** Names of the buckets' folders; none when `root` is not there. */
export async function bucketFoldersIn(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Names of the objects' folders in a bucket's that come after `last`, in their own order: that of the hashes. */
export async function objectFoldersIn(folder: string, last: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name > last && OBJECT_FOLDER.test(name)).sort();
}
