// Every region's numbers in every spelling a program can produce, and any text at all: no line is lost, none are merged.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import examples from "libphonenumber-js/examples.mobile.json";
import { parsePhoneNumberFromString as parsePhone } from "libphonenumber-js/max";
import metadata from "libphonenumber-js/metadata.max.json";
import { exactKeyOf, isCountry, keyOf, maskNumber } from "../../src/identity/phone.ts";
import type { AddressKey, Country, Origin } from "../../src/identity/phone.ts";

/** Raised at night: LULL_PHONE_STRINGS=1000000. */
const STRING_COUNT = Number(process.env["LULL_PHONE_STRINGS"] ?? 20_000);
const STRINGS_TIMEOUT_MS = 60_000 + STRING_COUNT;
const SPELLINGS_TIMEOUT_MS = 60_000;
const SAMPLES_PER_PATTERN = 4;
const SEED = 20_261_121;
/** Where a number's types stand in the metadata of a region: a list of `[pattern, lengths]`. */
const TYPES_AT = 11;

const regions = Object.keys(metadata.countries).filter(isCountry);

/** A valid number of a region, in E.164. */
interface Sample {
  number: string;
  region: Country;
}

/** A spelling, and who reads it in which country. */
interface Spelling {
  form: string;
  raw: string;
  country: Country;
  origin: Origin;
}

const samples = regions.flatMap(samplesOf);

describe("over the numbers of every region", () => {
  test("there are numbers of every region, landlines and service numbers among them", () => {
    const types = new Map(samples.map(({ number }) => [parsePhone(number)?.getType(), number]));
    expect(regions.length).toBeGreaterThan(240);
    expect(new Set(samples.map(({ region }) => region)).size).toBe(regions.length);
    expect(samples.length).toBeGreaterThan(3_000);
    for (const type of ["MOBILE", "FIXED_LINE", "TOLL_FREE", "VOIP", "SHARED_COST", "UAN"] as const)
      expect(types.has(type)).toBe(true);
  });

  test(
    "every spelling of a number gives its one key",
    () => {
      const spellings = samples.flatMap((sample) =>
        spellingsOf(sample).map((spelling) => ({ ...spelling, key: `+${lineOf(sample.number)}` })),
      );
      const lost = spellings
        .map((spelling) => ({ ...spelling, got: told(spelling) }))
        .filter(({ got, key }) => got !== key);
      const forms = Map.groupBy(spellings, ({ form }) => form);
      console.log(
        `phone numbers: ${samples.length} of ${regions.length} regions, ${spellings.length} spellings of ` +
          `${forms.size} forms: ${spellings.length - lost.length} give the key of their line`,
      );
      expect(lost.slice(0, 20)).toEqual([]);
      expect([...forms].filter(([, all]) => all.length < 500).map(([form]) => form)).toEqual([]);
    },
    SPELLINGS_TIMEOUT_MS,
  );

  test("no two lines share a key", () => {
    const lines = Map.groupBy(samples, ({ number }) =>
      told({ raw: number, country: "BR", origin: "stored" }),
    );
    const merged = [...lines]
      .map(([key, all]) => [key, ...new Set(all.map(({ number }) => lineOf(number)))])
      .filter((line) => line.length !== 2);
    const lineCount = new Set(samples.map(({ number }) => lineOf(number))).size;
    console.log(`phone numbers: ${lineCount} lines, ${lines.size} keys, ${merged.length} collisions`);
    expect(merged).toEqual([]);
    expect(lines.size).toBe(lineCount);
  });

  test("a key is its own key, in whatever country it is read", () => {
    for (const { number, region } of samples) {
      const key = told({ raw: number, country: region, origin: "stored" });
      for (const origin of ["stored", "whatsapp"] as const)
        expect(told({ raw: key, country: region, origin })).toBe(key);
    }
  });
});

