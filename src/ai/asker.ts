// Asks a question of whoever may answer it: every call is counted before it is made, and each key learns how its own went.
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { Accounts, type AccountsDeps, costOf, type Purpose } from "./accounts.ts";
import { completeWithFirst, type ModelAttempt } from "./chain.ts";
import type { Asking, CredentialSource } from "./credential.ts";
import type { Candidate, Credentials } from "./credentials.ts";
import type { ChatModel, Completion, CompletionRequest, ProviderName } from "./provider.ts";

export interface Question extends Purpose {
  asking: Asking;
  request: CompletionRequest;
}

/** Whose key it was. */
export interface KeyUsed {
  source: CredentialSource;
  /** Null: a key of the environment, or none. */
  credentialId: string | null;
}

export interface Answer extends Completion, KeyUsed {
  provider: ProviderName;
}

export interface AskedAttempt extends ModelAttempt, KeyUsed {
  /** Null: not known, or nothing was answered. */
  costMicroUsd: number | null;
}

/** Whom the last attempt called; null when it was refused before a call was made. */
interface Called {
  candidate: Candidate | null;
}

export interface AskerDeps extends AccountsDeps {
  credentials: Pick<Credentials, "choose" | "rest" | "used">;
  clock: Clock;
  log: Log;
  /** Most time of one call. */
  modelTimeoutMs: number;
}

export class Asker {
  readonly #deps: AskerDeps;
  readonly #accounts: Accounts;

  constructor(deps: AskerDeps) {
    this.#deps = deps;
    this.#accounts = new Accounts(deps);
  }

  /**
   * The first answer. Rejects as `completeWithFirst` does; at once with AppError `rate_limited` or `spend_ceiling` when a
   * limit of the user is reached; and with the store's error when a call could not be counted: then it was not made.
   * `onAttempt` is told of the calls that were made.
   */
  async ask(
    question: Question,
    signal: AbortSignal,
    onAttempt: (attempt: AskedAttempt) => void,
  ): Promise<Answer> {
    const { clock, credentials, modelTimeoutMs } = this.#deps;
    const { candidates, freeAt, refusedReason } = await credentials.choose(
      question.asking,
      question.subjectId,
    );
    const [first] = candidates;
    if (first === undefined) throw this.#nobody(freeAt, refusedReason);
    const last: Called = { candidate: null };
    const models = candidates.map((candidate) => this.#counted(candidate, question, signal, last));
    const tell = (attempt: ModelAttempt): void => {
      if (last.candidate === null) return;
      this.#count(attempt);
      const cost = attempt.outcome === "ok" ? costOf(last.candidate.model, attempt) : null;
      onAttempt({ ...attempt, ...keyUsed(last.candidate), costMicroUsd: cost });
    };
    try {
      const deps = { clock, attemptTimeoutMs: modelTimeoutMs, onAttempt: tell };
      const completion = await completeWithFirst(models, question.request, signal, deps);
      return { ...completion, ...keyUsed(last.candidate ?? first) };
    } catch (error) {
      throw isRefused(error) && freeAt !== null ? this.#resting(freeAt, error) : error;
    }
  }

  #count({ provider, model, outcome, inputTokens, cachedTokens, outputTokens }: ModelAttempt): void {
    const { metrics } = this.#deps;
    metrics.aiCalls.inc({ provider, outcome });
    metrics.aiTokens.inc({ provider, model, type: "input" }, inputTokens ?? 0);
    metrics.aiTokens.inc({ provider, model, type: "cached" }, cachedTokens ?? 0);
    metrics.aiTokens.inc({ provider, model, type: "output" }, outputTokens ?? 0);
  }

  /** The candidate's model with its book-keeping around. */
  #counted(candidate: Candidate, question: Question, asker: AbortSignal, last: Called): ChatModel {
    const { provider, model, capabilities } = candidate.model;
    const complete: ChatModel["complete"] = async (request, signal) => {
      last.candidate = null;
      await candidate.checkHeld();
      const usageKey = await this.#accounts.reserve(candidate, question, request);
      last.candidate = candidate;
      let completion: Completion;
      try {
        completion = await candidate.model.complete(request, signal);
      } catch (error) {
        await this.#noteFailure(usageKey, candidate, error, { asker, call: signal });
        throw error;
      }
      await this.#noteAnswer(usageKey, candidate, completion);
      return completion;
    };
    return { provider, model, capabilities, complete };
  }

  async #noteAnswer(usageKey: number, candidate: Candidate, completion: Completion): Promise<void> {
    await this.#note(candidate, () => this.#accounts.settleAnswer(usageKey, candidate, completion));
    await this.#note(candidate, () => this.#deps.credentials.used(candidate));
  }

  async #noteFailure(
    usageKey: number,
    candidate: Candidate,
    error: unknown,
    signals: { asker: AbortSignal; call: AbortSignal },
  ): Promise<void> {
    await this.#note(candidate, () => this.#accounts.settleFailure(usageKey, outcomeOf(error, signals)));
    if (error instanceof AppError && !signals.call.aborted)
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

function keyUsed({ source, credentialId }: Candidate): KeyUsed {
  return { source, credentialId };
}

/** Whoever gave up, its asker or the time, cannot know how far the provider came. */
function outcomeOf(error: unknown, { asker, call }: { asker: AbortSignal; call: AbortSignal }): string {
  if (asker.aborted) return "unknown";
  if (call.aborted) return "timeout";
  return error instanceof AppError ? error.code : "unknown";
}
