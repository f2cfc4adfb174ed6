// What the tests of the storage services begin with: real SQLite, a store of objects whose every call a test sees and may
// answer itself, a spool folder, and a clock that stands until it is moved.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import type { BucketParty } from "../../src/db/store-buckets.ts";
import type { SaidRow, SpooledText } from "../../src/db/store-spool.ts";
import type { Store } from "../../src/db/store.ts";
import { createLog, type LogFields } from "../../src/log.ts";
import { openMetrics } from "../../src/metrics.ts";
import { checksumOf } from "../../src/storage/checksum.ts";
import type { ObjectStore } from "../../src/storage/objects.ts";
import { SpoolFolder } from "../../src/storage/spool-folder.ts";
import { type MemoryObjects, memoryObjects } from "../doubles/memory-objects.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";

export interface Call {
  op: string;
  bucket: string;
  /** The object, or the prefix of a list. */
  name: string;
  at: number;
  signal: AbortSignal;
}

/** Stands before a call: it may keep it waiting, fail it, or answer in its place with anything but undefined. */
export type Before = (call: Call) => unknown;

export interface LoggedEvent {
  level: string;
  name: string;
  fields: LogFields;
}

export const POLL_MS = 10 * 60_000;

export class ServiceScene implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly random = seededRandom();
  readonly events: LoggedEvent[] = [];
  readonly log = createLog((level, name, fields) => void this.events.push({ level, name, fields }));
  readonly metrics = openMetrics("0.0.0");
  readonly memory: MemoryObjects = memoryObjects(() => this.clock.now());
  /** Of the object store, in the order they began. */
  readonly calls: Call[] = [];
  before: Before = () => undefined;
  readonly objects: ObjectStore;
  readonly store: Store;
  readonly folder: SpoolFolder;
  readonly folderPath: string;
  readonly #parent = mkdtempSync(join(tmpdir(), "lull-storage-"));
  #connectionKey = 0;
  #partyCount = 0;

  static async open(kind: ObjectStore["kind"] = "disk"): Promise<ServiceScene> {
    const scene = new ServiceScene(kind);
    scene.#connectionKey = await scene.store.ensureConnection("here", scene.clock.now());
    return scene;
  }

  constructor(kind: ObjectStore["kind"]) {
    this.objects = this.#watched(kind);
    const path = join(this.#parent, "lull.db");
    this.store = held(openSqliteStore({ path, random: seededRandom(2) }), this.clock);
    this.folderPath = join(this.#parent, "spool");
    this.folder = held(new SpoolFolder(this.folderPath), this.clock);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
    rmSync(this.#parent, { recursive: true, force: true });
    if (this.clock.armedCount > 0) throw new Error(`${this.clock.armedCount} timers are still armed`);
  }

  get connectionKey(): number {
    return this.#connectionKey;
  }

  /** What every service takes. */
  get shared() {
    const { store, objects, clock, random, log, metrics, folder } = this;
    return { store, objects, clock, random, log, metrics, folder, prefix: "lull", pollMs: POLL_MS };
  }

  /** Somebody nobody knows, another one each time. */
  party(): BucketParty {
    const contactRef = `contact_${++this.#partyCount}_account_3`;
    return { userId: null, connectionKey: this.connectionKey, contactRef, phoneKey: null };
  }

  /** A bucket that is mapped and is still to be made. */
  async map(name: string, party: BucketParty = this.party()): Promise<BucketParty> {
    await this.store.ensureBucket(party, name, this.clock.now());
    return party;
  }

  /** A bucket that is mapped and there. */
  async make(name: string, party: BucketParty = this.party()): Promise<BucketParty> {
    await this.map(name, party);
    await this.store.bucketReady(name, this.clock.now());
    this.memory.buckets.set(name, { labels: {}, objects: new Map() });
    return party;
  }

  /** Something is said; gives its line. */
  async say(text = "said"): Promise<SaidRow> {
    const number = { phoneNumber: null, phoneKey: null, keyVersion: null };
    const message = { connectionKey: this.connectionKey, source: "api", text, ...number };
    await this.store.keepChatMessage(message, this.clock.now());
    const line = (await this.store.saidUnarchived(1_000)).at(-1);
    if (line === undefined) throw new Error("what was said is not there");
    return line;
  }

  /** Texts wait for this bucket, each its own name. */
  async spool(bucketName: string, ...objectNames: string[]): Promise<void> {
    const { key } = await this.say();
    const texts = objectNames.map((objectName) => textOf(key, bucketName, objectName));
    await this.#take(bucketName, key, { texts, wanted: [] });
  }

  /** A file is to be fetched for this bucket. */
  async want(bucketName: string, sourceUrl = "http://chatwoot.test/a", sizeBytes = 10): Promise<void> {
    const { key, placeId } = await this.say();
    const media = {
      saidKey: key,
      bucketName,
      kind: "attachment" as const,
      objectName: `v1/${placeId}/`,
      contentType: "audio/ogg",
      originalName: null,
      connectionKey: this.connectionKey,
      sourceUrl,
      sizeBytes,
    };
    await this.#take(bucketName, key, { texts: [], wanted: [media] });
  }

  /** Files are in the spool folder and wait for this bucket; gives their ids. */
  async spoolFiles(bucketName: string, ...contents: string[]): Promise<string[]> {
    for (const _ of contents) await this.want(bucketName);
    const wanted = await this.store.dueFetches(this.clock.now(), contents.length);
    for (const [nth, { key, id, objectName }] of wanted.entries()) {
      const writer = await this.folder.begin(id);
      await writer.write(Buffer.from(contents[nth] ?? ""));
      const { sizeBytes, checksum, sha256 } = await writer.finish();
      const found = { objectName: objectName + sha256, contentType: "audio/ogg", sizeBytes, checksum };
      await this.store.fetched(key, found, this.clock.now());
    }
    return wanted.map(({ id }) => id);
  }

  /** What stands in a bucket: the texts by their names. */
  contents(bucketName: string): Record<string, string> {
    const objects = [...(this.memory.buckets.get(bucketName)?.objects ?? [])];
    return Object.fromEntries(objects.map(([name, { bytes }]) => [name, Buffer.from(bytes).toString()]));
  }

  /** How often each event was logged. */
  told(name: string): LogFields[] {
    return this.events.filter((event) => event.name === name).map(({ fields }) => fields);
  }

  callsOf(op: string): Call[] {
    return this.calls.filter((call) => call.op === op);
  }

  async #take(
    bucketName: string,
    throughKey: number,
    said: Pick<Parameters<Store["spoolSaid"]>[0], "texts" | "wanted">,
  ) {
    const places = [{ connectionKey: this.connectionKey, conversationId: null, bucketName }];
    const isTaken = await this.store.spoolSaid({ ...said, places }, throughKey, this.clock.now());
    if (!isTaken) throw new Error("the bucket is nobody's");
  }

  #watched(kind: ObjectStore["kind"]): ObjectStore {
    const memory = held(this.memory, this.clock);
    return new Proxy(memory, {
      get: (target, op) => {
        if (op === "kind") return kind;
        const member: unknown = Reflect.get(target, op);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]): Promise<unknown> => {
          this.clock.touch();
          const call = this.#noted(String(op), args);
          const answer = await this.before(call);
          return answer === undefined ? await Reflect.apply(member, target, args) : answer;
        };
      },
    });
  }

  #noted(op: string, args: readonly unknown[]): Call {
    const [bucket, name] = args.map((arg) => (typeof arg === "string" ? arg : ""));
    const signal = args.find((arg) => arg instanceof AbortSignal) ?? new AbortController().signal;
    const call = { op, bucket: bucket ?? "", name: name ?? "", at: this.clock.now(), signal };
    this.calls.push(call);
    return call;
  }
}

/** A text whose content tells its name. */
export function textOf(saidKey: number, bucketName: string, objectName: string): SpooledText {
  const body = `text of ${objectName}`;
  const bytes = Buffer.from(body);
  const described = { kind: "message" as const, contentType: "text/plain", originalName: null };
  return {
    saidKey,
    bucketName,
    objectName,
    ...described,
    body,
    sizeBytes: bytes.length,
    checksum: checksumOf(bytes),
  };
}

/** Waits until the caller takes it back. */
export function hanging({ signal }: Pick<Call, "signal">): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** A promise that a test resolves when it likes. */
export function gate(): { open: () => void; passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
}

/** The same, and no tick is over while one of its calls is under way. */
export function held<T extends object>(target: T, clock: ManualClock): T {
  return new Proxy(target, {
    get(_target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        clock.touch();
        const result: unknown = Reflect.apply(member, target, args);
        if (!(result instanceof Promise)) return result;
        const release = clock.hold();
        return result.finally(release);
      };
    },
  });
}
