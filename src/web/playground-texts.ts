// All that the playground says, as each of its languages has to give it. Shapes, and how a figure is written.
import type { SampleName, StepDetail } from "../playground/state.ts";

/** A title that is announced when it changes, and a sentence under it. */
export type Saying = [title: string, detail: string];

export interface Texts {
  language: string;
  /** The page's fixed texts, by their names in it; in the page's own language none is needed. */
  page: Readonly<Record<string, string>>;
  live: { restarting: string; lost: string; on: string };
  lost: (seconds: number) => string;
  problems: { failed: string; silent: string };
  webhook: (answers: string, tookMs: number) => string;
  andThen: string;
  /** What the customer and the team say where nobody types. */
  lines: { three: readonly string[]; twice: string; human: string };
  by: { offline: string; human: string; note: string };
  facts: { none: string; offline: string };
  samples: Readonly<Record<SampleName, string>>;
  pauses: Readonly<Record<string, string>>;
  pausedUntil: (who: string | undefined, until: string | null) => string;
  silences: Readonly<Record<string, string>>;
  silence: (known: string | undefined, reason: string) => string;
  noReason: string;
  count: (count: number) => string;
  phases: {
    off: Saying;
    empty: Saying;
    quiet: Saying;
    resolved: Saying;
    resumed: Saying;
    dropped: Saying;
    restarting: Saying;
    human: Saying;
    handedOff: Saying;
    outbox: Saying;
    held: (count: string) => Saying;
    overtaken: (count: string) => Saying;
    waiting: (count: string) => Saying;
    retrying: (attempts: number, error: string) => Saying;
    answering: (count: number) => Saying;
    sending: (state: string) => Saying;
    answered: (count: number) => Saying;
    failed: (code: string, attempts: number) => Saying;
  };
  silentTitle: string;
  restart: {
    start: (at: string) => string;
    missing: string;
    nothing: string;
    wentOn: string;
    kept: string;
    newer: string;
    moved: string;
  };
  /** By the names of the daemon's events; `work.…` is what a turn does between the question and the answer. */
  steps: Readonly<Record<string, (detail: StepDetail) => string>>;
}

/** `30.0 s`. */
export function secondsOf(ms: StepDetail[string] | undefined): string {
  return `${(Number(ms) / 1000).toFixed(1)} s`;
}
