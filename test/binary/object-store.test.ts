// The store of objects beside everything else: it keeps nobody waiting when it hangs, restarts do not hurry it, and what
// waits for it or lies in it on the disk is the daemon's own alone.
import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { GcsDouble } from "../doubles/gcs.ts";
import { endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary, makeFolder } from "../harness/executable.ts";
import { endOutside, openOutside, type Outside } from "../harness/outside.ts";
import { Chance } from "./chance.ts";
import { readBooks, waitingCount } from "./kept.ts";
import { noise } from "./upload-customers.ts";
import { openFolder } from "./upload-sites.ts";

binary();

const LIMIT_MS = 90_000;
const LOOK_MS = { least: 20, most: 20 };

const BURSTS = { conversations: 10, each: 10, messages: 3 };
const SILENCE_MS = 300;
const BETWEEN_MESSAGES_MS = { least: 0, most: 60 };
/** Far from what is to be expected. */
const LAG_MAX_MS = 10_000;
const STOP_LIMIT_MS = 10_000;
const FILE_BYTES = 200_000;

const CONTACTS = 5;
const BUCKET_GAP_MS = 2_000;
const ANSWER_MS = { least: 0, most: 40 };

const clock = systemClock();
const chance = new Chance();

afterAll(async () => {
  await endDaemons();
  await endOutside();
});

test(
  `with a store that hangs ${BURSTS.conversations * BURSTS.each} bursts are answered as with a healthy one, and a stop is not kept by it`,
  async () => {
    const healthy = await talkBeside("healthy");
    const hanging = await talkBeside("hanging");
    const ratio = (hanging.median / healthy.median).toFixed(2);
    console.log(
      `seed ${chance.seed}: silence to reply, beyond ${SILENCE_MS} ms, ${told(healthy)} beside a healthy store, ` +
        `${told(hanging)} beside one that hangs: ratio of the medians ${ratio}`,
    );
  },
  LIMIT_MS,
);

interface Lags {
  median: number;
  most: number;
  stopMs: number;
}

/** In ms. */
function told({ median, most, stopMs }: Lags): string {
  return `median ${median.toFixed(0)} and at most ${most.toFixed(0)} ms (stopped in ${stopMs.toFixed(0)})`;
}

async function talkBeside(how: "healthy" | "hanging"): Promise<Lags> {
  const news = new News();
  await using outside = await openOutside({ beforeChatwootAnswers: async () => news.tell() });
  const gcs = await GcsDouble.open({ account: null, now: () => clock.now() });
  try {
    const daemon = await startDaemon({
      env: { ...environmentOf(outside), ...googleAt(gcs) },
    });
    outside.lead(daemon.address);
    // One bucket is there before the store hangs, so that uploads hang as well as the making of buckets.
    await talk(outside, news, 1, 1);
    await daemon.waitFor("bucket.created");
    if (how === "hanging") gcs.outage = "hang";

    const lags = await talkToAll(outside, news);
    while (how === "hanging" && hungCalls(gcs).length < 2) await chance.aWhile(LOOK_MS);
    await daemon.atRest();
    const stoppedAt = performance.now();
    expect(await daemon.stop()).toBe(0);
    const stopMs = performance.now() - stoppedAt;

    expect(stopMs).toBeLessThan(STOP_LIMIT_MS);
    expect(lags.at(-1)).toBeLessThan(LAG_MAX_MS);
    expect(hungCalls(gcs)).toEqual(how === "hanging" ? ["bucket.insert", "object.insert"] : []);
    const lines = readBooks(daemon.dataDir).lines.filter(({ sender }) => sender === "user");
    expect(lines).toHaveLength((1 + BURSTS.conversations * BURSTS.each) * BURSTS.messages);
    if (how === "hanging") expect(waitingCount(daemon.dataDir)).toBeGreaterThan(lines.length);
    expect(gcs.violations).toEqual([]);
    return { median: lags[lags.length >> 1] ?? 0, most: lags.at(-1) ?? 0, stopMs };
  } finally {
    await gcs.close();
  }
}

/** Kinds of calls that were never answered. */
function hungCalls(gcs: GcsDouble): string[] {
  return [...new Set(gcs.ledger.filter(({ end }) => end === "hang").map(({ op }) => op))].toSorted();
}

/** Ascending, in ms. */
async function talkToAll(outside: Outside, news: News): Promise<number[]> {
  const conversations = Array.from({ length: BURSTS.conversations }, (_, index) => index + 1);
  const lags = await Promise.all(conversations.map((one) => talk(outside, news, one, BURSTS.each)));
  return lags.flat().toSorted((a, b) => a - b);
}

/** Burst after burst, each with a file; gives how long each reply took beyond the silence, in ms. */
async function talk(outside: Outside, news: News, conversation: number, bursts: number): Promise<number[]> {
  const lags: number[] = [];
  for (let burst = 1; burst <= bursts; burst++) {
    for (let message = 1; message < BURSTS.messages; message++) {
      await outside.say(conversation, `burst ${burst}, message ${message}`);
      await chance.aWhile(BETWEEN_MESSAGES_MS);
    }
    const repliesBefore = outside.chatwoot.sent(conversation).length;
    const attachments = [outside.attach({ bytes: noise(chance, FILE_BYTES) })];
    const saidAt = clock.now();
    await outside.say(conversation, `burst ${burst}, the last`, { attachments });
    while (outside.chatwoot.sent(conversation).length === repliesBefore) await news.next;
    lags.push(clock.now() - saidAt - SILENCE_MS);
  }
  return lags;
}

