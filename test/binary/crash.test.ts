// kill -9 at random moments under load. The verdict is read from Chatwoot's and the model's own books; the daemon's
// database is asked only at the end. SEED=<number> repeats the choice of moments, though not what the kernel makes of them.
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { sleep } from "../harness/sleep.ts";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { type Daemon, endDaemons, launchDaemon, startDaemon } from "../harness/daemon.ts";
import { binary, makeFolder } from "../harness/executable.ts";
import { endOutside, openOutside, type Outside, type WebhookAnswer } from "../harness/outside.ts";
import { seededRandom } from "../harness/random.ts";

binary();

const ROUNDS = 50;
const CONVERSATIONS = 12;
/** The double's. */
const INBOX = 12;
const LIMIT_MS = 60_000;
/** Of the rounds in which the port opens: the kill comes so long after. */
const LIFE_MS = { least: 20, most: 400 };
/** This share of the rounds is killed while the daemon still starts. */
const EARLY_SHARE = 0.2;
const EARLY_MS = 60;
const GAP_MS = { least: 15, most: 90 };
/** Long enough for kills to fall into it. */
const MODEL_DELAY_MS = 30;
const CHATWOOT_DELAY_MS = 60;

const clock = systemClock();
const seed = Number(process.env["SEED"] ?? clock.now() % 1_000_000);
const random = seededRandom(seed);
const between = (least: number, most: number): number => least + random.fraction() * (most - least);
const aWhile = (least: number, most: number): Promise<void> => sleep(clock, between(least, most));

afterAll(async () => {
  await endDaemons();
  await endOutside();
});

test(
  "50 times kill -9 under load: nothing acknowledged is lost, nothing is answered twice, and the order holds",
  async () => {
    const outside = await openOutside({
      // The daemon must find its own replies by looking.
      echo: false,
      beforeModelAnswers: () => aWhile(0, MODEL_DELAY_MS),
      // Kills also come between the moment Chatwoot has a reply and the moment the daemon knows.
      beforeChatwootAnswers: () => aWhile(0, CHATWOOT_DELAY_MS),
    });
    outside.ai.answerWith(({ prompt }) => `about ${namesIn(prompt).join(" ")}`);
    const dataDir = join(makeFolder(), "data");
    const customers = new Customers(outside);
    const talk = Array.from({ length: CONVERSATIONS }, (_, index) => customers.talk(index + 1));

    await allowManyAnswers(outside, dataDir);
    for (let round = 1; round <= ROUNDS; round++) await liveAndDie(launch(outside, dataDir), customers);
    const last = await startDaemon(settings(outside, dataDir));
    customers.lead(last.address);
    customers.isDone = true;
    await Promise.all(talk);
    await last.atRest();
    expect(await last.stop()).toBe(0);

    judge(outside, customers, dataDir);
  },
  LIMIT_MS,
);

function settings(world: Outside, dataDir: string) {
  const env = {
    ...world.env,
    MESSAGE_BUFFER_DURATION_MS: "100",
    MAX_BUFFER_AGE_MS: "300",
    BUFFER_PROCESSING_INTERVAL_MS: "200",
    LULL_SEND_SETTLE_MS: "1000",
  };
  return { env, dataDir };
}

function launch(world: Outside, dataDir: string): Daemon {
  return launchDaemon(settings(world, dataDir));
}

/** Who writes so much without a pause would be taken for a machine. */
async function allowManyAnswers(outside: Outside, dataDir: string): Promise<void> {
  await using daemon = await startDaemon(settings(outside, dataDir));
  await daemon.admin("PUT", `/inboxes/default/${INBOX}`, { answersPerHourMax: 1_000 });
  expect(await daemon.stop()).toBe(0);
}

async function liveAndDie(daemon: Daemon, customers: Customers): Promise<void> {
  if (random.fraction() < EARLY_SHARE) {
    await aWhile(0, EARLY_MS);
  } else {
    await daemon.waitFor("boot.listening");
    customers.lead(daemon.address);
    await aWhile(LIFE_MS.least, LIFE_MS.most);
  }
  customers.lead(null);
  await daemon.kill();
}

/** Every message has a name of its own, such as q-3-17: the 17th of conversation 3. */
class Customers {
  readonly said = new Set<string>();
  readonly acknowledged = new Set<string>();
  isDone = false;
  readonly #outside: Outside;
  #up = Promise.withResolvers<void>();
  #isUp = false;

  constructor(world: Outside) {
    this.#outside = world;
  }

