// From digits to the line they reach: five countries by their own rules, all others as the metadata have them.
import { dialledIn, lookUp, type Country } from "./phone-metadata.ts";
import { argentinianLine, benineseLine, brazilianLine, ivorianLine, mexicanLine } from "./phone-plans.ts";

/** One line, however its number was written. */
export interface Line {
  /** What equal lines share: `+` and digits. */
  key: string;
  /** E.164 to dial or show. */
  dialable: string;
  /** False when the number could exist but lies in no range known to be in use. */
  isSure: boolean;
}

/** E.164 allows 15; the most that repairs can remove is a collect call's `90` and carrier in Brazil. */
const E164_DIGITS_MIN = 7;
const E164_DIGITS_MAX = 15;
const DIALLED_DIGITS_MAX = 17;
/** North American areas begin with 2–9. */
const NO_AMERICAN_AREA = /^1[01]/;
/** Japan's and Korea's 00… reach nothing from abroad, and are longer than E.164. */
const HOME_ONLY = "00";
const MEXICAN_FROM_ABROAD = /^1\d{10}$/;

/** `digits` begin with a calling code. Null when no such number can exist. */
export function internationalLine(digits: string): Line | null {
  if (digits.length < E164_DIGITS_MIN || digits.length > DIALLED_DIGITS_MAX) return null;
  if (digits.startsWith("55")) return brazil(digits.slice(2));
  if (digits.startsWith("52")) return mexico(digits.slice(2));
  if (digits.startsWith("54")) return argentina(digits);
  if (digits.startsWith("229")) return anywhere(`229${benineseLine(digits.slice(3))}`);
  if (digits.startsWith("225")) return anywhere(`225${ivorianLine(digits.slice(3))}`);
  return anywhere(digits);
}

/** `digits` as somebody in `country` dials them. Null unless the line is a sure one. */
export function nationalLine(digits: string, country: Country): Line | null {
  if (country === "BR") return brazil(digits);
  // The 1 is only dialled from abroad: at home these are North American digits.
  if (country === "MX" && MEXICAN_FROM_ABROAD.test(digits)) return null;
  const international = dialledIn(country, digits);
  return international === null ? null : sureLine(internationalLine(international));
}

/** A line that is not sure is no line where the digits could be read in another way, too. */
export function sureLine(line: Line | null): Line | null {
  return line?.isSure ? line : null;
}

function brazil(dialled: string): Line | null {
  const line = brazilianLine(dialled);
  return line === null ? brazilianService(dialled) : lineAt(`+55${line}`, true);
}

/** 0800, 0300, 4004 and their like have no area. */
function brazilianService(dialled: string): Line | null {
  const number = `+55${dialled.replace(/^0/, "")}`;
  const planned = lookUp(number.slice(1));
  return planned?.isValid && planned.number === number ? lineAt(number, true) : null;
}

function mexico(national: string): Line | null {
  const line = mexicanLine(national);
  return line === null ? null : lineAt(`+52${line}`, lookUp(`52${line}`)?.isValid ?? false);
}

function argentina(digits: string): Line | null {
  const planned = lookUp(digits);
  const found = argentinianLine(digits.slice(2)) ?? argentinianLine(planned?.national ?? "");
  if (found === null) return planned?.isValid ? lineAt(planned.number, true) : null;
  const { line, dialable } = found;
  const isSure = [line, `9${line}`].some((national) => lookUp(`54${national}`)?.isValid);
  return { key: `+54${line}`, dialable: `+54${dialable}`, isSure };
}

/** The E.164 number itself. One that is merely possible keeps its digits as they are: nothing is known to strip. */
function anywhere(digits: string): Line | null {
  const planned = lookUp(digits);
  if (planned === null || planned.national.startsWith(HOME_ONLY)) return null;
  const number = planned.isValid ? planned.number : `+${digits}`;
  if (number.length - 1 > E164_DIGITS_MAX) return null;
  if (planned.isValid) return lineAt(number, true);
  return planned.isPossible && !NO_AMERICAN_AREA.test(digits) ? lineAt(number, false) : null;
}

function lineAt(number: string, isSure: boolean): Line {
  return { key: number, dialable: number, isSure };
}
