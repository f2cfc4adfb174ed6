import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { startOfDay, startOfMinute, startOfMonth } from "../../src/ai/spans.ts";
import { DAY_MS, MINUTE_MS } from "../../src/clock.ts";

describe("the spans of UTC that hold a moment", () => {
  test.each<[name: string, at: string, minute: string, day: string, month: string]>([
    ["in the midst of all", "2026-06-18T13:45:27.123Z", "2026-06-18T13:45", "2026-06-18", "2026-06"],
    ["at the very start of a month", "2026-06-01T00:00:00.000Z", "2026-06-01T00:00", "2026-06-01", "2026-06"],
    ["one ms before a month", "2026-05-31T23:59:59.999Z", "2026-05-31T23:59", "2026-05-31", "2026-05"],
    ["at the end of a short month", "2026-04-30T23:59:59.999Z", "2026-04-30T23:59", "2026-04-30", "2026-04"],
    ["on a leap day", "2028-02-29T23:59:59.999Z", "2028-02-29T23:59", "2028-02-29", "2028-02"],
    ["after a leap day", "2028-03-01T00:00:00.000Z", "2028-03-01T00:00", "2028-03-01", "2028-03"],
    [
      "after February of a common year",
      "2027-03-01T00:00:59.999Z",
      "2027-03-01T00:00",
      "2027-03-01",
      "2027-03",
    ],
    [
      "in a century's year that leaps",
      "2000-02-29T12:00:00.000Z",
      "2000-02-29T12:00",
      "2000-02-29",
      "2000-02",
    ],
    ["at the end of a year", "2026-12-31T23:59:59.999Z", "2026-12-31T23:59", "2026-12-31", "2026-12"],
    ["at the start of a year", "2027-01-01T00:00:00.000Z", "2027-01-01T00:00", "2027-01-01", "2027-01"],
    [
      "where Europe changes its clocks",
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T01:00",
      "2026-03-29",
      "2026-03",
    ],
  ])("%s", (_name, text, minute, day, month) => {
    const at = Date.parse(text);
    expect(new Date(startOfMinute(at)).toISOString()).toBe(`${minute}:00.000Z`);
    expect(new Date(startOfDay(at)).toISOString()).toBe(`${day}T00:00:00.000Z`);
    expect(new Date(startOfMonth(at)).toISOString()).toBe(`${month}-01T00:00:00.000Z`);
  });
});

test("every moment lies in its spans, and a span begins where it says", () => {
  const moments = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
  fc.assert(
    fc.property(moments, (at) => {
      const starts = [startOfMinute(at), startOfDay(at), startOfMonth(at)];
      expect(
        starts.map((start, index) => at - start < ([MINUTE_MS, DAY_MS, 31 * DAY_MS][index] ?? 0)),
      ).toEqual([true, true, true]);
      expect(starts.toSorted((a, b) => b - a)).toEqual(starts);
      expect(Math.max(...starts)).toBeLessThanOrEqual(at);
      expect(startOfMonth(startOfMonth(at))).toBe(startOfMonth(at));
    }),
  );
});
