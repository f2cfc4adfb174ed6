// Asks a question, or has a sound listened to, by whoever may do it: every call is counted before it is made, and each key
// learns how its own went.
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { HostedProvider } from "../config.ts";
import { Accounts, type AccountsDeps, type CountedWay, costOf, type Purpose } from "./accounts.ts";
import { firstAnswer, type ModelAttempt, type Way } from "./chain.ts";
import type { Asking, CredentialSource } from "./credential.ts";
import type { Candidate, Credentials } from "./credentials.ts";
import {
  type Completion,
  type CompletionRequest,
  ModelError,
  type ProviderName,
  type Taken,
} from "./provider.ts";
import { publicName } from "./prices.ts";
import type { Tracing } from "./traces.ts";
import type { Sound, Transcription } from "./speech.ts";
import { answeringBy, hearingBy, inHearingOrder } from "./ways.ts";

interface Asked extends Purpose {
  asking: Asking;
}

export interface Question extends Asked {
  request: CompletionRequest;
}

export interface Listening extends Asked {
  sound: Sound;
}

/** Whose key it was. */
export interface KeyUsed {
  source: CredentialSource;
  /** Null: a key of the environment, or none. */
  credentialId: string | null;
}

type By<Done> = Done & KeyUsed & { provider: ProviderName };

export type Answer = By<Completion>;
export type Heard = By<Transcription>;

export interface AskedAttempt extends ModelAttempt, KeyUsed {
  /** Null: not known, or nothing was answered. */
  costMicroUsd: number | null;
}

/** Told of the calls that were made. */
type OnAttempt = (attempt: AskedAttempt) => void;

/** What the last attempt called; null when it was refused before a call was made. */
interface Called {
  way: CountedWay<Taken> | null;
}

export interface AskerDeps extends AccountsDeps {
  credentials: Pick<Credentials, "choose" | "rest" | "used">;
  clock: Clock;
  log: Log;
  tracing: Pick<Tracing, "called">;
  /** Most time of one question. */
  modelTimeoutMs: number;
  /** In which the operator's keys are asked to listen; others of them are not. */
  hearingOrder: readonly HostedProvider[];
}

/** Most time of listening to one sound. */
const HEARING_MAX_MS = 45_000;

export class Asker {
  readonly #deps: AskerDeps;
  readonly #accounts: Accounts;

  constructor(deps: AskerDeps) {
    this.#deps = deps;
    this.#accounts = new Accounts(deps);
  }

  /**
   * The first answer. Rejects as `firstAnswer` does; at once with AppError `rate_limited` or `spend_ceiling` when a
   * limit of the user is reached; and with the store's error when a call could not be counted: then it was not made.
   */
  async ask(question: Question, signal: AbortSignal, onAttempt: OnAttempt): Promise<Answer> {
    const { request } = question;
    const waysOf = (candidates: readonly Candidate[]) =>
      candidates.map((candidate) => answeringBy(candidate, request));
    return this.#first(question, waysOf, this.#deps.modelTimeoutMs, signal, onAttempt);
  }

  /** What is said in a sound. Rejects as `ask` does. */
  async hear(listening: Listening, signal: AbortSignal, onAttempt: OnAttempt): Promise<Heard> {
    const { sound } = listening;
    const waysOf = (candidates: readonly Candidate[]) =>
      inHearingOrder(candidates, this.#deps.hearingOrder).flatMap((candidate) => hearingBy(candidate, sound));
    return this.#first(listening, waysOf, HEARING_MAX_MS, signal, onAttempt);
  }

  /** Whether anybody who may be asked can look at pictures. Rejects as the store does. */
  async sees(asking: Asking, subjectId: string): Promise<boolean> {
    const { candidates } = await this.#deps.credentials.choose(asking, subjectId);
    return candidates.some(({ model }) => model.capabilities.sees);
  }

  async #first<Done extends Taken>(
    asked: Asked,
    waysOf: (candidates: readonly Candidate[]) => CountedWay<Done>[],
    attemptTimeoutMs: number,
    signal: AbortSignal,
    onAttempt: OnAttempt,
  ): Promise<By<Done>> {
    const { clock, credentials } = this.#deps;
    const { candidates, freeAt, refusedReason } = await credentials.choose(asked.asking, asked.subjectId);
    const ways = waysOf(candidates);
    const [first] = ways;
    if (first === undefined) throw this.#nobody(freeAt, refusedReason);
    const last: Called = { way: null };
    const counted = ways.map((way) => this.#counted(way, asked, signal, last));
    const tell = (attempt: ModelAttempt): void => {
      if (last.way === null) return;
      this.#count(attempt);
      this.#trace(attempt, asked);
      const cost = attempt.outcome === "ok" ? costOf(last.way, attempt) : null;
      onAttempt({ ...attempt, ...keyUsed(last.way), costMicroUsd: cost });
    };
    try {
      const done = await firstAnswer(counted, signal, { clock, attemptTimeoutMs, onAttempt: tell });
      return { ...done, ...keyUsed(last.way ?? first) };
    } catch (error) {
      throw isRefused(error) && freeAt !== null ? this.#resting(freeAt, error) : error;
    }
  }

  #count({ provider, outcome, ...taken }: ModelAttempt): void {
    const { metrics } = this.#deps;
    const model = publicName(provider, taken.model);
    const { inputTokens, cachedTokens, outputTokens, audioSeconds } = taken;
    metrics.aiCalls.inc({ provider, outcome });
    metrics.aiTokens.inc({ provider, model, type: "input" }, inputTokens ?? 0);
    metrics.aiTokens.inc({ provider, model, type: "cached" }, cachedTokens ?? 0);
    metrics.aiTokens.inc({ provider, model, type: "output" }, outputTokens ?? 0);
    metrics.transcriptionSeconds.inc({ provider }, audioSeconds ?? 0);
  }

