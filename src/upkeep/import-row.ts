// What the judges of all tables have in common: a row as the store takes it, and the numbers in it.
import type { ImportRow } from "../db/store-import.ts";
import { AppError } from "../errors.ts";
import { storedNumber, type StoredNumber } from "../identity/numbers.ts";
import { RefusedRow } from "./import-cells.ts";
import type { Judging } from "./import-judge.ts";

const NAME_LENGTH_MAX = 200;

type Links = Partial<Pick<ImportRow, "needs" | "takes">>;

export function row(
  table: ImportRow["table"],
  names: readonly string[],
  { needs = [], takes = [] }: Links,
  values: ImportRow["values"],
): ImportRow {
  return { table, names, needs, takes, values };
}

export function ofUser(userId: string | null): Pick<ImportRow, "needs"> {
  return { needs: userId === null ? [] : [{ kind: "user", id: userId }] };
}

/** The number that a row is about. Throws RefusedRow where it is none; with `isExact` its digits are kept as they are. */
export function neededNumber(
  text: string,
  { country, isExact }: Pick<Judging, "country" | "isExact">,
): StoredNumber {
  try {
    return storedNumber(text, { country, isExact: false });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (isExact) return storedExactly(text, country);
    throw new RefusedRow(`invalid_number ${error.reason ?? ""}`.trim());
  }
}

/** A number that stands beside what a row is about: one that is none is left out, and said so. */
export function numberOrNone(
  text: string | null,
  judging: Pick<Judging, "country" | "isExact" | "notice">,
): StoredNumber | null {
  if (text === null) return null;
  try {
    return neededNumber(text, judging);
  } catch (error) {
    if (!(error instanceof RefusedRow)) throw error;
    judging.notice("number_left_out");
    return null;
  }
}

export function keyIn(number: StoredNumber | null) {
  return { phone_key: number?.key ?? null, key_version: number?.keyVersion ?? null };
}

/** As much as a name or a title may hold. */
export function clipped(text: string | null): string | null {
  return text === null ? null : text.trim().slice(0, NAME_LENGTH_MAX);
}

function storedExactly(text: string, country: Judging["country"]): StoredNumber {
  try {
    return storedNumber(text, { country, isExact: true });
  } catch {
    throw new RefusedRow("invalid_number");
  }
}
