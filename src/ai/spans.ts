// The spans of time that limits count in: minute, day and calendar month, all of UTC. Pure.
import { DAY_MS, MINUTE_MS } from "../clock.ts";

/** The moment at which the minute began that holds `at`. Takes and gives ms since 1970, as the others do. */
export function startOfMinute(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

export function startOfDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

export function startOfMonth(at: number): number {
  const day = new Date(at);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth());
}
