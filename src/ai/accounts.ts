// What calls are counted with: reserved before a call against the limits of its user, settled by what it took.
import type { Clock } from "../clock.ts";
import type { LimitKind, LimitNotice, LimitReason } from "./limits.ts";
import type { Settlement, UsageStore } from "../db/store-usage.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Way } from "./chain.ts";
import type { Candidate } from "./credentials.ts";
import { costMicroUsd, PRICES_AS_OF, type PricedUsage, publicName } from "./prices.ts";
import type { KeyFault, Taken } from "./provider.ts";

/** What a call is made for. */
export interface Purpose {
  connectionKey: number;
  step: string;
  /** The turn or message. */
  subjectId: string;
}

/** A way that is counted: by whose key, the most that it may take, and what its failure says against the whole key. */
export interface CountedWay<Answer extends Taken> extends Way<Answer> {
  candidate: Candidate;
  most: PricedUsage;
  /** For these the key rests, whatever else it could do. */
  restsFor: readonly KeyFault[];
}

export interface AccountsDeps {
  store: Pick<UsageStore, "reserveUsage" | "settleUsage">;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

type Asked = Pick<Way<Taken>, "provider" | "model">;

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
  async reserve({ candidate, provider, model, most }: CountedWay<Taken>, purpose: Purpose): Promise<number> {
    const { store, clock } = this.#deps;
    const { userId, credentialId, source: credentialSource } = candidate;
    const { connectionKey, step, subjectId } = purpose;
    const reservation = {
      ...{ connectionKey, step, subjectId, userId, credentialId, credentialSource, provider, model },
      tokens: (most.inputTokens ?? 0) + (most.outputTokens ?? 0),
      microUsd: costMicroUsd(provider, model, most),
      priceDate: PRICES_AS_OF,
    };
    const reserved = await store.reserveUsage(reservation, clock.now());
    if (userId !== null) reserved.notices.forEach((notice) => this.#tell(userId, notice));
    if (!reserved.isReserved) throw refusal(reserved.kind);
    return reserved.usageKey;
  }

  /** The call answered: what it said it took. A cost that is not known stays so. */
  async settleAnswer(usageKey: number, asked: Asked, taken: Taken): Promise<void> {
    const { model, inputTokens, outputTokens, audioSeconds = null } = taken;
    const { provider } = asked;
    const cost = costOf(asked, taken);
    if (cost !== null)
      this.#deps.metrics.aiCost.inc({ provider, model: publicName(provider, model) }, cost / MICRO_PER_USD);
    await this.#settle(usageKey, {
      outcome: "ok",
      inputTokens,
      outputTokens,
      audioSeconds,
      costMicroUsd: cost,
    });
  }

  /** The call gave nothing. `timeout` and `unknown`: the provider may have done, and charged, it all the same. */
  async settleFailure(usageKey: number, outcome: string): Promise<void> {
    const nothing = { inputTokens: null, outputTokens: null, audioSeconds: null, costMicroUsd: null };
    await this.#settle(usageKey, { outcome, ...nothing });
  }

  #settle(usageKey: number, settlement: Settlement): Promise<void> {
    const { store, clock } = this.#deps;
    return store.settleUsage(usageKey, settlement, clock.now());
  }

  /** A user came near a limit, or reached it: once for each span. */
  #tell(userId: string, notice: LimitNotice): void {
    const { kind, level, used, max } = notice;
    this.#deps.log.event("warning", `limit.${level}`, { userId, kind, used, max });
    this.#deps.metrics.limitNotices.inc({ kind, level });
  }
}

/** What an answer cost; null when its price, or what it took, is not known. Some answer under another name than they are asked by. */
export function costOf(asked: Asked, taken: Taken): number | null {
  const costs = [taken.model, asked.model].map((name) => costMicroUsd(asked.provider, name, taken));
  return costs.find((microUsd) => microUsd !== null) ?? null;
}

function refusal(kind: LimitKind): AppError {
  const { code, limit } = REFUSALS[kind];
  return new AppError(code, `The user's limit of ${limit} is reached.`, {
    fix: "Raise the user's limit, or wait until it begins anew.",
  });
}
