// A day of customers who write as people do: each in a rhythm of their own, in bursts, some slowly, some interrupted,
// some in another hurry after noon. Drawn by a seed; when lull closes a buffer changes nothing of what is written.
import type { Random } from "../../src/random.ts";

/** One thought, in one or several messages. */
export interface Thought {
  /** Its first message: a moment of the day (ms after midnight), or so long after the answer to the thought before. */
  start: { at: number } | { afterAnswerMs: number };
  /** Between its messages; none: it is one message. */
  gapsMs: number[];
}

export type Customer = Thought[];

const HOUR_MS = 3_600_000;
/** How likely a thought begins in each hour: busy before and after lunch, quiet at night. */
const HOURS = [1, 1, 0, 0, 0, 1, 2, 4, 8, 12, 14, 12, 7, 8, 12, 14, 13, 11, 8, 6, 5, 4, 3, 2];
const NOON_MS = 12 * HOUR_MS;

/** How somebody writes. Logarithms spread by `spread` around the median gap. */
interface Rhythm {
  medianGapMs: number;
  spread: number;
}

export function customersOfDay(count: number, random: Random): Customer[] {
  return Array.from({ length: count }, () => customer(random));
}

function customer(random: Random): Customer {
  const rhythm = rhythmOf(random);
  const isHurriedLater = random.fraction() < 0.15;
  const starts = Array.from({ length: between(random, 3, 8) }, () => momentOfDay(random)).toSorted(
    (a, b) => a - b,
  );
  return starts.flatMap((at) => {
    const now =
      isHurriedLater && at > NOON_MS ? { ...rhythm, medianGapMs: rhythm.medianGapMs * 2.5 } : rhythm;
    const first: Thought = { start: { at }, gapsMs: gaps(now, random) };
    const further = Array.from({ length: between(random, 0, 3) }, (): Thought => {
      return { start: { afterAnswerMs: readingMs(random) }, gapsMs: gaps(now, random) };
    });
    return [first, ...further];
  });
}

/** Half write fast, a third at a middling pace, the rest slowly. */
function rhythmOf(random: Random): Rhythm {
  const kind = random.fraction();
  const [least, most] = kind < 0.5 ? [1_500, 4_000] : kind < 0.83 ? [4_000, 8_000] : [8_000, 14_000];
  return { medianGapMs: least + random.fraction() * (most - least), spread: 0.3 + random.fraction() * 0.4 };
}

/** On average three messages a thought; one gap in thirty is an interruption: a door bell, a call. */
function gaps({ medianGapMs, spread }: Rhythm, random: Random): number[] {
  const gapsMs: number[] = [];
  while (gapsMs.length < 12 && random.fraction() < 0.67) {
    const interruptionMs = random.fraction() < 1 / 30 ? 15_000 + random.fraction() * 60_000 : 0;
    gapsMs.push(Math.round(medianGapMs * Math.exp(spread * normal(random)) + interruptionMs));
  }
  return gapsMs;
}

function readingMs(random: Random): number {
  return Math.round(4_000 + 14_000 * Math.exp(0.7 * normal(random)));
}

function momentOfDay(random: Random): number {
  const total = HOURS.reduce((sum, share) => sum + share, 0);
  let left = random.fraction() * total;
  const hour = HOURS.findIndex((share) => (left -= share) < 0);
  return (hour + random.fraction()) * HOUR_MS;
}

function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random.fraction() * (most - least + 1));
}

/** A standard normal number (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
}
