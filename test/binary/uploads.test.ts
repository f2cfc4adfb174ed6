// kill -9 at random moments while messages and files are on their way into buckets. The verdict is read from the store
// itself, against the daemon's history. SEED=<number> repeats the choice of moments, though not what the kernel makes of
// them.
import { afterAll, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { endDaemons, launchDaemon, startDaemon } from "../harness/daemon.ts";
import { binary } from "../harness/executable.ts";
import { endOutside, openOutside, type Outside } from "../harness/outside.ts";
import { Chance } from "./chance.ts";
import { bytesOf, faultsIn, readBooks, waitingCount } from "./kept.ts";
import { Customers } from "./upload-customers.ts";
import { type Moment, openFolder, openGoogle, type Site } from "./upload-sites.ts";

binary();

const ROUNDS = { google: 150, folder: 50 };
const CONTACTS = 4;
const LIMIT_MS = 180_000;

/** Of kills while the daemon still starts. */
const EARLY_MS = { least: 0, most: 90 };
/** A kill comes with the nth of what it waits for. */
const NTH = { least: 1, most: 2 };
const CHATWOOT_MS = { least: 0, most: 8 };
const LOOK_MS = { least: 50, most: 50 };

const chance = new Chance();

afterAll(async () => {
  await endDaemons();
  await endOutside();
});

test(
  `${ROUNDS.google} times kill -9 while objects go to Google: in the end each is there, once and whole, and nothing else is`,
  async () => {
    const marks = new Marks();
    await using site = await openGoogle(chance, (moment) => marks.reach(moment));
    await survive(site, marks, ROUNDS.google);
  },
  LIMIT_MS,
);

test(
  `${ROUNDS.folder} times kill -9 while objects go to a folder: in the end each is there, once and whole, and nothing else is`,
  async () => {
    const marks = new Marks();
    await using site = openFolder((moment) => marks.reach(moment));
    await survive(site, marks, ROUNDS.folder);
  },
  LIMIT_MS,
);

async function survive(site: Site, marks: Marks, rounds: number): Promise<void> {
  await using outside = await openOutside({
    beforeChatwootAnswers: async ({ url }) => {
      if (!new URL(url).pathname.startsWith("/rails/")) return;
      marks.reach("download");
      await chance.aWhile(CHATWOOT_MS);
    },
  });
  outside.ai.answerWith(({ order }) => `answer ${order}`);
  const customers = new Customers(outside, chance, CONTACTS);
  const settings = { dataDir: site.dataDir, env: environmentOf(outside, site) };

  // Every round is to have something to do.
  site.takeAway();
  const first = await startDaemon(settings);
  customers.lead(first.address);
  await customers.writeFirst(site.load.firstMessages);
  site.bringBack();
  await first.waitFor("bucket.created");
  await first.kill();

  const written = customers.writeOn();
  for (let round = 1; round <= rounds; round++) await liveAndDie(settings, site, customers, marks);
  site.age();
  const last = await startDaemon(settings);
  customers.lead(last.address);
  customers.isDone = true;
  await written;
  await last.atRest();
  while (waitingCount(site.dataDir) > 0) await chance.aWhile(LOOK_MS);
  expect(await last.stop()).toBe(0);

  judge(site, outside, customers, rounds);
}

function environmentOf(outside: Outside, site: Site): Record<string, string> {
  return {
    ...outside.env,
    ...site.env,
    MESSAGE_BUFFER_DURATION_MS: "100",
    MAX_BUFFER_AGE_MS: "300",
    BUFFER_PROCESSING_INTERVAL_MS: "200",
    LULL_SEND_SETTLE_MS: "1000",
  };
}

async function liveAndDie(
  settings: Parameters<typeof launchDaemon>[0],
  site: Site,
  customers: Customers,
  marks: Marks,
): Promise<void> {
  const moment = chance.one(site.moments);
  const reached = marks.nth(moment, chance.whole(NTH));
  site.spoil();
  const daemon = launchDaemon(settings);
  if (moment === "boot") {
    await chance.aWhile(EARLY_MS);
  } else {
    await daemon.waitFor("boot.listening");
    customers.lead(daemon.address);
    await Promise.race([reached.then(() => chance.aWhile(site.afterMs)), chance.aWhile(site.lifeMs)]);
  }
  customers.lead(null);
  await daemon.kill();
  customers.isEnough = waitingCount(site.dataDir) > site.load.waitingMax;
  site.look();
}

/** Moments that a kill may wait for. */
class Marks {
  readonly met = new Map<Moment, number>();
  #awaited: { moment: Moment; left: number; resolve: () => void } | null = null;

  /** Resolves when the moment was reached so often from now on; it forgets what was awaited before. */
  nth(moment: Moment, count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited = { moment, left: count, resolve };
    return promise;
  }

  reach(moment: Moment): void {
    if (this.#awaited?.moment !== moment || --this.#awaited.left > 0) return;
    this.met.set(moment, (this.met.get(moment) ?? 0) + 1);
    this.#awaited.resolve();
    this.#awaited = null;
  }
}

function judge(site: Site, outside: Outside, customers: Customers, rounds: number): void {
  const { integrity, lines, contactBuckets, spooled } = readBooks(site.dataDir);
  const kept = site.kept();
  const objectCount = [...kept.values()].reduce((sum, objects) => sum + objects.size, 0);
  const fileCount = [...customers.sent.values()].flatMap(({ files }) => files).length;
  console.log(
    `seed ${chance.seed}: ${rounds} rounds and kills, ${lines.length} lines with ${fileCount} files, ` +
      `${objectCount} objects of ${bytesOf(kept)} bytes, ${site.cutCount} uploads cut${site.told()}`,
  );

  expect(faultsIn(lines, customers.sent, kept)).toEqual([]);
  const messageIds = new Set(lines.map(({ messageId }) => messageId));
  expect([...customers.sent.keys()].filter((id) => !messageIds.has(id))).toEqual([]);
  const replyIds = lines.flatMap(({ replyId }) => replyId ?? []);
  expect(replyIds.toSorted()).toEqual([...visibleReplies(outside.chatwoot.ledger).keys()].toSorted());
  expect([...kept.keys()].toSorted()).toEqual(contactBuckets.toSorted());
  expect(kept.size).toBe(CONTACTS);
  expect(new Set(lines.map(({ conversationId, bucketName }) => `${conversationId} ${bucketName}`)).size).toBe(
    CONTACTS,
  );
  expect(site.complaints()).toEqual([]);
  expect(outside.chatwoot.violations).toEqual([]);
  expect(spooled).toEqual([]);
  expect(readdirSync(join(site.dataDir, "spool"))).toEqual([]);
  expect(integrity).toEqual(["ok"]);
  // Else the kills proved little.
  expect(site.cutCount).toBeGreaterThan(rounds / 20);
  expect(lines.length).toBeGreaterThan(site.load.firstMessages);
}
