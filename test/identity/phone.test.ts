// Spellings of phone numbers and WhatsApp addresses, one by one: whose they are, and which are nobody's.
import { describe, expect, spyOn, test } from "bun:test";
import manifest from "libphonenumber-js/package.json" with { type: "json" };
import { KEY_VERSION, exactKeyOf, isCountry, keyOf, maskNumber } from "../../src/identity/phone.ts";
import type { Country, NoAddress, Origin } from "../../src/identity/phone.ts";
import { readSource, withoutComments } from "../structure/source.ts";

const MOBILE = "+5511987654321";
const LANDLINE = "+551133334444";

/** Why, what was written, and the key, or the reason in angle brackets why there is none. */
type Row = [why: string, raw: string, key: string];

/** The key, or `<reason>`. */
function told(raw: string, country: Country = "BR", origin: Origin = "stored"): string {
  const address = keyOf(raw, country, origin);
  return address.kind === "none" ? `<${address.reason}>` : address.key;
}

function reads(rows: Row[], country: Country = "BR", origin: Origin = "stored"): void {
  test.each(rows)(`%s: %j (${country}, ${origin})`, (_, raw, key) => {
    expect(told(raw, country, origin)).toBe(key);
  });
}

describe("a Brazilian mobile is one line", () => {
  reads([
    ["in E.164", "+5511987654321", MOBILE],
    ["with its calling code and no plus", "5511987654321", MOBILE],
    ["as it is dialled in another city", "11987654321", MOBILE],
    ["as people write it", "(11) 98765-4321", MOBILE],
    ["as people write it with the country", "+55 (11) 98765-4321", MOBILE],
    ["with the country in parentheses", "(+55) 11 98765-4321", MOBILE],
    ["with country and area in parentheses", "(+55 11) 98765-4321", MOBILE],
    ["with a space behind the plus", "+ 55 11 98765 4321", MOBILE],
    ["with dots", "11.98765.4321", MOBILE],
    ["with a slash behind the area", "11/98765-4321", MOBILE],
    ["in brackets", "[11] 98765-4321", MOBILE],
    ["with a non-breaking space and a non-breaking hyphen", "11\u00A098765\u20114321", MOBILE],
    ["with an en dash", "11 98765–4321", MOBILE],
    ["with a minus sign", "11 98765−4321", MOBILE],
    ["without the ninth digit, abroad", "+551187654321", MOBILE],
    ["without the ninth digit, bare", "551187654321", MOBILE],
    ["without the ninth digit, in the country", "1187654321", MOBILE],
    ["without the ninth digit, as on old cards", "(11) 8765-4321", MOBILE],
    ["with the trunk 0", "011987654321", MOBILE],
    ["with the trunk 0 and no ninth digit", "01187654321", MOBILE],
    ["with the trunk 0 behind the country", "+55 011 98765-4321", MOBILE],
    ["with the trunk 0 in parentheses behind the country", "+55 (0)11 98765-4321", MOBILE],
    ["with a carrier", "0 21 11 98765-4321", MOBILE],
    ["with a carrier and no ninth digit", "0 15 11 8765-4321", MOBILE],
    ["with a carrier behind the country", "+55 0 41 11 98765-4321", MOBILE],
    ["as a collect call", "90 21 11 98765-4321", MOBILE],
    ["as a collect call without the ninth digit", "90 15 11 8765-4321", MOBILE],
    ["as a collect call behind the country", "+55 90 21 11 8765-4321", MOBILE],
    ["in the old paper form", "(0xx11) 98765-4321", MOBILE],
    ["in the old paper form without the ninth digit", "(0xx11) 8765-4321", MOBILE],
    ["in the old paper form with spaces", "0 XX 11 98765-4321", MOBILE],
    ["in the old paper form with its own parentheses", "(0xx) 11 98765-4321", MOBILE],
    ["in the old paper form behind the country", "+55 (0xx11) 98765-4321", MOBILE],
    ["from abroad by 00", "005511987654321", MOBILE],
    ["from abroad by 00 with spaces", "00 55 11 98765-4321", MOBILE],
    ["from abroad by 00 without the ninth digit", "0055 11 8765-4321", MOBILE],
    ["from abroad by 00 and a carrier", "00 21 55 11 98765-4321", MOBILE],
    ["beginning with 6 without the ninth digit", "+55 11 6765-4321", "+5511967654321"],
    ["beginning with 7 without the ninth digit", "11 7765-4321", "+5511977654321"],
    ["beginning with 9 without the ninth digit", "11 9765-4321", "+5511997654321"],
    ["of nines alone", "+5511999999999", "+5511999999999"],
    ["with a ninth digit before a landline's digits", "11 93333-4444", "+5511933334444"],
    ["with a ninth digit before a 0", "11 90123-4567", "+5511901234567"],
  ]);

  reads(
    [
      ["as WhatsApp names a new account", "5511987654321", MOBILE],
      ["as WhatsApp names an old account", "551187654321", MOBILE],
      ["of area 21 without the ninth digit", "552187654321", "+5521987654321"],
      ["of area 62 with the ninth digit", "5562987654321", "+5562987654321"],
      ["of area 62 without the ninth digit", "556287654321", "+5562987654321"],
    ],
    "BR",
    "whatsapp",
  );

  test("in any country's eyes once its own is named", () => {
    for (const country of ["US", "IT", "MX", "AR", "CI"] as const) {
      expect(told("+55 11 8765-4321", country)).toBe(MOBILE);
      expect(told("551187654321@s.whatsapp.net", country)).toBe(MOBILE);
      expect(told("0055 11 98765-4321", country)).toBe(MOBILE);
      expect(told("5511987654321", country)).toBe(MOBILE);
    }
    expect(told("011 55 11 8765-4321", "US")).toBe(MOBILE);
  });
});

