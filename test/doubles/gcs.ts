// Google Cloud Storage for tests: the calls of its JSON API that lull makes, strict about each, with a ledger of its own
// and every kind of bad day. On a loopback socket, as connections have to break; time comes from outside.
import { download, failure, html, json, spoil } from "./gcs-answer.ts";
import { type Bucket, Buckets, bucketResource, objectResource } from "./gcs-buckets.ts";
import { type GcsOp, type GcsRequest, readBucketOrder, readLabelOrder, unknownField } from "./gcs-request.ts";
import { type GcsAnswer, listenGcs } from "./gcs-socket.ts";
import { type GcsAccount, GcsTokens } from "./gcs-token.ts";
import { GcsUploads } from "./gcs-uploads.ts";

/** What may happen to a call instead of going well. */
export type GcsFault =
  /** Nothing is done. */
  | { status: number; retryAfterS?: number }
  /** All is done, then the connection breaks. */
  | "lost"
  /** The connection breaks first; of a piece or a download, one half came through. */
  | "cut"
  /** Nothing is done, and nothing answered. */
  | "hang"
  /** Nothing is done, and a page of something in between answers 200. */
  | "html"
  /** Downloads: a half and then silence; an end after a half; one byte changed. */
  | "stall"
  | "short"
  | "flipped";

/** What happens to every call for a while: nothing is done. */
export type GcsOutage = Extract<GcsFault, object> | "cut" | "hang";

/** A call that arrived, and what became of it. */
export interface GcsEntry {
  order: number;
  at: number;
  op: GcsOp;
  bucket: string;
  object: string;
  /** True when what was asked for was done. */
  isDone: boolean;
  /** Null: no answer. */
  status: number | null;
  /** How the exchange ended; hang: it did not. */
  end: "whole" | "cut" | "hang";
  /** The bytes of the request's body. */
  bodyBytes: number;
}

/** A new bucket that was asked for too soon after the last. */
export interface GcsHaste {
  at: number;
  project: string;
  gapMs: number;
}

export interface GcsDoubleOptions {
  now: () => number;
  /** Whose tokens are good. Null: nobody is asked for a token and nobody tells one, as to an emulator. */
  account: GcsAccount | null;
  /** Least time between two new buckets of a project; Google's is 2,000. */
  bucketGapMs?: number;
  /** Where every new bucket has to be. */
  place?: string;
  /** Waited for after a call was done and booked, and before it is answered. */
  beforeAnswer?: (entry: GcsEntry) => Promise<void>;
}

/**
 * Its switches: `failNext` (the next calls of a kind go wrong), `outage` (all of them do, while it is set), `denied`
 * (kinds of call that the account has no right to: 403), `addBucket` (what others made, or an operator by hand), and in
 * the options the rate of new buckets, their place, and how long answers wait. Its books: `ledger`, `violations`,
 * `hastes`, `onEntry`, `cutUploads`; and `bytesOf`, `objectNames`, `labelsOf`, `bucketNames` for what it holds. It
 * keeps tens of thousands of objects.
 *
 * For a client in another process its `url` is all that is needed. In a test whose clock is driven by hand the client's
 * calls go through gcs-held.ts, so that the clock waits for the sockets.
 */
export class GcsDouble {
  /** Append-only, in the order of arrival. */
  readonly ledger: GcsEntry[] = [];
  /** What was asked of it that a correct client never asks. */
  readonly violations: string[] = [];
  /** New buckets that came too soon: each is a violation, too. */
  readonly hastes: GcsHaste[] = [];
  readonly denied = new Set<GcsOp>();
  /** Hear of each call as it is booked, which is before it is answered. */
  readonly onEntry = new Set<(entry: GcsEntry) => void>();
  outage: GcsOutage | null = null;
  /** Calls with bytes of an object whose caller went away before it had the answer, or before all of them were here. */
  readonly cutUploads = { whole: 0, piece: 0 };
  /** Set once it listens. */
  url = "";
  readonly #options: GcsDoubleOptions;
  readonly #buckets: Buckets;
  readonly #uploads: GcsUploads;
  readonly #tokens: GcsTokens | null;
  readonly #planned: { op: GcsOp; fault: GcsFault }[] = [];
  /** By project. */
  readonly #lastBucketAt = new Map<string, number>();
  #stop: () => Promise<void> = () => Promise.resolve();

