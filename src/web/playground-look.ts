// Looking at the daemon: asks for its state twice a second, one question at a time, none while nobody sees the
// page, and remembers what it takes to tell two looks apart. A reload shows the same.
import type { PlaygroundState } from "../playground/state.ts";
import { moment, say, texts } from "./playground-elements.ts";
import { show, showConnection } from "./playground-view.ts";
import type { Connection } from "./playground-view.ts";
import { restartWords } from "./playground-words.ts";

const POLL_MS = 500;
const ASK_LIMIT_MS = 5_000;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 10_000;
/** A restart that takes longer is shown as a lost connection. */
const RESTART_LIMIT_MS = 20_000;

/** Everything the page remembers between two looks. */
const memory = {
  state: null as PlaygroundState | null,
  /** The daemon's clock minus this machine's, in ms. */
  offsetMs: 0,
  failures: 0,
  nextTryAt: 0,
  timer: 0,
  isAsking: false,
  /** When the reader asked for a restart, null when nothing restarts. */
  restartingSince: null as number | null,
};

/** Looks, and goes on looking while the page is seen. */
export async function look(): Promise<void> {
  if (memory.isAsking) return;
  memory.isAsking = true;
  const askedAt = Date.now();
  try {
    const state = await askState();
    memory.offsetMs = Date.parse(state.now) - (askedAt + Date.now()) / 2;
    found(state);
  } catch {
    lost();
  }
  memory.isAsking = false;
  if (!document.hidden) memory.timer = setTimeout(look, Math.max(0, memory.nextTryAt - Date.now()));
}

/** Looks without waiting for the next time. */
export function lookNow(): void {
  memory.nextTryAt = Date.now();
  clearTimeout(memory.timer);
  void look();
}

/** From now on a lost connection is a restart, for a while. */
export function expectRestart(): void {
  memory.restartingSince = Date.now();
}

/** The daemon did not take the restart. */
export function forgetRestart(): void {
  memory.restartingSince = null;
}

/** What the daemon said last, null before its first answer. */
export function lastState(): PlaygroundState | null {
  return memory.state;
}

export function connection(): Connection {
  const { restartingSince } = memory;
  const isRestarting = restartingSince !== null && Date.now() - restartingSince < RESTART_LIMIT_MS;
  return { isLost: memory.failures > 0, isRestarting };
}

/** Milliseconds until the next look. */
export function nextTryMs(): number {
  return Math.max(0, memory.nextTryAt - Date.now());
}

/** Milliseconds until the deadline, or until the next try of a turn that failed; null when nothing is due. */
export function leftMs(state: PlaygroundState): number | null {
  const dueAt = state.buffer?.dueAt ?? (state.turn?.state === "scheduled" ? state.turn.nextTryAt : null);
  return dueAt === null ? null : Date.parse(dueAt) - (Date.now() + memory.offsetMs);
}

async function askState(): Promise<PlaygroundState> {
  const response = await fetch("/playground/state", { signal: AbortSignal.timeout(ASK_LIMIT_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as PlaygroundState;
}

function found(state: PlaygroundState): void {
  const before = memory.state;
  if (before !== null && before.bootedAt !== state.bootedAt) {
    memory.restartingSince = null;
    say("restarted", restartWords(before, state, moment(state.bootedAt), texts));
  }
  memory.state = state;
  memory.failures = 0;
  memory.nextTryAt = Date.now() + POLL_MS;
  show(state, connection());
}

function lost(): void {
  memory.failures += 1;
  const waitMs = connection().isRestarting
    ? POLL_MS
    : Math.min(BACKOFF_FIRST_MS * 2 ** (memory.failures - 1), BACKOFF_MAX_MS);
  memory.nextTryAt = Date.now() + waitMs;
  showConnection(connection());
}
