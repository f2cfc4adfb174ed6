// The store's verbs for buckets, each one transaction.
import { page } from "./page.ts";
import { type BucketParty, type BucketStore, type EnsuredBucket, partyOfUser } from "./store-buckets.ts";
import { StoreError } from "./store.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

type Part<Method extends keyof BucketStore> = Pick<BucketStore, Method>;

export function bucketWork(tables: Tables, transact: Transact): BucketStore {
  return {
    ...mappingWork(tables, transact),
    ...makingWork(tables, transact),
    ...taskWork(tables, transact),
  };
}

function mappingWork(
  tables: Tables,
  transact: Transact,
): Part<
  | "bucketOf"
  | "ensureBucket"
  | "ensureBuckets"
  | "importBucket"
  | "listBuckets"
  | "bucketRow"
  | "bucketRowOf"
  | "knownBuckets"
> {
  const { buckets, users, newId } = tables;
  return {
    bucketOf: (party) => transact(() => buckets.ofParty(party)),
    ensureBucket: (party, newName, now) => transact(() => ensure(tables, party, newName, now)),
    ensureBuckets: (asked, now) => transact(() => ensureAll(tables, asked, now)),
    importBucket: (userId, bucketName, now) =>
      transact(() => {
        if (!users.exists(userId)) return false;
        const present = buckets.ofUser(userId);
        if (present === bucketName) return true;
        if (present !== null && buckets.isStillborn(present)) buckets.rename(present, bucketName, now);
        if (present !== null && buckets.ofUser(userId) === bucketName) return true;
        buckets.add(bucketName, "user", "imported", now);
        buckets.mapUser(newId(now), userId, bucketName, now);
        return true;
      }),
    listBuckets: (query) => transact(() => page(buckets.list(query), query.limit)),
    bucketRow: (name) => transact(() => buckets.get(name)),
    bucketRowOf: (userId) =>
      transact(() => {
        const name = buckets.ofUser(userId);
        return name === null ? null : buckets.get(name);
      }),
    knownBuckets: () => transact(() => buckets.known()),
  };
}

function ensure(tables: Tables, party: BucketParty, newName: string, now: number): EnsuredBucket | null {
  const { buckets } = tables;
  const found = buckets.ofParty(party);
  if (found === null && !canOwn(tables, party)) return null;
  if (found === null && party.userId === null) {
    const before = buckets.ofBefore(party);
    if (before !== null) return comeBack(tables, party, before, now);
  }
  if (found === null) add(tables, party, newName, now);
  const bucket = found ?? ({ name: newName, state: "creating" } as const);
  const followedBy = party.userId === null ? [] : follow(tables, party, bucket.name, now);
  return { ...bucket, isNew: found === null, followedBy };
}

/** A contact that was a user for a while has its own bucket again, and never another one. */
function comeBack({ buckets, newId }: Tables, party: BucketParty, name: string, now: number): EnsuredBucket {
  buckets.revive(name, now);
  buckets.mapContact(newId(now), party, name, now);
  return { name, state: "creating", isNew: false, followedBy: [] };
}

/** Users first: what follows into their bucket is not given to the contact just before. */
function ensureAll(
  tables: Tables,
  asked: readonly { party: BucketParty; newName: string }[],
  now: number,
): (EnsuredBucket | null)[] {
  const found = new Map<object, EnsuredBucket | null>();
  const inOrder = asked.toSorted((a, b) => Number(a.party.userId === null) - Number(b.party.userId === null));
  for (const one of inOrder) found.set(one, ensure(tables, one.party, one.newName, now));
  return asked.map((one) => found.get(one) ?? null);
}

function canOwn({ users }: Tables, { userId, contactRef, phoneKey }: BucketParty): boolean {
  return userId === null ? contactRef !== null || phoneKey !== null : users.exists(userId);
}

function add({ buckets, newId }: Tables, party: BucketParty, name: string, now: number): void {
  buckets.add(name, party.userId === null ? "contact" : "user", "made", now);
  if (party.userId === null) buckets.mapContact(newId(now), party, name, now);
  else buckets.mapUser(newId(now), party.userId, name, now);
}