describe("area 55 exists", () => {
  reads([
    ["so eleven digits are a mobile of it", "55 98765-4321", "+5555987654321"],
    ["so ten digits are a landline of it", "55 3333-4444", "+555533334444"],
    ["and so are ten with a mobile's first digit", "55 8765-4321", "+5555987654321"],
    ["with country, area and ninth digit", "5555987654321", "+5555987654321"],
    ["with country and area", "555587654321", "+5555987654321"],
    ["with trunk 0", "055 98765-4321", "+5555987654321"],
    ["with a carrier of the same digits", "0 55 55 98765-4321", "+5555987654321"],
    ["which does not make a country of area 11's 55", "0 55 11 98765-4321", MOBILE],
  ]);
  reads([["but WhatsApp always means the country first", "5598765432", "<no_area>"]], "BR", "whatsapp");
});

describe("a Brazilian landline keeps its eight digits", () => {
  reads([
    ["abroad", "+55 11 3333-4444", LANDLINE],
    ["in the country", "(11) 3333-4444", LANDLINE],
    ["as a WhatsApp id", "551133334444", LANDLINE],
    ["in the old paper form", "(0xx11) 3333-4444", LANDLINE],
    ["by 00 and a carrier", "00 15 55 11 3333-4444", LANDLINE],
    ["in the 5 range that mobiles shared until 2012", "11 5432-1098", "+551154321098"],
    ["in the range of Nextel's first digit plus nothing", "11 5777-7777", "+551157777777"],
  ]);

  test("and is never the mobile with a 9 before the same digits", () => {
    for (const first of ["2", "3", "4", "5"]) {
      const [landline, mobile] = [told(`11 ${first}333-4444`), told(`11 9${first}333-4444`)];
      expect(landline).toBe(`+5511${first}3334444`);
      expect(mobile).toBe(`+55119${first}3334444`);
      expect(told(`5511${first}3334444@c.us`)).toBe(landline);
    }
  });

  reads([
    ["toll-free has no area", "0800 123 4567", "+558001234567"],
    ["toll-free without the 0", "800 123 4567", "+558001234567"],
    ["toll-free from abroad", "+55 800 123 4567", "+558001234567"],
    ["toll-free from abroad with the 0", "+55 0800 123 4567", "+558001234567"],
    ["a nationwide number from abroad", "+55 4004 1234", "+5540041234"],
  ]);
  reads([["a nationwide number on WhatsApp", "554004 1234", "+5540041234"]], "BR", "whatsapp");
});

describe("no Brazilian line is guessed", () => {
  reads([
    ["nine digits have no area", "98765-4321", "<no_area>"],
    ["eight digits have no area", "3333-4444", "<no_area>"],
    ["eight digits of a nationwide range may be a local line", "4002-8922", "<no_area>"],
    ["nine digits have none behind the country, either", "+55 98765-4321", "<no_area>"],
    ["eight digits have none behind the country, either", "+55 3333-4444", "<no_area>"],
    ["a local collect call has none", "9090 98765-4321", "<not_a_phone>"],
    ["nine digits that a small country has, too", "298 211 234", "<no_area>"],
    ["seven digits are an old local line", "683 4002", "<not_a_phone>"],
    ["eleven digits need the 9", "11 88765-4321", "<not_a_phone>"],
    ["eleven digits need the 9 abroad", "+55 11 88765-4321", "<not_a_phone>"],
    ["twelve digits are one too many", "+55 11 987654-3210", "<not_a_phone>"],
    ["a collect call names its carrier", "+55 90 11 3333-4444", "<not_a_phone>"],
    ["area 10 does not exist", "+55 10 98765-4321", "<not_a_phone>"],
    ["area 23 does not exist", "23 98765-4321", "<not_a_phone>"],
    ["area 52 does not exist", "+55 52 3333-4444", "<not_a_phone>"],
    ["lines do not begin with 1", "11 1333-4444", "<not_a_phone>"],
    ["lines do not begin with 0", "11 0333-4444", "<not_a_phone>"],
    ["two numbers are not one", "11 98765-4321 / 11 98765-4322", "<not_a_phone>"],
    ["nor two short ones", "11 3333-4444/5555", "<not_a_phone>"],
  ]);
});

