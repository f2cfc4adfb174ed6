// The playground page: asks for the daemon's state twice a second and draws it; sends what the reader does.
// It keeps nothing that matters: a reload shows the same. Texts go in by textContent only.
import type { PlaygroundBubble, PlaygroundState, PlaygroundStep } from "../playground/state.ts";
import { drawRing } from "./playground-ring.ts";
import { durationWords, phaseOf, restartWords, webhookWords } from "./playground-words.ts";
import type { Phase } from "./playground-words.ts";

const POLL_MS = 500;
const ASK_LIMIT_MS = 5_000;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 10_000;
/** A restart that takes longer is shown as a lost connection. */
const RESTART_LIMIT_MS = 20_000;
const LINE_GAP_MS = 1_200;
/** Chatwoot holds a deadline at most this long, so a forgotten switch goes off by itself. */
const TYPING_MAX_MS = 30_000;
const THREE_LINES = ["hi!", "is the blue one in stock?", "size 38"];
const TWICE_TEXT = "did you get this?";
const HUMAN_TEXT = "Hello Maria, I am taking over from here.";

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Everything the page remembers between two looks. */
const page = {
  state: null as PlaygroundState | null,
  /** The daemon's clock minus this machine's, in ms. */
  offsetMs: 0,
  failures: 0,
  nextTryAt: 0,
  timer: 0,
  isAsking: false,
  /** When the reader asked for a restart, null when nothing restarts. */
  restartingSince: null as number | null,
  typingTimer: 0,
};

const ring = {
  root: document.querySelector<SVGSVGElement>("#ring")!,
  arc: document.querySelector<SVGCircleElement>("#arc")!,
  blocks: document.querySelector<SVGGElement>("#blocks")!,
  seconds: find("seconds"),
};
const field = find("text") as HTMLInputElement;

listen();
void look();
requestAnimationFrame(tick);

function listen(): void {
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) lookNow();
  });
  find("try-now").addEventListener("click", lookNow);
  find("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    void sendField();
  });
  onClick("try-three", sayThree);
  onClick("try-twice", sayTwice);
  onClick("try-typing", toggleTyping);
  onClick("try-human", () => tell("human", { text: fieldText() ?? HUMAN_TEXT, via: "dashboard" }));
  onClick("try-phone", () => tell("human", { text: fieldText() ?? HUMAN_TEXT, via: "phone" }));
  onClick("try-resolve", () => tell("resolve", {}));
  onClick("answer-now", () => tell("answer-now", {}));
  onClick("restart", restart);
}

/** A button does one thing at a time. */
function onClick(id: string, act: () => Promise<unknown>): void {
  const button = find(id) as HTMLButtonElement;
  button.addEventListener("click", async () => {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    await act();
    button.ariaBusy = "false";
  });
}

// Looking: one question at a time, none while nobody sees the page.

function lookNow(): void {
  page.nextTryAt = Date.now();
  clearTimeout(page.timer);
  void look();
}

async function look(): Promise<void> {
  if (page.isAsking) return;
  page.isAsking = true;
  const askedAt = Date.now();
  try {
    const state = await askState();
    page.offsetMs = Date.parse(state.now) - (askedAt + Date.now()) / 2;
    found(state);
  } catch {
    lost();
  }
  page.isAsking = false;
  if (!document.hidden) page.timer = setTimeout(look, Math.max(0, page.nextTryAt - Date.now()));
}

