// Google Cloud Storage for tests: the calls of its JSON API that lull makes, strict about each, with a ledger of its own
// and every kind of bad day. On a loopback socket, as connections have to break; time comes from outside.
import { createPublicKey, verify } from "node:crypto";
import { type Bucket, Buckets, bucketResource, objectResource, pageOf, type Upload } from "./gcs-buckets.ts";
import type { StoredObject } from "./gcs-buckets.ts";
import { type GcsOp, type GcsRequest, readBucketOrder, readInsert, unknownField } from "./gcs-request.ts";
import { type GcsAnswer, listenGcs } from "./gcs-socket.ts";

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

/** A call that arrived, and what became of it. */
export interface GcsEntry {
  order: number;
  op: GcsOp;
  bucket: string;
  object: string;
  /** True when what was asked for was done. */
  isDone: boolean;
  /** Null: no answer. */
  status: number | null;
  /** The bytes of the request's body. */
  bodyBytes: number;
}

export interface GcsDoubleOptions {
  /** The account's public key, PEM: whose claims get a token. */
  publicKey: string;
  clientEmail: string;
  now: () => number;
  /** Least time between two new buckets; Google's is 2,000. */
  bucketGapMs?: number;
}

const PIECE_UNIT_BYTES = 256 * 1024;
const PAGE = "<html>please sign in</html>";

export class GcsDouble {
  /** Append-only, in the order of arrival. */
  readonly ledger: GcsEntry[] = [];
  /** What was asked of it that a correct client never asks. */
  readonly violations: string[] = [];
  /** Set once it listens. */
  url = "";
  readonly #options: GcsDoubleOptions;
  readonly #buckets: Buckets;
  readonly #planned: { op: GcsOp; fault: GcsFault }[] = [];
  #tokens = 0;
  #lastBucketAt = Number.NEGATIVE_INFINITY;
  #stop: () => Promise<void> = () => Promise.resolve();