describe("in Mexico", () => {
  const line = "+525512345678";
  reads([
    ["ten digits are the number", "+52 55 1234 5678", line],
    ["the 1 from abroad said mobile", "+52 1 55 1234 5678", line],
    ["WhatsApp still sends the 1", "5215512345678@s.whatsapp.net", line],
    ["Twilio still sends the 1", "whatsapp:+5215512345678", line],
    ["01 was long distance", "+52 01 55 1234 5678", line],
    ["044 was a local mobile", "+52 044 55 1234 5678", line],
    ["045 was a distant mobile", "+52 045 55 1234 5678", line],
    ["bare with the 1", "5215512345678", line],
    ["by 00", "0052 55 1234 5678", line],
    ["by 00 with the 1", "0052 1 55 1234 5678", line],
    ["by 00 and a Brazilian carrier", "00 21 52 1 55 1234 5678", line],
    ["numbers do not begin with 1", "+52 1512345678", "<not_a_phone>"],
    ["nine digits are too few", "+52 551234567", "<not_a_phone>"],
    ["a token that never was", "+52 046 55 1234 5678", "<not_a_phone>"],
  ]);
  reads(
    [
      ["the ten digits at home", "55 1234 5678", line],
      ["044 at home", "044 55 1234 5678", line],
      ["045 at home", "045 55 1234 5678", line],
      ["01 at home", "01 55 1234 5678", line],
      ["the 1 is not dialled at home: New Jersey", "1 551 234 5678", "+15512345678"],
    ],
    "MX",
  );
});

describe("in Argentina", () => {
  const line = "+541123456789";
  reads([
    ["the 9 says mobile", "+54 9 11 2345-6789", line],
    ["without the 9", "+54 11 2345-6789", line],
    ["the 15 says mobile", "+54 11 15 2345-6789", line],
    ["trunk 0 and 15", "+54 011 15 2345-6789", line],
    ["as WhatsApp wants it", "5491123456789@s.whatsapp.net", line],
    ["as Chatwoot stores it", "541123456789@s.whatsapp.net", line],
    ["by 00", "0054 9 11 2345-6789", line],
    ["an area of three digits with 9", "+54 9 381 412-3456", "+543814123456"],
    ["an area of three digits with 15", "+54 381 15 412-3456", "+543814123456"],
    ["an area of four digits with 9", "+54 9 2966 45-6789", "+542966456789"],
    ["an area of four digits with 15", "+54 2966 15 45-6789", "+542966456789"],
    ["toll-free", "+54 800 222 1234", "+548002221234"],
    ["nine digits are too few", "+54 11 2345-678", "<not_a_phone>"],
  ]);
  reads(
    [
      ["15 at home", "011 15 2345-6789", line],
      ["a landline at home", "011 2345-6789", line],
      ["the bare ten digits at home", "11 2345-6789", line],
      ["with the country", "5491123456789", line],
    ],
    "AR",
  );

  test("the 9 is not in the key, and is in what is dialled when it was given", () => {
    expect(keyOf("+54 9 11 2345-6789", "BR", "stored")).toEqual({
      kind: "phone",
      key: line,
      dialable: "+5491123456789",
      isSure: true,
    });
    expect(keyOf("+54 11 15 2345-6789", "BR", "stored")).toMatchObject({ dialable: "+5491123456789" });
    expect(keyOf("+54 11 2345-6789", "BR", "stored")).toMatchObject({ dialable: line });
  });
});