async function askState(): Promise<PlaygroundState> {
  const response = await fetch("/playground/state", { signal: AbortSignal.timeout(ASK_LIMIT_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as PlaygroundState;
}

function found(state: PlaygroundState): void {
  const before = page.state;
  if (before !== null && before.bootedAt !== state.bootedAt) {
    page.restartingSince = null;
    say("restarted", restartWords(before, state, moment(state.bootedAt)));
  }
  page.state = state;
  page.failures = 0;
  page.nextTryAt = Date.now() + POLL_MS;
  show(state);
}

function lost(): void {
  page.failures += 1;
  const waitMs = isRestarting()
    ? POLL_MS
    : Math.min(BACKOFF_FIRST_MS * 2 ** (page.failures - 1), BACKOFF_MAX_MS);
  page.nextTryAt = Date.now() + waitMs;
  showConnection();
}

function isRestarting(): boolean {
  return page.restartingSince !== null && Date.now() - page.restartingSince < RESTART_LIMIT_MS;
}

// Showing: the whole state each time; only what changed is written.

function show(state: PlaygroundState): void {
  const phase = phaseOf(state);
  showConnection();
  showPhase(phase);
  showBubbles(state);
  showSteps(state.steps);
  showFacts(state);
  find("offline").hidden = state.responder !== "offline";
  find("dots").hidden = phase.kind !== "answering" && phase.kind !== "sending";
  say("status", state.status);
  button("answer-now").disabled = state.buffer === null || isRestarting();
  button("restart").disabled = isRestarting();
}

function showConnection(): void {
  const isLost = page.failures > 0;
  const live = isRestarting() ? "restarting" : isLost ? "lost" : "on";
  find("live").dataset["live"] = live;
  say("live-text", { restarting: "restarting…", lost: "not connected", on: "live" }[live]);
  document.body.toggleAttribute("data-stale", isLost);
  find("lost").hidden = live !== "lost";
  if (!isLost) return;
  button("answer-now").disabled = true;
  button("restart").disabled = true;
  if (live === "restarting")
    showPhase({ kind: "quiet", title: "Restarting…", detail: "Nothing is lost: the deadline is on disk." });
}

function showPhase(phase: Phase): void {
  find("now").dataset["phase"] = phase.kind;
  say("title", phase.title);
  say("detail", phase.detail);
}

function showBubbles(state: PlaygroundState): void {
  const list = find("bubbles");
  const talk = find("talk");
  const wasAtEnd = isAtEnd(talk);
  find("hint").hidden = state.messages.length > 0;
  const isNew = addMissing(list, state.messages, (message) => bubble(message, state.responder));
  if (wasAtEnd && (isNew || !find("dots").hidden)) talk.scrollTop = talk.scrollHeight;
}

function bubble(message: PlaygroundBubble, responder: PlaygroundState["responder"]): HTMLElement {
  const item = element("li", message.from, "");
  if (message.from === "bot")
    item.append(element("span", "by", responder === "offline" ? "lull · offline responder" : "lull"));
  if (message.from === "human") item.append(element("span", "by", "A person of the team"));
  item.append(element("p", "", message.text), element("time", "", moment(message.at)));
  return item;
}

function showSteps(steps: PlaygroundStep[]): void {
  const list = find("steps");
  const wasAtEnd = isAtEnd(list);
  find("no-steps").hidden = steps.length > 0;
  list.hidden = steps.length === 0;
  if (addMissing(list, steps, stepItem) && wasAtEnd) list.scrollTop = list.scrollHeight;
}

function stepItem(step: PlaygroundStep): HTMLElement {
  const item = element("li", "", "");
  item.append(element("time", "", moment(step.at)), element("span", "", step.text));
  item.title = step.name;
  return item;
}

/** Appends the rows that `list` does not show yet, drops those that are gone; true when there was a new one. */
function addMissing<Row extends { id: number }>(
  list: HTMLElement,
  rows: Row[],
  make: (row: Row) => HTMLElement,
): boolean {
  const wanted = new Set(rows.map((row) => String(row.id)));
  const shown = new Map([...list.children].map((child) => [(child as HTMLElement).dataset["id"], child]));
  for (const [id, child] of shown) if (!wanted.has(id ?? "")) child.remove();
  const missing = rows.filter((row) => !shown.has(String(row.id)));
  for (const row of missing) {
    const item = make(row);
    item.dataset["id"] = String(row.id);
    list.append(item);
  }
  return missing.length > 0;
}

function showFacts(state: PlaygroundState): void {
  const { turn, delivery } = state;
  say("fact-silence", durationWords(state.silenceMs));
  say("fact-age", durationWords(state.ageMaxMs));
  say("fact-size", String(state.sizeMax));
  say("fact-model", state.responder === "offline" ? "offline script" : `${state.responder} ${state.model}`);
  say("fact-turn", turn === null ? "none yet" : [turn.state, turn.outcome].filter(Boolean).join(", "));
  say(
    "fact-delivery",
    delivery === null ? "none yet" : [delivery.state, delivery.reason].filter(Boolean).join(", "),
  );
  say("fact-pid", String(state.pid));
  say("fact-boot", moment(state.bootedAt));
}

// Drawing: the ring follows the daemon's clock, frame by frame while the page is seen.

function tick(): void {
  const { state } = page;
  if (state !== null) {
    drawRing(ring, leftMs(state), state.silenceMs, calm.matches);
    showGlance();
  }
  if (page.failures > 0) {
    const seconds = Math.max(0, Math.ceil((page.nextTryAt - Date.now()) / 1000));
    say("lost-text", `Connection lost. Trying again in ${seconds} s.`);
    if (!isRestarting()) showConnection();
  }
  requestAnimationFrame(tick);
}

/** The ring in one line, for a screen on which the ring itself is out of sight. */
function showGlance(): void {
  const seconds = ring.root.dataset["shape"] === "empty" ? "" : `${ring.seconds.textContent} s · `;
  find("glance").hidden = false;
  say("glance", `${seconds}${find("title").textContent}`);
}

/** Milliseconds until the deadline, or until the next try of a turn that failed; null when nothing is due. */
function leftMs(state: PlaygroundState): number | null {
  const dueAt = state.buffer?.dueAt ?? (state.turn?.state === "scheduled" ? state.turn.nextTryAt : null);
  return dueAt === null ? null : Date.parse(dueAt) - (Date.now() + page.offsetMs);
}

// Doing: every button is one POST; what the webhook answered is shown under the field.

async function sendField(): Promise<void> {
  const text = fieldText();
  if (text === null) return field.focus();
  field.value = "";
  // A message that was not taken stays in the field, unless something newer is there.
  if (!(await tell("messages", { text })) && field.value === "") field.value = text;
  field.focus();
}

function fieldText(): string | null {
  return field.value.trim() === "" ? null : field.value;
}

async function sayThree(): Promise<void> {
  for (const [index, text] of THREE_LINES.entries()) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, LINE_GAP_MS));
    if (!(await tell("messages", { text }))) return;
  }
}

