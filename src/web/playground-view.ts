// Shows a state: the whole of it each time, of which only what changed is written. It remembers nothing.
import type { PlaygroundState } from "../playground/state.ts";
import { button, find, moment, say, texts } from "./playground-elements.ts";
import { showBubbles, showSteps } from "./playground-rows.ts";
import { durationWords, pauseWords, phaseOf } from "./playground-words.ts";
import type { Phase } from "./playground-words.ts";

/** How the page stands to the daemon; both are true while a restart goes on. */
export interface Connection {
  isLost: boolean;
  isRestarting: boolean;
}

/** Shows what the daemon said, and how it was reached. */
export function show(state: PlaygroundState, connection: Connection): void {
  const phase = phaseOf(state, texts);
  showConnection(connection);
  showPhase(phase);
  showPause(state);
  showBubbles(state);
  showSteps(state.steps);
  showFacts(state);
  find("offline").hidden = state.responder !== "offline";
  find("dots").hidden = phase.kind !== "answering" && phase.kind !== "sending";
  say("status", state.status);
  button("answer-now").disabled = state.buffer === null || connection.isRestarting;
  for (const id of ["restart", "resume"]) button(id).disabled = connection.isRestarting;
}

/** Shows whether what stands on the page is of now; the last state stays, marked as old, when it is not. */
export function showConnection({ isLost, isRestarting }: Connection): void {
  const live = isRestarting ? "restarting" : isLost ? "lost" : "on";
  find("live").dataset["live"] = live;
  say("live-text", texts.live[live]);
  document.body.toggleAttribute("data-stale", isLost);
  find("lost").hidden = live !== "lost";
  if (!isLost) return;
  for (const id of ["answer-now", "restart", "resume"]) button(id).disabled = true;
  if (!isRestarting) return;
  const [title, detail] = texts.phases.restarting;
  showPhase({ kind: "quiet", title, detail });
}

function showPhase(phase: Phase): void {
  find("now").dataset["phase"] = phase.kind;
  say("title", phase.title);
  say("detail", phase.detail);
}

function showPause({ pause }: PlaygroundState): void {
  find("paused").hidden = pause === null;
  if (pause !== null) say("paused-text", pauseWords(pause, pause.until && moment(pause.until), texts));
}

function showFacts(state: PlaygroundState): void {
  const { turn, delivery } = state;
  say("fact-silence", durationWords(state.silenceMs));
  say("fact-age", durationWords(state.ageMaxMs));
  say("fact-size", String(state.sizeMax));
  say(
    "fact-model",
    state.responder === "offline" ? texts.facts.offline : `${state.responder} ${state.model}`,
  );
  say("fact-turn", turn === null ? texts.facts.none : [turn.state, turn.outcome].filter(Boolean).join(", "));
  say(
    "fact-delivery",
    delivery === null ? texts.facts.none : [delivery.state, delivery.reason].filter(Boolean).join(", "),
  );
  say("fact-pid", String(state.pid));
  say("fact-boot", moment(state.bootedAt));
}
