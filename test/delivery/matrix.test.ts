// Every way a POST can go × every worst moment to die × with and without the reply's own webhook × a bad day for
// reading, drawn by a seed. Judged by the double's ledger alone: one visible reply, or a final refusal that people see.
import { afterAll, expect, test } from "bun:test";
import type { PostMode, ReadMode } from "../doubles/chatwoot-faults.ts";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { seededRandom } from "../harness/random.ts";
import { Crash, type CrashPoint, deliveriesOf, notesOf, postsOf, SETTLE_MS } from "./scene.ts";

const SEED = 20_260_618;
const MODES: readonly PostMode[] = [
  "accept",
  "accept_500",
  "accept_reset",
  "accept_late",
  "no_id_200",
  "html_200",
  "reject_500",
  "reject_404",
  "reject_422",
  "too_many",
  "rate_limited",
  "hang",
];
const FINAL: readonly PostMode[] = ["reject_404", "reject_422"];
const READS: readonly ReadMode[] = ["list_down", "list_html", "stale_list", "show_down"];
const POINTS: readonly (CrashPoint | null)[] = [
  null,
  { when: "before", verb: "closeDue", call: 1 },
  { when: "after", verb: "claimTurns", call: 1 },
  { when: "before", verb: "keepAnswer", call: 1 },
  { when: "before", verb: "endTurn", call: 1 },
  { when: "after", verb: "endTurn", call: 1 },
  { when: "after", verb: "claimDeliveries", call: 1 },
  { when: "before", verb: "beginSend", call: 1 },
  { when: "after", verb: "beginSend", call: 1 },
  { when: "before", verb: "settleDelivery", call: 1 },
  { when: "after", verb: "settleDelivery", call: 1 },
  { when: "before", verb: "settleDelivery", call: 2 },
  { when: "after", verb: "beginSend", call: 2 },
  { when: "before", verb: "settleDelivery", call: 3 },
];

/** By then the process has died if it is to die at all. */
const DEATH_MS = 150_000;
/** How long a sound lull may need from there: reads that fail for some minutes at worst, and one settle time. */
const HEALED_MS = 600_000;

/** The polls behind the timers, seldom: this is about what the timers do. */
const SELDOM = { BUFFER_PROCESSING_INTERVAL_MS: "60000" };

interface Cell {
  mode: PostMode;
  point: CrashPoint | null;
  echo: boolean;
  /** accept_late: how long after its error Chatwoot takes the message after all. */
  delayMs: number;
  reads: { mode: ReadMode; after: number; count: number } | null;
}

const random = seededRandom(SEED);
const seen = { cells: 0, crashes: 0, once: 0, refused: 0, duplicates: 0, lost: 0, posts: 0, repeats: 0 };

function draw<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(random.fraction() * items.length)];
  if (item === undefined) throw new Error("nothing to draw from");
  return item;
}

/** Each mode, point and echo twice: on a good day for reading, and on a bad one. */
function cellsOf(mode: PostMode): Cell[] {
  return POINTS.flatMap((point) =>
    [true, false].flatMap((echo) =>
      [false, true].map((hasBadReads) => ({
        mode,
        point,
        echo,
        delayMs: draw([500, 15_000, 45_000, SETTLE_MS - 50]),
        reads: hasBadReads ? { mode: draw(READS), after: draw([0, 1]), count: draw([1, 2, 4]) } : null,
      })),
    ),
  );
}

async function play(cell: Cell): Promise<void> {
  const crash = new Crash(cell.point);
  await using app = await openTestApp({ echo: cell.echo, wrapStore: crash.wrapStore, env: SELDOM });
  crash.aim(app);
  app.chatwoot.failNext(cell.mode, 1, { delayMs: cell.delayMs });
  await app.receive("quanto custa?");
  await crash.live(app, 25_000);
  if (cell.reads?.after === 0) app.chatwoot.failNext(cell.reads.mode, cell.reads.count);
  await crash.live(app, 5_100);
  if (cell.reads?.after === 1) app.chatwoot.failNext(cell.reads.mode, cell.reads.count);
  await crash.live(app, DEATH_MS);
  await app.clock.tick(HEALED_MS);
  await crash.restarted();
  seen.crashes += crash.happened && cell.point !== null ? 1 : 0;
  await judge(app, cell);
}

async function judge(app: TestApp, cell: Cell): Promise<void> {
  const perMarker = [...visibleReplies(app.chatwoot.ledger).values()];
  const deliveries = await deliveriesOf(app);
  const [delivery] = deliveries;
  const posts = postsOf(app).length;
  seen.cells += 1;
  seen.posts += posts;
  seen.repeats += posts > 1 ? 1 : 0;
  const isRefused = perMarker.length === 0 && delivery?.state === "failed" && FINAL.includes(cell.mode);
  seen.once += perMarker.length === 1 && perMarker[0] === 1 ? 1 : 0;
  seen.duplicates += perMarker.some((count) => count > 1) || perMarker.length > 1 ? 1 : 0;
  seen.refused += isRefused ? 1 : 0;
  seen.lost += perMarker.length === 0 && !isRefused ? 1 : 0;
  expect(deliveries).toHaveLength(1);
  expect(posts).toBeLessThanOrEqual(5);
  expect(app.chatwoot.violations).toEqual([]);
  if (delivery?.state === "failed") {
    expect(FINAL).toContain(cell.mode);
    expect(perMarker).toEqual([]);
    judgeHandOver(app, cell);
  } else {
    expect(delivery?.state).toBe("sent");
    expect(perMarker).toEqual([1]);
    expect(app.chatwoot.visible(CONVERSATION)).toHaveLength(1);
    expect(notesOf(app)).toHaveLength(0);
  }
}

function judgeHandOver(app: TestApp, { point }: Cell): void {
  // Dead between the failed row and the note: the row at /admin/outbox is what is left to see.
  const diedBefore = point?.verb === "settleDelivery" && point.when === "after";
  const notes = notesOf(app).length;
  expect(diedBefore ? notes <= 1 : notes === 1).toBe(true);
  if (notes === 1) expect(app.chatwoot.room(CONVERSATION)?.status).toBe("open");
}

test.each(MODES.map((mode) => ({ mode })))(
  "$mode, whenever the process dies and whatever can be read: never two replies, never none",
  async ({ mode }) => {
    for (const cell of cellsOf(mode)) {
      try {
        await play(cell);
      } catch (cause) {
        throw new Error(`seed ${SEED}, ${JSON.stringify(cell)}`, { cause });
      }
    }
  },
  60_000,
);

afterAll(() => {
  const { cells, crashes, once, refused, duplicates, lost, posts, repeats } = seen;
  console.log(
    `matrix, seed ${SEED}: ${cells} combinations, ${crashes} with a crash, ${posts} POSTs (${repeats} cells repeated one); ` +
      `${once} replies visible once, ${refused} refused and handed over, ${duplicates} duplicates, ${lost} lost`,
  );
});
