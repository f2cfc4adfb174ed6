// Buckets and objects on their way into them, each with as little as its test needs.
import type { BucketParty, BucketTask, EnsuredBucket } from "../../src/db/store-buckets.ts";
import type { SaidRow, SpooledObject, SpooledText, WantedMedia } from "../../src/db/store-spool.ts";
import type { Row } from "../../src/db/store-insight.ts";
import { NUMBER } from "./identified.ts";
import { type Scene, must } from "./scene.ts";

export const CONTACT = "contact_5_account_3";
/** All that any test has at once. */
export const MANY = 1_000;

export function ofUser(scene: Scene, userId: string, rest: Partial<BucketParty> = {}): BucketParty {
  return { userId, connectionKey: scene.here, contactRef: null, phoneKey: null, ...rest };
}

export function ofContact(scene: Scene, rest: Partial<BucketParty> = {}): BucketParty {
  return { userId: null, connectionKey: scene.here, contactRef: CONTACT, phoneKey: null, ...rest };
}

export function ofNumber(scene: Scene, rest: Partial<BucketParty> = {}): BucketParty {
  return { userId: null, connectionKey: scene.here, contactRef: null, phoneKey: NUMBER, ...rest };
}

export async function ensure(scene: Scene, party: BucketParty, name: string): Promise<EnsuredBucket> {
  return must(await scene.first.ensureBucket(party, name, scene.now));
}

/** The party's bucket is there, and the store has it. */
export async function ensureReady(scene: Scene, party: BucketParty, name: string): Promise<void> {
  await ensure(scene, party, name);
  await scene.first.bucketReady(name, scene.now);
}

/** As another handle sees it. */
export async function bucketRow(scene: Scene, name: string): Promise<Row> {
  return must(await scene.second.bucketRow(name));
}

/** All tasks that wait and may begin, each finished: `[kind, bucket, into or prefix]`. */
export async function workOff(scene: Scene): Promise<unknown[][]> {
  const done: unknown[][] = [];
  for (let task = await nextTask(scene); task !== null; task = await nextTask(scene)) {
    await scene.second.finishTask(task.key, scene.now);
    done.push([task.kind, task.bucketName, task.intoBucket ?? task.prefix]);
  }
  return done;
}

export function nextTask(scene: Scene): Promise<BucketTask | null> {
  return scene.second.nextBucketTask(scene.now);
}

/** Something is said by the chat API; gives its line as the archive reads it. */
export async function chatLine(scene: Scene, text = "said"): Promise<SaidRow> {
  const number = { phoneNumber: NUMBER, phoneKey: NUMBER, keyVersion: "1/test" };
  await scene.first.keepChatMessage({ connectionKey: scene.here, source: "api", text, ...number }, scene.now);
  return must((await unarchived(scene)).at(-1));
}

/** Asked through the other handle. */
export function unarchived(scene: Scene): Promise<SaidRow[]> {
  return scene.second.saidUnarchived(MANY);
}

export function text(saidKey: number, bucketName: string, rest: Partial<SpooledText> = {}): SpooledText {
  const body = rest.body ?? "a text";
  return {
    saidKey,
    bucketName,
    kind: "message",
    objectName: "v1/place/1/a",
    contentType: "application/json",
    originalName: null,
    body,
    sizeBytes: Buffer.byteLength(body),
    checksum: "AAAAAA==",
    ...rest,
  };
}

export function media(scene: Scene, saidKey: number, bucketName: string, rest: Partial<WantedMedia> = {}) {
  return {
    saidKey,
    bucketName,
    kind: "attachment",
    objectName: "v1/place/1/",
    contentType: "audio/ogg",
    originalName: "voice.ogg",
    connectionKey: scene.here,
    sourceUrl: "http://chatwoot.test/voice.ogg",
    sizeBytes: 10,
    ...rest,
  } satisfies WantedMedia;
}

/** Objects of a new line wait for this bucket. */
export async function spool(scene: Scene, bucketName: string, ...objectNames: string[]): Promise<void> {
  const { key } = await chatLine(scene);
  const texts = objectNames.map((objectName) => text(key, bucketName, { objectName }));
  const places = [{ connectionKey: scene.here, conversationId: null, bucketName }];
  if (!(await scene.first.spoolSaid({ texts, wanted: [], places }, key, scene.now)))
    throw new Error("the bucket is nobody's");
}

/** A file of a new line is to be fetched for this bucket. */
export async function want(scene: Scene, bucketName: string, rest: Partial<WantedMedia> = {}): Promise<void> {
  const { key } = await chatLine(scene);
  const wanted = [media(scene, key, bucketName, rest)];
  const places = [{ connectionKey: scene.here, conversationId: null, bucketName }];
  if (!(await scene.first.spoolSaid({ texts: [], wanted, places }, key, scene.now)))
    throw new Error("the bucket is nobody's");
}

/** What may be uploaded now: `[bucket, object]`. */
export async function uploads(scene: Scene): Promise<string[][]> {
  return (await due(scene)).map(({ bucketName, objectName }) => [bucketName, objectName]);
}

export function due(scene: Scene): Promise<SpooledObject[]> {
  return scene.second.dueUploads(scene.now, MANY);
}

/** A message is archived in this bucket; gives where its objects stand. */
export async function archiveMessage(scene: Scene, messageId: number, bucketName: string): Promise<string> {
  await scene.say(messageId);
  await scene.lull();
  const { key, connectionKey, conversationId, placeId } = must((await unarchived(scene)).at(-1));
  const places = [{ connectionKey, conversationId, bucketName }];
  await scene.first.spoolSaid({ texts: [], wanted: [], places }, key, scene.now);
  return `v1/${placeId}/${messageId}/`;
}
