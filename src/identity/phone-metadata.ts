// The world's numbering plans as libphonenumber-js/max knows them: the one file that knows the package.
// It reads digits only; what a person typed is cleaned before, and five countries' own rules stand in phone-plans.ts.
import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString as parsePhone,
  type CountryCode,
} from "libphonenumber-js/max";

/** ISO 3166 two-letter code of a country that has a numbering plan. */
export type Country = CountryCode;

/** The installed release. Plans change every few weeks, so the release is a part of every stored key's version. */
export const METADATA_RELEASE = "1.13.16";

/** What the metadata say about one number. */
export interface PlannedNumber {
  /** E.164 with its `+`; a trunk prefix left inside (`+44 0 20…`) is gone. */
  number: string;
  /** The same without the calling code; leading zeros that belong to it stay (Italy). */
  national: string;
  /** Fits a range in use; merely possible numbers have a right length and may be of a range that is new. */
  isValid: boolean;
  isPossible: boolean;
}

/** `digits` begin with a calling code; null when no country has it. */
export function lookUp(digits: string): PlannedNumber | null {
  const parsed = parsePhone(`+${digits}`, { extract: false });
  if (parsed === undefined) return null;
  const { number, nationalNumber: national } = parsed;
  return { number, national, isValid: parsed.isValid(), isPossible: parsed.isPossible() };
}

/** The international digits of what somebody in `country` would dial, valid or not; null when nothing would answer. */
export function dialledIn(country: Country, digits: string): string | null {
  const parsed = parsePhone(digits, { defaultCountry: country, extract: false });
  return parsed === undefined ? null : parsed.number.slice(1);
}

/** What its international numbers begin with, such as 55. */
export function callingCodeOf(country: Country): string {
  return getCountryCallingCode(country);
}

export function isCountry(word: string): word is Country {
  return isSupportedCountry(word);
}
