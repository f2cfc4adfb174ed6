// A process that puts one large object and reads it back, and tells how much memory that took as JSON. Told: where the
// double is, the private key's file, the size. The bytes are made as they are read.
import { Checksum } from "../../src/storage/checksum.ts";
import { systemClock } from "../../src/clock.ts";
import { systemRandom } from "../../src/random.ts";
import { openDiskStore } from "../../src/storage/disk.ts";
import { openGcsStore } from "../../src/storage/gcs.ts";
import type { ObjectStore } from "../../src/storage/objects.ts";
import { BUCKET, bytesOf, LABELS, patient } from "./scene.ts";

const [kind, place = "", keyFile = "", size = "0"] = process.argv.slice(2);
const sizeBytes = Number(size);
const PIECE = bytesOf(64 * 1024);

const store = kind === "disk" ? openDisk() : await openGcs();
let peak = 0;
await store.createBucket(BUCKET, LABELS, patient);
// What one small object takes is the start, not the growth.
await put("small", PIECE.byteLength);
await read("small");
const before = process.memoryUsage.rss();
const putGrowth = await growthOf(() => put("large", sizeBytes));
const readGrowth = await growthOf(() => read("large"));
console.log(JSON.stringify({ before, putGrowth, readGrowth }));
process.exit(0);

async function growthOf(work: () => Promise<void>): Promise<number> {
  peak = 0;
  await work();
  return peak - before;
}

async function put(name: string, length: number): Promise<void> {
  const content = {
    open: () => pieces(length),
    sizeBytes: length,
    contentType: "a/b",
    checksum: checksumOfAll(length),
    metadata: {},
  };
  const end = await store.put(BUCKET, name, content, patient);
  if (end !== "stored") throw new Error(end);
}

async function read(name: string): Promise<void> {
  const found = await store.read(BUCKET, name, null, patient);
  for await (const bytes of found?.body ?? []) if (bytes.byteLength > 0) measure();
}

function pieces(length: number): ReadableStream<Uint8Array> {
  let given = 0;
  return new ReadableStream({
    pull(controller) {
      measure();
      if (given === length) return controller.close();
      given += PIECE.byteLength;
      controller.enqueue(PIECE.slice());
    },
  });
}

function measure(): void {
  peak = Math.max(peak, process.memoryUsage.rss());
}

function checksumOfAll(length: number): string {
  const sum = new Checksum();
  for (let done = 0; done < length; done += PIECE.byteLength) sum.update(PIECE);
  return sum.text();
}

function openDisk(): ObjectStore {
  return openDiskStore({ folder: place, clock: systemClock(), random: systemRandom() });
}

async function openGcs(): Promise<ObjectStore> {
  const settings = {
    projectId: "project-1",
    clientEmail: "lull@project-1.iam.gserviceaccount.com",
    privateKey: await Bun.file(keyFile).text(),
    privateKeyId: null,
    location: null,
    apiEndpoint: place,
    tokenUrl: `${place}/token`,
  };
  return openGcsStore(settings, { fetch, clock: systemClock(), random: systemRandom() });
}
