// Which bytes a Range header means: RFC 9110, 14.1.2 and 14.2, by table.
import { expect, test } from "bun:test";
import { parseRange } from "../../src/routes/byte-range.ts";

const HUGE = "9".repeat(5_000);

test.each<[header: string | null, sizeBytes: number, range: ReturnType<typeof parseRange>]>([
  [null, 1000, null],
  ["bytes=0-499", 1000, { from: 0, to: 499 }],
  ["bytes=500-999", 1000, { from: 500, to: 999 }],
  ["bytes=500-", 1000, { from: 500, to: 999 }],
  ["bytes=-500", 1000, { from: 500, to: 999 }],
  ["bytes=0-0", 1000, { from: 0, to: 0 }],
  ["bytes=-1", 1000, { from: 999, to: 999 }],
  ["BYTES=1-2", 1000, { from: 1, to: 2 }],
  ["bytes= 1-2 ", 1000, { from: 1, to: 2 }],
  ["bytes=000001-002", 1000, { from: 1, to: 2 }],
  // What lies beyond the end is cut off.
  ["bytes=500-1000", 1000, { from: 500, to: 999 }],
  [`bytes=999-${HUGE}`, 1000, { from: 999, to: 999 }],
  ["bytes=-1000", 1000, { from: 0, to: 999 }],
  [`bytes=-${HUGE}`, 1000, { from: 0, to: 999 }],
  ["bytes=0-", 2 ** 52, { from: 0, to: 2 ** 52 - 1 }],
  // Nothing of it is there.
  ["bytes=1000-", 1000, "unsatisfiable"],
  ["bytes=1000-2000", 1000, "unsatisfiable"],
  [`bytes=${HUGE}-`, 1000, "unsatisfiable"],
  [`bytes=${HUGE}-${HUGE}`, 1000, "unsatisfiable"],
  ["bytes=-0", 1000, "unsatisfiable"],
  ["bytes=0-", 0, "unsatisfiable"],
  ["bytes=0-0", 0, "unsatisfiable"],
  ["bytes=-0", 0, "unsatisfiable"],
  ["bytes=-5", 0, null],
  // No sense, another unit, several: as if there were no header.
  ["bytes=2-1", 1000, null],
  ["bytes=9007199254740993-9007199254740992", 1000, null],
  [`bytes=${HUGE}9-${HUGE}`, 1000, null],
  ["bytes=-", 1000, null],
  ["bytes=", 1000, null],
  ["bytes", 1000, null],
  ["", 1000, null],
  ["bytes=0-1,5-6", 1000, null],
  ["bytes=0-1,", 1000, null],
  ["items=0-1", 1000, null],
  ["bytes 0-1", 1000, null],
  ["bytes=0 - 1", 1000, null],
  ["bytes=+1-2", 1000, null],
  ["bytes=0x1-2", 1000, null],
  ["bytes=1.5-2", 1000, null],
  ["bytes=1e2-", 1000, null],
  ["bytes=--1", 1000, null],
  ["bytes=٣-٤", 1000, null],
])("%p of %d bytes", (header, sizeBytes, range) => {
  expect(parseRange(header, sizeBytes)).toEqual(range);
});