describe("in Benin", () => {
  reads([
    ["01 stands before every old number", "+229 97 12 34 56", "+2290197123456"],
    ["the new form is its own", "+229 01 97 12 34 56", "+2290197123456"],
    ["an old WhatsApp id", "22997123456@s.whatsapp.net", "+2290197123456"],
    ["an old landline", "+229 21 31 23 45", "+2290121312345"],
    ["by 00", "00229 97 12 34 56", "+2290197123456"],
    ["seven digits are too few", "+229 97 12 34 5", "<not_a_phone>"],
  ]);
  reads(
    [
      ["the old form at home", "97 12 34 56", "+2290197123456"],
      ["the new form at home", "01 97 12 34 56", "+2290197123456"],
    ],
    "BJ",
  );
});

describe("in Côte d'Ivoire", () => {
  reads([
    ["7 as second digit was Orange", "+225 07 12 34 56", "+2250707123456"],
    ["8 as second digit was Orange", "+225 48 12 34 56", "+2250748123456"],
    ["9 as second digit was Orange", "+225 59 12 34 56", "+2250759123456"],
    ["4 as second digit was MTN", "+225 04 12 34 56", "+2250504123456"],
    ["5 as second digit was MTN", "+225 75 12 34 56", "+2250575123456"],
    ["6 as second digit was MTN", "+225 66 12 34 56", "+2250566123456"],
    ["1 as second digit was Moov", "+225 01 12 34 56", "+2250101123456"],
    ["0 as second digit was Moov", "+225 40 12 34 56", "+2250140123456"],
    ["3 as second digit was Moov", "+225 73 12 34 56", "+2250173123456"],
    ["an old WhatsApp id", "22507123456@s.whatsapp.net", "+2250707123456"],
    ["the new form is its own", "+225 07 07 12 34 56", "+2250707123456"],
    ["60 belonged to another operator", "+225 60 12 34 56", "<not_a_phone>"],
    ["61 belonged to another operator", "+225 61 12 34 56", "<not_a_phone>"],
    ["69 belonged to another operator", "+225 69 12 34 56", "<not_a_phone>"],
    ["an old landline got other digits", "+225 20 12 34 56", "<not_a_phone>"],
    ["a new landline is its own", "+225 27 20 21 23 45", "+2252720212345"],
  ]);
  reads(
    [
      ["the old form at home", "07 12 34 56", "+2250707123456"],
      ["the new form at home", "07 07 12 34 56", "+2250707123456"],
    ],
    "CI",
  );
});

describe("elsewhere", () => {
  reads([
    ["the United States", "+1 202 555 0123", "+12025550123"],
    ["the United States with a trunk 1", "+1 (1) 202 555 0123", "+12025550123"],
    ["a bare foreign WhatsApp id that no Brazilian line is", "12025550123", "+12025550123"],
    ["the United Kingdom with its trunk 0", "+44 (0)20 7946 0018", "+442079460018"],
    ["the United Kingdom by 00", "0044 20 7946 0018", "+442079460018"],
    ["the United Kingdom by 00 and a carrier", "00 21 44 20 7946 0018", "+442079460018"],
    ["the United States by 00 and a carrier", "00 15 1 202 555 0123", "+12025550123"],
    ["Russia with its trunk 8", "+7 8 916 123-45-67", "+79161234567"],
    ["Kazakhstan with its trunk 8", "+7 8 701 123 4567", "+77011234567"],
    ["Belarus with its trunk 80", "+375 80 29 123-45-67", "+375291234567"],
    ["Hungary with its trunk 06", "+36 06 20 123 4567", "+36201234567"],
    ["Indonesia with its trunk 0", "+62 0812 3456 7890", "+6281234567890"],
    ["India with its trunk 0", "+91 0 98765 43210", "+919876543210"],
    ["Italy's 0 is part of the number", "+39 06 1234 5678", "+390612345678"],
    ["San Marino's 0 is part of the number", "+378 0549 886377", "+3780549886377"],
    ["the Vatican's 0 is part of the number", "+39 06 698 12345", "+390669812345"],
    ["Congo-Brazzaville's 0 is part of the number", "+242 06 123 4567", "+242061234567"],
    ["an area that begins with 1", "+1 123 456 7890", "<not_a_phone>"],
    ["no such calling code", "+999 123 4567", "<not_a_phone>"],
    ["a calling code begins with no 0", "+0 11 98765 4321", "<not_a_phone>"],
    ["00 behind the country", "+39 006 1234 5678", "<not_a_phone>"],
    ["00 that is only dialled in Japan", "+81 0077 1234 56", "<not_a_phone>"],
    ["00 behind the plus", "+0055 11 98765-4321", "<not_a_phone>"],
    ["00 in front of nothing that exists", "00 99 98765 4321", "<not_a_phone>"],
    ["too few digits", "+55 11", "<not_a_phone>"],
    ["too many digits", "+44 20 7946 0018 2079 4600", "<not_a_phone>"],
  ]);
  reads([["Italy's 0 at home", "06 1234 5678", "+390612345678"]], "IT");
  reads([["Italy's mobile at home", "347 123 4567", "+393471234567"]], "IT");
  reads([["a Caribbean line at home, its area known by the country", "464 1234", "+12684641234"]], "AG");
  reads([["a Brazilian carrier means nothing elsewhere", "00 21 44 20 7946 0018", "<not_a_phone>"]], "GB");

  test("a new range that the metadata do not know is a key, and not a sure one", () => {
    expect(keyOf("+1 999 999 9999", "BR", "stored")).toMatchObject({ key: "+19999999999", isSure: false });
    expect(keyOf("+52 210 123 4567", "BR", "stored")).toMatchObject({ key: "+522101234567", isSure: false });
    expect(keyOf("+1 202 555 0123", "BR", "stored")).toMatchObject({ key: "+12025550123", isSure: true });
    expect(told("19999999999@s.whatsapp.net")).toBe("+19999999999");
    expect(told("19999999999", "BR", "whatsapp")).toBe("+19999999999");
    // Nothing says that these are international.
    expect(told("+1 211 555 0123")).toBe("+12115550123");
    expect(told("12115550123")).toBe("<not_a_phone>");
    expect(told("001 999 999 9999")).toBe("<not_a_phone>");
  });
});

