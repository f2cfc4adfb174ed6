// Objects in Google Cloud Storage, and the only file that knows its SDK. Retries are lull's own, as the SDK knows no
// signal and not what may be done twice. Opened without a look at the network. Buckets are in gcs-buckets.ts.
import { type File, Storage, type StorageOptions } from "@google-cloud/storage";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { checkedBody, expectedOf, readContent } from "./bytes.ts";
import { unavailable } from "./failure.ts";
import { pageAfter, readGeneration, readInfo, readPageToken } from "./gcs-answers.ts";
import { GcsBuckets } from "./gcs-buckets.ts";
import { GcsCalls, openSource } from "./gcs-calls.ts";
import { isAnswer, readGcsFailure } from "./gcs-failure.ts";
import { uploadInPieces } from "./gcs-resumable.ts";
import { type Fetch, type ServiceAccount, TokenSource } from "./gcs-token.ts";
import { checkBucketName, checkContentType, checkObjectName } from "./names.ts";
import { isSameContent } from "./objects.ts";
import type { ByteRange, Content, ObjectInfo, ObjectPage, ObjectStore } from "./objects.ts";
import { withRetries } from "./retries.ts";

export interface GcsSettings extends ServiceAccount {
  projectId: string;
  /** Where buckets are made, such as EU; null: Google's own choice. */
  location: string | null;
  /** Null: Google's own. A plain-http one is an emulator, and is told no token unless `tokenUrl` is given. */
  apiEndpoint: string | null;
  /** Null: Google's own. */
  tokenUrl: string | null;
}

export interface GcsStoreDeps {
  fetch: Fetch;
  clock: Clock;
  random: Random;
}

const API_ENDPOINT = "https://storage.googleapis.com";
const TOKEN_URL = "https://oauth2.googleapis.com/token";
/** The SDK's own limit, above any of ours: the signal is what ends a call. */
const SDK_TIMEOUT_MS = 10 * 60_000;
/** What is larger goes in pieces. */
const WHOLE_MAX_BYTES = 4 * 1024 * 1024;

/** Opens the store; nothing is sent yet. */
export function openGcsStore(settings: GcsSettings, deps: GcsStoreDeps): ObjectStore {
  return new GcsStore(settings, deps);
}

class GcsStore implements ObjectStore {
  readonly kind = "gcs" as const;
  readonly #deps: GcsStoreDeps;
  readonly #endpoint: string;
  readonly #tokens: TokenSource | null;
  readonly #storage: Storage;
  readonly #calls: GcsCalls;
  readonly #buckets: GcsBuckets;

  constructor(settings: GcsSettings, deps: GcsStoreDeps) {
    this.#deps = deps;
    this.#endpoint = (settings.apiEndpoint ?? API_ENDPOINT).replace(/\/+$/, "");
    this.#tokens = openTokens(settings, deps);
    this.#storage = openSdk(settings.projectId, this.#endpoint, () => this.#headers());
    this.#calls = new GcsCalls(deps, () => this.#tokens?.forget());
    const { location } = settings;
    this.#buckets = new GcsBuckets({ ...deps, sdk: this.#storage, calls: this.#calls, location });
  }

  createBucket(name: string, labels: Record<string, string>, signal: AbortSignal) {
    return this.#buckets.create(name, labels, signal);
  }

  bucket(name: string, signal: AbortSignal) {
    return this.#buckets.look(name, signal);
  }

  listBuckets(prefix: string, signal: AbortSignal): Promise<string[]> {
    return this.#buckets.list(prefix, signal);
  }

  labelBucket(name: string, labels: Record<string, string>, signal: AbortSignal): Promise<boolean> {
    return this.#buckets.label(name, labels, signal);
  }

  async put(bucket: string, name: string, content: Content, signal: AbortSignal) {
    // A look at first spares a long way in vain.
    const there = content.sizeBytes > WHOLE_MAX_BYTES ? await this.info(bucket, name, signal) : null;
    if (there === null && (await this.#store(bucket, name, content, signal))) return "stored";
    // Ours, from a try whose answer was lost, or somebody else's.
    const found = there ?? (await this.info(bucket, name, signal));
    if (found === null) throw unavailable("the object went away");
    return isSameContent(found, content) ? "same" : "different";
  }

  async read(bucket: string, name: string, range: ByteRange | null, signal: AbortSignal) {
    const found = await this.#look(bucket, name, signal);
    if (found === null) return null;
    const { info, generation } = found;
    const expected = expectedOf(info, range);
    // These very bytes, should the object be replaced by hand in between.
    const exact = this.#storage.bucket(bucket).file(name, { generation });
    const bounds = range === null ? {} : { start: range.from, end: range.to };
    const source = await this.#calls.orNull(signal, () =>
      openSource(exact.createReadStream({ ...bounds, validation: false }), signal),
    );
    if (source === null) return null;
    return { info, body: checkedBody(source, expected, signal, readGcsFailure) };
  }

  async info(bucket: string, name: string, signal: AbortSignal): Promise<ObjectInfo | null> {
    return (await this.#look(bucket, name, signal))?.info ?? null;
  }

  async list(bucket: string, prefix: string, cursor: string | null, limit: number, signal: AbortSignal) {
    checkBucketName(bucket);
    const query = { prefix, maxResults: limit, autoPaginate: false, ...pageAfter(cursor) };
    return await this.#calls.repeated(signal, async (): Promise<ObjectPage> => {
      const [files, , answer] = await this.#storage.bucket(bucket).getFiles(query);
      return { objects: files.map((file) => readInfo(file.metadata)), nextCursor: readPageToken(answer) };
    });
  }

