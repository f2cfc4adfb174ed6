import { createDecipheriv } from "node:crypto";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../src/errors.ts";
import { systemRandom } from "../src/random.ts";
import { parseMasterKey, type Sealed, type SealedAt, Sealer } from "../src/sealing.ts";
import { seededRandom } from "./harness/random.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
const AT: SealedAt = {
  table: "ai_credentials",
  column: "sealed_key",
  id: "0192f0c1-0000-7000-8000-000000000001",
};
const SECRET = "sk-a-secret-of-a-user";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const open = (key = KEY, keyVersion = 1): Sealer => new Sealer(key, keyVersion, systemRandom());

/** What goes wrong when a box is opened; the test fails when nothing does. */
function refusal(sealed: Sealed, at: SealedAt = AT, sealer = open()): AppError {
  try {
    sealer.unseal(sealed, at);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was opened");
}

describe("a sealed secret", () => {
  test("is opened again, whatever the text and the place", () => {
    const words = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(words, words, words, words, (text, table, column, id) => {
        const at = { table, column, id };
        expect(open().unseal(open().seal(text, at), at)).toBe(text);
      }),
    );
  });

  test("is nonce, ciphertext and tag, as the runtime's own cipher reads them", () => {
    const { box, keyVersion } = open(KEY, 3).seal(SECRET, AT);
    const bytes = Buffer.from(box, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", KEY, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(`["${AT.table}","${AT.column}","${AT.id}",3]`));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text =
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
    expect(text).toBe(SECRET);
    expect(keyVersion).toBe(3);
    expect(bytes).toHaveLength(NONCE_BYTES + SECRET.length + TAG_BYTES);
  });

  test("of an earlier version of lull is opened by this one", () => {
    const kept = { box: "Mtkk0rmwQ-shobKWz-8GHhrAs-qBmnOxsbE5Q3FBRKBJVnPOkw2vG6_oneqvcXzlHg", keyVersion: 1 };
    expect(open().unseal(kept, AT)).toBe(SECRET);
    expect(new Sealer(KEY, 1, seededRandom(9)).seal(SECRET, AT)).toEqual(kept);
  });

  test("does not stand in its box", () => {
    const bytes = Buffer.from(open().seal(SECRET.repeat(20), AT).box, "base64url");
    expect(bytes.includes(SECRET)).toBe(false);
    expect(bytes.includes(SECRET.slice(0, 8))).toBe(false);
  });

  test("has a nonce of its own: 100,000 boxes of the same text share none", () => {
    const sealer = open();
    const starts = Array.from({ length: 100_000 }, () => sealer.seal("", AT).box.slice(0, 16));
    expect(new Set(starts).size).toBe(100_000);
  });
});

describe("a box is not opened", () => {
  test.each([
    ["row", { ...AT, id: "0192f0c1-0000-7000-8000-000000000002" }],
    ["column", { ...AT, column: "other_key" }],
    ["table", { ...AT, table: "connections" }],
  ])("in the place of another %s's, and neither is that one's in its place", (_, other) => {
    const [here, there] = [open().seal(SECRET, AT), open().seal("another secret", other)];
    expect(refusal(there, AT).code).toBe("unsealable");
    expect(refusal(here, other).code).toBe("unsealable");
    expect(open().unseal(here, AT)).toBe(SECRET);
    expect(open().unseal(there, other)).toBe("another secret");
  });

  test("where names run together to the same letters", () => {
    const places: SealedAt[] = [
      { table: "a", column: "bc", id: "d" },
      { table: "ab", column: "c", id: "d" },
      { table: "a", column: "b", id: "cd" },
      { table: 'a","b', column: "c", id: "d" },
      { table: "a", column: 'b","c', id: "d" },
    ];
    for (const [from, at] of places.entries()) {
      for (const [to, other] of places.entries()) {
        if (from !== to) expect(refusal(open().seal(SECRET, at), other).code).toBe("unsealable");
      }
    }
  });

  test("when any single bit of it is another", () => {
    const { box, keyVersion } = open().seal(SECRET, AT);
    const bytes = Buffer.from(box, "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(refusal({ box: flipped.toString("base64url"), keyVersion }).code).toBe("unsealable");
    }
  });

  // Of the last letter of the last two not all bits count.
  test.each(["ab", "abc", "a"])(
    "when any letter of it is another, also where no byte changes: %p",
    (text) => {
      const { box, keyVersion } = open().seal(text, AT);
      for (let index = 0; index < box.length; index++) {
        for (const letter of "ABCDEFGHwxyz0123456789-_") {
          if (box[index] === letter) continue;
          const changed = box.slice(0, index) + letter + box.slice(index + 1);
          expect(refusal({ box: changed, keyVersion }).code).toBe("unsealable");
        }
      }
    },
  );

  test.each(["", "A", "====", "not a box", "\u0000", "A".repeat(37)])("when it is none: %p", (box) => {
    expect(refusal({ box, keyVersion: 1 }).code).toBe("unsealable");
  });

  test("when something is added, cut off, or padded", () => {
    const { box, keyVersion } = open().seal(SECRET, AT);
    for (const changed of [`${box}A`, `${box}=`, ` ${box}`, `${box}\n`, box.slice(0, -1), box.slice(4)]) {
      expect(refusal({ box: changed, keyVersion }).code).toBe("unsealable");
    }
  });

  test("by another key, or by the same one under another version", () => {
    const sealed = open().seal(SECRET, AT);
    const other = Uint8Array.from(KEY, (byte, index) => (index === 31 ? byte ^ 1 : byte));
    expect(refusal(sealed, AT, open(other)).code).toBe("unsealable");
    expect(refusal(sealed, AT, open(KEY, 2)).code).toBe("unsealable");
    // The version is bound into the box: it is not enough to write another one beside it.
    expect(refusal({ ...sealed, keyVersion: 2 }, AT, open(KEY, 2)).code).toBe("unsealable");
  });

  test("and the error says what to do, and holds neither key nor text", () => {
    const error = refusal(open().seal(SECRET, AT), { ...AT, column: "other_key" });
    expect(error.status).toBe(500);
    expect(error.message).toBe(`The secret in ai_credentials.other_key of ${AT.id} cannot be opened.`);
    expect(error.fix).toContain("LULL_MASTER_KEY");
    expect(error.cause).toBeUndefined();
    const told = Bun.inspect(error) + JSON.stringify(error) + String(error.stack);
    for (const secret of [SECRET, ...spellings(KEY)]) expect(told).not.toContain(secret);
  });
});

describe("a sealer", () => {
  test("does not show its key when it is printed", () => {
    const told = Bun.inspect(open(), { depth: 9 }) + JSON.stringify(open());
    for (const secret of spellings(KEY)) expect(told).not.toContain(secret);
  });

  test("keeps the key it was given, whatever becomes of those bytes", () => {
    const bytes = Uint8Array.from(KEY);
    const sealer = open(bytes);
    bytes.fill(0);
    expect(sealer.unseal(open().seal(SECRET, AT), AT)).toBe(SECRET);
  });

  test.each([0, 16, 31, 33])("takes no key of %d bytes", (length) => {
    expect(() => open(new Uint8Array(length))).toThrow(RangeError);
  });
});

describe("a master key", () => {
  test("is read back from both alphabets, whatever its bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(parseMasterKey(Buffer.from(bytes).toString("base64"))).toEqual(bytes);
        expect(parseMasterKey(Buffer.from(bytes).toString("base64url"))).toEqual(bytes);
      }),
    );
  });

  test("is no text of any other length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        fc.pre(bytes.length !== 32);
        expect(parseMasterKey(Buffer.from(bytes).toString("base64"))).toBeNull();
      }),
    );
  });
});

/** The ways in which bytes may be shown. */
function spellings(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes);
  return [
    buffer.toString("hex"),
    buffer.toString("base64"),
    buffer.toString("base64url"),
    bytes.slice(0, 8).join(", "),
  ];
}