describe("digits that are a Brazilian line and a foreign WhatsApp id", () => {
  test.each([
    ["Peru", "51987654321", "+5551987654321"],
    ["Spain", "34912345678", "+5534912345678"],
    ["Vietnam", "84912345678", "+5584912345678"],
    ["Thailand", "66912345678", "+5566912345678"],
    ["Singapore", "6581234567", "+5565981234567"],
    ["Denmark", "4520123456", "+554520123456"],
    ["Norway", "4721234567", "+554721234567"],
  ])("of %s are what their origin says", (_, digits, brazilian) => {
    expect(told(digits, "BR", "stored")).toBe(brazilian);
    expect(told(digits, "BR", "whatsapp")).toBe(`+${digits}`);
    expect(told(`${digits}@c.us`, "BR", "stored")).toBe(`+${digits}`);
    expect(told(`+${digits}`, "BR", "stored")).toBe(`+${digits}`);
  });
});

describe("addresses around a number", () => {
  reads([
    ["whatsapp:", "whatsapp:+5511987654321", MOBILE],
    ["whatsapp: without plus is international", "whatsapp:51987654321", "+51987654321"],
    ["whatsapp: in capitals", "WhatsApp: +55 11 98765-4321", MOBILE],
    ["wa.me", "https://wa.me/5511987654321", MOBILE],
    ["wa.me with a text", "wa.me/5511987654321?text=oi%20tudo%20bem", MOBILE],
    ["wa.me is international", "wa.me/51987654321", "+51987654321"],
    ["wa.me without the ninth digit", "https://wa.me/551187654321/", MOBILE],
    ["wa.me with a code in place of a number", "https://wa.me/message/ABCDEF123", "<not_a_phone>"],
    ["another host that ends like it", "https://mywa.me/5511987654321", "<not_a_phone>"],
    ["api.whatsapp.com", "https://api.whatsapp.com/send?phone=5511987654321", MOBILE],
    ["api.whatsapp.com, a text first", "https://api.whatsapp.com/send/?text=oi&phone=5511987654321", MOBILE],
    [
      "api.whatsapp.com, an escaped plus",
      "https://api.whatsapp.com/send?phone=%2B5511987654321&text=a",
      MOBILE,
    ],
    ["web.whatsapp.com", "https://web.whatsapp.com/send?phone=5511987654321", MOBILE],
    ["the scheme whatsapp://", "whatsapp://send?phone=5511987654321", MOBILE],
    ["half an escape", "https://api.whatsapp.com/send?phone=%2", "<not_a_phone>"],
    ["tel: with the country", "tel:+55-11-98765-4321", MOBILE],
    ["tel: as dialled at home", "tel:11987654321", MOBILE],
    ["tel: with an extension is another line", "tel:+551133334444;ext=12", "<not_a_phone>"],
  ]);
});

