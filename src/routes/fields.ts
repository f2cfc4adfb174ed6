// The fields of a JSON body, read one by one. A field that is wrong is named; what was sent is never repeated.
// Each reader gives undefined for a field that is not there, and null for one that is to be empty.
import { BODY_BYTES_MAX } from "../chatwoot/body.ts";
import { AppError } from "../errors.ts";
import { readJsonObject } from "./request-body.ts";

/** Reads the body of a request that may have these fields and no others: a misspelt one must not pass for one left out. */
export async function readFields(request: Request, known: readonly string[]): Promise<Fields> {
  const body = await readJsonObject(request, BODY_BYTES_MAX);
  if (Object.keys(body).some((name) => !known.includes(name)))
    throw new AppError(
      "invalid_body",
      `The body has a field that is not known; known are ${known.join(", ")}.`,
    );
  return new Fields(body);
}

/** What is there of some fields: those that were not given are left out. */
export function given<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

/** A body error that names its field. */
export function wrong(field: string, rule: string): AppError {
  return new AppError("invalid_body", `${field} must be ${rule}.`);
}

const CONTROL = /\p{Cc}/u;
/** Line breaks and tabs are a part of longer texts. */
const CONTROL_IN_LINES = /(?![\n\r\t])\p{Cc}/u;

export class Fields {
  readonly #body: Record<string, unknown>;

  constructor(body: Record<string, unknown>) {
    this.#body = body;
  }

  /** One line, trimmed; blank is null. */
  line(name: string, lengthMax: number): string | null | undefined {
    return this.#text(name, lengthMax, CONTROL);
  }

  /** A text of any number of lines, trimmed; blank is null. */
  lines(name: string, lengthMax: number): string | null | undefined {
    return this.#text(name, lengthMax, CONTROL_IN_LINES);
  }

  /** Text exactly as it is: whoever reads it judges it. */
  raw(name: string): string | null | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null) return value;
    if (typeof value !== "string") throw wrong(name, "text");
    return value;
  }

  /** Whatever it is: whoever reads it judges it. */
  value(name: string): unknown {
    return this.#body[name];
  }

  flag(name: string): boolean | undefined {
    const value = this.#body[name];
    if (value === undefined || typeof value === "boolean") return value;
    throw wrong(name, "true or false");
  }

  number(name: string, min: number, max: number): number | null | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null) return value;
    if (typeof value === "number" && value >= min && value <= max) return value;
    throw wrong(name, `a number from ${min} to ${max}`);
  }

  whole(name: string, min: number, max: number): number | null | undefined {
    const value = this.number(name, min, max);
    if (value === undefined || value === null || Number.isInteger(value)) return value;
    throw wrong(name, `a whole number from ${min} to ${max}`);
  }

  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.#body[name];
    const word = words.find((one) => one === value);
    if (word === undefined && value !== undefined) throw wrong(name, `one of ${words.join(", ")}`);
    return word;
  }

  /** Integer milliseconds, of ISO-8601 with its offset. */
  moment(name: string): number | null | undefined {
    const text = this.line(name, 40);
    if (text === undefined || text === null) return text;
    const at = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(at)) throw wrong(name, "a moment in ISO-8601, such as 2026-06-18T13:05:02Z");
    return at;
  }

  /** An address of the web, without a password in it. */
  url(name: string): string | null | undefined {
    const text = this.line(name, 2_000);
    if (text === undefined || text === null) return text;
    const url = URL.parse(text);
    const isWeb =
      url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
    if (!isWeb) throw wrong(name, "an address that begins with http:// or https://, without a password");
    return text;
  }

  /** Throws where a field that is needed is not there. */
  needed<T>(name: string, value: T | null | undefined): T {
    if (value === null || value === undefined) throw new AppError("invalid_body", `${name} is needed.`);
    return value;
  }

  #text(name: string, lengthMax: number, refused: RegExp): string | null | undefined {
    const value = this.raw(name);
    if (value === undefined || value === null) return value;
    if (value.length > lengthMax) throw wrong(name, `at most ${lengthMax} characters`);
    if (refused.test(value) || !value.isWellFormed())
      throw wrong(name, "plain text without control characters");
    return value.trim() || null;
  }
}