async function sayTwice(): Promise<void> {
  if (await tell("messages", { text: fieldText() ?? TWICE_TEXT, copies: 2 })) field.value = "";
}

async function toggleTyping(): Promise<void> {
  const isOn = button("try-typing").ariaPressed !== "true";
  clearTimeout(page.typingTimer);
  if (!(await tell("typing", { isOn }))) return;
  button("try-typing").ariaPressed = String(isOn);
  if (isOn) page.typingTimer = setTimeout(toggleTyping, TYPING_MAX_MS);
}

async function restart(): Promise<void> {
  find("restarted").hidden = true;
  page.restartingSince = Date.now();
  if (!(await tell("restart", {}))) page.restartingSince = null;
}

/** True when the daemon took it; else the reason is shown and nothing is lost from the field. */
async function tell(path: string, body: Record<string, unknown>): Promise<boolean> {
  const askedAt = performance.now();
  try {
    const response = await fetch(`/playground/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ASK_LIMIT_MS),
    });
    const answer = (await response.json()) as Answer;
    if (answer.success) note(answer, Math.round(performance.now() - askedAt));
    else problem(`${answer.error ?? "It did not work"} (${answer.code ?? response.status})`);
    return answer.success;
  } catch {
    problem("The daemon did not answer.");
    return false;
  } finally {
    lookNow();
  }
}

interface Answer {
  success: boolean;
  error?: string;
  code?: string;
  webhook?: { status: number; body: unknown };
  webhooks?: { status: number; body: unknown }[];
}

function note(answer: Answer, tookMs: number): void {
  const answers = answer.webhooks ?? (answer.webhook === undefined ? [] : [answer.webhook]);
  // Read out only when something is wrong: the rest is for the eye.
  find("note").ariaLive = "off";
  find("note").dataset["tone"] = "calm";
  say("note", answers.length === 0 ? "" : `Webhook: ${webhookWords(answers)} · ${tookMs} ms`);
}

function problem(text: string): void {
  find("note").ariaLive = "polite";
  find("note").dataset["tone"] = "bad";
  say("note", text);
}

// The page's elements.

function find(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found;
}

function button(id: string): HTMLButtonElement {
  return find(id) as HTMLButtonElement;
}

/** Writes only a change, so that what is announced is announced once; a text makes a hidden notice appear. */
function say(id: string, text: string): void {
  const target = find(id);
  if (target.textContent !== text) target.textContent = text;
  if (id === "restarted") target.hidden = false;
}

function element(name: string, className: string, text: string): HTMLElement {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}

function isAtEnd(box: HTMLElement): boolean {
  return box.scrollHeight - box.scrollTop - box.clientHeight < 40;
}

function moment(iso: string): string {
  return time.format(new Date(iso));
}
