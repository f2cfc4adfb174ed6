// Requests with an Idempotency-Key: one that is repeated is answered as it was the first time, and not carried out again.
// What it changed and its answer are not one transaction: where the process died in between, nobody knows which came first,
// and lull says so rather than do it twice.
import { createHash } from "node:crypto";
import { BODY_BYTES_MAX } from "../chatwoot/body.ts";
import { DAY_MS } from "../clock.ts";
import type { RepeatStore } from "../db/store-repeats.ts";
import { AppError } from "../errors.ts";
import type { SealedAt, Sealer } from "../sealing.ts";
import { ANSWER_HEADERS } from "./answers.ts";
import { readBytes } from "./request-body.ts";
import type { TokenGuard } from "./token-guard.ts";

export interface RepeatsDeps {
  guard: Pick<TokenGuard, "actorOf">;
  store: RepeatStore;
  /** An answer may show a token, once. */
  sealer: Pick<Sealer, "seal" | "unseal">;
  boot: string;
  now: () => number;
}

/** A key is good for so long; cleanup-logs forgets it then. */
const KEPT_MS = DAY_MS;
const KEY = /^[\x20-\x7e]{1,255}$/;
/** More than any answer to a change; one that is larger is not kept. */
const ANSWER_LENGTH_MAX = 1_048_576;
const CHANGING: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);

export class Repeats {
  readonly #deps: RepeatsDeps;
  /** Ids of the rows whose requests this process carries out. */
  readonly #running = new Set<string>();
  readonly #claims = new WeakMap<Request, string>();

  constructor(deps: RepeatsDeps) {
    this.#deps = deps;
  }

  /**
   * The first answer to a request that was there before; undefined for one to be carried out. Throws AppError
   * `invalid_idempotency_key`, `idempotency_key_reused` (another request has it), `idempotency_running`, or
   * `idempotency_unknown` where the process died over it.
   */
  async begin(request: Request): Promise<Response | undefined> {
    const idempotencyKey = readKey(request);
    if (idempotencyKey === null) return undefined;
    const { guard, store, boot: claimedBy, now } = this.#deps;
    const actor = guard.actorOf(request);
    const requestHash = await hashOf(request);
    const at = now();
    const keyed = { actor, idempotencyKey, requestHash, claimedBy };
    const claimed = await store.claimRequest(keyed, at - KEPT_MS, at);
    if (claimed.requestHash !== requestHash) throw reused();
    if (claimed.answer !== null) return this.#replay(claimed.id, claimed.answer);
    if (!claimed.isNew) throw this.#running.has(claimed.id) ? running() : unknown();
    this.#running.add(claimed.id);
    this.#claims.set(request, claimed.id);
    return undefined;
  }

  /** Keeps the answer to a request that `begin` let through; any other is none of its business. */
  async keep(request: Request, answer: unknown): Promise<void> {
    const id = this.#claims.get(request);
    if (id === undefined) return;
    const text = answer instanceof Response ? await answer.clone().text() : null;
    if (!(answer instanceof Response) || text === null || text.length > ANSWER_LENGTH_MAX)
      return this.#release(request);
    const { store, sealer } = this.#deps;
    const kept: KeptAnswer = { text, etag: answer.headers.get("etag") };
    await store.answerRequest(id, answer.status, sealer.seal(JSON.stringify(kept), placeOf(id)));
    this.#running.delete(id);
  }

  /** Keeps a refusal, too, unless the same request may succeed later. */
  async refused(request: Request, error: AppError, answer: Response): Promise<void> {
    if (error.status < 500 && !error.retryable) return this.keep(request, answer);
    // A store that can keep nothing now is why it was refused; the key is then told to be unknown, and nothing is done twice.
    await this.#release(request).catch(() => {});
  }

  /** It may be asked for again. */
  async #release(request: Request): Promise<void> {
    const id = this.#claims.get(request);
    if (id === undefined) return;
    this.#claims.delete(request);
    this.#running.delete(id);
    await this.#deps.store.dropRequest(id);
  }

  #replay(id: string, { statusCode, sealed }: NonNullable<Claimed["answer"]>): Response {
    const { text, etag } = JSON.parse(this.#deps.sealer.unseal(sealed, placeOf(id))) as KeptAnswer;
    const headers = {
      ...ANSWER_HEADERS,
      "content-type": "application/json;charset=utf-8",
      "idempotent-replayed": "true",
      ...(etag === null ? {} : { etag }),
    };
    return new Response(text, { status: statusCode, headers });
  }
}

type Claimed = Awaited<ReturnType<RepeatStore["claimRequest"]>>;

interface KeptAnswer {
  text: string;
  etag: string | null;
}

function placeOf(id: string): SealedAt {
  return { table: "idempotent_requests", column: "sealed_answer", id };
}

/** Null: it names none, or changes nothing. */
function readKey({ method, headers }: Request): string | null {
  const key = headers.get("idempotency-key");
  if (key === null || !CHANGING.has(method)) return null;
  if (!KEY.test(key))
    throw new AppError("invalid_idempotency_key", "Idempotency-Key must be 1 to 255 printable characters.");
  if (/^multipart\//i.test(headers.get("content-type") ?? ""))
    throw new AppError("invalid_idempotency_key", "An upload takes no Idempotency-Key.", {
      fix: "Send it without, and look whether the file is there before it is sent again.",
    });
  return key;
}

/** The body is looked at through a copy: the handler reads it, under its own limit. */
async function hashOf(request: Request): Promise<string> {
  const { pathname, search } = new URL(request.url);
  const hash = createHash("sha256").update(`${request.method} ${pathname}${search}\n`);
  return hash.update(await readBytes(request.clone() as Request, BODY_BYTES_MAX)).digest("base64url");
}

function reused(): AppError {
  return new AppError("idempotency_key_reused", "This Idempotency-Key was used for another request.", {
    fix: "Use a new key for every change.",
  });
}

function running(): AppError {
  return new AppError("idempotency_running", "The first request with this Idempotency-Key is under way.", {
    retryable: true,
    retryAfterMs: 1_000,
  });
}

function unknown(): AppError {
  return new AppError(
    "idempotency_unknown",
    "lull stopped while it carried out the first request with this Idempotency-Key.",
    { fix: "Look whether it was done (/admin/audit-log tells of changes); if not, ask with a new key." },
  );
}
