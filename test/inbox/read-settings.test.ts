// A change of an inbox's settings: what is taken, what stays, and how a mistake is told.
import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/errors.ts";
import { writeHours } from "../../src/inbox/hours-text.ts";
import { patchSettings } from "../../src/inbox/read-settings.ts";
import { inboxSettings, type SavedInboxSettings } from "../../src/inbox/settings.ts";

const HOURS = { timeZone: "America/Sao_Paulo", days: { mon: ["09:00-12:00", "13:00-18:00"] } };

function patch(change: Record<string, unknown>, saved: SavedInboxSettings = {}): SavedInboxSettings {
  return patchSettings(saved, change, "answer");
}

function complaint(change: Record<string, unknown>, saved: SavedInboxSettings = {}): string {
  try {
    patch(change, saved);
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_body") return error.message;
    throw error;
  }
  return "taken";
}

describe("a change", () => {
  test("saves what it names and nothing else", () => {
    expect(patch({ mode: "watch" })).toEqual({ mode: "watch" });
    expect(patch({ urgencyMin: 9 }, { mode: "watch" })).toEqual({ mode: "watch", urgencyMin: 9 });
    expect(patch({}, { mode: "off" })).toEqual({ mode: "off" });
  });

  test("of one field of a part leaves the part's others as they are", () => {
    const first = patch({ handoff: { label: "gente", teamId: 4 } });
    const second = patch({ handoff: { teamId: null } }, first);
    expect(second.handoff).toMatchObject({ isByWords: true, label: "gente", teamId: null });
    expect(patch({ lists: { block: ["+5511*"] } }).lists).toEqual({ block: ["+5511*"], allow: [] });
  });

  test("to null takes a part back to its default", () => {
    const saved = patch({ mode: "watch", window: { silenceMs: 10_000 }, hours: HOURS });
    expect(patch({ window: null, hours: null }, saved)).toEqual({ mode: "watch" });
    expect(inboxSettings(patch({ mode: null }, saved), "off").mode).toBe("off");
  });

  test("keeps an entry that is listed twice once", () => {
    expect(patch({ labels: ["vip", "vip", "novo"] }).labels).toEqual(["vip", "novo"]);
  });
});

describe("hours", () => {
  test("are kept as minutes and shown as they were written", () => {
    const { hours = null } = patch({ hours: { ...HOURS, holidays: ["2026-12-25"] } });
    expect(hours).toEqual({
      timeZone: "America/Sao_Paulo",
      days: {
        mon: [
          { fromMinute: 540, toMinute: 720 },
          { fromMinute: 780, toMinute: 1_080 },
        ],
      },
      holidays: ["2026-12-25"],
      answer: "inside",
      isCustomerTold: false,
    });
    expect(hours && writeHours(hours).days).toEqual(HOURS.days);
  });

  test("may end at midnight", () => {
    const { hours = null } = patch({
      hours: { ...HOURS, days: { fri: ["22:00-24:00"], sat: ["00:00-02:00"] } },
    });
    expect(hours && writeHours(hours).days).toEqual({ fri: ["22:00-24:00"], sat: ["00:00-02:00"] });
  });

  test("change field by field, the days of a week as one", () => {
    const saved = patch({ hours: HOURS });
    const { hours } = patch({ hours: { isCustomerTold: true, days: { sat: ["10:00-14:00"] } } }, saved);
    expect(hours).toMatchObject({ timeZone: HOURS.timeZone, isCustomerTold: true });
    expect(Object.keys(hours?.days ?? {})).toEqual(["sat"]);
  });
});

const many = (count: number, entry: string): string[] =>
  Array.from({ length: count }, (_, i) => `${entry}${i}`);

describe("a mistake is told by the path of its field, without what was sent", () => {
  test.each<[Record<string, unknown>, string]>([
    [{ colour: "secret" }, "Every field must be one of mode, window, hours"],
    [{ promptShares: [] }, "Every field must be one of mode"],
    [{ mode: "secret" }, "mode must be one of off, watch, answer"],
    [{ window: 5 }, "window must be an object"],
    [{ window: { silenceMs: 99 } }, "window.silenceMs must be a whole number from 100 to 600000"],
    [{ window: { silence: 5_000 } }, "window has a field that is not known; known are silenceMs"],
    [{ window: { sizeMax: 501 } }, "window.sizeMax must be a whole number from 1 to 500"],
    [{ hours: { days: HOURS.days } }, "hours.timeZone must be the name of a time zone"],
    [{ hours: { timeZone: "secret/Place", days: HOURS.days } }, "hours.timeZone must be the name"],
    [{ hours: { timeZone: "UTC" } }, "hours.days must be an object with the hours of at least one day"],
    [{ hours: { timeZone: "UTC", days: { mon: [] } } }, "hours.days must be an object with the hours"],
    [{ hours: { ...HOURS, days: { monday: [] } } }, "hours.days has a field that is not known"],
    [{ hours: { ...HOURS, days: { mon: ["9-12"] } } }, "hours.days.mon[0] must be hours such as"],
    [{ hours: { ...HOURS, days: { mon: ["12:00-09:00"] } } }, "hours.days.mon[0] must be hours such as"],
    [{ hours: { ...HOURS, days: { mon: ["09:00-24:01"] } } }, "hours.days.mon[0] must be hours such as"],
    [
      { hours: { ...HOURS, days: { mon: ["09:00-12:00", "11:00-13:00"] } } },
      "hours.days.mon must be hours in their order that do not overlap",
    ],
    [{ hours: { ...HOURS, holidays: ["2026-02-30"] } }, "hours.holidays[0] must be a day such as"],
    [{ hours: { ...HOURS, answer: "secret" } }, "hours.answer must be one of inside, outside"],
    [{ hours: { ...HOURS, isCustomerTold: "secret" } }, "hours.isCustomerTold must be true or false"],
    [{ lists: { block: ["+5511x"] } }, "lists.block[0] must be a number such as +5511*"],
    [{ lists: { allow: [`+${"1".repeat(64)}`] } }, "lists.allow[0] must be a number such as +5511*"],
    [{ lists: { block: many(1_001, "+55") } }, "lists.block must be a list of at most 1000 entries"],
    [{ groups: "secret" }, "groups must be one of ignore, answer"],
    [{ answersPerHourMax: 0 }, "answersPerHourMax must be a whole number from 1 to 1000"],
    [{ handoff: { assigneeId: -1 } }, "handoff.assigneeId must be a whole number from 1"],
    [{ handoff: { words: [" "] } }, "handoff.words[0] must be a word"],
    [{ handoff: { label: "two words" } }, "handoff.label must be a label"],
    [{ handoff: { customerText: 5 } }, "handoff.customerText must be text of at most 1000 characters"],
    [{ quality: { lowConfidence: "secret" } }, "quality.lowConfidence must be one of send, handoff"],
    [{ quality: { linkHosts: ["https://secret"] } }, "quality.linkHosts[0] must be a host name"],
    [{ urgencyMin: 11 }, "urgencyMin must be a whole number from 1 to 10"],
    [{ labels: many(51, "x") }, "labels must be a list of at most 50 entries"],
  ])("%j", (change, rule) => {
    const told = complaint(change);
    expect(told).toStartWith(rule);
    expect(told).not.toContain("secret");
  });
});
