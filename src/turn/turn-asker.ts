// Asks models for one turn and remembers every call as a step, until the steps are written down: after what was paid for.
import type { AskedAttempt, Asker, Heard } from "../ai/asker.ts";
import type { Asking } from "../ai/credential.ts";
import type { CompletionRequest } from "../ai/provider.ts";
import type { Sound } from "../ai/speech.ts";
import type { Clock } from "../clock.ts";
import type { StepRecord, TurnClaim, TurnStore } from "../db/store-turns.ts";
import type { Metrics } from "../metrics.ts";

export interface TurnAskerDeps {
  store: Pick<TurnStore, "recordStep">;
  clock: Clock;
  metrics: Metrics;
  asker: Pick<Asker, "ask" | "hear">;
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
    const question = { ...this.#purpose(step), request };
    const answered = await this.#deps.asker.ask(question, signal, (attempt) => this.#count(step, attempt));
    return answered.text;
  }

  /** What is said in the sound. Rejects as `Asker.hear` does. */
  async hear(step: string, sound: Sound, signal: AbortSignal): Promise<Heard> {
    const listening = { ...this.#purpose(step), sound };
    return this.#deps.asker.hear(listening, signal, (attempt) => this.#count(step, attempt));
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

  #purpose(step: string) {
    const { connectionKey, jobId: subjectId } = this.#claim;
    return { asking: this.#asking, connectionKey, step, subjectId };
  }

  #count(name: string, attempt: AskedAttempt): void {
    const { provider, model, inputTokens, outputTokens, audioSeconds, costMicroUsd } = attempt;
    const { source, credentialId } = attempt;
    const durationMs = Math.round(attempt.durationMs);
    const startedAt = this.#deps.clock.now() - durationMs;
    const heard = audioSeconds === null ? {} : { audioSeconds };
    const taken = { inputTokens, outputTokens, ...heard, costMicroUsd };
    const detail = { provider, model, ...taken, source, credentialId };
    this.#steps.push({ ...this.#step(name, attempt.outcome), startedAt, durationMs, detail });
    this.#deps.metrics.turnSeconds.observe({ step: name }, durationMs / 1000);
  }

  #step(name: string, outcome: string): Pick<StepRecord, "jobKey" | "attempt" | "name" | "outcome"> {
    const { jobKey, attempt } = this.#claim;
    return { jobKey, attempt, name, outcome };
  }
}