describe("WhatsApp's own addresses", () => {
  reads([
    ["a phone", "5511987654321@s.whatsapp.net", MOBILE],
    ["an old account", "551187654321@s.whatsapp.net", MOBILE],
    ["the older server", "5511987654321@c.us", MOBILE],
    ["a hosted phone", "5511987654321@hosted", MOBILE],
    ["the device is no digit of the number", "551198765432:1@s.whatsapp.net", "+5511998765432"],
    ["a device", "5511987654321:12@s.whatsapp.net", MOBILE],
    ["a device of an old account", "551187654321:3@s.whatsapp.net", MOBILE],
    ["an agent", "5511987654321_1@s.whatsapp.net", MOBILE],
    ["agent and device", "5511987654321_1:12@s.whatsapp.net", MOBILE],
    ["agent behind a dot and device", "5511987654321.0:12@s.whatsapp.net", MOBILE],
    ["a server in capitals", "5511987654321@S.WhatsApp.Net", MOBILE],
    ["always international", "51987654321@s.whatsapp.net", "+51987654321"],
    ["a LID", "123456789012345@lid", "lid:123456789012345"],
    ["a LID that looks like a number", "5511987654321@lid", "lid:5511987654321"],
    ["a LID with a device", "123456789012345:7@lid", "lid:123456789012345"],
    ["a LID with an agent", "123456789012345_1:7@lid", "lid:123456789012345"],
    ["a hosted LID", "123456789012345@hosted.lid", "lid:123456789012345"],
    ["a hosted LID's device", "123456789012345:99@hosted.lid", "lid:123456789012345"],
    ["a group", "120363012345678901@g.us", "<group>"],
    ["an old group begins with its creator's number", "5511987654321-1612345678@g.us", "<group>"],
    ["everybody's status", "status@broadcast", "<group>"],
    ["a broadcast list", "5511987654321@broadcast", "<group>"],
    ["a newsletter", "120363012345678901@newsletter", "<group>"],
    ["a call", "5511987654321@call", "<whatsapp_internal>"],
    ["a bot", "13135550002@bot", "<whatsapp_internal>"],
    ["notices", "0@c.us", "<whatsapp_internal>"],
    ["the server", "server@c.us", "<whatsapp_internal>"],
    ["support", "16505361212@c.us", "<whatsapp_internal>"],
    ["support on the newer server", "16505361212@s.whatsapp.net", "<whatsapp_internal>"],
    ["Meta AI", "13135550002@c.us", "<whatsapp_internal>"],
    ["support as a number", "+1 650 536 1212", "<whatsapp_internal>"],
    ["an unknown server", "5511987654321@example", "<not_a_phone>"],
    ["no user", "@s.whatsapp.net", "<not_a_phone>"],
    ["no server", "5511987654321@", "<not_a_phone>"],
    ["a LID of letters", "abc@lid", "<not_a_phone>"],
    ["a user of letters", "maria@s.whatsapp.net", "<not_a_phone>"],
    ["a national user: WhatsApp has none", "011987654321@c.us", "<not_a_phone>"],
    ["two servers", "5511987654321@lid@s.whatsapp.net", "<not_a_phone>"],
    ["e-mail", "maria@example.com", "<email>"],
    ["e-mail of digits", "5511987654321@example.com", "<email>"],
    ["e-mail at a host that ends like WhatsApp's", "5511987654321@x.s.whatsapp.net", "<email>"],
    ["a key of a LID is its own key", "lid:123456789012345", "lid:123456789012345"],
  ]);
});

describe("a user as one business knows them", () => {
  reads([
    ["by country and id", "BR.13491208655302741918", "bsuid:BR.13491208655302741918"],
    ["by the parent business", "US.ENT.11815799212886844830", "bsuid:US.ENT.11815799212886844830"],
    ["with letters, whose case counts", "BR.aBcDeF123", "bsuid:BR.aBcDeF123"],
    ["of 128 characters", `BR.${"a1".repeat(64)}`, `bsuid:BR.${"a1".repeat(64)}`],
    ["with spaces around", " BR.1349120 \n", "bsuid:BR.1349120"],
    ["a key is its own key", "bsuid:BR.1349120", "bsuid:BR.1349120"],
    ["of 129 characters", `BR.${"a".repeat(129)}`, "<not_a_phone>"],
    ["a country in small letters", "br.1349120", "<not_a_phone>"],
    ["a country of three letters", "BRA.1349120", "<not_a_phone>"],
    ["no id", "BR.", "<not_a_phone>"],
    ["digits of another script are another id", "BR.١٢٣", "<not_a_phone>"],
    ["a username is nobody's for long", "@maria.silva", "<not_a_phone>"],
  ]);
});

