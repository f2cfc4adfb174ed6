// The two lists that grow: the customer's conversation and the daemon's steps.
import type { PlaygroundBubble, PlaygroundState, PlaygroundStep } from "../playground/state.ts";
import { element, find, isAtEnd, moment, texts } from "./playground-elements.ts";
import { stepWords } from "./playground-words.ts";

/** Shows the conversation; a reader at its end stays there. */
export function showBubbles(state: PlaygroundState): void {
  const list = find("bubbles");
  const talk = find("talk");
  const wasAtEnd = isAtEnd(talk);
  find("hint").hidden = state.messages.length > 0;
  const isNew = addMissing(list, state.messages, (message) => bubble(message, state.responder));
  if (wasAtEnd && (isNew || !find("dots").hidden)) talk.scrollTop = talk.scrollHeight;
}

/** Shows the steps; a reader at their end stays there. */
export function showSteps(steps: PlaygroundStep[]): void {
  const list = find("steps");
  const wasAtEnd = isAtEnd(list);
  find("no-steps").hidden = steps.length > 0;
  list.hidden = steps.length === 0;
  if (addMissing(list, steps, stepItem) && wasAtEnd) list.scrollTop = list.scrollHeight;
}

function bubble(message: PlaygroundBubble, responder: PlaygroundState["responder"]): HTMLElement {
  const item = element("li", message.from, "");
  if (message.from === "bot")
    item.append(element("span", "by", responder === "offline" ? texts.by.offline : "lull"));
  if (message.from === "human") item.append(element("span", "by", texts.by.human));
  if (message.from === "note") item.append(element("span", "by", texts.by.note));
  if (message.sample !== null) item.append(element("p", "file", texts.samples[message.sample]));
  if (message.text !== "") item.append(element("p", "", message.text));
  item.append(element("time", "", moment(message.at)));
  return item;
}

function stepItem(step: PlaygroundStep): HTMLElement {
  const item = element("li", "", "");
  item.append(element("time", "", moment(step.at)), element("span", "", stepWords(step, texts)));
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