describe("in Brazil", () => {
  // Written out, not calculated: the product's own list is a pattern.
  const areas = (
    "11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 " +
    "61 62 63 64 65 66 67 68 69 71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 92 93 94 95 96 97 98 99"
  ).split(" ");
  const anyArea = fc.constantFrom(...areas);
  const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));

  test("67 areas exist, and in no other is there a line", () => {
    const all = Array.from({ length: 90 }, (_, index) => String(10 + index));
    const found = all.filter((area) =>
      [`+55${area}22223333`, `+55${area}987654321`, `+55${area}87654321`].some(
        (raw) => brazilian(raw) !== null,
      ),
    );
    expect(areas).toHaveLength(67);
    expect(found).toEqual(areas);
  });

  test("ten digits from 6 on gain the 9, landlines keep their eight, and no two lines meet", () => {
    const owners = new Map<string, string>();
    const merged: string[] = [];
    let readCount = 0;
    const own = (line: string, raw: string): void => {
      const key = brazilian(raw) ?? "none";
      readCount += 1;
      if (key !== `+55${line}` || (owners.get(key) ?? line) !== line) merged.push(`${raw} → ${key}`);
      owners.set(key, line);
    };
    for (const area of areas)
      for (let start = 0; start < 1000; start += 1) {
        const eight = `${String(start).padStart(3, "0")}${String((start * 7919) % 100_000).padStart(5, "0")}`;
        own(`${area}9${eight}`, `+55${area}9${eight}`);
        if (eight >= "6") own(`${area}9${eight}`, `+55${area}${eight}`);
        else if (eight >= "2") own(`${area}${eight}`, `+55${area}${eight}`);
        else expect(brazilian(`+55${area}${eight}`)).toBeNull();
      }
    console.log(
      `phone numbers: ${readCount} Brazilian spellings, ${owners.size} lines, ${merged.length} merged`,
    );
    expect(merged).toEqual([]);
    // Every ninth-digit number, and every landline beside it.
    expect(owners.size).toBe(67 * (1000 + 400));
  });

  test("any two different lines differ in every spelling", () => {
    const anyLine = fc.oneof(
      fc.tuple(anyArea, fc.constantFrom("2", "3", "4", "5"), digits(7)).map((parts) => parts.join("")),
      fc.tuple(anyArea, digits(8)).map(([area, eight]) => `${area}9${eight}`),
    );
    const near = (line: string) =>
      line.length === 10
        ? [line, `${line.slice(0, 2)}9${line.slice(2)}`]
        : [line, line.slice(0, 2) + line.slice(3)];
    fc.assert(
      fc.property(anyLine, anyLine, (one, other) => {
        expect(brazilian(`+55${one}`)).toBe(`+55${one}`);
        expect(brazilian(one)).toBe(`+55${one}`);
        expect(brazilian(`0${one}`)).toBe(`+55${one}`);
        expect(brazilian(`02155${one}`)).toBeNull();
        expect(brazilian(`021${one}`)).toBe(`+55${one}`);
        if (one !== other) expect(brazilian(one)).not.toBe(brazilian(other));
        const [, neighbour = ""] = near(one);
        const isSameLine = one.length === 11 && /^[6-9]/.test(neighbour.slice(2));
        if (!isSameLine) expect(brazilian(neighbour)).not.toBe(`+55${one}`);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("over any text", () => {
  const anyCountry = fc.constantFrom<Country>(
    "BR",
    "BR",
    "MX",
    "AR",
    "BJ",
    "CI",
    "US",
    "IT",
    "GB",
    "RU",
    "KZ",
  );
  const anyOrigin = fc.constantFrom<Origin>("stored", "whatsapp");
  const digit = fc.constantFrom(...Array.from("0123456789"));
  const mark = fc.constantFrom(
    ...Array.from("+-.()[]/ :;@_*~#,x\t\n\u00A0\u200B\u202A\u2013…٣５५"),
    "00",
    "0xx",
    "+55",
    "55",
  );
  const around = fc.constantFrom(
    "tel:",
    "whatsapp:",
    "https://wa.me/",
    "https://api.whatsapp.com/send?phone=",
    "@s.whatsapp.net",
    "@c.us",
    "@lid",
    "@g.us",
    "lid:",
    "bsuid:",
    "BR.",
    "ENT.",
    "%2B",
  );
  const joined = (pieces: string[]) => pieces.join("");
  const anyNumber = fc.constantFrom(...samples).map(({ number }) => number.slice(1));
  const anyEnd = fc.oneof(fc.constant(""), around, mark);
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 150, size: "max" }),
    fc.string({ unit: "grapheme", maxLength: 60, size: "max" }),
    fc.string({ minLength: 195, maxLength: 210, size: "max" }),
    fc.array(fc.oneof({ weight: 8, arbitrary: digit }, mark), { maxLength: 24, size: "max" }).map(joined),
    fc.array(fc.oneof(digit, { weight: 3, arbitrary: mark }), { maxLength: 120, size: "max" }).map(joined),
    fc.array(fc.oneof(digit, mark, around, anyNumber), { maxLength: 8, size: "max" }).map(joined),
    fc
      .tuple(fc.constantFrom("", "+", "00", "0", "1", "9"), anyNumber, fc.oneof(fc.constant(""), digit))
      .map(joined),
    fc.tuple(anyEnd, anyNumber, anyEnd).map(joined),
    fc.tuple(around, fc.stringMatching(/^\d{6,20}$/), anyEnd).map(joined),
  );

  test(
    `nothing throws and every answer is well formed (${STRING_COUNT} strings)`,
    () => {
      const counts = new Map<string, number>();
      fc.assert(
        fc.property(anyText, anyCountry, anyOrigin, (raw, country, origin) => {
          const address = keyOf(raw, country, origin);
          expect(flawOf(address)).toBeNull();
          if (address.kind !== "none")
            expect(keyOf(address.key, country, origin)).toHaveProperty("key", address.key);
          expect(exactKeyOf(raw) ?? "exact:0").toMatch(/^exact:\d{1,32}$/);
          expect(maskNumber(raw)).toMatch(/^\*\*\*(\d\d)?$/);
          const outcome = address.kind === "none" ? address.reason : address.kind;
          counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        }),
        { numRuns: STRING_COUNT },
      );
      console.log(`phone strings: ${STRING_COUNT}: ${[...counts].map((pair) => pair.join(" ")).join(", ")}`);
      // The strings are no use when they never come near a number.
      for (const outcome of [
        "phone",
        "lid",
        "bsuid",
        "not_a_phone",
        "too_long",
        "group",
        "email",
        "empty",
        "no_area",
      ])
        expect(counts.get(outcome) ?? 0).toBeGreaterThan(0);
    },
    STRINGS_TIMEOUT_MS,
  );
});

/** What is wrong with an answer's form; null when nothing is. */
function flawOf(address: AddressKey): string | null {
  if (address.kind === "none") return /^[a-z_]+$/.test(address.reason) ? null : "a reason of other letters";
  if (address.kind === "lid") return /^lid:\d{1,20}$/.test(address.key) ? null : `LID ${address.key}`;
  if (address.kind === "bsuid")
    return /^bsuid:[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(address.key) ? null : `BSUID ${address.key}`;
  const isE164 = (number: string) => /^\+[1-9]\d{5,14}$/.test(number);
  return isE164(address.key) && isE164(address.dialable) ? null : `phone ${address.key} ${address.dialable}`;
}

/** The region's example and numbers made of the patterns of each of its types, valid ones only. */
function samplesOf(region: Country): Sample[] {
  const types: unknown = metadata.countries[region]?.[TYPES_AT];
  const patterns = (Array.isArray(types) ? types : []).flatMap((type: unknown) =>
    Array.isArray(type) && typeof type[0] === "string" && type[0] !== "" ? [type[0]] : [],
  );
  const nationals = patterns.flatMap((pattern) =>
    fc.sample(fc.stringMatching(new RegExp(`^(?:${pattern})$`)), {
      numRuns: SAMPLES_PER_PATTERN,
      seed: SEED,
    }),
  );
  const callingCode = metadata.countries[region]?.[0];
  const numbers = [examples[region], ...nationals].map((national) => `+${String(callingCode)}${national}`);
  return [...new Set(numbers)].filter(isOwnNumber).map((number) => ({ number, region }));
}

/**
 * Valid, E.164 as it stands (nothing in it is read as a prefix), and dialled from abroad: not a short number of four
 * digits, nor Japan's `00…`. WhatsApp's own two are nobody's.
 */
function isOwnNumber(number: string): boolean {
  const parsed = parsePhone(number);
  if (parsed?.number !== number || !parsed.isValid() || parsed.nationalNumber.startsWith("00")) return false;
  return /^\+\d{7,15}$/.test(number) && !/^\+(16505361212|13135550002)$/.test(number);
}

/** The digits that stand for a line whose number is valid today: only Brazil and Argentina still have two for one. */
function lineOf(number: string): string {
  const digits = number.slice(1);
  if (/^55\d\d7\d{7}$/.test(digits)) return `${digits.slice(0, 4)}9${digits.slice(4)}`;
  return /^549\d{10}$/.test(digits) ? `54${digits.slice(3)}` : digits;
}

function spellingsOf({ number, region }: Sample): Spelling[] {
  const digits = number.slice(1);
  const parsed = parsePhone(number);
  const spaced = parsed?.formatInternational() ?? number;
  const fullwidth = number.replace(/./g, (char) => String.fromCodePoint(char.charCodeAt(0) + 0xfee0));
  const arabic = digits.replace(/./g, (digit) => String.fromCodePoint(0x660 + Number(digit)));
  const written: [form: string, raw: string][] = [
    ["E.164", number],
    ["00", `00${digits}`],
    ["00 spaced", `00 ${spaced.slice(1)}`],
    ["spaced", spaced],
    ["dashed", spaced.replaceAll(" ", "-")],
    ["dotted", spaced.replaceAll(" ", ".")],
    ["digits apart", `+${digits.replace(/(?!^)/g, " ")}`],
    ["country in parentheses", spaced.replace(/^(\+\d+)/, "($1)")],
    ["JID", `${digits}@s.whatsapp.net`],
    ["JID with a device", `${digits}:12@s.whatsapp.net`],
    ["JID with an agent", `${digits}_1:2@c.us`],
    ["hosted JID", `${digits}.0:99@hosted`],
    ["whatsapp:", `whatsapp:${number}`],
    ["tel:", `tel:${number}`],
    ["wa.me", `https://wa.me/${digits}?text=oi`],
    ["api.whatsapp.com", `https://api.whatsapp.com/send?phone=${digits}`],
    ["bidi", `\u202A\u200E${spaced}\u202C`],
    ["fullwidth", fullwidth],
    ["Arabic", `+${arabic}`],
  ];
  const readers: { country: Country; origin: Origin }[] = [
    { country: "BR", origin: "stored" },
    { country: region, origin: "whatsapp" },
  ];
  return [
    ...written.flatMap(([form, raw]) => readers.map((reader) => ({ form, raw, ...reader }))),
    { form: "digits", raw: digits, country: region, origin: "whatsapp" },
    { form: "Arabic digits", raw: arabic, country: "BR", origin: "whatsapp" },
    ...nationalSpellings(number, region),
  ];
}

/** As it is written at home, where that can be read back at all: not without an area, not with a `*`. */
function nationalSpellings(number: string, region: Country): Spelling[] {
  const national = parsePhone(number)?.formatNational() ?? "";
  const bare = national.replace(/\D/g, "");
  const isReadable = [national, bare].every((raw) => {
    const again = parsePhone(raw, { defaultCountry: region, extract: false });
    return again?.number === number && again.isValid();
  });
  // Eight digits without an area are never read in Brazil, not even where they are a nationwide service.
  const hasNoArea = region === "BR" && bare.length <= 9;
  if (!isReadable || hasNoArea || bare.startsWith("00") || !/^[\d\s()./-]+$/.test(national)) return [];
  const reader = { country: region, origin: "stored" as const };
  return [
    { form: "national", raw: national, ...reader },
    { form: "national digits", raw: bare, ...reader },
    { form: "national by tel:", raw: `tel:${national}`, ...reader },
  ];
}

function told({ raw, country, origin }: Pick<Spelling, "raw" | "country" | "origin">): string {
  const address = keyOf(raw, country, origin);
  return address.kind === "none" ? address.reason : address.key;
}

/** The key of a Brazilian line, null when it is none. */
function brazilian(raw: string): string | null {
  const address = keyOf(raw, "BR", "stored");
  return address.kind === "phone" && address.key.startsWith("+55") ? address.key : null;
}
