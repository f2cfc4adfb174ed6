// The fields of a query, read as those of a body are: one that is wrong is named, what was sent is never repeated.
import { AppError } from "../errors.ts";
import { Fields } from "./fields.ts";

export class QueryFields {
  readonly #query: Record<string, unknown>;

  constructor(query: Record<string, unknown>) {
    this.#query = query;
  }

  flag(name: string): boolean | undefined {
    return this.#read(name, asFlag, (fields) => fields.flag(name));
  }

  /** One line, trimmed; blank is null. */
  line(name: string, lengthMax: number): string | null | undefined {
    return this.#read(name, asText, (fields) => fields.line(name, lengthMax));
  }

  whole(name: string, min: number, max: number): number | null | undefined {
    return this.#read(name, asNumber, (fields) => fields.whole(name, min, max));
  }

  /** Integer milliseconds, of ISO-8601 with its offset. */
  moment(name: string): number | null | undefined {
    return this.#read(name, asText, (fields) => fields.moment(name));
  }

  /** A value as a body would have it, and the reader's complaint as one about a query. */
  #read<T>(name: string, convert: (text: string) => unknown, read: (fields: Fields) => T): T {
    const value = this.#query[name];
    const field = typeof value === "string" ? convert(value) : value;
    try {
      return read(new Fields({ [name]: field }));
    } catch (error) {
      throw error instanceof AppError ? new AppError("invalid_query", error.message) : error;
    }
  }
}

function asFlag(text: string): unknown {
  return text === "true" || text === "false" ? text === "true" : text;
}

function asText(text: string): string {
  return text;
}

function asNumber(text: string): unknown {
  return /^\d{1,16}$/.test(text) ? Number(text) : text;
}
