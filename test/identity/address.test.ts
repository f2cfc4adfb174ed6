// What lull looks up for a sender, and what one event may teach.
import { describe, expect, test } from "bun:test";
import { addressesOf, addressOf, pairOf, phoneKeyOf } from "../../src/identity/address.ts";
import type { Sender } from "../../src/identity/layers.ts";

const nobody: Sender = { contactId: 1, phone: null, sourceId: null, identifier: null };

describe("the addresses of a sender", () => {
  test("are WhatsApp's own id first, and each number once however often it is told", () => {
    const sender = { ...nobody, phone: "+55 11 98765-4321", sourceId: "551187654321" };
    expect(addressesOf(sender)).toMatchObject([{ kind: "phone" }]);
    expect(phoneKeyOf(addressesOf(sender))).toBe("+5511987654321");
  });

  test("are none where nothing is told, or nothing that is an address", () => {
    expect(addressesOf(nobody)).toEqual([]);
    expect(addressesOf({ ...nobody, identifier: "ana@example.com", phone: "no number" })).toEqual([]);
  });

  test("are the LID and the number behind it, side by side", () => {
    const sender = { ...nobody, phone: "+5511987654321", identifier: "123456789012345@lid" };
    const addresses = addressesOf(sender);
    expect(addresses.map(({ kind }) => kind)).toEqual(["alias", "phone"]);
    expect(pairOf(addresses)).toEqual({ aliasKey: "lid:123456789012345", phoneKey: "+5511987654321" });
  });

  test("beside a number of WhatsApp's own make another number hearsay, and no more", () => {
    const sender = { ...nobody, phone: "+5511987654321", sourceId: "51987654321" };
    expect(addressesOf(sender).map(({ keys, isHearsay }) => [keys[0], isHearsay])).toEqual([
      ["+51987654321", false],
      ["+5511987654321", true],
    ]);
    expect(phoneKeyOf(addressesOf(sender))).toBe("+51987654321");
  });

  test("keep a Peruvian's number Peruvian, though its digits could be Brazilian ones", () => {
    expect(phoneKeyOf(addressesOf({ ...nobody, sourceId: "51987654321" }))).toBe("+51987654321");
  });

  test("of digits that are no number are these digits alone", () => {
    expect(addressesOf({ ...nobody, phone: "+1234567890" })).toEqual([
      { kind: "phone", keys: ["exact:1234567890"], isHearsay: false },
    ]);
  });
});

describe("a pair is not learned", () => {
  test.each([
    ["from a number alone", { phone: "+5511987654321" }],
    ["from a LID alone", { identifier: "123456789012345@lid" }],
    [
      "from a LID beside digits that are no number",
      { identifier: "123456789012345@lid", phone: "+1234567890" },
    ],
    [
      "from one LID beside two numbers",
      { identifier: "123456789012345@lid", phone: "+5511987654321", sourceId: "51987654321" },
    ],
    [
      "from two aliases beside one number",
      { identifier: "123456789012345@lid", sourceId: "BR.1a2B3c4D", phone: "+5511987654321" },
    ],
  ])("%s", (_why, told) => {
    expect(pairOf(addressesOf({ ...nobody, ...told }))).toBeNull();
  });
});

test("a stored number is looked up by its key and by its bare digits", () => {
  expect(addressOf("(11) 98765-4321", "BR", "stored")).toEqual({
    kind: "phone",
    keys: ["+5511987654321", "exact:11987654321"],
    isHearsay: false,
  });
  expect(addressOf("not a number", "BR", "stored")).toBeNull();
});
