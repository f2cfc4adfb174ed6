// Hostile and ordinary bytes, before anything looks at what they mean.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BODY_BYTES_MAX, parseBody } from "../../src/chatwoot/body.ts";
import { AppError, type ErrorCode } from "../../src/errors.ts";

/** Most time one hostile body may take, by the fastest of a few tries. */
const PARSE_MS_MAX = 250;
const TRIES_MAX = 5;

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function nested(depth: number): Uint8Array {
  return bytes(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
}

/** Time this thread worked, so that a busy machine proves nothing; the first run also pays for compiling. */
function fastestMs(parse: () => void): number {
  let fastest = Infinity;
  for (let tried = 0; tried < TRIES_MAX && fastest >= PARSE_MS_MAX; tried++) {
    const before = process.threadCpuUsage();
    parse();
    const { user, system } = process.threadCpuUsage(before);
    fastest = Math.min(fastest, (user + system) / 1_000);
  }
  return fastest;
}

function refusal(raw: Uint8Array): AppError {
  try {
    parseBody(raw);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the body was taken");
}

const HOSTILE: [name: string, raw: Uint8Array, code: ErrorCode][] = [
  ["no bytes at all", bytes(""), "invalid_json"],
  ["blanks only", bytes(" \n"), "invalid_json"],
  ["33 levels", nested(33), "too_deep"],
  ["33 levels of lists", bytes(`{"a":${"[".repeat(32)}${"]".repeat(32)}}`), "too_deep"],
  ["5,000,000 levels, never closed", bytes("[".repeat(5_000_000)), "too_deep"],
  ["5,000,000 levels", nested(5_000_000), "too_deep"],
  ["1,000,000 keys", bytes(`{${'"k":1,'.repeat(999_999)}"k":1}`), "invalid_body"],
  ["10,001 elements", bytes(`{"a":[${"1,".repeat(10_000)}1]}`), "invalid_body"],
  ["a byte that is no UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), "invalid_json"],
  [
    "a surrogate encoded as UTF-8",
    Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d),
    "invalid_json",
  ],
  ["an overlong quote", Uint8Array.of(0x7b, 0xc0, 0xa2, 0x3a, 0x31, 0x7d), "invalid_json"],
  ["a raw NUL in a string", bytes('{"a":"\0"}'), "invalid_json"],
  ["a string that never ends", bytes('{"a":"secret'), "invalid_json"],
  ["a string that ends in a backslash", bytes('{"a":"secret\\'), "invalid_json"],
  ["more closing than opening", bytes("]]]]}}}}"), "invalid_json"],
  ["two objects", bytes("{}{}"), "invalid_json"],
  ["a list", bytes("[]"), "invalid_body"],
  ["null", bytes("null"), "invalid_body"],
  ["text", bytes('"secret"'), "invalid_body"],
  ["a number", bytes("1"), "invalid_body"],
];

describe("a body that is refused", () => {
  test.each(HOSTILE)("%s", (_name, raw, code) => {
    const error = refusal(raw);
    expect(fastestMs(() => refusal(raw))).toBeLessThan(PARSE_MS_MAX);
    expect(error.code).toBe(code);
    expect(error.status).toBe(400);
  });

  test("is not repeated in the error, nor kept as its cause", () => {
    const error = refusal(bytes('{"phone":"+5511987654321", broken'));
    expect(error.message).toBe("The body is not valid JSON.");
    expect(error.cause).toBeUndefined();
  });

  test("leaves the decoder fit for the next body", () => {
    expect(refusal(Uint8Array.of(0x7b, 0xe2, 0x82)).code).toBe("invalid_json");
    expect(parseBody(bytes('{"a":"é"}'))).toEqual({ a: "é" });
  });
});

describe("a body that is taken", () => {
  test("32 levels and 10,000 elements", () => {
    expect(parseBody(nested(32))).toBeObject();
    expect(parseBody(bytes(`{"a":[${"1,".repeat(9_999)}1]}`))).toBeObject();
  });

  test("brackets, commas and escaped quotes inside strings are not counted", () => {
    const text = `${"[{".repeat(100)}\\"${",".repeat(20_000)}\\\\`;
    expect(parseBody(bytes(`{"a":"${text}","b":1}`))).toHaveProperty("b", 1);
  });

  test("siblings do not add up to depth", () => {
    expect(parseBody(bytes(`{"a":[${"[[]],".repeat(100)}[]]}`))).toBeObject();
  });

  test("a doubled key keeps its last value", () => {
    expect(parseBody(bytes('{"id":1,"id":2}'))).toEqual({ id: 2 });
  });

  test("__proto__ is a key like any other and changes no prototype", () => {
    const body = parseBody(
      bytes('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}'),
    );
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
    expect({}).not.toHaveProperty("isAdmin");
  });

  test("a byte order mark is passed over", () => {
    expect(parseBody(bytes("\uFEFF{}"))).toEqual({});
  });

  test("one of the largest size the route lets in is parsed quickly", () => {
    const raw = bytes(`{"a":"${"x".repeat(BODY_BYTES_MAX - 8)}"}`);
    expect(raw.length).toBe(BODY_BYTES_MAX);
    expect(parseBody(raw)).toBeObject();
    expect(fastestMs(() => parseBody(raw))).toBeLessThan(PARSE_MS_MAX);
  });
});

test("any flat object of JSON values comes back as JSON.parse gives it", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 5 })), (value) => {
      const text = JSON.stringify(value);
      expect(parseBody(bytes(text))).toEqual(JSON.parse(text));
    }),
  );
});

test("any bytes are parsed or refused with an AppError", () => {
  const jsonish = fc
    .array(fc.constantFrom("{", "}", "[", "]", '"', ",", ":", "\\", "u", "\0", "é", "1", "e"), {
      maxLength: 200,
    })
    .map((parts) => bytes(parts.join("")));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), jsonish), (raw) => {
      let failure: unknown = null;
      try {
        parseBody(raw);
      } catch (error) {
        failure = error;
      }
      expect(failure === null || failure instanceof AppError).toBe(true);
    }),
  );
});