describe("what a screen or a file adds", () => {
  reads([
    ["direction marks of a copied contact", "\u202A+55 11 98765-4321\u202C", MOBILE],
    ["isolates", "\u2066+5511987654321\u2069", MOBILE],
    ["a left-to-right mark inside", "+55\u200E 11 98765\u200F-4321", MOBILE],
    ["zero-width spaces", "+55\u200B11\u200B987654321", MOBILE],
    ["a byte order mark", "\uFEFF+5511987654321", MOBILE],
    ["a soft hyphen", "+55119876\u00AD54321", MOBILE],
    ["a tab and a line's end", "\t11 98765-4321\r\n", MOBILE],
    ["fullwidth digits and plus", "＋５５１１９８７６５４３２１", MOBILE],
    ["fullwidth parentheses", "（１１）９８７６５－４３２１", MOBILE],
    ["Arabic digits", "+٥٥١١٩٨٧٦٥٤٣٢١", MOBILE],
    ["Persian digits", "+۵۵۱۱۹۸۷۶۵۴۳۲۱", MOBILE],
    ["Devanagari digits", "+५५११९८७६५४३२१", MOBILE],
    ["mathematical digits", "+𝟓𝟓𝟏𝟏𝟗𝟖𝟕𝟔𝟓𝟒𝟑𝟐𝟏", MOBILE],
    ["direction marks around a JID", "\u202A5511987654321@s.whatsapp.net\u202C", MOBILE],
  ]);

  test("digits of every script are the digits they mean", () => {
    const scripts = Intl.supportedValuesOf("numberingSystem");
    const spelled = scripts.map((script) =>
      new Intl.NumberFormat(`en-u-nu-${script}`, { useGrouping: false }).format(5511987654321),
    );
    const decimal = spelled.filter((digits) => /^\p{Nd}{13}$/u.test(digits));
    expect(decimal.length).toBeGreaterThan(50);
    for (const digits of decimal) expect(told(digits)).toBe(MOBILE);
  });
});

