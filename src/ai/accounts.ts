// What calls are counted with: reserved before a call against the limits of its user, settled by what it took.
import type { Clock } from "../clock.ts";
import type { LimitKind, LimitNotice, LimitReason } from "./limits.ts";
import type { Settlement, UsageStore } from "../db/store-usage.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { messagesFor } from "./messages-for.ts";
import type { Candidate } from "./credentials.ts";
import { costMicroUsd, estimateTokens, PRICES_AS_OF } from "./prices.ts";
import type { ChatModel, Completion, CompletionRequest } from "./provider.ts";

/** What a call is made for. */
export interface Purpose {
  connectionKey: number;
  step: string;
  /** The turn or message. */
  subjectId: string;
}

export interface AccountsDeps {
  store: Pick<UsageStore, "reserveUsage" | "settleUsage">;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

const REFUSALS: Readonly<Record<LimitKind, { code: LimitReason; limit: string }>> = {
  requests_per_minute: { code: "rate_limited", limit: "requests per minute" },
  tokens_per_day: { code: "rate_limited", limit: "tokens per day" },
  spend_per_month: { code: "spend_ceiling", limit: "spending per month" },
};
const MICRO_PER_USD = 1_000_000;

export class Accounts {
  readonly #deps: AccountsDeps;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
  }

  /**
   * Counts the most that the call may take; gives what it is settled by. Rejects with AppError `rate_limited` or
   * `spend_ceiling` when a limit would be passed: then no call may be made.
   */
  async reserve(candidate: Candidate, purpose: Purpose, request: CompletionRequest): Promise<number> {
    const { store, clock } = this.#deps;
    const { userId, credentialId, source: credentialSource } = candidate;
    const { provider, model } = candidate.model;
    const inputTokens = estimateTokens(messagesFor(candidate.model.capabilities, request));
    const outputTokens = request.outputTokensMax;
    const { connectionKey, step, subjectId } = purpose;
    const reservation = {
      ...{ connectionKey, step, subjectId, userId, credentialId, credentialSource, provider, model },
      tokens: inputTokens + outputTokens,
      microUsd: costMicroUsd(provider, model, { inputTokens, outputTokens }),
      priceDate: PRICES_AS_OF,
    };
    const reserved = await store.reserveUsage(reservation, clock.now());
    if (userId !== null) reserved.notices.forEach((notice) => this.#tell(userId, notice));
    if (!reserved.isReserved) throw refusal(reserved.kind);
    return reserved.usageKey;
  }

  /** The call answered: what it said it took. A cost that is not known stays so. */
  async settleAnswer(usageKey: number, { model: asked }: Candidate, completion: Completion): Promise<void> {
    const { model, inputTokens, outputTokens } = completion;
    const { provider } = asked;
    const cost = costOf(asked, completion);
    if (cost !== null) this.#deps.metrics.aiCost.inc({ provider, model }, cost / MICRO_PER_USD);
    await this.#settle(usageKey, { outcome: "ok", inputTokens, outputTokens, costMicroUsd: cost });
  }

  /** The call gave nothing. `timeout` and `unknown`: the provider may have done, and charged, it all the same. */
  async settleFailure(usageKey: number, outcome: string): Promise<void> {
    await this.#settle(usageKey, { outcome, inputTokens: null, outputTokens: null, costMicroUsd: null });
  }

  #settle(usageKey: number, settlement: Omit<Settlement, "audioSeconds">): Promise<void> {
    const { store, clock } = this.#deps;
    return store.settleUsage(usageKey, { ...settlement, audioSeconds: null }, clock.now());
  }

  /** A user came near a limit, or reached it: once for each span. */
  #tell(userId: string, notice: LimitNotice): void {
    const { kind, level, used, max } = notice;
    this.#deps.log.event("warning", `limit.${level}`, { userId, kind, used, max });
    this.#deps.metrics.limitNotices.inc({ kind, level });
  }
}

/** What an answer cost; null when its price, or what it took, is not known. Some answer under another name than they are asked by. */
export function costOf(
  asked: Pick<ChatModel, "provider" | "model">,
  taken: Pick<Completion, "model" | "inputTokens" | "cachedTokens" | "outputTokens">,
): number | null {
  const costs = [taken.model, asked.model].map((name) => costMicroUsd(asked.provider, name, taken));
  return costs.find((microUsd) => microUsd !== null) ?? null;
}

function refusal(kind: LimitKind): AppError {
  const { code, limit } = REFUSALS[kind];
  return new AppError(code, `The user's limit of ${limit} is reached.`, {
    fix: "Raise the user's limit, or wait until it begins anew.",
  });
}
