// Five countries whose lines have more than one number in use, and the one number that stands for each line.
// Each rule drops a dialling token that is no part of the number, or follows the regulator's one-to-one renumbering,
// whose old range belongs to nobody any more: so different lines never meet. All arguments are digits only.

/** An Argentinian line: the ten digits that name it, and what to dial, with the mobile 9 when it was given. */
export interface ArgentinianNumber {
  line: string;
  dialable: string;
}

/** Brazil's 67 area codes (DDD); 55 is one of them. */
const BRAZILIAN_AREA = "(?:[14689][1-9]|2[12478]|3[1-578]|5[1345]|7[134579])";
const BRAZILIAN_LANDLINE = new RegExp(`^${BRAZILIAN_AREA}[2-5]\\d{7}$`);
const BRAZILIAN_MOBILE = new RegExp(`^${BRAZILIAN_AREA}9\\d{8}$`);
/** Mobiles as they were until 2016, and as WhatsApp still calls accounts that are older than the ninth digit. */
const BRAZILIAN_OLD_MOBILE = new RegExp(`^${BRAZILIAN_AREA}[6-9]\\d{7}$`);
/** Long distance is 0, collect is 90, each with a two-digit carrier; 0 is also written without one. */
const BRAZILIAN_DIALLING = /^(?:0(?:[1-9]\d)?|90[1-9]\d)?(\d{10,11})$/;

/** Since 2020 ten digits everywhere; these tokens said "mobile" or "long distance". WhatsApp still sends the 1. */
const MEXICAN = /^(?:1|01|044|045)?([2-9]\d{9})$/;

const ARGENTINIAN_LINE = /^[1-9]\d{9}$/;
const ARGENTINIAN_MOBILE = /^9([1-9]\d{9})$/;

const BENINESE_OLD = /^\d{8}$/;
/** The old mobiles; 60, 61 and 69 belonged to operators that are gone, the rest were landlines or nobody's. */
const IVORIAN_OLD_MOBILE = /^(?:0[1-9]|[457]\d|6[4-8]|8[4-9]|9[4-8])\d{6}$/;

/**
 * Brazil (55), as dialled there or after the calling code: area and line, the mobile's ninth digit put in front where
 * it is missing. Never for 2–5, which are landlines: `DDD 9 3333-4444` is another person than `DDD 3333-4444`.
 * Null for anything else, among them lines without their area.
 */
export function brazilianLine(dialled: string): string | null {
  const national = BRAZILIAN_DIALLING.exec(dialled)?.[1] ?? "";
  if (BRAZILIAN_LANDLINE.test(national) || BRAZILIAN_MOBILE.test(national)) return national;
  if (BRAZILIAN_OLD_MOBILE.test(national)) return `${national.slice(0, 2)}9${national.slice(2)}`;
  return null;
}

/** Mexico (52): the ten digits. */
export function mexicanLine(national: string): string | null {
  return MEXICAN.exec(national)?.[1] ?? null;
}

/**
 * Argentina (54): the 9 from abroad and the 15 at home only say "mobile"; mobiles and landlines share one plan of ten
 * digits. The 15, which may stand behind areas of two to four digits, has been moved to a 9 before; null when not.
 */
export function argentinianLine(national: string): ArgentinianNumber | null {
  const line = ARGENTINIAN_MOBILE.exec(national)?.[1] ?? national;
  return ARGENTINIAN_LINE.test(line) ? { line, dialable: national } : null;
}

/** Benin (229): since 2024 every number has 01 in front of its old eight digits. */
export function benineseLine(national: string): string {
  return BENINESE_OLD.test(national) ? `01${national}` : national;
}

/** Côte d'Ivoire (225): since 2021 a mobile has its operator in front, and its old second digit says which. */
export function ivorianLine(national: string): string {
  if (!IVORIAN_OLD_MOBILE.test(national)) return national;
  const second = Number(national[1]);
  const operator = second >= 7 ? "07" : second >= 4 ? "05" : "01";
  return operator + national;
}