  async remove(bucket: string, name: string, signal: AbortSignal): Promise<boolean> {
    checkBucketName(bucket);
    checkObjectName(name);
    return await withRetries(this.#deps, signal, async (attempt) => {
      try {
        await this.#calls.once(signal, async () => {
          const [answer] = await this.#storage.bucket(bucket).file(name).delete();
          if (answer.statusCode !== 204) throw unavailable("something else answered");
        });
        return true;
      } catch (error) {
        // After a try whose answer was lost, it was us who removed it.
        if (isAnswer(error, 404)) return attempt > 1;
        throw error;
      }
    });
  }

  /** False when there is an object of that name already. */
  async #store(bucket: string, name: string, content: Content, signal: AbortSignal): Promise<boolean> {
    checkBucketName(bucket);
    checkObjectName(name);
    checkContentType(content.contentType);
    try {
      if (content.sizeBytes > WHOLE_MAX_BYTES) await this.#insertInPieces(bucket, name, content, signal);
      else await this.#insertWhole(bucket, name, content, signal);
      return true;
    } catch (error) {
      if (isAnswer(error, 412)) return false;
      throw error;
    }
  }

  async #insertWhole(bucket: string, name: string, content: Content, signal: AbortSignal): Promise<void> {
    const { value: bytes } = await readContent(content, WHOLE_MAX_BYTES, signal).next();
    await this.#calls.repeated(signal, () => insert(this.#storage.bucket(bucket).file(name), bytes, content));
  }

  async #insertInPieces(bucket: string, name: string, content: Content, signal: AbortSignal): Promise<void> {
    const deps = { ...this.#deps, endpoint: this.#endpoint, headers: () => this.#headers() };
    const object = { name, ...metadataOf(content) };
    await this.#calls.once(signal, () => uploadInPieces(deps, bucket, object, content, signal));
  }

  async #look(bucket: string, name: string, signal: AbortSignal) {
    checkBucketName(bucket);
    checkObjectName(name);
    return await this.#calls.orNull(signal, async () => {
      const [metadata] = await this.#storage.bucket(bucket).file(name).getMetadata();
      return { info: readInfo(metadata), generation: readGeneration(metadata) };
    });
  }

  async #headers(): Promise<Headers> {
    const headers = new Headers();
    if (this.#tokens !== null) headers.set("authorization", `Bearer ${await this.#tokens.token()}`);
    return headers;
  }
}

function openTokens(settings: GcsSettings, { fetch, clock }: GcsStoreDeps): TokenSource | null {
  const { tokenUrl, apiEndpoint } = settings;
  if (tokenUrl === null && apiEndpoint?.startsWith("http:")) return null;
  return new TokenSource({ account: settings, tokenUrl: tokenUrl ?? TOKEN_URL, fetch, clock });
}

function openSdk(projectId: string, apiEndpoint: string, headers: () => Promise<Headers>): Storage {
  // The headers are all that the SDK wants of an auth client.
  const authClient = { getRequestHeaders: headers } as unknown as NonNullable<StorageOptions["authClient"]>;
  const storage = new Storage({
    projectId,
    apiEndpoint,
    authClient,
    useAuthWithCustomEndpoint: true,
    retryOptions: { autoRetry: false },
    timeout: SDK_TIMEOUT_MS,
  });
  // STORAGE_EMULATOR_HOST in the environment would lead every call elsewhere.
  storage.baseUrl = `${apiEndpoint}/storage/v1`;
  return storage;
}

function metadataOf({ contentType, checksum, metadata }: Content) {
  // Google refuses bytes that do not have this checksum.
  return { contentType, crc32c: checksum, metadata };
}

async function insert(file: File, bytes: Uint8Array, content: Content): Promise<void> {
  const stored = Promise.withResolvers<void>();
  const stream = file.createWriteStream({
    resumable: false,
    validation: false,
    metadata: metadataOf(content),
    preconditionOpts: { ifGenerationMatch: 0 },
  });
  stream.on("error", stored.reject);
  stream.on("finish", stored.resolve);
  stream.end(bytes);
  await stored.promise;
  if (!isSameContent(readInfo(file.metadata), content)) throw unavailable("it stored something else");
}
