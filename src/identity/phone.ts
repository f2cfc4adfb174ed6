// Whose address a text is: every spelling of one line gives one key, and no two lines share one. Pure; throws never.
// What cannot be read for certain is no address: a person who is not recognised is asked, never taken for another.
import { readJid, isWhatsAppItself, type Jid } from "./phone-jid.ts";
import { internationalLine, nationalLine, sureLine, type Line } from "./phone-line.ts";
import { METADATA_RELEASE, type Country } from "./phone-metadata.ts";
import {
  RAW_UNITS_MAX,
  onlyDigits,
  plainText,
  readDigits,
  readPlaceholder,
  visibleText,
} from "./phone-text.ts";
import type { Writing } from "./phone-text.ts";

export { isCountry } from "./phone-metadata.ts";
export type { Country } from "./phone-metadata.ts";

/** Raised with every change of a rule that changes a key. */
const RULES_RELEASE = 1;

/** The release of the rules and of the metadata, stored beside every key, so that an upgrade can recompute it. */
export const KEY_VERSION = `${RULES_RELEASE}/${METADATA_RELEASE}`;

/** Who wrote it: somebody, perhaps as they dial it, or WhatsApp, whose numbers always begin with the calling code. */
export type Origin = "stored" | "whatsapp";

/** What an address is known by. Two that are `none` are never equal. */
export type AddressKey =
  /** `key` is `+` and digits, and what equal lines share; `dialable` is E.164, with Argentina's 9 where it was given. */
  | ({ kind: "phone" } & Line)
  /** `lid:` and digits: a number that WhatsApp made up, no phone's. */
  | { kind: "lid"; key: string }
  /** `bsuid:` and the id as given: a user as one business knows them. */
  | { kind: "bsuid"; key: string }
  | { kind: "none"; reason: NoAddress };

export type NoAddress =
  "empty" | "too_long" | "not_a_phone" | "whatsapp_internal" | "group" | "email" | "no_area";

const BSUID = /^(?:bsuid:)?([A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128})$/;
const LID_KEY = /^lid:\d{1,20}$/;

/** Brazilian lines have eight or nine digits after their area. */
const BRAZILIAN_LOCAL_DIGITS_MIN = 8;
const BRAZILIAN_LOCAL_DIGITS_MAX = 9;
const BRAZILIAN_WITHOUT_AREA = /^55\d{8,9}$/;
const CARRIER = /^[1-9]\d/;

const EXACT_DIGITS_MAX = 32;
const MASKABLE_DIGITS_MIN = 6;
const MASK = "***";

/** The key of `raw`, a number being one of `country` unless it says otherwise. A key is its own key. */
export function keyOf(raw: string, country: Country, origin: Origin): AddressKey {
  if (raw.length > RAW_UNITS_MAX) return none("too_long");
  const visible = visibleText(raw);
  if (visible === "") return none("empty");
  const businessScoped = BSUID.exec(visible)?.[1];
  if (businessScoped !== undefined) return { kind: "bsuid", key: `bsuid:${businessScoped}` };
  const plain = plainText(visible);
  if (LID_KEY.test(plain)) return { kind: "lid", key: plain };
  if (plain.includes("@")) return keyOfJid(readJid(plain));
  const read = readDigits(plain);
  return read === null
    ? none("not_a_phone")
    : keyOfDigits(read.digits, writingFor(origin, read.writing), country);
}

/**
 * `exact:<digits>`, for placeholders that are kept on purpose: only the same digits match. Null when it holds no digit,
 * more than 32 of them, or anything but digits and phone punctuation.
 */
export function exactKeyOf(raw: string): string | null {
  if (raw.length > RAW_UNITS_MAX) return null;
  const digits = readPlaceholder(plainText(visibleText(raw)));
  return digits === null || digits.length > EXACT_DIGITS_MAX ? null : `exact:${digits}`;
}

/** For logs: `***67`, the last two digits of the number and no more; `***` when there are fewer than six. */
export function maskNumber(raw: string): string {
  if (raw.length > RAW_UNITS_MAX) return MASK;
  const plain = plainText(visibleText(raw));
  const jid = plain.includes("@") ? readJid(plain) : null;
  const digits = jid !== null && jid.kind !== "none" ? jid.digits : onlyDigits(plain);
  return digits.length < MASKABLE_DIGITS_MIN ? MASK : MASK + digits.slice(-2);
}

function keyOfJid(jid: Jid): AddressKey {
  if (jid.kind === "none") return none(jid.reason);
  if (jid.kind === "lid") return { kind: "lid", key: `lid:${jid.digits}` };
  return keyOfLine(internationalLine(jid.digits), jid.digits);
}

/** WhatsApp writes no trunk prefixes: its bare digits are international. */
function writingFor(origin: Origin, writing: Writing): Writing {
  return origin === "whatsapp" && writing === "bare" ? "international" : writing;
}

function keyOfDigits(digits: string, writing: Writing, country: Country): AddressKey {
  if (writing === "international") return keyOfLine(internationalLine(digits), digits);
  if (writing === "double_zero") return keyOfLine(lineAfterZeros(digits, country), digits);
  // Too short for a Brazilian area and line: the area is never guessed, nor a small country whose numbers are as short.
  if (country === "BR" && digits.length <= BRAZILIAN_LOCAL_DIGITS_MAX)
    return none(digits.length < BRAZILIAN_LOCAL_DIGITS_MIN ? "not_a_phone" : "no_area");
  return keyOfLine(nationalLine(digits, country) ?? sureLine(internationalLine(digits)), digits);
}

/** `00` begins an international number; in Brazil a carrier may stand between: `00 21 1 202…`. */
function lineAfterZeros(digits: string, country: Country): Line | null {
  const line = sureLine(internationalLine(digits));
  if (line !== null || country !== "BR" || !CARRIER.test(digits)) return line;
  return sureLine(internationalLine(digits.slice(2)));
}

function keyOfLine(line: Line | null, digits: string): AddressKey {
  if (line === null) return none(BRAZILIAN_WITHOUT_AREA.test(digits) ? "no_area" : "not_a_phone");
  return isWhatsAppItself(line.key.slice(1)) ? none("whatsapp_internal") : { kind: "phone", ...line };
}

function none(reason: NoAddress): AddressKey {
  return { kind: "none", reason };
}