  private constructor(options: GcsDoubleOptions) {
    const { account, now } = options;
    this.#options = options;
    this.#buckets = new Buckets(now);
    this.#uploads = new GcsUploads({ buckets: this.#buckets, wrong: this.#wrong.bind(this) });
    this.#tokens = account === null ? null : new GcsTokens(account, now);
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(options: GcsDoubleOptions): Promise<GcsDouble> {
    const double = new GcsDouble(options);
    const { url, stop } = await listenGcs({
      handle: (request) => double.#handle(request),
      onDeserted: (path) => {
        if (path.startsWith("/upload/")) double.cutUploads[path.includes("upload_id=") ? "piece" : "whole"]++;
      },
    });
    double.url = url;
    double.#stop = stop;
    return double;
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    await this.#stop();
  }

  /** The next `count` calls of this kind go so. */
  failNext(op: GcsOp, fault: GcsFault, count = 1): void {
    for (let planned = 0; planned < count; planned++) this.#planned.push({ op, fault });
  }

  /** A bucket that lull did not make; one that is not open answers 403 to it. */
  addBucket(name: string, bucket: Pick<Bucket, "project" | "labels" | "isOpen">): void {
    this.#buckets.add({ name, location: "US", ...bucket });
  }

  /** How often calls of this kind did what was asked. */
  doneCount(op: GcsOp): number {
    return this.ledger.filter((entry) => entry.op === op && entry.isDone).length;
  }

  bucketNames(): string[] {
    return this.#buckets.all.values().map(({ name }) => name);
  }

  /** Null: no such bucket. */
  labelsOf(bucket: string): Record<string, string> | null {
    return this.#buckets.all.get(bucket)?.labels ?? null;
  }

  objectNames(bucket: string): string[] {
    return (this.#buckets.all.get(bucket)?.objects.values() ?? []).map(({ name }) => name);
  }

  /** The bytes under a name, null when there are none. */
  bytesOf(bucket: string, object: string): Buffer | null {
    return this.#buckets.all.get(bucket)?.objects.get(object)?.bytes ?? null;
  }

  async #handle(request: GcsRequest): Promise<GcsAnswer> {
    const answer = this.outage === null ? this.#planOrAnswer(request) : brokenBy(this.outage, request);
    const { op, bucket, object } = request;
    const { status, end = "whole" } = answer;
    const isDone = answer.isDone ?? (status !== null && status < 400);
    const bodyBytes = request.body.byteLength;
    const at = this.#options.now();
    const order = this.ledger.length + 1;
    const entry = Object.freeze({ order, at, op, bucket, object, isDone, status, end, bodyBytes });
    this.ledger.push(entry);
    for (const hear of this.onEntry) hear(entry);
    await this.#options.beforeAnswer?.(entry);
    return answer;
  }

  #planOrAnswer(request: GcsRequest): GcsAnswer {
    const planned = this.#planned.findIndex(({ op }) => op === request.op);
    const [plan] = planned === -1 ? [] : this.#planned.splice(planned, 1);
    return plan === undefined ? this.#answer(request) : this.#withFault(request, plan.fault);
  }

  #withFault(request: GcsRequest, fault: GcsFault): GcsAnswer {
    if (typeof fault === "object" || fault === "hang") return brokenBy(fault, request);
    if (fault === "html") return html();
    if (fault === "lost") {
      const { status } = this.#answer(request);
      return { status: null, end: "cut", isDone: status !== null && status < 400 };
    }
    if (request.op === "object.download") return spoil(this.#answer(request), fault);
    if (request.op === "upload.piece") this.#uploads.keepHalf(request);
    return brokenBy("cut", request);
  }