  private constructor(options: GcsDoubleOptions) {
    this.#options = options;
    this.#buckets = new Buckets(options.now);
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(options: GcsDoubleOptions): Promise<GcsDouble> {
    const double = new GcsDouble(options);
    const { url, stop } = await listenGcs((request) => double.#handle(request));
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

  /** A bucket that somebody else made, readable to us or not. */
  addForeignBucket(name: string, labels: Record<string, string>, isReadable: boolean): void {
    const bucket = { name, project: "theirs", labels, location: "US", isReadable, objects: new Map() };
    this.#buckets.all.set(name, bucket);
  }

  /** How often calls of this kind did what was asked. */
  doneCount(op: GcsOp): number {
    return this.ledger.filter((entry) => entry.op === op && entry.isDone).length;
  }

  /** The bytes under a name, null when there are none. */
  bytesOf(bucket: string, object: string): Buffer | null {
    return this.#buckets.all.get(bucket)?.objects.get(object)?.bytes ?? null;
  }

  #handle(request: GcsRequest): GcsAnswer {
    const planned = this.#planned.findIndex(({ op }) => op === request.op);
    const fault = planned === -1 ? null : (this.#planned.splice(planned, 1)[0]?.fault ?? null);
    const answer = this.#withFault(request, fault);
    const { op, bucket, object } = request;
    const order = this.ledger.length + 1;
    const isDone = answer.isDone ?? (answer.status !== null && answer.status < 400);
    const entry = {
      order,
      op,
      bucket,
      object,
      isDone,
      status: answer.status,
      bodyBytes: request.body.byteLength,
    };
    this.ledger.push(Object.freeze(entry));
    return answer;
  }

  #withFault(request: GcsRequest, fault: GcsFault | null): GcsAnswer {
    if (fault === null) return this.#answer(request);
    if (typeof fault === "object") return failure(fault.status, request, fault.retryAfterS);
    if (fault === "hang") return { status: null, end: "hang" };
    if (fault === "html")
      return {
        status: 200,
        isDone: false,
        headers: { "content-type": "text/html" },
        body: Buffer.from(PAGE),
      };
    if (fault === "lost") {
      const { status } = this.#answer(request);
      return { status: null, end: "cut", isDone: status !== null && status < 400 };
    }
    if (request.op === "object.download") return spoil(this.#answer(request), fault);
    if (request.op === "upload.piece") this.#keepHalf(request);
    return { status: null, end: "cut" };
  }

  #answer(request: GcsRequest): GcsAnswer {
    if (request.op === "token") return this.#token(request);
    if (request.op === "upload.piece" || request.op === "upload.status") return this.#goOn(request);
    if (!/^Bearer \S+$/.test(request.headers.get("authorization") ?? "")) return failure(401, request);
    const unknown = unknownField(request);
    if (unknown !== null) return this.#wrong(request, `${request.op} with ${unknown}`);
    if (request.op === "bucket.insert") return this.#insertBucket(request);
    if (request.op === "bucket.list") return this.#listBuckets(request);
    const bucket = this.#buckets.all.get(request.bucket);
    if (bucket === undefined) return failure(404, request);
    if (!bucket.isReadable) return failure(403, request);
    if (request.op === "bucket.get") return json(bucketResource(bucket));
    return this.#answerOfObjects(request, bucket);
  }

  #answerOfObjects(request: GcsRequest, bucket: Bucket): GcsAnswer {
    if (request.op === "object.insert" || request.op === "upload.start") return this.#insert(request, bucket);
    if (request.op === "object.list") {
      const { items, ...rest } = pageOf(bucket.objects.values(), request.query);
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

  #insertBucket(request: GcsRequest): GcsAnswer {
    const order = readBucketOrder(request);
    if (typeof order === "string") return this.#wrong(request, order);
    const { now, bucketGapMs = 0 } = this.#options;
    if (now() - this.#lastBucketAt < bucketGapMs) {
      this.violations.push("new buckets too soon after each other");
      return failure(429, request, Math.ceil(bucketGapMs / 1000));
    }
    this.#lastBucketAt = now();
    if (this.#buckets.all.has(order.name)) return failure(409, request);
    const project = request.query.get("project") ?? "";
    const bucket: Bucket = { ...order, project, isReadable: true, objects: new Map() };
    this.#buckets.all.set(order.name, bucket);
    return json(bucketResource(bucket));
  }

  #listBuckets({ query }: GcsRequest): GcsAnswer {
    const own = [...this.#buckets.all.values()].filter(({ project }) => project === query.get("project"));
    const { items, ...rest } = pageOf(own, query);
    return json({ kind: "storage#buckets", items: items.map(bucketResource), ...rest });
  }

  #insert(request: GcsRequest, bucket: Bucket): GcsAnswer {
    if (request.query.get("ifGenerationMatch") !== "0")
      return this.#wrong(request, "an insert that may overwrite");
    const insert = readInsert(request);
    if (typeof insert === "string") return this.#wrong(request, insert);
    const { announced, bytes } = insert;
    if (request.op === "object.insert") return this.#keep(request, bucket, announced, bytes);
    if (bucket.objects.has(announced.name)) return failure(412, request);
    const id = `upload-${this.#buckets.uploads.size + 1}`;
    const sizeBytes = Number(request.headers.get("x-upload-content-length"));
    if (!(sizeBytes > 0)) return this.#wrong(request, "an upload of unknown size");
    this.#buckets.uploads.set(id, { bucket, object: announced, sizeBytes, kept: [], answer: null });
    const location = `${this.url}/upload/storage/v1/b/${bucket.name}/o?upload_id=${id}`;
    return { status: 200, headers: { location } };
  }

  #keep(request: GcsRequest, bucket: Bucket, announced: Upload["object"], bytes: Buffer): GcsAnswer {
    const object = this.#buckets.insert(bucket, announced, bytes);
    return typeof object === "number" ? failure(object, request) : json(objectResource(bucket, object));
  }

  /** The next piece of an upload, or the question how far it is. */
  #goOn(request: GcsRequest): GcsAnswer {
    const upload = this.#uploadOf(request);
    if (upload === undefined) return failure(404, request);
    if (upload.answer !== null) return json(upload.answer);
    if (request.op === "upload.status") return incomplete(upload);
    const [, from, to, total] =
      /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers.get("content-range") ?? "") ?? [];
    const { body } = request;
    if (Number(from) !== keptBytes(upload))
      return this.#wrong(request, "a piece that does not follow the last");
    if (Number(to) - Number(from) + 1 !== body.byteLength || Number(total) !== upload.sizeBytes)
      return this.#wrong(request, "a piece that is not as long as it says");
    const isLast = Number(to) + 1 === upload.sizeBytes;
    if (!isLast && body.byteLength % PIECE_UNIT_BYTES !== 0)
      return this.#wrong(request, "a piece of odd length");
    upload.kept.push(body);
    if (!isLast) return incomplete(upload);
    const answer = this.#keep(request, upload.bucket, upload.object, Buffer.concat(upload.kept));
    if (answer.resource !== undefined) upload.answer = answer.resource;
    return answer;
  }

  #keepHalf(request: GcsRequest): void {
    const half = Math.floor(request.body.byteLength / 2 / PIECE_UNIT_BYTES) * PIECE_UNIT_BYTES;
    this.#uploadOf(request)?.kept.push(request.body.subarray(0, half));
  }

  #uploadOf({ query }: GcsRequest): Upload | undefined {
    return this.#buckets.uploads.get(query.get("upload_id") ?? "");
  }

  #token(request: GcsRequest): GcsAnswer {
    const form = new URLSearchParams(request.body.toString());
    const isGrant = form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer";
    const problem = isGrant ? this.#problemOf(form.get("assertion") ?? "") : "no grant";
    if (problem !== null) return json({ error: "invalid_grant", error_description: problem }, 400);
    return json({ access_token: `token-${++this.#tokens}`, expires_in: 3600, token_type: "Bearer" });
  }

  #problemOf(assertion: string): string | null {
    const [header = "", claim = "", signature = ""] = assertion.split(".");
    const { publicKey, clientEmail, now } = this.#options;
    const said = Buffer.from(`${header}.${claim}`);
    if (!verify("sha256", said, createPublicKey(publicKey), Buffer.from(signature, "base64url")))
      return "signature";
    const { iss, aud, exp, iat } = JSON.parse(Buffer.from(claim, "base64url").toString());
    if (iss !== clientEmail || aud !== `${this.url}/token`) return "whose";
    return exp - iat === 3600 && Math.abs(now() / 1000 - iat) < 300 ? null : "time";
  }

  #wrong(request: GcsRequest, violation: string): GcsAnswer {
    this.violations.push(violation);
    return failure(400, request);
  }
}

