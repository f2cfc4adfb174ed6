// An event as one line for a person: its moment, a sign to scan for, its name, its fields. Pure.
import type { FieldValue } from "./redact.ts";

export interface LogEvent {
  /** In ms since 1970. */
  at: number;
  level: string;
  name: string;
  fields: Readonly<Record<string, FieldValue>>;
}

/** By the noun of the event; each takes two columns. */
const SIGNS: Readonly<Record<string, string>> = {
  alert: "🔔",
  audio: "🎧",
  boot: "🚀",
  bucket: "🪣",
  bucket_task: "🪣",
  buffer: "⏳",
  catch_up: "🧭",
  chat: "💬",
  connection: "🔌",
  credential: "🔑",
  delivery: "📤",
  errand: "📝",
  file: "📄",
  identity: "🪪",
  job: "🧰",
  jobs: "🧰",
  limit: "📊",
  notification: "📣",
  schedule: "📅",
  spool: "📦",
  turn: "🤖",
  turns: "🤖",
  webhook: "📨",
};
const SIGN_ELSE = "🔹";
/** What went wrong is seen before what it is about. */
const SIGN_OF_LEVEL: Readonly<Record<string, string>> = { error: "❌", warning: "🟡" };

const SIGN_COLUMNS = 2;
const NAME_COLUMNS = 24;

const COLOUR_OF_LEVEL: Readonly<Record<string, string>> = {
  error: "\u001b[31m",
  warning: "\u001b[33m",
  debug: "\u001b[2m",
};
const DIM = "\u001b[2m";
const PLAIN = "\u001b[0m";

export function plainLine(event: LogEvent): string {
  const { moment, sign, name, fields } = partsOf(event);
  return `${moment} ${sign} ${padded(name, NAME_COLUMNS)} ${fields}`.trimEnd();
}

export function colouredLine(event: LogEvent): string {
  const { moment, sign, name, fields } = partsOf(event);
  const colour = COLOUR_OF_LEVEL[event.level] ?? "";
  const end = colour === "" ? "" : PLAIN;
  const line = `${DIM}${moment}${PLAIN} ${sign} ${colour}${padded(name, NAME_COLUMNS)}${end}`;
  return fields === "" ? line : `${line} ${DIM}${fields}${PLAIN}`;
}

function partsOf({ at, level, name, fields }: LogEvent) {
  const noun = name.split(".")[0] ?? "";
  return {
    moment: new Date(at).toISOString().slice(11, 23),
    sign: padded(SIGN_OF_LEVEL[level] ?? SIGNS[noun] ?? SIGN_ELSE, SIGN_COLUMNS),
    name,
    fields: Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([field, value]) => `${field}=${shown(value)}`)
      .join(" "),
  };
}

/** A text with a space in it is told apart from the next field. */
function shown(value: FieldValue): string {
  const text = String(value);
  return /[\s"]/.test(text) ? JSON.stringify(text) : text;
}

/** To so many columns of a terminal, however many units the signs take. */
function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - Bun.stringWidth(text)));
}