  #answer(request: GcsRequest): GcsAnswer {
    const { op } = request;
    if (op === "token") return this.#tokens?.exchange(request, this.url) ?? failure(404, request);
    if (op === "upload.piece" || op === "upload.status") return this.#uploads.goOn(request);
    const refusal = this.#refusalOf(request);
    if (refusal !== null) return refusal;
    if (op === "bucket.insert") return this.#insertBucket(request);
    if (op === "bucket.list") return this.#listBuckets(request);
    const bucket = this.#buckets.all.get(request.bucket);
    if (bucket === undefined) return failure(404, request);
    if (!bucket.isOpen) return failure(403, request);
    if (op === "bucket.get") return json(bucketResource(bucket));
    if (op === "bucket.patch") return this.#patchBucket(request, bucket);
    if (op === "object.insert" || op === "upload.start")
      return this.#uploads.insert(request, bucket, this.url);
    return answerOfObjects(request, bucket);
  }

  /** Null: the call may be made. */
  #refusalOf(request: GcsRequest): GcsAnswer | null {
    const token = request.headers.get("authorization");
    if (this.#tokens === null && token !== null) return this.#wrong(request, "a token told to an emulator");
    if (this.#tokens !== null && !/^Bearer \S+$/.test(token ?? "")) return failure(401, request);
    if (this.denied.has(request.op)) return failure(403, request);
    const unknown = unknownField(request);
    return unknown === null ? null : this.#wrong(request, `${request.op} with ${unknown}`);
  }

  #insertBucket(request: GcsRequest): GcsAnswer {
    const { bucketGapMs = 0, place = null } = this.#options;
    const order = readBucketOrder(request, place);
    if (typeof order === "string") return this.#wrong(request, order);
    const project = request.query.get("project") ?? "";
    if (this.#isHaste(project, bucketGapMs)) return failure(429, request, Math.ceil(bucketGapMs / 1000));
    if (this.#buckets.all.has(order.name)) return failure(409, request);
    return json(bucketResource(this.#buckets.add({ ...order, project, isOpen: true })));
  }

  /** A try that is let through counts, whatever comes of it. */
  #isHaste(project: string, leastGapMs: number): boolean {
    const at = this.#options.now();
    const gapMs = at - (this.#lastBucketAt.get(project) ?? Number.NEGATIVE_INFINITY);
    const isHaste = gapMs < leastGapMs;
    if (!isHaste) this.#lastBucketAt.set(project, at);
    else this.violations.push("new buckets too soon after each other");
    if (isHaste) this.hastes.push({ at, project, gapMs });
    return isHaste;
  }

  #listBuckets({ query }: GcsRequest): GcsAnswer {
    const project = query.get("project") ?? "";
    const { items, ...rest } = this.#buckets.pageOf(project, query);
    return json({ kind: "storage#buckets", items: items.map(bucketResource), ...rest });
  }

  #patchBucket(request: GcsRequest, bucket: Bucket): GcsAnswer {
    const labels = readLabelOrder(request);
    if (typeof labels === "string") return this.#wrong(request, labels);
    if (request.query.get("ifMetagenerationMatch") !== String(bucket.metageneration))
      return failure(412, request);
    bucket.labels = { ...bucket.labels, ...labels };
    bucket.metageneration++;
    return json(bucketResource(bucket));
  }

  #wrong(request: GcsRequest, violation: string): GcsAnswer {
    this.violations.push(violation);
    return failure(400, request);
  }
}

function brokenBy(outage: GcsOutage, request: GcsRequest): GcsAnswer {
  if (typeof outage === "object") return failure(outage.status, request, outage.retryAfterS);
  return { status: null, end: outage };
}

function answerOfObjects(request: GcsRequest, bucket: Bucket): GcsAnswer {
  if (request.op === "object.list") {
    const { items, ...rest } = bucket.objects.page(request.query);
    const resources = items.map((object) => objectResource(bucket, object));
    return json({ kind: "storage#objects", items: resources, ...rest });
  }
  const object = bucket.objects.get(request.object);
  const generation = request.query.get("generation");
  if (object === undefined || (generation !== null && generation !== object.generation))
    return failure(404, request);
  if (request.op === "object.get") return json(objectResource(bucket, object));
  if (request.op === "object.download") return download(request, object);
  bucket.objects.delete(request.object);
  return { status: 204 };
}