/** Google's own form; the text repeats what was sent, as the worst provider would. */
function failure(status: number, request: GcsRequest, retryAfterS?: number): GcsAnswer {
  const { object, bucket, headers } = request;
  const message = `${bucket} ${object} ${headers.get("authorization") ?? ""}`;
  const error = { code: status, message, errors: [{ message, domain: "global", reason: "double" }] };
  const wait = retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) };
  return json({ error }, status, wait);
}

function json(resource: Record<string, unknown>, status = 200, more: Record<string, string> = {}): GcsAnswer {
  const headers = { "content-type": "application/json; charset=UTF-8", ...more };
  return { status, headers, body: Buffer.from(JSON.stringify(resource)), resource };
}

function keptBytes({ kept }: Upload): number {
  return kept.reduce((sum, bytes) => sum + bytes.byteLength, 0);
}

function incomplete(upload: Upload): GcsAnswer {
  const kept = keptBytes(upload);
  return { status: 308, headers: kept === 0 ? {} : { range: `bytes=0-${kept - 1}` } };
}

function download({ headers, ...request }: GcsRequest, object: StoredObject): GcsAnswer {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "") ?? [];
  const head = {
    "content-type": object.contentType,
    "x-goog-generation": object.generation,
    "x-goog-stored-content-encoding": "identity",
  };
  const { bytes } = object;
  if (from === undefined || to === undefined) return { status: 200, headers: head, body: bytes };
  if (Number(from) >= bytes.byteLength) return failure(416, { ...request, headers });
  const range = `bytes ${from}-${to}/${bytes.byteLength}`;
  const body = bytes.subarray(Number(from), Number(to) + 1);
  return { status: 206, headers: { ...head, "content-range": range }, body };
}

function spoil(answer: GcsAnswer, fault: "cut" | "stall" | "short" | "flipped"): GcsAnswer {
  const body = answer.body ?? Buffer.alloc(0);
  const half = body.byteLength >> 1;
  if (fault === "short") return { ...answer, body: body.subarray(0, half) };
  if (fault !== "flipped") return { ...answer, sendBytes: half, end: fault === "cut" ? "cut" : "hang" };
  const flipped = Buffer.from(body);
  flipped[half] = (flipped[half] ?? 0) ^ 1;
  return { ...answer, body: flipped };
}
