// What the playground says, worked out from the daemon's state alone, in any of its languages. Pure: no page, no clock.
import type {
  PlaygroundBuffer,
  PlaygroundPause,
  PlaygroundState,
  PlaygroundStep,
  PlaygroundTurn,
} from "../playground/state.ts";
import type { Saying, Texts } from "./playground-texts.ts";

export type PhaseKind =
  | "empty"
  | "quiet"
  | "off"
  | "waiting"
  | "held"
  | "answering"
  | "retrying"
  | "sending"
  | "answered"
  | "superseded"
  | "silent"
  | "handed_off"
  | "human"
  | "failed";

/** The one state the page is in: a title that is announced when it changes, and a sentence under it. */
export interface Phase {
  kind: PhaseKind;
  title: string;
  detail: string;
}

/** The phase of `state`; an open buffer comes before whatever the last turn did. */
export function phaseOf(state: PlaygroundState, texts: Texts): Phase {
  const { buffer, turn } = state;
  const { phases } = texts;
  if (!state.isProcessingOn) return phase("off", phases.off);
  if (buffer !== null) return waiting(buffer, turn, texts);
  if (turn?.state === "scheduled" || turn?.state === "running") return working(turn, texts);
  const lastFrom = lastSaid(state);
  if (lastFrom === "human") return answeredByHuman(state, texts);
  if (turn !== null) return finished(turn, state, texts);
  return lastFrom === undefined ? phase("empty", phases.empty) : phase("quiet", phases.quiet);
}

/** Who keeps lull quiet, and until when: `until` is a time of day, null where only the team or a resume ends it. */
export function pauseWords({ by }: PlaygroundPause, until: string | null, texts: Texts): string {
  return texts.pausedUntil(texts.pauses[by], until);
}

/** The whole of the countdown ring: the silence that the open buffer waits for, else the one that every buffer does. */
export function ringMs({ buffer, silenceMs }: PlaygroundState): number {
  return buffer?.windowMs ?? silenceMs;
}

/** What the daemon did; a step that nobody has words for shows its name. */
export function stepWords({ name, detail }: Pick<PlaygroundStep, "name" | "detail">, texts: Texts): string {
  const words = texts.steps[name]?.(detail) ?? name;
  const hasFailed = name.startsWith("work.") && detail["outcome"] !== "ok";
  return hasFailed ? `${words}: ${String(detail["outcome"])}` : words;
}

/**
 * What to say after a restart, by comparing the last state before it with the first one after it; it claims
 * only what it sees. `startedAt` is the new start as the page shows moments.
 */
export function restartWords(
  before: PlaygroundState,
  after: PlaygroundState,
  startedAt: string,
  { restart }: Texts,
): string {
  const isComplete = before.messages.every((message) =>
    after.messages.some((other) => other.id === message.id),
  );
  // A long conversation scrolls out of the state, so only a shorter list is a loss.
  const hasLost = !isComplete && after.messages.length < before.messages.length;
  return `${restart.start(startedAt)} ${hasLost ? restart.missing : keptWords(before, after, restart)}`;
}

/** What the webhook answered to each copy of a message: `buffered, then duplicate`. */
export function webhookWords(answers: { status: number; body: unknown }[], { andThen }: Texts): string {
  return answers.map((answer) => answerWords(answer.status, answer.body)).join(andThen);
}

/** A figure of milliseconds for people: `30 s`, `1.5 s`, `5 min`. */
export function durationWords(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${Number((ms / 1000).toFixed(1))} s`;
}

function phase(kind: PhaseKind, [title, detail]: Saying): Phase {
  return { kind, title, detail };
}

/** Who wrote last; a note for the team was said to nobody. */
function lastSaid({ messages }: PlaygroundState): PlaygroundState["messages"][number]["from"] | undefined {
  return messages.findLast(({ from }) => from !== "note")?.from;
}

function waiting(buffer: PlaygroundBuffer, turn: PlaygroundTurn | null, { phases, count }: Texts): Phase {
  const words = count(buffer.count);
  if (buffer.isHeld) return phase("held", phases.held(words));
  const isOvertaken = turn?.state === "running" || turn?.outcome === "superseded";
  return isOvertaken ? phase("superseded", phases.overtaken(words)) : phase("waiting", phases.waiting(words));
}

function working(turn: PlaygroundTurn, { phases }: Texts): Phase {
  if (turn.state === "scheduled" && turn.error !== null)
    return phase("retrying", phases.retrying(turn.attempts, turn.error));
  return phase("answering", phases.answering(turn.messageCount));
}

function answeredByHuman({ status, pause }: PlaygroundState, { phases }: Texts): Phase {
  if (status === "resolved") return phase("quiet", phases.resolved);
  return pause === null ? phase("quiet", phases.resumed) : phase("human", phases.human);
}

function finished(turn: PlaygroundTurn, state: PlaygroundState, texts: Texts): Phase {
  const { phases } = texts;
  if (turn.state === "failed") return failed(turn.error ?? "internal", turn.attempts, texts);
  if (turn.outcome === "silenced") return silent(turn.reason, texts);
  if (turn.outcome === "handed_off") return phase("handed_off", phases.handedOff);
  if (turn.outcome === "superseded") return phase("quiet", phases.dropped);
  return delivered(turn, state, texts);
}

function delivered(turn: PlaygroundTurn, state: PlaygroundState, texts: Texts): Phase {
  const { delivery } = state;
  const { phases } = texts;
  if (delivery === null) return phase("sending", phases.outbox);
  if (delivery.state === "failed") return failed(delivery.reason ?? "chatwoot_refused", turn.attempts, texts);
  if (delivery.state === "cancelled") return silent(delivery.reason, texts);
  if (delivery.state !== "sent") return phase("sending", phases.sending(delivery.state));
  if (lastSaid(state) === "customer") return phase("quiet", phases.quiet);
  return phase("answered", phases.answered(turn.messageCount));
}

function failed(code: string, attempts: number, { phases }: Texts): Phase {
  return phase("failed", phases.failed(code, attempts));
}

function silent(reason: string | null, { silentTitle, silences, silence, noReason }: Texts): Phase {
  return phase("silent", [silentTitle, reason === null ? noReason : silence(silences[reason], reason)]);
}

function keptWords(before: PlaygroundState, after: PlaygroundState, restart: Texts["restart"]): string {
  if (before.buffer === null) return restart.nothing;
  if (after.buffer?.id !== before.buffer.id) return restart.wentOn;
  if (after.buffer.dueAt === before.buffer.dueAt) return restart.kept;
  return after.buffer.count > before.buffer.count ? restart.newer : restart.moved;
}

function answerWords(status: number, body: unknown): string {
  if (typeof body !== "object" || body === null || !("action" in body)) return `HTTP ${status}`;
  const reason = "reason" in body ? `/${String(body.reason)}` : "";
  return `${String(body.action)}${reason}`;
}
