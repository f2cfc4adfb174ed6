// Who is let in: the signature over the raw bytes, the window around now, and secrets in an address.
import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { type SignedRequest, secretsEqual, verifySignature } from "../../src/chatwoot/signature.ts";
import vector from "../fixtures/chatwoot/signature-vector.json" with { type: "json" };

const RAW = new TextEncoder().encode(vector.raw_body);
const TIMESTAMP = vector.headers["X-Chatwoot-Timestamp"];
const SIGNATURE = vector.headers["X-Chatwoot-Signature"];
const SIGNED_AT = Number(TIMESTAMP) * 1000;

function verify(changes: Partial<SignedRequest> = {}): boolean {
  return verifySignature({
    secret: vector.secret,
    timestamp: TIMESTAMP,
    signature: SIGNATURE,
    raw: RAW,
    nowMs: SIGNED_AT,
    ...changes,
  });
}

/** Signs whatever text stands for the timestamp, so that only the text's form can be at fault. */
function signatureFor(timestamp: string): string {
  return `sha256=${createHmac("sha256", vector.secret).update(`${timestamp}.`).update(RAW).digest("hex")}`;
}

describe("a signed webhook", () => {
  test("verifies over the raw bytes of a real delivery", () => {
    expect(verify()).toBe(true);
  });

  test("does not verify over a re-serialised body", () => {
    const again = new TextEncoder().encode(JSON.stringify(JSON.parse(vector.raw_body)));
    expect(verify({ raw: again })).toBe(false);
  });

  test("verifies for unusual but byte-exact JSON", () => {
    const raw = new TextEncoder().encode(' {"a" :\t1.0e0 }\n');
    const signature = `sha256=${createHmac("sha256", vector.secret).update(`${TIMESTAMP}.`).update(raw).digest("hex")}`;
    expect(verify({ raw, signature })).toBe(true);
    expect(verify({ raw: raw.subarray(1), signature })).toBe(false);
  });

  test("does not verify with another secret, another body, or no secret", () => {
    expect(verify({ secret: `${vector.secret}x` })).toBe(false);
    expect(verify({ raw: new Uint8Array() })).toBe(false);
    const signature = `sha256=${createHmac("sha256", "").update(`${TIMESTAMP}.`).update(RAW).digest("hex")}`;
    expect(verify({ secret: "", signature })).toBe(false);
  });
});

describe("the signature's form", () => {
  const hex = SIGNATURE.slice("sha256=".length);
  const WRONG: [name: string, signature: string | null][] = [
    ["missing", null],
    ["empty", ""],
    ["the prefix alone", "sha256="],
    ["no prefix", hex],
    ["a prefix in capitals", `SHA256=${hex}`],
    ["another algorithm", `sha1=${hex}`],
    ["hex in capitals", `sha256=${hex.toUpperCase()}`],
    ["one digit wrong", `sha256=${hex.startsWith("0") ? "1" : "0"}${hex.slice(1)}`],
    ["one digit short", SIGNATURE.slice(0, -1)],
    ["one digit long", `${SIGNATURE}0`],
    ["a line feed at the end", `${SIGNATURE}\n`],
    ["a blank in front", ` ${SIGNATURE}`],
    ["two headers joined", `${SIGNATURE}, ${SIGNATURE}`],
    ["digits that are no hex", `sha256=${"z".repeat(64)}`],
    ["wide digits", `sha256=${"\uFF11".repeat(64)}`],
  ];
  test.each(WRONG)("%s is refused", (_name, signature) => {
    expect(verify({ signature })).toBe(false);
  });

  test("every length from 0 to 200 is refused without a throw", () => {
    for (let length = 0; length <= 200; length++) {
      expect(verify({ signature: "a".repeat(length) })).toBe(false);
      expect(verify({ signature: `sha256=${"a".repeat(length)}` })).toBe(false);
    }
  });
});

describe("the window around now", () => {
  test.each([
    [0, true],
    [299_000, true],
    [300_000, true],
    [300_001, false],
    [301_000, false],
  ])("a webhook %d ms off, past or future: %p", (offsetMs, isTaken) => {
    expect(verify({ nowMs: SIGNED_AT + offsetMs })).toBe(isTaken);
    expect(verify({ nowMs: SIGNED_AT - offsetMs })).toBe(isTaken);
  });

  const seconds = Number(TIMESTAMP);
  test.each([
    "",
    "NaN",
    "Infinity",
    `-${TIMESTAMP}`,
    `+${TIMESTAMP}`,
    "1e20",
    "1781787903e0",
    `0x${seconds.toString(16)}`,
    `${TIMESTAMP}.0`,
    ` ${TIMESTAMP}`,
    `${TIMESTAMP}\n`,
    `000${TIMESTAMP}`,
    "9".repeat(20),
    "1781787\uFF19\uFF10\uFF13",
  ])("a timestamp written %j is refused even when it is signed", (timestamp) => {
    expect(verify({ timestamp, signature: signatureFor(timestamp) })).toBe(false);
  });

  test("a missing timestamp is refused", () => {
    expect(verify({ timestamp: null })).toBe(false);
  });

  test("a clock that is no number lets nothing in", () => {
    expect(verify({ nowMs: Number.NaN })).toBe(false);
  });
});

test("nothing that strangers send verifies or throws", () => {
  const header = fc.option(fc.string({ unit: "binary", maxLength: 300 }));
  fc.assert(
    fc.property(header, header, fc.uint8Array(), (timestamp, signature, raw) => {
      expect(verify({ timestamp, signature, raw })).toBe(false);
    }),
  );
});

describe("two secrets", () => {
  test("are equal when they are the same text", () => {
    expect(secretsEqual("correct horse battery", "correct horse battery")).toBe(true);
    expect(secretsEqual("çé€😀", "çé€😀")).toBe(true);
  });

  test("of any length from 0 to 200 are told apart without a throw", () => {
    for (let length = 0; length <= 200; length++)
      expect(secretsEqual("a".repeat(length), "b".repeat(100))).toBe(false);
    expect(secretsEqual("a".repeat(99), "a".repeat(100))).toBe(false);
  });

  test("are never equal when none is set", () => {
    expect(secretsEqual("", "")).toBe(false);
  });

  test("are equal exactly when their characters are", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(text, text, (given, expected) => secretsEqual(given, expected) === (given === expected)),
    );
  });
});
