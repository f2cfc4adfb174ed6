// Business hours as people write them and as rows keep them: `"mon":["09:00-12:00"]` and minutes since midnight. Pure.
import { fieldsOf, flag, listOf, matching, type Reader, word, wrong } from "./readers.ts";
import { type BusinessHours, type OpenSpan, WEEKDAYS, type Weekday } from "./settings.ts";

/** Hours as they come and go as JSON. */
export interface HoursText extends Omit<BusinessHours, "days"> {
  days: Partial<Record<Weekday, string[]>>;
}

const SPANS_PER_DAY_MAX = 12;
const HOLIDAYS_MAX = 400;
const TIME_ZONE_LENGTH_MAX = 64;
const SPAN = /^(\d\d):([0-5]\d)-(\d\d):([0-5]\d)$/;
const MINUTES_PER_DAY = 24 * 60;

/** Reads a change of hours over those that are there (null: none): what it leaves out stays, where there is something. */
export function readHours(value: unknown, path: string, current: BusinessHours | null): BusinessHours {
  const given = readFields(value, path);
  const timeZone = given.timeZone ?? current?.timeZone;
  if (timeZone === undefined) throw wrong(`${path}.timeZone`, TIME_ZONE_RULE);
  const days = given.days ?? current?.days;
  if (days === undefined || Object.values(days).every((spans) => spans.length === 0))
    throw wrong(`${path}.days`, "an object with the hours of at least one day");
  return {
    timeZone,
    days,
    holidays: given.holidays ?? current?.holidays ?? [],
    answer: given.answer ?? current?.answer ?? "inside",
    isCustomerTold: given.isCustomerTold ?? current?.isCustomerTold ?? false,
  };
}

export function writeHours({ days, ...hours }: BusinessHours): HoursText {
  const entries = Object.entries(days).map(([day, spans]) => [day, spans.map(writeSpan)] as const);
  return { ...hours, days: Object.fromEntries(entries) };
}

const TIME_ZONE_RULE = "the name of a time zone, such as America/Sao_Paulo";

const timeZone: Reader<string> = (value, path) => {
  if (typeof value === "string" && value.length <= TIME_ZONE_LENGTH_MAX && isTimeZone(value)) return value;
  throw wrong(path, TIME_ZONE_RULE);
};

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const holiday: Reader<string> = (value, path) => {
  const date = matching(/^\d{4}-\d\d-\d\d$/, 10, HOLIDAY_RULE)(value, path);
  // A day that is none is carried over into the next month.
  if (!isDate(date)) throw wrong(path, HOLIDAY_RULE);
  return date;
};

const HOLIDAY_RULE = "a day such as 2026-12-25";

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const SPAN_RULE =
  "hours such as 09:00-18:00, the end after the begin; a night is 22:00-24:00 and 00:00-02:00 of the next day";

const span: Reader<OpenSpan> = (value, path) => {
  const [, fromHour, fromMinutes, toHour, toMinutes] =
    SPAN.exec(typeof value === "string" ? value : "") ?? [];
  const fromMinute = Number(fromHour) * 60 + Number(fromMinutes);
  const toMinute = Number(toHour) * 60 + Number(toMinutes);
  if (fromMinute < toMinute && toMinute <= MINUTES_PER_DAY) return { fromMinute, toMinute };
  throw wrong(path, SPAN_RULE);
};

const daySpans: Reader<OpenSpan[]> = (value, path) => {
  const spans = listOf(span, SPANS_PER_DAY_MAX)(value, path);
  const isInOrder = spans.every(({ fromMinute }, index) => fromMinute >= (spans[index - 1]?.toMinute ?? 0));
  if (!isInOrder) throw wrong(path, "hours in their order that do not overlap");
  return spans;
};

const days = fieldsOf<Record<Weekday, OpenSpan[]>>(
  Object.fromEntries(WEEKDAYS.map((day) => [day, daySpans])) as Record<Weekday, typeof daySpans>,
);

const readFields = fieldsOf<BusinessHours>({
  timeZone,
  days,
  holidays: listOf(holiday, HOLIDAYS_MAX),
  answer: word(["inside", "outside"]),
  isCustomerTold: flag,
});

function writeSpan({ fromMinute, toMinute }: OpenSpan): string {
  return `${writeMinute(fromMinute)}-${writeMinute(toMinute)}`;
}

function writeMinute(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
