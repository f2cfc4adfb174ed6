// Readers of settings that come as JSON: each takes a value and gives it checked, or throws AppError `invalid_body` that
// names the path of the field and never what was sent. Pure.
import { AppError } from "../errors.ts";

/** `path` is the field's name with those around it: `hours.days.mon`. */
export type Reader<T> = (value: unknown, path: string) => T;

const CONTROL = /\p{Cc}/u;

export function wrong(path: string, rule: string): AppError {
  return new AppError("invalid_body", `${path} must be ${rule}.`);
}

export function whole(min: number, max: number): Reader<number> {
  return (value, path) => {
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    throw wrong(path, `a whole number from ${min} to ${max}`);
  };
}

export function word<Word extends string>(words: readonly Word[]): Reader<Word> {
  return (value, path) => {
    const found = words.find((one) => one === value);
    if (found === undefined) throw wrong(path, `one of ${words.join(", ")}`);
    return found;
  };
}

export const flag: Reader<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw wrong(path, "true or false");
};

/** Text without control characters, trimmed. */
export function text(lengthMax: number): Reader<string> {
  return (value, path) => {
    if (typeof value !== "string" || value.length > lengthMax)
      throw wrong(path, `text of at most ${lengthMax} characters`);
    if (CONTROL.test(value) || !value.isWellFormed())
      throw wrong(path, "plain text without control characters");
    return value.trim();
  };
}

/** Text that has to look like something; `rule` says what in words. */
export function matching(pattern: RegExp, lengthMax: number, rule: string): Reader<string> {
  return (value, path) => {
    if (typeof value === "string" && value.length <= lengthMax && pattern.test(value)) return value;
    throw wrong(path, rule);
  };
}

/** Nothing is a value, too. */
export function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value, path) => (value === null ? null : read(value, path));
}

/** Each one once. */
export function listOf<T>(read: Reader<T>, countMax: number): Reader<T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > countMax)
      throw wrong(path, `a list of at most ${countMax} entries`);
    return [...new Set(value.map((entry, index) => read(entry, `${path}[${index}]`)))];
  };
}

type Readers<T> = { readonly [Name in keyof T]: Reader<T[Name]> };

/** The fields that are given, each checked; a misspelt one must not pass for one left out. */
export function fieldsOf<T extends object>(readers: Readers<T>): Reader<Partial<T>> {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(path, "an object");
    const known = Object.keys(readers);
    if (Object.keys(value).some((name) => !known.includes(name))) throw unknownField(path, known);
    const given = Object.entries(value).map(([name, field]) => {
      const read = readers[name as keyof T] as Reader<unknown>;
      return [name, read(field, path === "" ? name : `${path}.${name}`)];
    });
    return Object.fromEntries(given) as Partial<T>;
  };
}

function unknownField(path: string, known: readonly string[]): AppError {
  const whose = path === "" ? "The body" : path;
  return new AppError(
    "invalid_body",
    `${whose} has a field that is not known; known are ${known.join(", ")}.`,
  );
}