describe("what is no number", () => {
  reads([
    ["nothing", "", "<empty>"],
    ["spaces", "  \t\n", "<empty>"],
    ["invisible characters", "\u200B\u202A\uFEFF", "<empty>"],
    ["a plus", "+", "<not_a_phone>"],
    ["punctuation", "() -", "<not_a_phone>"],
    ["a name", "Maria", "<not_a_phone>"],
    ["letters around digits", "cel 11 98765-4321", "<not_a_phone>"],
    ["a label", "WhatsApp 11987654321", "<not_a_phone>"],
    ["letters for digits", "+1 800 FLOWERS", "<not_a_phone>"],
    ["a mask of stars", "5511*****4321", "<not_a_phone>"],
    ["a mask of underscores", "5511_____4321", "<not_a_phone>"],
    ["a mask of letters", "5511xxxxx4321", "<not_a_phone>"],
    ["a mask that would leave a number", "+49 30 •••123456", "<not_a_phone>"],
    ["an ellipsis that would leave a number", "+49 30 …123456", "<not_a_phone>"],
    ["dashes that would leave a number", "+49 30 ---123456", "<not_a_phone>"],
    ["a mask within that looks like the paper form", "1199990xx1234", "<not_a_phone>"],
    ["a spreadsheet's exponent", "5.51199E+12", "<not_a_phone>"],
    ["a spreadsheet's exponent with a comma", "5,511987654321E+12", "<not_a_phone>"],
    ["a spreadsheet's exponent in small letters", "5e12", "<not_a_phone>"],
    ["a float whose 0 would be one digit more", "+4915112345678.0", "<not_a_phone>"],
    ["an extension", "+55 11 3333-4444 ramal 12", "<not_a_phone>"],
    ["an extension behind an x", "+55 11 3333-4444x12", "<not_a_phone>"],
    ["an extension behind a hash", "+55 11 3333-4444 #12", "<not_a_phone>"],
    ["two plusses", "++5511987654321", "<not_a_phone>"],
    ["a plus inside", "55+11987654321", "<not_a_phone>"],
    ["keycaps", "5️⃣5️⃣11987654321", "<not_a_phone>"],
    ["an emergency number", "190", "<not_a_phone>"],
    ["null written out", "null", "<not_a_phone>"],
    ["the first placeholder of old documents", "+1234567890", "<not_a_phone>"],
    ["the second placeholder of old documents", "+0987654321", "<not_a_phone>"],
    ["the third placeholder of old documents", "+1111111111", "<not_a_phone>"],
    ["the fourth placeholder of old documents", "+9999999999", "<not_a_phone>"],
  ]);

  test("is anything of more than 200 characters, refused before any pattern is tried", () => {
    const longest = " ".repeat(187) + "5511987654321";
    expect(told(longest)).toBe(MOBILE);
    const spies = [
      spyOn(RegExp.prototype, "exec"),
      spyOn(RegExp.prototype, "test"),
      spyOn(String.prototype, "replace"),
      spyOn(String.prototype, "normalize"),
    ];
    try {
      const readAll = (raw: string) => [told(raw), exactKeyOf(raw), maskNumber(raw)];
      const refused = readAll(` ${longest}`);
      const callsForLonger = spies.map((spy) => spy.mock.calls.length);
      readAll(longest);
      const callsForLongest = spies.map((spy) => spy.mock.calls.length);
      expect(refused).toEqual(["<too_long>", null, "***"]);
      expect(callsForLonger).toEqual([0, 0, 0, 0]);
      expect(Math.min(...callsForLongest)).toBeGreaterThan(0);
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });

  test("is told by patterns in which nothing unbounded is repeated without bound", async () => {
    const repeatedGroup = /\)(?:[*+]|\{\d+,\})/;
    const files = [...(await readSource("src/identity"))].filter(([file]) => file.startsWith("phone"));
    const patterns = files.flatMap(([, text]) =>
      [...withoutComments(text).matchAll(/(?:= |\()\/(?![/*])(.+)\/[giuy]*[;,)]|new RegExp\((.+)\)/g)].map(
        ([found]) => found,
      ),
    );
    expect(files.length).toBeGreaterThan(3);
    expect(patterns.length).toBeGreaterThan(20);
    expect(patterns.filter((pattern) => repeatedGroup.test(pattern))).toEqual([]);
    expect(repeatedGroup.test("/^(a+)+$/")).toBe(true);
  });
});

describe("a placeholder kept on purpose", () => {
  test.each([
    ["+1234567890", "exact:1234567890"],
    ["+0987654321", "exact:0987654321"],
    ["+1111111111", "exact:1111111111"],
    ["+9999999999", "exact:9999999999"],
    ["(11) 98765-4321", "exact:11987654321"],
    ["(+55) 11", "exact:5511"],
    ["１２３", "exact:123"],
    ["\u202A+12 34\u202C", "exact:1234"],
    ["0".repeat(32), `exact:${"0".repeat(32)}`],
    ["0".repeat(33), null],
    ["", null],
    ["+", null],
    ["()-", null],
    ["Maria", null],
    ["12a", null],
    ["12*34", null],
    ["123@lid", null],
    ["tel:123", null],
    ["+12+34", null],
    [`${" ".repeat(200)}1`, null],
  ])("%j has the exact key %j", (raw, key) => {
    expect(exactKeyOf(raw)).toBe(key);
  });

  test("matches the same digits only, with or without the plus", () => {
    expect(exactKeyOf("1234567890")).toBe(exactKeyOf("+1234567890"));
    expect(exactKeyOf("01234567890")).not.toBe(exactKeyOf("+1234567890"));
    expect(exactKeyOf("5511987654321")).not.toBe(exactKeyOf("551187654321"));
  });
});

describe("in a log", () => {
  test.each([
    ["+5511987654367", "***67"],
    ["(11) 98765-4367", "***67"],
    ["5511987654367@s.whatsapp.net", "***67"],
    ["5511987654367:12@s.whatsapp.net", "***67"],
    ["123456789012367@lid", "***67"],
    ["+٥٥١١٩٨٧٦٥٤٣٦٧", "***67"],
    ["BR.13491208655302741967", "***67"],
    ["123456", "***56"],
    ["12345", "***"],
    ["Maria", "***"],
    ["", "***"],
    [`${" ".repeat(200)}5511987654367`, "***"],
  ])("%j is %j", (raw, masked) => {
    expect(maskNumber(raw)).toBe(masked);
  });
});

test("the version of a key names the release that is installed", () => {
  expect(KEY_VERSION).toMatch(/^\d+\/\d+\.\d+\.\d+$/);
  expect(KEY_VERSION.split("/")[1]).toBe(manifest.version);
});

test("a country is two capital letters that have a numbering plan", () => {
  expect(["BR", "US", "AC", "XK"].filter(isCountry)).toEqual(["BR", "US", "AC", "XK"]);
  expect(["br", "ZZ", "BRA", "", "55", "constructor", "__proto__", "toString"].filter(isCountry)).toEqual([]);
});

test("a reason of no address is one of a closed list", () => {
  const reasons: Record<NoAddress, string> = {
    empty: "",
    too_long: "1".repeat(201),
    not_a_phone: "Maria",
    whatsapp_internal: "0@c.us",
    group: "1@g.us",
    email: "a@b.com",
    no_area: "98765-4321",
  };
  for (const [reason, raw] of Object.entries(reasons)) expect(told(raw)).toBe(`<${reason}>`);
});
