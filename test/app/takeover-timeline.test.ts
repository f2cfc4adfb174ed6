// A person takes over at every step of a turn's way, seen from Chatwoot's clock: whatever lull had under way, no reply of its
// own goes out after a person's word that is older than one round trip. What remains is printed: the race window.
import { afterAll, expect, test } from "bun:test";
import type { Network } from "../../src/media/network.ts";
import { filesAt } from "../doubles/files-network.ts";
import { CONVERSATION, type TestApp } from "../harness/app.ts";
import { openAttachmentApp } from "../harness/attachments-in-sight.ts";
import { sleep } from "../harness/sleep.ts";
import { ONE, voice } from "../harness/voice.ts";
import { intercept } from "../delivery/scene.ts";
import type { Delivery } from "../doubles/chatwoot.ts";

/** One way between lull and whoever it asks; a round trip is two. */
const TRAVEL_MS = 40;
const ROUND_TRIP_MS = 2 * TRAVEL_MS;
/** The silence, and time for all that follows it. */
const TURN_MS = 35_000;
/** Of a request: it leaves lull, it arrives, its answer leaves. */
type Moment = "leaves" | "arrives" | "is answered";

interface Point {
  /** Counted from 1, as the steps come. */
  step: number;
  moment: Moment;
}

type Takeover = (app: TestApp) => Delivery;
const TAKEOVERS: readonly [name: string, takeover: Takeover][] = [
  ["a reply from the dashboard", (app) => app.chatwoot.humanSays(CONVERSATION, "Ana aqui")],
  ["an echo from the phone", (app) => app.chatwoot.phoneSays(CONVERSATION, "Ana aqui")],
  [
    "a reply from the phone of fazer-ai's fork",
    (app) =>
      app.chatwoot.phoneSays(CONVERSATION, "Ana aqui", {
        contentAttributes: { external_echo: undefined, external_sender_name: "WhatsApp" },
      }),
  ],
  ["an assignment", (app) => app.chatwoot.assign(CONVERSATION, "human")],
  ["a resolution", (app) => app.chatwoot.resolve(CONVERSATION)],
];

/** The steps of one turn as they come, and what happens at one of them. */
class Timeline {
  readonly steps: string[] = [];
  readonly moments: Point[] = [];
  #at: Point | null = null;
  #strike: () => Promise<void> = () => Promise.resolve();

  aim(at: Point, strike: () => Promise<void>): void {
    this.#at = at;
    this.#strike = strike;
  }

  begin(label: string): number {
    return this.steps.push(label);
  }

