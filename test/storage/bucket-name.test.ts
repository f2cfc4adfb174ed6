// Names of buckets: what Google takes, what nobody can guess, what tells nothing of anybody.
import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  hasPrefix,
  isBucketPrefix,
  newBucketName,
  PREFIX_LENGTH_MAX,
} from "../../src/storage/bucket-name.ts";
import { checkBucketName } from "../../src/storage/names.ts";
import { seededRandom } from "../harness/random.ts";

test("a name is its prefix, whom it is for and 128 bits of chance", () => {
  const random = seededRandom();
  expect(newBucketName("lull", "user", random)).toMatch(/^lull-user-[0-9a-f]{32}$/);
  expect(newBucketName("lull", "contact", random)).toMatch(/^lull-contact-[0-9a-f]{32}$/);
  const names = Array.from({ length: 1_000 }, () => newBucketName("lull", "user", random));
  expect(new Set(names).size).toBe(1_000);
});

test.each([
  ["lull", true],
  ["a", true],
  ["lull-1-b", true],
  ["a".repeat(PREFIX_LENGTH_MAX), true],
  ["a".repeat(PREFIX_LENGTH_MAX + 1), false],
  ["", false],
  ["-lull", false],
  ["lull-", false],
  ["Lull", false],
  ["lull_1", false],
  ["lull.1", false],
  ["lüll", false],
  ["lull\n", false],
  ["goog", false],
  ["googoo", false],
  ["a-google", false],
  ["a-g00gle-b", false],
  ["a-goog", true],
])("%p as a beginning of names: %p", (prefix, is) => {
  expect(isBucketPrefix(prefix)).toBe(is);
});

test("whatever prefix is allowed makes names that are allowed, and recognises its own", () => {
  const random = seededRandom(7);
  const anyPrefix = fc.stringMatching(/^[a-z0-9-]{1,24}$/).filter(isBucketPrefix);
  fc.assert(
    fc.property(anyPrefix, fc.constantFrom("user", "contact"), (prefix, kind) => {
      const name = newBucketName(prefix, kind, random);
      expect(() => checkBucketName(name)).not.toThrow();
      expect(hasPrefix(name, prefix)).toBe(true);
      expect(hasPrefix(name, `${prefix}-`)).toBe(false);
      expect(hasPrefix(name, prefix.slice(1))).toBe(false);
    }),
    { seed: 20_260_618, examples: [["a".repeat(PREFIX_LENGTH_MAX), "contact"]] },
  );
});

test("a name that only begins with the same letters is another system's", () => {
  expect(hasPrefix("lull-user-1", "lull")).toBe(true);
  expect(hasPrefix("lullaby-user-1", "lull")).toBe(false);
  expect(hasPrefix("lull", "lull")).toBe(false);
});
