// Tries one model after the other until one answers. It waits for nothing: when to retry is the worker's matter.
import { startDeadline } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { limitReason } from "./limits.ts";
import type { ProviderName, Taken } from "./provider.ts";

/** One way to have something done: a model under a key. */
export interface Way<Answer extends Taken> {
  provider: ProviderName;
  model: string;
  /** Rejects as `ChatModel.complete` does. */
  call: (signal: AbortSignal) => Promise<Answer>;
}

/** One call of one model, for the turn's steps, the usage and the metrics. */
export interface ModelAttempt {
  provider: ProviderName;
  model: string;
  outcome: "ok" | ErrorCode;
  durationMs: number;
  inputTokens: number | null;
  cachedTokens: number | null;
  outputTokens: number | null;
  audioSeconds: number | null;
}

export interface ChainDeps {
  clock: Clock;
  /** Most time of one call. */
  attemptTimeoutMs: number;
  /** Told of every call that came to an end; one that the caller aborted is not told of. */
  onAttempt: (attempt: ModelAttempt) => void;
}

/** The failures that another model may not share. */
const NEXT_MAY_DO: ReadonlySet<ErrorCode> = new Set(["ai_unavailable", "ai_refused", "ai_bad_answer"]);

/**
 * The first answer of `ways`, tried in order. Rejects with `no_credential` when there are none,
 * `rate_limited` or `spend_ceiling` when the first has no room, or one behind refusals had none; `ai_refused` when every
 * one refused; else `ai_unavailable` (retryable; `retryAfterMs` is the least wait of
 * those that may recover, left out when one of them named none). `ai_context_too_long` rejects at once,
 * and so does an abort of `signal`, with its reason.
 */
export async function firstAnswer<Answer extends Taken>(
  ways: readonly Way<Answer>[],
  signal: AbortSignal,
  deps: ChainDeps,
): Promise<Answer & { provider: ProviderName }> {
  const failures: AppError[] = [];
  let limit: AppError | null = null;
  for (const way of ways) {
    const result = await attempt(way, signal, deps);
    if (!(result instanceof AppError)) return { ...result, provider: way.provider };
    if (limitReason(result) !== null && failures.length > 0) limit ??= result;
    else if (NEXT_MAY_DO.has(result.code)) failures.push(result);
    else throw result;
  }
  // Whatever may pass is worth another attempt; a limit is the answer where nothing else could be.
  if (limit !== null && failures.every(({ code }) => code === "ai_refused")) throw limit;
  throw sumUp(failures);
}

async function attempt<Answer extends Taken>(
  way: Way<Answer>,
  signal: AbortSignal,
  { clock, attemptTimeoutMs, onAttempt }: ChainDeps,
): Promise<Answer | AppError> {
  signal.throwIfAborted();
  const startedAt = clock.monotonic();
  const deadline = startDeadline(clock, attemptTimeoutMs, signal);
  let result: Answer | AppError;
  try {
    result = await way.call(deadline.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.expired()) result = tooSlow(way, attemptTimeoutMs);
    else if (error instanceof AppError) result = error;
    else throw error;
  } finally {
    deadline.clear();
  }
  onAttempt(describe(way, result, clock.monotonic() - startedAt));
  return result;
}

function tooSlow({ provider }: Way<Taken>, limitMs: number): AppError {
  const text = `${provider} did not answer within ${limitMs} ms`;
  return new AppError("ai_unavailable", text, { retryable: true });
}

function describe(
  { provider, model }: Way<Taken>,
  result: Taken | AppError,
  durationMs: number,
): ModelAttempt {
  const failed = result instanceof AppError;
  return {
    provider,
    model: failed ? model : result.model,
    outcome: failed ? result.code : "ok",
    durationMs: Math.round(durationMs),
    inputTokens: failed ? null : result.inputTokens,
    cachedTokens: failed ? null : result.cachedTokens,
    outputTokens: failed ? null : result.outputTokens,
    audioSeconds: failed ? null : (result.audioSeconds ?? null),
  };
}

function sumUp(failures: AppError[]): AppError {
  if (failures.length === 0) {
    const fix = "Set GROQ_API_KEY or OPENAI_API_KEY, then retry the job.";
    return new AppError("no_credential", "there is no model to ask", { fix });
  }
  const reasons = [...new Set(failures.map((failure) => failure.message))].join("; ");
  const passing = failures.filter((failure) => failure.code !== "ai_refused");
  if (passing.length === 0) {
    return new AppError("ai_refused", `every model refused: ${reasons}`, {
      fix: "Check the key and its billing.",
    });
  }
  return new AppError("ai_unavailable", `no model answered: ${reasons}`, {
    retryable: true,
    ...leastWait(passing),
  });
}

// One that named no wait may be asked as soon as the caller likes.
function leastWait(failures: AppError[]): { retryAfterMs?: number } {
  const waits = failures.map((failure) => failure.retryAfterMs).filter((waitMs) => waitMs !== undefined);
  return waits.length < failures.length ? {} : { retryAfterMs: Math.min(...waits) };
}