  async reach(step: number, moment: Moment): Promise<void> {
    this.moments.push({ step, moment });
    if (this.#at?.step !== step || this.#at.moment !== moment) return;
    this.#at = null;
    await this.#strike();
  }
}

async function openTimed(timeline: Timeline): Promise<TestApp> {
  let app: TestApp | null = null;
  const travelling = async <T>(
    label: string,
    work: () => Promise<T>,
    travel: () => Promise<void>,
  ): Promise<T> => {
    const step = timeline.begin(label);
    await timeline.reach(step, "leaves");
    await travel();
    await timeline.reach(step, "arrives");
    const answer = await work();
    await timeline.reach(step, "is answered");
    await travel();
    return answer;
  };
  const travel = async (): Promise<void> => void (app && (await sleep(app.clock, TRAVEL_MS)));
  // The clock does not move while a file is on its way.
  const atOnce = (): Promise<void> => Promise.resolve();
  const files = filesAt("chatwoot.test", { "/1": [ONE] });
  const network: Network = {
    lookup: (host) => files.lookup(host),
    connect: (door, signal) => travelling("the voice note", () => files.connect(door, signal), atOnce),
  };
  const opened = await openAttachmentApp(network);
  const asked = opened.ai.handle.bind(opened.ai);
  const handle = (request: Request): Promise<Response> =>
    travelling(`the model: ${new URL(request.url).pathname}`, () => asked(request), travel);
  Object.assign(opened.ai, { handle });
  const pass = opened.chatwoot.fetch;
  intercept(opened, (url, init) =>
    travelling(`${init.method} ${new URL(url).pathname.split("/").at(-1)}`, () => pass(url, init), travel),
  );
  app = opened;
  return opened;
}

/** A question by text and by voice, and the time of its turn. */
async function ask(app: TestApp): Promise<void> {
  await app.receive("quanto custa?");
  await app.receive("", { attachments: [voice(1)] });
  await app.clock.tick(TURN_MS);
}

/** The moments of a turn that nobody interrupts, each once. */
async function momentsOfATurn(): Promise<{ points: Point[]; steps: string[] }> {
  const timeline = new Timeline();
  await using app = await openTimed(timeline);
  await ask(app);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  return { points: timeline.moments, steps: timeline.steps };
}

interface Race {
  place: string;
  /** From the person's word to the reply's arrival, in ms of Chatwoot's clock. */
  afterMs: number;
}

const seen = { runs: 0, keptBack: 0, before: 0, races: [] as Race[] };

/** One turn with one takeover at one moment. */
async function play(takeover: Takeover, isTold: boolean, point: Point): Promise<void> {
  const timeline = new Timeline();
  await using app = await openTimed(timeline);
  let struckAt: number | null = null;
  timeline.aim(point, async () => {
    struckAt = app.clock.now();
    const delivery = takeover(app);
    if (isTold) expect((await app.handle(delivery.request())).status).toBe(200);
  });
  await ask(app);
  judge(app, struckAt, `${timeline.steps[point.step - 1]} ${point.moment}`);
}

function judge(app: TestApp, struckAt: number | null, place: string): void {
  if (struckAt === null) throw new Error(`nobody took over: ${place} did not come`);
  seen.runs++;
  const replies = app.chatwoot.ledger.filter(
    (entry) => entry.kind === "stored" && entry.isVisible && entry.replyId !== null,
  );
  expect(replies.length).toBeLessThanOrEqual(1);
  const [reply] = replies;
  if (reply === undefined) return void seen.keptBack++;
  const afterMs = reply.at - struckAt;
  if (afterMs <= 0) seen.before++;
  else seen.races.push({ place, afterMs });
  expect(afterMs).toBeLessThanOrEqual(ROUND_TRIP_MS);
}

const { points, steps } = await momentsOfATurn();

test("the timeline goes by the voice note and the model to the look and the POST", () => {
  const labels = steps.join(" · ");
  for (const label of ["the voice note", "transcriptions", "completions", "GET messages", "POST messages"])
    expect(labels).toContain(label);
});

test.each(TAKEOVERS)(
  "%s at any step, told by a webhook, silences lull from one round trip on",
  async (_name, takeover) => {
    for (const point of points) await play(takeover, true, point);
  },
);

test.each(TAKEOVERS)(
  "%s at any step that no webhook tells of silences lull from one round trip before its look on",
  async (_name, takeover) => {
    for (const point of points) await play(takeover, false, point);
  },
);

test.each(TAKEOVERS)(
  "%s before the customer writes, or while lull waits, leaves it quiet",
  async (name, takeover) => {
    for (const isBefore of [true, false]) {
      const timeline = new Timeline();
      await using app = await openTimed(timeline);
      if (!isBefore) await app.receive("quanto custa?");
      await app.deliver(takeover(app));
      // A customer who writes into a resolved conversation opens it anew.
      if (isBefore && name !== "a resolution") await app.receive("quanto custa?");
      await app.clock.tick(TURN_MS);
      expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    }
  },
);

afterAll(() => {
  const { runs, keptBack, before, races } = seen;
  const widest = Math.max(0, ...races.map(({ afterMs }) => afterMs));
  const places = [...new Set(races.map(({ place }) => place))].join(", ");
  console.log(
    `${runs} takeovers at ${points.length} moments: ${keptBack} replies kept back, ${before} were out before, ` +
      `${races.length} in the race window, at most ${widest} ms after the person (a round trip is ${ROUND_TRIP_MS} ms): ${places}`,
  );
});
