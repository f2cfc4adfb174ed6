// What the reader can do: every button of the page, and what it tells the daemon.
import { button, find, texts } from "./playground-elements.ts";
import { expectRestart, forgetRestart, lookNow } from "./playground-look.ts";
import { tell } from "./playground-tell.ts";

const LINE_GAP_MS = 1_200;
/** Chatwoot holds a deadline at most this long, so a forgotten switch goes off by itself. */
const TYPING_MAX_MS = 30_000;

let typingTimer = 0;

/** Connects the buttons and the field with what they do. */
export function listen(): void {
  find("try-now").addEventListener("click", lookNow);
  find("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    void sendField();
  });
  onClick("try-three", sayThree);
  onClick("try-twice", sayTwice);
  onClick("try-typing", toggleTyping);
  onClick("try-human", () => tell("human", { text: fieldText() ?? texts.lines.human, via: "dashboard" }));
  onClick("try-phone", () => tell("human", { text: fieldText() ?? texts.lines.human, via: "phone" }));
  onClick("try-resolve", () => tell("resolve", {}));
  onClick("attach-voice", () => tell("files", { sample: "voice-note.ogg" }));
  onClick("attach-picture", () => tell("files", { sample: "picture.jpg" }));
  onClick("attach-pdf", () => tell("files", { sample: "order.pdf" }));
  onClick("resume", () => tell("resume", {}));
  onClick("answer-now", () => tell("answer-now", {}));
  onClick("restart", restart);
}

/** A button does one thing at a time. */
function onClick(id: string, act: () => Promise<unknown>): void {
  const clicked = button(id);
  clicked.addEventListener("click", async () => {
    if (clicked.ariaBusy === "true") return;
    clicked.ariaBusy = "true";
    await act();
    clicked.ariaBusy = "false";
  });
}

async function sendField(): Promise<void> {
  const text = fieldText();
  if (text === null) return field().focus();
  field().value = "";
  // A message that was not taken stays in the field, unless something newer is there.
  if (!(await tell("messages", { text })) && field().value === "") field().value = text;
  field().focus();
}

async function sayThree(): Promise<void> {
  for (const [index, text] of texts.lines.three.entries()) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, LINE_GAP_MS));
    if (!(await tell("messages", { text }))) return;
  }
}

async function sayTwice(): Promise<void> {
  if (await tell("messages", { text: fieldText() ?? texts.lines.twice, copies: 2 })) field().value = "";
}

async function toggleTyping(): Promise<void> {
  const isOn = button("try-typing").ariaPressed !== "true";
  clearTimeout(typingTimer);
  if (!(await tell("typing", { isOn }))) return;
  button("try-typing").ariaPressed = String(isOn);
  if (isOn) typingTimer = setTimeout(toggleTyping, TYPING_MAX_MS);
}

async function restart(): Promise<void> {
  find("restarted").hidden = true;
  expectRestart();
  if (!(await tell("restart", {}))) forgetRestart();
}

/** What stands in the field; null when that is nothing but blanks. */
function fieldText(): string | null {
  return field().value.trim() === "" ? null : field().value;
}

function field(): HTMLInputElement {
  return find("text") as HTMLInputElement;
}
