// Block and allow lists: patterns of numbers against all that WhatsApp calls a sender. Pure.
import { type Address, addressOf, addressesOf } from "../identity/address.ts";
import type { Sender } from "../identity/layers.ts";
import type { Country } from "../identity/phone.ts";
import { callingCodeOf } from "../identity/phone-metadata.ts";
import type { InboxSettings } from "./settings.ts";

/** Lists made ready to be asked for each message. */
export interface Lists {
  isBlocked: (sender: Sender) => boolean;
}

interface Patterns {
  /** Of numbers that are written out: every spelling of one has one key. */
  keys: ReadonlySet<string>;
  /** Digits and `*`, from the country on, or from a `*`. */
  globs: readonly string[];
}

/** Null where there are none, so that nobody's number is read for nothing. `country` is of patterns without a `+`. */
export function compileLists({ block, allow }: InboxSettings["lists"], country: Country): Lists | null {
  if (block.length === 0 && allow.length === 0) return null;
  const [blocked, allowed] = [compile(block, country), compile(allow, country)];
  return {
    isBlocked(sender) {
      const addresses = addressesOf(sender);
      if (addresses.some((address) => isIn(blocked, address))) return true;
      // What somebody typed beside a number of WhatsApp's own lets nobody in.
      return allow.length > 0 && !addresses.some((address) => !address.isHearsay && isIn(allowed, address));
    },
  };
}

function compile(patterns: readonly string[], country: Country): Patterns {
  const globs = patterns.filter((pattern) => pattern.includes("*")).map((glob) => fromCountry(glob, country));
  const numbers = patterns.filter((pattern) => !pattern.includes("*"));
  const keys = numbers.flatMap((number) => addressOf(number, country, "stored")?.keys ?? []);
  return { keys: new Set(keys), globs };
}

/** `+55*` and `*99` say where they begin; `11*` means the country's own. */
function fromCountry(glob: string, country: Country): string {
  const plain = glob.replaceAll(/\*+/g, "*");
  if (plain.startsWith("+")) return plain.slice(1);
  return plain.startsWith("*") ? plain : `${callingCodeOf(country)}${plain}`;
}

function isIn({ keys, globs }: Patterns, { keys: own }: Address): boolean {
  if (own.some((key) => keys.has(key))) return true;
  if (globs.length === 0) return false;
  return own.flatMap(spellings).some((digits) => globs.some((glob) => fits(glob, digits)));
}

/** The digits of a number's key, as WhatsApp writes them and as its key is. A LID's and a BSUID's are no number. */
function spellings(key: string): string[] {
  const digits = /^(?:\+|exact:)(\d+)$/.exec(key)?.[1];
  return digits === undefined ? [] : [digits];
}

/** In steps that grow with both, however many `*` there are. */
function fits(glob: string, digits: string): boolean {
  let [at, from, star, mark] = [0, 0, -1, 0];
  while (from < digits.length) {
    if (glob[at] === "*") {
      star = at++;
      mark = from;
    } else if (glob[at] === digits[from]) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++mark;
    } else return false;
  }
  return glob.slice(at).replaceAll("*", "") === "";
}