  #trace(attempt: ModelAttempt, asked: Asked): void {
    const { subjectId } = asked;
    const operation = "sound" in asked ? "transcription" : "chat";
    const endedAt = this.#deps.clock.now();
    this.#deps.tracing.called({ ...attempt, subjectId, operation, endedAt });
  }

  /** The way with its book-keeping around. */
  #counted<Done extends Taken>(
    way: CountedWay<Done>,
    purpose: Purpose,
    asker: AbortSignal,
    last: Called,
  ): Way<Done> {
    const { provider, model, candidate } = way;
    const call: Way<Done>["call"] = async (signal) => {
      last.way = null;
      await candidate.checkHeld();
      const usageKey = await this.#accounts.reserve(way, purpose);
      last.way = way;
      let done: Done;
      try {
        done = await way.call(signal);
      } catch (error) {
        await this.#noteFailure(usageKey, way, error, { asker, call: signal });
        throw error;
      }
      await this.#noteAnswer(usageKey, way, done);
      return done;
    };
    return { provider, model, call };
  }

  async #noteAnswer(usageKey: number, way: CountedWay<Taken>, taken: Taken): Promise<void> {
    const { candidate } = way;
    await this.#note(candidate, () => this.#accounts.settleAnswer(usageKey, way, taken));
    await this.#note(candidate, () => this.#deps.credentials.used(candidate));
  }

  async #noteFailure(
    usageKey: number,
    { candidate, restsFor }: CountedWay<Taken>,
    error: unknown,
    signals: { asker: AbortSignal; call: AbortSignal },
  ): Promise<void> {
    await this.#note(candidate, () => this.#accounts.settleFailure(usageKey, outcomeOf(error, signals)));
    const fault = error instanceof ModelError ? error.keyFault : null;
    if (error instanceof AppError && fault !== null && restsFor.includes(fault) && !signals.call.aborted)
      await this.#note(candidate, () => this.#deps.credentials.rest(candidate, error));
  }

  /** An answer that is paid for is not thrown away because it could not be written down; what was reserved stands. */
  async #note({ credentialId, source }: Candidate, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#deps.log.failure("usage.unsettled", error, { credentialId, source });
    }
  }

  /** There may be keys all the same: waiting out a rate limit, or resting since they were refused. */
  #nobody(freeAt: number | null, refusedReason: string | null): AppError {
    if (freeAt !== null) return this.#resting(freeAt);
    return refusedReason === null ? noCredential() : allRefused(refusedReason);
  }

  /** Keys that would answer wait out a rate limit. */
  #resting(freeAt: number, cause?: unknown): AppError {
    const retryAfterMs = Math.max(freeAt - this.#deps.clock.now(), 0);
    const text = "Every AI key that could answer waits out a rate limit.";
    return new AppError("ai_unavailable", text, { retryable: true, retryAfterMs, cause });
  }
}

function noCredential(): AppError {
  const fix = "Set GROQ_API_KEY or OPENAI_API_KEY, or add a key of the user's own, then retry the job.";
  return new AppError("no_credential", "There is no AI key that may answer.", { fix });
}

function allRefused(reason: string): AppError {
  const fix =
    "Check the key and its billing, then retry the job, or wake the keys: they are asked again at once.";
  return new AppError("ai_refused", `Every AI key that may answer rests since it was refused (${reason}).`, {
    fix,
  });
}

function isRefused(error: unknown): boolean {
  return error instanceof AppError && error.code === "ai_refused";
}

function keyUsed({ candidate: { source, credentialId } }: CountedWay<Taken>): KeyUsed {
  return { source, credentialId };
}

/** Whoever gave up, its asker or the time, cannot know how far the provider came. */
function outcomeOf(error: unknown, { asker, call }: { asker: AbortSignal; call: AbortSignal }): string {
  if (asker.aborted) return "unknown";
  if (call.aborted) return "timeout";
  return error instanceof AppError ? error.code : "unknown";
}
