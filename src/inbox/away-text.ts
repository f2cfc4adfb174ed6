// What a customer is told who writes while the shop is closed. Pure.
import type { Language } from "../turn/language.ts";

const DAY_MS = 24 * 60 * 60_000;

interface Words {
  closed: string;
  /** `{time}` is a time of the day, or a day with its time. */
  from: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: { closed: "We are closed now.", from: "We answer from {time}." },
  "pt-BR": { closed: "Estamos fechados agora.", from: "Voltamos a responder: {time}." },
  es: { closed: "Ahora estamos cerrados.", from: "Volvemos a responder: {time}." },
  fr: { closed: "Nous sommes fermés pour le moment.", from: "Nous répondons de nouveau : {time}." },
};

/** In the shop's own time; `from` null: nobody knows when it opens. */
export function awayText(
  language: Language,
  { from, now, timeZone }: { from: number | null; now: number; timeZone: string },
): string {
  const { closed, from: sentence } = WORDS[language];
  if (from === null) return closed;
  const time = new Intl.DateTimeFormat(language, { timeZone, ...dayOf(from, now, timeZone), ...CLOCK });
  return `${closed} ${sentence.replace("{time}", time.format(from).replaceAll(/[\u00a0\u202f]/g, " "))}`;
}

const CLOCK = { hour: "numeric", minute: "2-digit" } as const;

/** As much of the day as is needed: none on the same one, its name within a week, its date beyond. */
function dayOf(from: number, now: number, timeZone: string): Intl.DateTimeFormatOptions {
  const date = new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short" });
  if (date.format(from) === date.format(now)) return {};
  const weekday = { weekday: "long" } as const;
  return from - now < 6 * DAY_MS ? weekday : { ...weekday, day: "numeric", month: "long" };
}