/** Something was asked of Chatwoot, and done. */
class News {
  #told = Promise.withResolvers<void>();

  get next(): Promise<void> {
    return this.#told.promise;
  }

  tell(): void {
    this.#told.resolve();
    this.#told = Promise.withResolvers();
  }
}

test(
  `${CONTACTS} new contacts and a kill -9 in the making of each bucket: the project's pace is kept, and nobody has two`,
  async () => {
    let onMade: () => void = () => undefined;
    const gcs = await GcsDouble.open({
      account: null,
      now: () => clock.now(),
      bucketGapMs: BUCKET_GAP_MS,
      // Made, and the daemon does not know it yet.
      beforeAnswer: async ({ op, status }) => {
        if (op === "bucket.insert" && status === 200) onMade();
        await chance.aWhile(ANSWER_MS);
      },
    });
    try {
      await using outside = await openOutside();
      const options = {
        dataDir: join(makeFolder(), "data"),
        env: { ...environmentOf(outside), ...googleAt(gcs) },
      };
      for (let contact = 1; contact <= CONTACTS; contact++) {
        const made = Promise.withResolvers<void>();
        onMade = made.resolve;
        const daemon = await startDaemon(options);
        outside.lead(daemon.address);
        if (contact === 1) await greetAll(outside);
        await made.promise;
        // The first one surely dies before it knows.
        if (contact > 1) await chance.aWhile(ANSWER_MS);
        await daemon.kill();
      }
      const last = await startDaemon(options);
      while (waitingCount(options.dataDir) > 0) await chance.aWhile(LOOK_MS);
      expect(await last.stop()).toBe(0);
      judgePace(gcs, readBooks(options.dataDir).contactBuckets);
    } finally {
      await gcs.close();
    }
  },
  LIMIT_MS,
);

async function greetAll(outside: Outside): Promise<void> {
  for (let contact = 1; contact <= CONTACTS; contact++) await outside.say(contact, "bom dia");
}

function judgePace(gcs: GcsDouble, contactBuckets: string[]): void {
  const tries = gcs.ledger.filter(({ op }) => op === "bucket.insert");
  const gaps = tries.slice(1).map(({ at }, index) => at - (tries[index]?.at ?? 0));
  console.log(
    `seed ${chance.seed}: ${CONTACTS} kills, ${tries.length} tries for ${CONTACTS} buckets, at least ${Math.min(...gaps)} ms apart`,
  );
  expect(gcs.hastes).toEqual([]);
  expect(gcs.violations).toEqual([]);
  expect(gcs.bucketNames().toSorted()).toEqual(contactBuckets.toSorted());
  expect(contactBuckets).toHaveLength(CONTACTS);
  // What a daemon did not know of is asked for again.
  expect(tries.length).toBeGreaterThan(CONTACTS);
}

test(
  "what waits in the spool and what lies in the objects folder is the daemon's own alone, and it leaves nothing elsewhere, whatever the umask",
  async () => {
    await using site = openFolder();
    const [cwd, home] = [makeFolder(), makeFolder()];
    await using outside = await openOutside();
    site.takeAway();
    await using daemon = await startDaemon({
      command: ["/bin/sh", "-c", 'umask 000; exec "$0" "$@"', binary()],
      cwd,
      dataDir: site.dataDir,
      env: { ...environmentOf(outside), ...site.env, HOME: home, TMPDIR: home },
    });
    outside.lead(daemon.address);
    for (let contact = 1; contact <= CONTACTS; contact++) {
      const attachments = [outside.attach({ bytes: noise(chance, FILE_BYTES) })];
      await outside.say(contact, "veja", { attachments });
    }
    const spool = join(site.dataDir, "spool");
    while (wholeFilesIn(spool).length < CONTACTS) await chance.aWhile(LOOK_MS);
    expect(modesIn(spool)).toEqual(["file 600", "folder 700"]);

    site.bringBack();
    await daemon.atRest();
    while (waitingCount(site.dataDir) > 0) await chance.aWhile(LOOK_MS);
    expect(modesIn(join(site.dataDir, "objects"))).toEqual(["file 600", "folder 700"]);
    // Message, file, reply.
    expect([...site.kept().values()].map((objects) => objects.size)).toEqual(Array(CONTACTS).fill(3));
    expect(await daemon.stop()).toBe(0);
    expect(readdirSync(spool)).toEqual([]);
    expect([...readdirSync(cwd), ...readdirSync(home)]).toEqual([]);
  },
  LIMIT_MS,
);

/** None before the folder is made. */
function wholeFilesIn(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => !name.endsWith(".part"));
}

/** Which modes there are in a folder, its own among them. */
function modesIn(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  return [...new Set([folder, ...paths].map(modeOf))].toSorted();
}

function modeOf(path: string): string {
  const found = statSync(path);
  return `${found.isDirectory() ? "folder" : "file"} ${(found.mode & 0o777).toString(8)}`;
}

function environmentOf(outside: Outside): Record<string, string> {
  return {
    ...outside.env,
    MESSAGE_BUFFER_DURATION_MS: String(SILENCE_MS),
    BUFFER_PROCESSING_INTERVAL_MS: "200",
  };
}

function googleAt({ url }: GcsDouble): Record<string, string> {
  return { GCS_PROJECT_ID: "project-1", GCS_API_ENDPOINT: url };
}
