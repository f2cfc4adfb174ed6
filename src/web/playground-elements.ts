// The page's elements: found by id, written to, made, in the reader's language. Texts go in by textContent only.
import { textsFor } from "./playground-language.ts";

export const texts = textsFor(navigator.languages);

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Puts the page's own texts into the reader's language: `data-say` names a text, `data-say-…` one of an attribute. */
export function translate(): void {
  document.documentElement.lang = texts.language;
  for (const spoken of document.querySelectorAll<HTMLElement>("[data-say]"))
    spoken.textContent = texts.page[spoken.dataset["say"] ?? ""] ?? spoken.textContent;
  for (const attribute of ["title", "aria-label", "placeholder"])
    for (const spoken of document.querySelectorAll(`[data-say-${attribute}]`)) {
      const text = texts.page[spoken.getAttribute(`data-say-${attribute}`) ?? ""];
      if (text !== undefined) spoken.setAttribute(attribute, text);
    }
}

/** The element `#id`. Throws when the page has none. */
export function find(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found;
}

export function button(id: string): HTMLButtonElement {
  return find(id) as HTMLButtonElement;
}

/** Writes only a change, so that what is announced is announced once; a text makes a hidden notice appear. */
export function say(id: string, text: string): void {
  const target = find(id);
  if (target.textContent !== text) target.textContent = text;
  if (id === "restarted") target.hidden = false;
}

/** A new element; an empty class or text is left out. */
export function element(name: string, className: string, text: string): HTMLElement {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}

/** True when the reader sees the end of `box`, and may be kept there. */
export function isAtEnd(box: HTMLElement): boolean {
  return box.scrollHeight - box.scrollTop - box.clientHeight < 40;
}

/** An ISO moment as the reader's time of day. */
export function moment(iso: string): string {
  return time.format(new Date(iso));
}
