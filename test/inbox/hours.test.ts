// Business hours: moments by hand, the days on which clocks are changed, and any hours against a look at every minute.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { answersFrom, isAnswering } from "../../src/inbox/hours.ts";
import { readHours } from "../../src/inbox/hours-text.ts";
import { type BusinessHours, type OpenSpan, WEEKDAYS } from "../../src/inbox/settings.ts";

const MINUTE_MS = 60_000;

/** 18 June 2026 is a Thursday. */
const SHOP = hours({
  timeZone: "America/Sao_Paulo",
  days: {
    thu: ["09:00-12:00", "13:00-18:00"],
    fri: ["09:00-18:00"],
    sat: ["22:00-24:00"],
    sun: ["00:00-02:00"],
  },
  holidays: ["2026-06-26"],
});

function hours(value: Record<string, unknown>): BusinessHours {
  return readHours(value, "hours", null);
}

const at = (text: string): number => Date.parse(text);
const iso = (moment: number | null): string | null =>
  moment === null ? null : new Date(moment).toISOString();

describe("a shop in São Paulo (UTC−3)", () => {
  test.each([
    ["2026-06-18T11:59:59.999Z", false, "2026-06-18T12:00:00.000Z"],
    ["2026-06-18T12:00:00Z", true, "2026-06-18T12:00:00.000Z"],
    ["2026-06-18T14:59:59.999Z", true, "2026-06-18T14:59:59.999Z"],
    ["2026-06-18T15:00:00Z", false, "2026-06-18T16:00:00.000Z"],
    ["2026-06-18T21:00:00Z", false, "2026-06-19T12:00:00.000Z"],
    ["2026-06-21T02:59:00Z", true, "2026-06-21T02:59:00.000Z"],
    ["2026-06-21T03:00:00Z", true, "2026-06-21T03:00:00.000Z"],
    ["2026-06-21T05:00:00Z", false, "2026-06-25T12:00:00.000Z"],
    ["2026-06-25T21:00:00Z", false, "2026-06-28T01:00:00.000Z"],
  ])("at %s answers: %p, from %s on", (moment, isOpen, from) => {
    expect([isAnswering(SHOP, at(moment)), iso(answersFrom(SHOP, at(moment)))]).toEqual([isOpen, from]);
  });

  test("that answers outside its hours is asked the other way round", () => {
    const night = { ...SHOP, answer: "outside" as const };
    expect(isAnswering(night, at("2026-06-18T12:00:00Z"))).toBe(false);
    expect(iso(answersFrom(night, at("2026-06-18T12:00:00Z")))).toBe("2026-06-18T15:00:00.000Z");
    expect(iso(answersFrom(night, at("2026-06-26T15:00:00Z")))).toBe("2026-06-26T15:00:00.000Z");
  });

  test("that is closed for longer than can be seen does not say from when it answers", () => {
    const holidays = Array.from({ length: 400 }, (_, day) =>
      new Date(at("2026-06-18") + day * 86_400_000).toISOString().slice(0, 10),
    );
    expect(answersFrom({ ...SHOP, holidays }, at("2026-06-18T12:00:00Z"))).toBeNull();
  });
});

describe("where the clocks are changed", () => {
  const newYork = hours({
    timeZone: "America/New_York",
    days: { sun: ["02:30-05:00"], mon: ["09:00-17:00"] },
  });

  test("what would open in the hour that is left out opens when that hour ends", () => {
    // On 8 March 2026, 02:00 becomes 03:00: at 07:00 UTC.
    expect(iso(answersFrom(newYork, at("2026-03-08T06:00:00Z")))).toBe("2026-03-08T07:00:00.000Z");
    expect(isAnswering(newYork, at("2026-03-08T06:59:59Z"))).toBe(false);
  });

  test("an hour later or earlier in UTC, the shop opens by its own clock", () => {
    expect(iso(answersFrom(newYork, at("2026-03-08T12:00:00Z")))).toBe("2026-03-09T13:00:00.000Z");
    expect(iso(answersFrom(newYork, at("2026-11-01T12:00:00Z")))).toBe("2026-11-02T14:00:00.000Z");
  });

  test("half an hour is a change, too", () => {
    const island = hours({ timeZone: "Australia/Lord_Howe", days: { mon: ["09:00-17:00"] } });
    expect(iso(answersFrom(island, at("2026-04-04T12:00:00Z")))).toBe("2026-04-05T22:30:00.000Z");
    expect(iso(answersFrom(island, at("2026-10-03T12:00:00Z")))).toBe("2026-10-04T22:00:00.000Z");
  });
});

describe("any hours at any moment", () => {
  const spans = fc
    .uniqueArray(fc.integer({ min: 0, max: 96 }), { maxLength: 6 })
    .map((quarters) => quarters.toSorted((a, b) => a - b))
    .map((quarters): OpenSpan[] =>
      Array.from({ length: Math.floor(quarters.length / 2) }, (_, index) => ({
        fromMinute: (quarters[index * 2] ?? 0) * 15,
        toMinute: (quarters[index * 2 + 1] ?? 0) * 15,
      })),
    );
  const anyHours = fc.record<BusinessHours>({
    timeZone: fc.constantFrom(
      "America/Sao_Paulo",
      "America/New_York",
      "Europe/Paris",
      "Asia/Kathmandu",
      "UTC",
    ),
    days: fc.dictionary(fc.constantFrom(...WEEKDAYS), spans),
    holidays: fc.subarray(["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"]),
    answer: fc.constantFrom("inside", "outside"),
    isCustomerTold: fc.constant(false),
  });
  /** Around the days on which clocks are changed. */
  const anyMoment = fc
    .tuple(
      fc.constantFrom("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"),
      fc.integer({ min: -2_880, max: 1_440 }),
    )
    .map(([day, minutes]) => at(day) + minutes * MINUTE_MS);

  test("the next answering moment is the first minute at which it answers", () => {
    fc.assert(
      fc.property(anyHours, anyMoment, (some, moment) => {
        const from = answersFrom(some, moment);
        const seen = firstMinute(some, moment, 2 * 24 * 60);
        if (seen !== null) expect(iso(from)).toBe(iso(seen));
        else expect(from ?? Infinity).toBeGreaterThan(moment + 2 * 24 * 60 * MINUTE_MS - MINUTE_MS);
      }),
      { numRuns: 60 },
    );
  });

  test("what answers inside does not answer outside", () => {
    fc.assert(
      fc.property(anyHours, anyMoment, (some, moment) => {
        const [inside, outside] = (["inside", "outside"] as const).map((answer) =>
          isAnswering({ ...some, answer }, moment),
        );
        expect(inside).toBe(!outside);
      }),
    );
  });

  function firstMinute(some: BusinessHours, moment: number, minutes: number): number | null {
    for (let minute = 0; minute < minutes; minute++)
      if (isAnswering(some, moment + minute * MINUTE_MS)) return moment + minute * MINUTE_MS;
    return null;
  }
});
