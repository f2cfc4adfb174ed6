// How objects come into the double of Google Cloud Storage: whole, or in pieces of a session.
import { failure, incomplete, json, keptBytes } from "./gcs-answer.ts";
import { type Bucket, type Buckets, objectResource, type Upload } from "./gcs-buckets.ts";
import { type GcsRequest, readInsert } from "./gcs-request.ts";
import type { GcsAnswer } from "./gcs-socket.ts";

export interface GcsUploadsDeps {
  buckets: Buckets;
  /** Refuses and notes what a correct client never asks. */
  wrong: (request: GcsRequest, violation: string) => GcsAnswer;
}

const PIECE_UNIT_BYTES = 256 * 1024;

export class GcsUploads {
  readonly #deps: GcsUploadsDeps;
  readonly #sessions = new Map<string, Upload>();

  constructor(deps: GcsUploadsDeps) {
    this.#deps = deps;
  }

  /** An object whole, or the beginning of a session below `url`. */
  insert(request: GcsRequest, bucket: Bucket, url: string): GcsAnswer {
    if (request.query.get("ifGenerationMatch") !== "0")
      return this.#deps.wrong(request, "an insert that may overwrite");
    const insert = readInsert(request);
    if (typeof insert === "string") return this.#deps.wrong(request, insert);
    const { announced, bytes } = insert;
    if (request.op === "object.insert") return this.#keep(request, bucket, announced, bytes);
    if (bucket.objects.has(announced.name)) return failure(412, request);
    const id = `upload-${this.#sessions.size + 1}`;
    const sizeBytes = Number(request.headers.get("x-upload-content-length"));
    if (!(sizeBytes > 0)) return this.#deps.wrong(request, "an upload of unknown size");
    this.#sessions.set(id, { bucket, object: announced, sizeBytes, kept: [], answer: null });
    const location = `${url}/upload/storage/v1/b/${bucket.name}/o?upload_id=${id}`;
    return { status: 200, headers: { location } };
  }

  /** The next piece of a session, or the question how far it is. */
  goOn(request: GcsRequest): GcsAnswer {
    const upload = this.#uploadOf(request);
    if (upload === undefined) return failure(404, request);
    if (upload.answer !== null) return json(upload.answer);
    if (request.op === "upload.status") return incomplete(upload);
    const [, from, to, total] =
      /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers.get("content-range") ?? "") ?? [];
    const { body } = request;
    if (Number(from) !== keptBytes(upload))
      return this.#deps.wrong(request, "a piece that does not follow the last");
    if (Number(to) - Number(from) + 1 !== body.byteLength || Number(total) !== upload.sizeBytes)
      return this.#deps.wrong(request, "a piece that is not as long as it says");
    const isLast = Number(to) + 1 === upload.sizeBytes;
    if (!isLast && body.byteLength % PIECE_UNIT_BYTES !== 0)
      return this.#deps.wrong(request, "a piece of odd length");
    upload.kept.push(body);
    return isLast ? this.#finish(request, upload) : incomplete(upload);
  }

  /** What came through of a piece whose connection broke. */
  keepHalf(request: GcsRequest): void {
    const half = Math.floor(request.body.byteLength / 2 / PIECE_UNIT_BYTES) * PIECE_UNIT_BYTES;
    this.#uploadOf(request)?.kept.push(request.body.subarray(0, half));
  }

  #finish(request: GcsRequest, upload: Upload): GcsAnswer {
    const answer = this.#keep(request, upload.bucket, upload.object, Buffer.concat(upload.kept));
    if (answer.status === 200 && answer.resource !== undefined) upload.answer = answer.resource;
    if (upload.answer !== null) upload.kept = [];
    return answer;
  }

  #keep(request: GcsRequest, bucket: Bucket, announced: Upload["object"], bytes: Buffer): GcsAnswer {
    const object = this.#deps.buckets.insert(bucket, announced, bytes);
    return typeof object === "number" ? failure(object, request) : json(objectResource(bucket, object));
  }

  #uploadOf({ query }: GcsRequest): Upload | undefined {
    return this.#sessions.get(query.get("upload_id") ?? "");
  }
}
