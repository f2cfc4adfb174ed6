// Business hours: whether lull answers at a moment, and from when it does. Pure. A shop's day is one of its own time zone:
// where the clocks go forward or back, the shop opens by what they show.
import { type BusinessHours, type OpenSpan, WEEKDAYS } from "./settings.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MINUTES_PER_DAY = 24 * 60;
/** 1970 began on a Thursday. */
const EPOCH_WEEKDAY = 4;
/** So far is looked ahead: whoever is closed longer does not say from when it opens. */
const DAYS_AHEAD_MAX = 400;

/** Whether lull answers at `at` (ms): inside the hours, or outside, as they say. */
export function isAnswering(hours: BusinessHours, at: number): boolean {
  return isAnsweringAtWall(hours, at + offsetsOf(hours.timeZone)(at));
}

/** The first moment from `at` on at which lull answers: `at` itself if it does; null when there is none to be seen. */
export function answersFrom(hours: BusinessHours, at: number): number | null {
  const offsetAt = offsetsOf(hours.timeZone);
  const seenUntil = at + DAYS_AHEAD_MAX * DAY_MS;
  for (let from = at; from < seenUntil;) {
    const offset = offsetAt(from);
    if (isAnsweringAtWall(hours, from + offset)) return from;
    const next = nextAnsweringWall(hours, from + offset);
    const until = next === null ? seenUntil : Math.min(next - offset, seenUntil);
    // Up to where the clocks are changed the day runs as it began; from there on it is looked at anew.
    from = firstShift(offsetAt, from, until) ?? until;
  }
  return null;
}

function isAnsweringAtWall(hours: BusinessHours, wall: number): boolean {
  const minute = (wall - dayStart(wall)) / MINUTE_MS;
  return answeringSpans(hours, dayStart(wall)).some(
    ({ fromMinute, toMinute }) => fromMinute <= minute && minute < toMinute,
  );
}

/** On clocks that nobody changes. */
function nextAnsweringWall(hours: BusinessHours, wall: number): number | null {
  for (let day = 0; day <= DAYS_AHEAD_MAX; day++) {
    const start = dayStart(wall) + day * DAY_MS;
    const begins = answeringSpans(hours, start).map(({ fromMinute }) => start + fromMinute * MINUTE_MS);
    const next = begins.find((begin) => begin > wall);
    if (next !== undefined) return next;
  }
  return null;
}

/** The spans of a day, by its start on the wall clock, in which lull answers. */
function answeringSpans(hours: BusinessHours, start: number): OpenSpan[] {
  const open = openSpans(hours, start);
  if (hours.answer === "inside") return [...open];
  const edges = [0, ...open.flatMap(({ fromMinute, toMinute }) => [fromMinute, toMinute]), MINUTES_PER_DAY];
  const pairs = Array.from({ length: edges.length / 2 }, (_, index) => edges.slice(index * 2, index * 2 + 2));
  return pairs
    .map(([fromMinute = 0, toMinute = 0]) => ({ fromMinute, toMinute }))
    .filter(({ fromMinute, toMinute }) => fromMinute < toMinute);
}

function openSpans({ days, holidays }: BusinessHours, start: number): readonly OpenSpan[] {
  if (holidays.includes(new Date(start).toISOString().slice(0, 10))) return [];
  const weekday = WEEKDAYS[(((start / DAY_MS + EPOCH_WEEKDAY) % 7) + 7) % 7];
  return weekday === undefined ? [] : (days[weekday] ?? []);
}

function dayStart(wall: number): number {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

/** When the clocks are changed first after `from` and up to `until`; null: they are not. Changes lie days apart. */
function firstShift(offsetAt: (at: number) => number, from: number, until: number): number | null {
  const offset = offsetAt(from);
  for (let start = from; start < until; start += DAY_MS) {
    const end = Math.min(start + DAY_MS, until);
    if (offsetAt(end) !== offset) return shiftBetween(offsetAt, start, end);
  }
  return null;
}

function shiftBetween(offsetAt: (at: number) => number, start: number, end: number): number {
  const offset = offsetAt(start);
  let [before, after] = [start, end];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}

/** How far the clocks of a time zone are ahead of UTC at a moment, in ms. */
function offsetsOf(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (at) => {
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
  };
}