/** Somebody unknown has become this user: what was kept for them follows. Gives the buckets it comes from. */
function follow(tables: Tables, party: BucketParty, into: string, now: number): string[] {
  const { buckets, bucketTasks, spool, conversations, newId } = tables;
  const former = buckets.ofNobody(party);
  for (const { name, state } of former) {
    buckets.unmapContact(name);
    buckets.retire(name, "moved", { ref: party.contactRef, connectionKey: party.connectionKey }, now);
    spool.redirect(name, into);
    conversations.follow(name, into);
    // The store may have one that is only about to be made, but nothing is in it; of one that is erased nothing follows.
    if (state === "ready" && !bucketTasks.isBusy(name)) bucketTasks.addMove(newId(now), name, into, now);
  }
  return former.map(({ name }) => name);
}

function makingWork(
  { buckets }: Tables,
  transact: Transact,
): Part<
  "nextBucketToMake" | "nextBucketAt" | "bucketReady" | "bucketTaken" | "delayBucket" | "bucketMissing"
> {
  return {
    nextBucketToMake: (now) => transact(() => buckets.next(now)),
    nextBucketAt: (after) => transact(() => buckets.nextAt(after)),
    bucketReady: (name, now) => transact(() => buckets.ready(name, now)),
    bucketTaken: (name, newName, now) => transact(() => buckets.rename(name, newName, now)),
    delayBucket: (name, reason, dueAt) => transact(() => buckets.delay(name, reason, dueAt)),
    bucketMissing: (name, now) => transact(() => buckets.missing(name, now)),
  };
}

function taskWork(
  tables: Tables,
  transact: Transact,
): Part<
  | "mergeBucket"
  | "eraseBucket"
  | "nextBucketTask"
  | "nextBucketTaskAt"
  | "countTask"
  | "delayTask"
  | "finishTask"
  | "bucketTask"
  | "listBucketTasks"
> {
  const { bucketTasks } = tables;
  return {
    mergeBucket: (bucketName, userId, newName, now) =>
      transact(() => merge(tables, bucketName, userId, newName, now)),
    eraseBucket: (bucketName, now) => transact(() => erase(tables, bucketName, now)),
    nextBucketTask: (now) => transact(() => bucketTasks.next(now)),
    nextBucketTaskAt: (after) => transact(() => bucketTasks.nextAt(after)),
    countTask: (taskKey, objectCount) => transact(() => bucketTasks.count(taskKey, objectCount)),
    delayTask: (taskKey, reason, dueAt) => transact(() => bucketTasks.delay(taskKey, reason, dueAt)),
    finishTask: (taskKey, now) => transact(() => bucketTasks.finish(taskKey, now)),
    bucketTask: (taskId) => transact(() => bucketTasks.get(taskId)),
    listBucketTasks: (query) => transact(() => page(bucketTasks.list(query), query.limit)),
  };
}

function merge(
  tables: Tables,
  bucketName: string,
  userId: string,
  newName: string,
  now: number,
): string | null {
  const { buckets, bucketTasks, conversations, newId } = tables;
  if (buckets.isMapped(bucketName)) throw new StoreError("conflict", "The bucket is somebody's.");
  const into = ensure(tables, partyOfUser(userId), newName, now);
  if (into === null) return null;
  if (buckets.get(bucketName) === null) buckets.addRetired(bucketName, "merged", now);
  conversations.follow(bucketName, into.name);
  const id = newId(now);
  bucketTasks.addMove(id, bucketName, into.name, now);
  return id;
}

function erase(tables: Tables, bucketName: string, now: number): string | null {
  const { buckets, bucketTasks, spool, knowledge, newId } = tables;
  if (buckets.get(bucketName) === null) return null;
  spool.removeOfBucket(bucketName);
  knowledge.deleteOfBucket(bucketName, now);
  const id = newId(now);
  bucketTasks.addErasure(id, bucketName, now);
  return id;
}
