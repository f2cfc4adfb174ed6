// The two places where objects may go, Google's double and a folder: how each is taken away and brought back, what is
// there in the end, and how many uploads the kills cut.
import {
  existsSync,
  type FSWatcher,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DAY_MS, systemClock } from "../../src/clock.ts";
import { GcsDouble } from "../doubles/gcs.ts";
import { makeFolder } from "../harness/executable.ts";
import type { Chance, Range } from "./chance.ts";
import { type Kept, keptAt, keptIn } from "./kept.ts";

/**
 * What a kill waits for: an early moment of the start, a file asked for, a whole object or a piece of one arrived, all
 * uploads answered, nothing.
 */
export type Moment = "boot" | "download" | "whole" | "piece" | "settle" | "any";

export interface Site extends AsyncDisposable {
  readonly dataDir: string;
  /** The settings that lead a daemon here. */
  readonly env: Record<string, string>;
  readonly moments: readonly [Moment, ...Moment[]];
  /** From the open port to the kill, unless its moment comes before. */
  readonly lifeMs: Range;
  /** From that moment to the kill. */
  readonly afterMs: Range;
  /** What is to be done when the first round begins, and where customers rest for a while. */
  readonly load: { firstMessages: number; waitingMax: number };
  takeAway(): void;
  bringBack(): void;
  /** Spoils something of the next round. */
  spoil(): void;
  /** After each kill. */
  look(): void;
  /** Lets what dead daemons left grow so old that nobody can be at it any more. */
  age(): void;
  kept(): Kept;
  readonly cutCount: number;
  /** What went wrong by its own books, and what is left of uploads that were cut; none is right. */
  complaints(): unknown[];
  /** More of what happened, in words. */
  told(): string;
}

const BUCKET_GAP_MS = 2_000;
const ANSWER_MS: Range = { least: 0, most: 30 };
/** Per round: an answer breaks off after the work was done. */
const LOST_SHARE = { whole: 0.4, piece: 0.1 };

const clock = systemClock();

/** `onMoment` hears of uploads that arrived whole, and of the last one answered. */
export async function openGoogle(chance: Chance, onMoment: (moment: Moment) => void): Promise<Site> {
  let underWay = 0;
  const gcs = await GcsDouble.open({
    account: null,
    now: () => clock.now(),
    bucketGapMs: BUCKET_GAP_MS,
    beforeAnswer: async ({ op }) => {
      if (op !== "object.insert" && op !== "upload.piece") return chance.aWhile(ANSWER_MS);
      onMoment(op === "upload.piece" ? "piece" : "whole");
      underWay++;
      await chance.aWhile(ANSWER_MS);
      if (--underWay === 0) onMoment("settle");
    },
  });
  return {
    dataDir: join(makeFolder(), "data"),
    env: { GCS_PROJECT_ID: "project-1", GCS_API_ENDPOINT: gcs.url },
    moments: ["boot", "download", "whole", "piece", "settle", "any"],
    lifeMs: { least: 50, most: 550 },
    afterMs: { least: 0, most: 10 },
    load: { firstMessages: 200, waitingMax: 200 },
    takeAway() {
      gcs.outage = { status: 503 };
    },
    bringBack() {
      gcs.outage = null;
    },
    spoil() {
      if (chance.happens(LOST_SHARE.whole)) gcs.failNext("object.insert", "lost");
      if (chance.happens(LOST_SHARE.piece)) gcs.failNext("upload.piece", "lost");
    },
    look: () => undefined,
    age: () => undefined,
    kept: () => keptAt(gcs),
    get cutCount() {
      return gcs.cutUploads.whole + gcs.cutUploads.piece;
    },
    complaints: () => [...gcs.violations, ...gcs.hastes],
    told() {
      const lostCount = gcs.ledger.filter(({ isDone, end }) => isDone && end === "cut").length;
      const pieceCount = gcs.doneCount("upload.piece");
      return `, ${gcs.cutUploads.piece} of them with a piece out of ${pieceCount}, and ${lostCount} answers lost`;
    },
    [Symbol.asyncDispose]: () => gcs.close(),
  };
}

/** `onMoment` hears of objects that begin to be written, or are moved to their place. */
export function openFolder(onMoment: (moment: Moment) => void = () => undefined): Site {
  const dataDir = join(makeFolder(), "data");
  const folder = join(dataDir, "objects");
  const staging = join(folder, ".staging");
  const cut = new Set<string>();
  let watcher: FSWatcher | null = null;
  return {
    dataDir,
    env: { LULL_STORAGE: "disk" },
    moments: ["boot", "download", "whole", "whole", "whole", "any"],
    lifeMs: { least: 100, most: 500 },
    afterMs: { least: 0, most: 2 },
    // The daemon spares the disk that its database is on: with more, no file would have its turn.
    load: { firstMessages: 60, waitingMax: 60 },
    takeAway() {
      mkdirSync(dataDir, { mode: 0o700 });
      writeFileSync(folder, "a file stands where the folder should");
    },
    bringBack: () => rmSync(folder),
    spoil: () => undefined,
    look() {
      for (const name of namesIn(staging)) cut.add(name);
      // It is there once there was something to write.
      if (existsSync(staging)) watcher ??= watch(staging, () => onMoment("whole"));
    },
    age() {
      const longAgoS = (clock.now() - 2 * DAY_MS) / 1000;
      for (const name of namesIn(staging)) utimesSync(join(staging, name), longAgoS, longAgoS);
    },
    kept: () => keptIn(folder),
    get cutCount() {
      return cut.size;
    },
    complaints: () => namesIn(staging),
    told: () => "",
    [Symbol.asyncDispose]: async () => watcher?.close(),
  };
}

/** None when the folder is not there. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
