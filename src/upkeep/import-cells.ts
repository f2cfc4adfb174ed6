// The cells of one row of an older system, read one by one: text as it stands in a CSV or JSON export of Postgres.
// What cannot be read refuses the row, with the column named and its value never repeated.
import { createHash } from "node:crypto";

/** Why one row is not taken; the others are. */
export class RefusedRow extends Error {
  override readonly name = "RefusedRow";
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** `2025-09-01 10:00:00.123+00` as Postgres writes it, ISO-8601, or without a zone, which then is UTC. */
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const TRUE = /^(?:t|true|1|yes|on)$/i;
const FALSE = /^(?:f|false|0|no|off)$/i;
const TEXT_LENGTH_MAX = 150_000;
/** 2100: nobody said anything later, and what was said is kept in the order of its moments (see db/import-history.ts). */
const MOMENT_MAX = Date.UTC(2100, 0);

export class Cells {
  readonly #values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = values;
  }

  /** The first of these columns that holds anything. */
  text(...names: readonly string[]): string | null {
    for (const name of names) {
      const value = this.#values[name];
      if (value === undefined || value.trim() === "") continue;
      if (value.length > TEXT_LENGTH_MAX) throw new RefusedRow(`too_long ${name}`);
      return value;
    }
    return null;
  }

  needed(...names: readonly string[]): string {
    return present(this.text(...names), names);
  }

  flag(name: string, fallback: boolean): boolean {
    const text = this.text(name)?.trim();
    if (text === undefined) return fallback;
    if (!TRUE.test(text) && !FALSE.test(text)) throw new RefusedRow(`invalid ${name}`);
    return TRUE.test(text);
  }

  /** A whole number that is no less than 0. */
  whole(...names: readonly string[]): number | null {
    const text = this.text(...names)?.trim();
    if (text === undefined) return null;
    if (!/^\d{1,15}$/.test(text)) throw new RefusedRow(`invalid ${names[0]}`);
    return Number(text);
  }

  neededWhole(...names: readonly string[]): number {
    return present(this.whole(...names), names);
  }

  number(name: string, min: number, max: number): number | null {
    const text = this.text(name)?.trim();
    if (text === undefined) return null;
    const value = Number(text);
    if (!(value >= min && value <= max)) throw new RefusedRow(`invalid ${name}`);
    return value;
  }

  /** Integer milliseconds. */
  moment(...names: readonly string[]): number | null {
    const text = this.text(...names)?.trim();
    if (text === undefined) return null;
    const [, day, time = "00:00:00", zone = "Z"] = MOMENT.exec(text) ?? [];
    const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.toUpperCase();
    const at = Date.parse(`${day}T${time}${offset}`);
    if (day === undefined || !(at >= 0 && at < MOMENT_MAX)) throw new RefusedRow(`invalid ${names[0]}`);
    return at;
  }

  /** What stands there as JSON; null where nothing does. */
  json(name: string): unknown {
    const text = this.text(name);
    if (text === null) return null;
    try {
      return JSON.parse(text);
    } catch {
      throw new RefusedRow(`invalid ${name}`);
    }
  }

  /** A reference to a row of another table. */
  reference(name: string): string | null {
    const text = this.text(name)?.trim();
    if (text === undefined) return null;
    if (!UUID.test(text)) throw new RefusedRow(`invalid ${name}`);
    return text.toLowerCase();
  }

  neededReference(name: string): string {
    return present(this.reference(name), [name]);
  }

  /** The row's own id where it is a UUID; else one made of it, or of what else tells the row from others, always the same. */
  id(table: string, ...otherwise: readonly (string | number | null)[]): string {
    const text = this.text("id")?.trim() ?? null;
    if (text !== null && UUID.test(text)) return text.toLowerCase();
    return madeId([table, ...(text === null ? otherwise : [text])]);
  }
}

function present<T>(value: T | null, names: readonly string[]): T {
  if (value === null) throw new RefusedRow(`missing ${names[0]}`);
  return value;
}

/** A UUID of version 8: of the first 122 bits of a digest. */
function madeId(parts: readonly unknown[]): string {
  const hex = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