  lead(address: string | null): void {
    this.#outside.lead(address);
    if (address !== null) this.#up.resolve();
    else if (this.#isUp) this.#up = Promise.withResolvers();
    this.#isUp = address !== null;
  }

  /** Writes until `isDone`. In every other conversation a webhook without a 200 comes again, before the next message. */
  async talk(conversation: number): Promise<void> {
    const comesAgain = conversation % 2 === 0;
    for (let count = 1; !this.isDone; count++) {
      const name = `q-${conversation}-${count}`;
      this.said.add(name);
      const said = await this.#outside.say(conversation, name);
      let isKept = isAcknowledged(said.answer);
      while (!isKept && comesAgain) {
        await this.#up.promise;
        isKept = isAcknowledged(await this.#outside.deliver(said));
      }
      if (isKept) this.acknowledged.add(name);
      await aWhile(GAP_MS.least, GAP_MS.most);
    }
  }
}

/** "duplicate" is the 200 of a message that a daemon kept and died before it could say so. */
function isAcknowledged(answer: WebhookAnswer | null): boolean {
  return answer?.status === 200 && ["buffered", "duplicate"].includes(String(answer.body["action"]));
}

function namesIn(text: string): string[] {
  return text.match(/q-\d+-\d+/g) ?? [];
}

function judge(world: Outside, customers: Customers, dataDir: string): void {
  const { said, acknowledged } = customers;
  const replies = repliesOf(world);
  const answered = replies.flatMap(({ names }) => names);
  const markers = visibleReplies(world.chatwoot.ledger);
  const rows = readDatabase(join(dataDir, "lull.db"));
  console.log(
    `seed ${seed}: ${ROUNDS} rounds, ${said.size} messages, ${acknowledged.size} acknowledged, ` +
      `${replies.length} replies (${rows.lookedUp} looked up after a cut send), ` +
      `${world.ai.asked.length} model calls, ${rows.discarded} answers discarded for later messages`,
  );

  expect([...acknowledged].filter((name) => !answered.includes(name))).toEqual([]);
  expect(doubled(answered)).toEqual([]);
  expect([...markers].filter(([, count]) => count !== 1)).toEqual([]);
  expect(markers.size).toBe(replies.length);
  expect(
    replies.filter(
      ({ conversation, names }) => !names.every((name) => conversationOf(name) === conversation),
    ),
  ).toEqual([]);
  expect(replies.filter(({ names }) => names.length === 0)).toEqual([]);
  for (let conversation = 1; conversation <= CONVERSATIONS; conversation++) {
    const order = replies
      .filter((reply) => reply.conversation === conversation)
      // A message whose webhook was lost may be found by a look after a later one was answered: late, but not lost.
      .flatMap(({ names }) => names.filter((name) => acknowledged.has(name)).map(numberOf));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
  // A summary is asked for by what was said, answers included: only a turn's own question has an order.
  for (const { prompt } of world.ai.asked.filter(({ prompt: asked }) =>
    asked.startsWith("The customer's turn is"),
  )) {
    const order = namesIn(prompt).map(numberOf);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
  expect(world.chatwoot.violations).toEqual([]);
  expect(world.ai.turnedAway).toEqual([]);

  expect(rows.integrity).toEqual(["ok"]);
  expect([...acknowledged].filter((name) => rows.outcomes.get(name) !== "answered")).toEqual([]);
  // Else the kills proved little.
  expect(acknowledged.size).toBeGreaterThan(ROUNDS * 4);
  expect(replies.length).toBeGreaterThan(ROUNDS / 2);
  expect(rows.lookedUp).toBeGreaterThan(0);
}

interface Reply {
  conversation: number;
  names: string[];
}

/** What the customers got, in the order in which Chatwoot took it. */
function repliesOf(world: Outside): Reply[] {
  return world.chatwoot.ledger.flatMap((entry) =>
    entry.kind === "stored" && entry.isVisible
      ? [{ conversation: entry.conversationId, names: namesIn(entry.content ?? "") }]
      : [],
  );
}

function doubled(names: string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function conversationOf(name: string): number {
  return Number(name.split("-")[1]);
}

function numberOf(name: string): number {
  return Number(name.split("-")[2]);
}

interface Rows {
  integrity: string[];
  outcomes: Map<string, string | null>;
  lookedUp: number;
  discarded: number;
}

function readDatabase(path: string): Rows {
  using db = new Database(path, { readonly: true, strict: true });
  const count = (sql: string): number =>
    db.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${sql}`).get()?.count ?? 0;
  const integrity = db.query<{ integrity_check: string }, []>("PRAGMA integrity_check").all();
  const messages = db
    .query<{ content: string; outcome: string | null }, []>("SELECT content, outcome FROM buffered_messages")
    .all();
  return {
    integrity: integrity.map((row) => row.integrity_check),
    outcomes: new Map(messages.map(({ content, outcome }) => [content, outcome])),
    lookedUp: count("outbox WHERE unknown_since IS NOT NULL"),
    discarded: count("events WHERE name = 'turn.superseded' AND detail ->> 'discarded'"),
  };
}
