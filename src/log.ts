// One event per step, with ids and figures only: never a message text, a phone number or a secret.
import {
  configureSync,
  getJsonLinesFormatter,
  getLogger,
  type LogLevel as SinkLevel,
  type LogRecord,
} from "@logtape/logtape";
import { AppError } from "./errors.ts";
import { colouredLine, type LogEvent, plainLine } from "./log-line.ts";
import { type FieldValue, redactField } from "./redact.ts";

export type LogLevel = Extract<SinkLevel, "debug" | "info" | "warning" | "error">;
export type LogFields = Record<string, FieldValue>;

/** JSON for programs; pretty for people, in colour where their terminal has it. */
export type LogForm = "json" | "pretty" | "coloured";

export interface Log {
  /** Writes one event, named `noun.verb`. */
  event(level: LogLevel, name: string, fields?: LogFields): void;
  /** Writes an error event with what may be said of the failure. */
  failure(name: string, error: unknown, fields?: LogFields): void;
}

const FORMATTERS: Record<LogForm, (record: LogRecord) => string> = {
  json: getJsonLinesFormatter({ properties: "flatten" }),
  pretty: (record) => plainLine(eventOf(record)),
  coloured: (record) => colouredLine(eventOf(record)),
};

/** Frames of a stack that are kept. */
const FRAMES_MAX = 8;
/** A code or an error's name, as against a text that somebody put there; digits could be a number or a key. */
const PLAIN_WORD = /^[A-Za-z_]{1,60}\d{0,2}[A-Za-z_]{0,60}$/;

/** A log that hands each event to `write`, its fields as they may be shown. */
export function createLog(write: (level: LogLevel, name: string, fields: LogFields) => void): Log {
  return {
    event: (level, name, fields = {}) => write(level, name, redacted(fields)),
    failure: (name, error, fields = {}) => write("error", name, redacted({ ...fields, ...describe(error) })),
  };
}

function redacted(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactField(name, value)]));
}

/** The log of the process, line by line to `write`. Opened once. */
export function openProcessLog(level: LogLevel, form: LogForm, write: (line: string) => void): Log {
  const formatter = FORMATTERS[form];
  const sink = (record: LogRecord): void => write(formatter(record).trimEnd());
  configureSync({
    sinks: { out: sink },
    loggers: [
      { category: "lull", lowestLevel: level, sinks: ["out"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["out"] },
    ],
    reset: true,
  });
  const logger = getLogger("lull");
  return createLog((eventLevel, name, fields) => logger[eventLevel](name, fields));
}

/** A foreign error's own message may quote what it was given, so only its kind and place are told. */
function describe(error: unknown): LogFields {
  if (error instanceof AppError) {
    const inner = error.cause === undefined ? {} : prefixed("cause", describe(error.cause));
    return { code: error.code, error: error.message, fix: error.fix, ...inner };
  }
  if (!(error instanceof Error)) return { error: typeof error };
  const code = "code" in error ? plainWord(error.code) : undefined;
  const inner = error.cause instanceof Error ? prefixed("cause", describe(error.cause)) : {};
  return { error: plainWord(error.name) ?? "Error", code, at: frames(error), ...inner };
}

function plainWord(word: unknown): string | undefined {
  return typeof word === "string" && PLAIN_WORD.test(word) ? word : undefined;
}

function frames(error: Error): string {
  const stack = error.stack ?? "";
  // The message stands on top of the stack, and a line of it may look like a frame.
  const messageAt = stack.indexOf(error.message);
  const below = messageAt < 0 ? "" : stack.slice(messageAt + error.message.length);
  const lines = below.split("\n").filter((line) => line.trim().startsWith("at "));
  return lines
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim().slice(3))
    .join(" < ");
}

function prefixed(prefix: string, fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix}.${name}`, value]));
}

function eventOf({ timestamp: at, level, rawMessage, properties }: LogRecord): LogEvent {
  return { at, level, name: String(rawMessage), fields: properties as LogFields };
}
