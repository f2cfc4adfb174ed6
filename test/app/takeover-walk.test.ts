// Customers write while the share of lull goes up and down: whatever happens, each message is answered by one side, and no
// talk is torn in two.
import { expect, test } from "bun:test";
import { isInShare } from "../../src/turn/share.ts";
import type { TestApp } from "../harness/app.ts";
import { openTakeover, QUIET_MS, type Takeover } from "../harness/legacy.ts";
import { seededRandom } from "../harness/random.ts";

const CONVERSATIONS = [1, 2, 3, 4, 5, 6, 7, 8];
const STEP_COUNT = 80;
/** Each walk is some hundred moments of a whole app. */
const WALK_LIMIT_MS = 30_000;
const PERCENTS = [0, 10, 25, 50, 75, 90, 100];

interface Said {
  conversationId: number;
  messageId: number;
  at: number;
}

type Side = "lull" | "legacy";

/** What each message came to on lull's side, by its id. */
async function keptByLull(app: TestApp): Promise<Map<number, { outcome: unknown; bufferId: string }>> {
  const kept = new Map<number, { outcome: unknown; bufferId: string }>();
  const { data } = await app.store().listBuffers({ limit: 1_000, cursor: null, state: null });
  for (const { id } of data) {
    const bufferId = String(id);
    for (const row of (await app.store().buffer(bufferId))?.messages ?? [])
      kept.set(Number(row["messageId"]), { outcome: row["outcome"], bufferId });
  }
  return kept;
}

async function walk({ app, setPercent }: Takeover, seed: number): Promise<Said[]> {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random.fraction() * count);
  const said: Said[] = [];
  const deliveries: { request: () => Request }[] = [];
  for (let step = 0; step < STEP_COUNT; step++) {
    const conversationId = CONVERSATIONS[below(CONVERSATIONS.length)] ?? 1;
    const chance = random.fraction();
    if (chance < 0.15) await setPercent(PERCENTS[below(PERCENTS.length)] ?? 0);
    else if (chance < 0.2) await app.deliver(app.chatwoot.typing(conversationId, true));
    else if (chance < 0.27) {
      const again = deliveries[below(deliveries.length)];
      if (again !== undefined) await app.deliver(again);
    } else {
      const delivery = await app.receive(`passo ${step}`, { conversationId });
      deliveries.push(delivery);
      said.push({ conversationId, messageId: delivery.messageId, at: app.clock.now() });
    }
    if (random.fraction() < 0.03) {
      await app.crash();
      await app.start();
    }
    await app.clock.tick(random.fraction() < 0.1 ? QUIET_MS + below(60_000) : below(25_000));
  }
  await app.clock.tick(2 * QUIET_MS);
  return said;
}

test.each([
  [1, "user"],
  [2, "bot"],
  [3, "bot and user"],
] as const)(
  "each message is answered by one side, and no talk is torn in two (seed %d, token of a %s)",
  async (seed, tokens) => {
    await using takeover = await openTakeover(50, { tokens });
    const { app, legacy } = takeover;
    let sentence = 0;
    app.ai.answerWith(() => `Sentence number ${++sentence}.`);
    const said = await walk(takeover, seed);

    const kept = await keptByLull(app);
    const forwarded = new Set(legacy.messageIds);
    const both = said.filter(({ messageId }) => kept.has(messageId) === forwarded.has(messageId));
    expect(both).toEqual([]);
    const sideOf = ({ messageId }: Said): Side => (forwarded.has(messageId) ? "legacy" : "lull");
    expect(new Set(said.map(sideOf)).size).toBe(2);

    for (const conversationId of CONVERSATIONS) {
      const talk = said.filter((one) => one.conversationId === conversationId);
      const torn = talk.filter((one, index) => {
        const before = talk[index - 1];
        return before !== undefined && one.at - before.at < QUIET_MS && sideOf(one) !== sideOf(before);
      });
      expect(torn).toEqual([]);
    }

    expect([...kept.values()].filter(({ outcome }) => outcome !== "answered")).toEqual([]);
    const answeredThere = legacy.answered.flatMap(({ messageIds }) => messageIds);
    expect(answeredThere.toSorted((one, other) => one - other)).toEqual(
      legacy.messageIds.toSorted((a, b) => a - b),
    );
    const sent = CONVERSATIONS.flatMap((id) => app.chatwoot.sent(id));
    expect(new Set(sent).size).toBe(sent.length);
  },
  WALK_LIMIT_MS,
);

test("through the app a quarter of some hundred conversations is lull's, the same ones after a restart", async () => {
  await using takeover = await openTakeover(25);
  const { app, legacy } = takeover;
  const ids = Array.from({ length: 400 }, (_, index) => index + 1);
  const mine = async (): Promise<number[]> => {
    const answers = ids.map(async (id) => {
      const response = await app.handle(app.chatwoot.customerSays(id, "oi").request());
      return ((await response.json()) as { action: string }).action;
    });
    const actions = await Promise.all(answers);
    await app.clock.settle();
    return ids.filter((_, index) => actions[index] === "buffered");
  };
  const first = await mine();
  expect(Math.abs(first.length / ids.length - 0.25)).toBeLessThan(0.05);
  await app.stop();
  legacy.stop();
  await app.clock.tick(QUIET_MS);
  await app.start();
  expect(await mine()).toEqual(first);
  const key = await app.store().ensureConnection("default", app.clock.now());
  expect(first).toEqual(ids.filter((id) => isInShare(25, "message_buffering", key, id)));
});
