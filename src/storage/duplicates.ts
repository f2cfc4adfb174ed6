// Buckets of the store that look like ours and that no mapping knows, each with the user it may have been for, where its
// name tells. Which objects follow to whom is an operator's decision.
import type { BucketStore } from "../db/store-buckets.ts";
import type { UserStore } from "../db/store-users.ts";
import { hasPrefix } from "./bucket-name.ts";
import type { ObjectStore } from "./objects.ts";

export interface DuplicatesDeps {
  store: Pick<BucketStore, "knownBuckets"> & Pick<UserStore, "userIdsFrom">;
  objects: Pick<ObjectStore, "listBuckets">;
  prefix: string;
}

export type Duplicate = { bucketName: string; suggestedUserId: string | null };

/** Of an id without its dashes. */
const ID_DIGITS = 32;
/** Fewer are too few to tell one user from another. */
const START_DIGITS_MIN = 8;
/** Where the dashes of an id stand. */
const GROUPS = [8, 12, 16, 20];

/** In the order of their names, from the one at `offset` on, at most `limit`. */
export async function findDuplicates(
  { store, objects, prefix }: DuplicatesDeps,
  { offset, limit }: { offset: number; limit: number },
  signal: AbortSignal,
): Promise<{ duplicates: Duplicate[]; count: number }> {
  // The store first: what is made meanwhile is known by the time the mapping is read.
  const listed = await objects.listBuckets(`${prefix}-`, signal);
  const known = new Set((await store.knownBuckets()).map(({ name }) => name));
  const names = listed.filter((name) => hasPrefix(name, prefix) && !known.has(name)).sort();
  const duplicates: Duplicate[] = [];
  for (const bucketName of names.slice(offset, offset + limit)) {
    const start = idStart(bucketName, prefix);
    const [userId = null, another] = start === null ? [] : await store.userIdsFrom(start, 2);
    duplicates.push({ bucketName, suggestedUserId: another === undefined ? userId : null });
  }
  return { duplicates, count: names.length };
}

/** The id, or its beginning, that stands behind `<prefix>-user-`, in the form that ids have. Null: nothing that could be one. */
function idStart(bucketName: string, prefix: string): string | null {
  const marker = `${prefix}-user-`;
  if (!bucketName.startsWith(marker)) return null;
  const rest = bucketName.slice(marker.length).replaceAll("-", "");
  const digits = /^[0-9a-f]*/.exec(rest)?.[0].slice(0, ID_DIGITS) ?? "";
  // A part of an id must be all that is there: what follows it could be a part of another one.
  if (digits.length < ID_DIGITS && digits !== rest) return null;
  return digits.length < START_DIGITS_MIN ? null : withDashes(digits);
}

function withDashes(digits: string): string {
  const ends = [...GROUPS, ID_DIGITS];
  const parts = ends.map((end, index) => digits.slice(GROUPS[index - 1] ?? 0, end));
  return parts.filter((part) => part !== "").join("-");
}
