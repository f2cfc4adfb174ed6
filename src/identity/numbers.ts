// A number as it is kept: as it was given, with the key that all its spellings share. What is no number is refused. Pure.
import { AppError } from "../errors.ts";
import { type Country, exactKeyOf, KEY_VERSION, keyOf } from "./phone.ts";

/** A number as it is kept: the text as given, its key, and the rules that made the key. */
export interface StoredNumber {
  number: string;
  key: string;
  keyVersion: string;
}

export interface NumberOptions {
  /** Of numbers that name none. */
  country: Country;
  /** Keep the digits as they are, even where they would be a number: only the same digits match. */
  isExact: boolean;
}

/** Reads a number that somebody wants kept; a LID or BSUID is one, too. Throws AppError `invalid_number` with the reason. */
export function storedNumber(raw: string, { country, isExact }: NumberOptions): StoredNumber {
  const read = keyOf(raw, country, "stored");
  const exactKey = isExact ? exactKeyOf(raw) : null;
  const key = exactKey ?? (read.kind === "none" ? null : read.key);
  if (key !== null) return { number: raw.trim(), key, keyVersion: KEY_VERSION };
  const reason = read.kind === "none" ? read.reason : "not_a_phone";
  throw new AppError("invalid_number", `This is no number that can be kept (${reason}).`, {
    fix: 'Write it with its country, as +55 11 91234-5678; digits that are no number are kept as they are with "exact":true.',
    reason,
  });
}
