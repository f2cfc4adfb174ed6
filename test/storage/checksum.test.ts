import { expect, test } from "bun:test";
import { Checksum, checksumOf } from "../../src/storage/checksum.ts";
import { bytesOf } from "./scene.ts";

// The standard's own check value (E3069283), and the examples of RFC 3720.
test.each([
  ["123456789", Buffer.from("123456789"), "4waSgw=="],
  ["nothing", Buffer.alloc(0), "AAAAAA=="],
  ["32 zeroes", Buffer.alloc(32), "ipE2qg=="],
  ["32 ones", Buffer.alloc(32, 0xff), "YqirQw=="],
])("the checksum is the one Google keeps: %s", (_, bytes, expected) => {
  expect(checksumOf(bytes)).toBe(expected);
});

test("bytes in pieces have the checksum of the whole", () => {
  const bytes = bytesOf(10_007);
  const sum = new Checksum();
  for (let from = 0; from < bytes.length; from += 333) sum.update(bytes.subarray(from, from + 333));
  expect(sum.text()).toBe(checksumOf(bytes));
  expect(sum.text()).not.toBe(checksumOf(bytes.subarray(1)));
});
