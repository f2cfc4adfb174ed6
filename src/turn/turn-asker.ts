// Asks models for one turn and remembers every call as a step, until the steps are written down: after what was paid for.
import type { AskedAttempt, Asker } from "../ai/asker.ts";
import type { Asking } from "../ai/credential.ts";
import type { CompletionRequest } from "../ai/provider.ts";
import type { Clock } from "../clock.ts";
import type { StepRecord, TurnClaim, TurnStore } from "../db/store.ts";
import type { Metrics } from "../metrics.ts";

export interface TurnAskerDeps {
  store: Pick<TurnStore, "recordStep">;
  clock: Clock;
  metrics: Metrics;
  asker: Pick<Asker, "ask">;
}

export class TurnAsker {
  readonly #claim: TurnClaim;
  readonly #asking: Asking;
  readonly #deps: TurnAskerDeps;
  #steps: StepRecord[] = [];

  constructor(claim: TurnClaim, asking: Asking, deps: TurnAskerDeps) {
    this.#claim = claim;
    this.#asking = asking;
    this.#deps = deps;
  }

  /** The model's text. Rejects as `Asker.ask` does. */
  async ask(step: string, request: CompletionRequest, signal: AbortSignal): Promise<string> {
    const { connectionKey, jobId: subjectId } = this.#claim;
    const question = { asking: this.#asking, connectionKey, step, subjectId, request };
    const answered = await this.#deps.asker.ask(question, signal, (attempt) => this.#count(step, attempt));
    return answered.text;
  }

  /** A step without a call: figures and words of closed lists, never a text. */
  note(name: string, detail: StepRecord["detail"]): void {
    const startedAt = this.#deps.clock.now();
    this.#steps.push({ ...this.#step(name, "ok"), startedAt, durationMs: 0, detail });
  }

  /** Writes down what was not yet. */
  async record(): Promise<void> {
    const steps = this.#steps;
    this.#steps = [];
    for (const step of steps) await this.#deps.store.recordStep(step);
  }

  #count(name: string, attempt: AskedAttempt): void {
    const { provider, model, inputTokens, outputTokens, costMicroUsd, source, credentialId } = attempt;
    const durationMs = Math.round(attempt.durationMs);
    const startedAt = this.#deps.clock.now() - durationMs;
    const detail = { provider, model, inputTokens, outputTokens, costMicroUsd, source, credentialId };
    this.#steps.push({ ...this.#step(name, attempt.outcome), startedAt, durationMs, detail });
    this.#deps.metrics.turnSeconds.observe({ step: name }, durationMs / 1000);
  }

  #step(name: string, outcome: string): Pick<StepRecord, "jobKey" | "attempt" | "name" | "outcome"> {
    const { jobKey, attempt } = this.#claim;
    return { jobKey, attempt, name, outcome };
  }
}
