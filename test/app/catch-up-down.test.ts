// The daemon is down while customers write to a Chatwoot that never sends a webhook again: all are answered within a minute of
// the start, once, and nobody who was answered by a colleague, or whose conversation is over, is answered by lull.
import { describe, expect, test } from "bun:test";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { seededRandom } from "../harness/random.ts";

const MINUTE_MS = 60_000;
const TURN_MS = 30_010;
/** A thousand turns, each with its look and its POST. */
const LONG_TEST_MS = 120_000;

async function whileDown(app: TestApp, happens: () => void): Promise<void> {
  await app.stop();
  happens();
  await app.clock.tick(10 * MINUTE_MS);
  await app.start();
}

function ids(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Each conversation shows one reply, each reply stands there once, and no message was left. */
async function expectAnsweredOnce(app: TestApp, conversationIds: readonly number[], messageCount: number) {
  const unanswered = conversationIds.filter((id) => app.chatwoot.visible(id).length !== 1);
  expect(unanswered).toEqual([]);
  expect(new Set(visibleReplies(app.chatwoot.ledger).values())).toEqual(new Set([1]));
  expect((await app.store().counts()).messages).toEqual({ answered: messageCount });
  expect(app.chatwoot.violations).toEqual([]);
}

describe("1,000 messages while lull is down", () => {
  test.each([
    ["in 1,000 conversations", 1_000, 1],
    ["in bursts over 200 conversations", 200, 5],
  ])(
    "%s are answered within 60 s of the start, one reply each",
    async (name, conversationCount, burstCount) => {
      await using app = await openTestApp();
      await whileDown(app, () => {
        for (let message = 0; message < burstCount; message++)
          for (const id of ids(conversationCount)) app.chatwoot.customerSays(id, `m${message}`);
      });
      const startedAt = app.clock.now();
      await app.clock.tick(MINUTE_MS);
      await expectAnsweredOnce(app, ids(conversationCount), conversationCount * burstCount);
      const lastAt = Math.max(
        ...ids(conversationCount).map((id) => app.chatwoot.visible(id)[0]?.createdAt ?? 0),
      );
      console.log(
        `1,000 messages ${name}: all answered ${(lastAt - startedAt) / 1000} s after the start, silence included`,
      );
    },
    LONG_TEST_MS,
  );

  test(
    "are found with a bot's token alone where lull knows the conversation: the last message of each",
    async () => {
      await using app = await openTestApp({ tokens: "bot" });
      for (const id of ids(1_000)) void app.handle(app.chatwoot.customerSays(id, "oi").request());
      await app.clock.tick(TURN_MS);
      await whileDown(app, () => {
        for (const id of ids(1_000)) app.chatwoot.customerSays(id, "de novo");
        app.chatwoot.customerSays(2_000, "sou novo aqui");
      });
      const startedAt = app.clock.now();
      await app.clock.tick(MINUTE_MS);
      const answered = ids(1_000).filter((id) => app.chatwoot.sent(id).length === 2);
      expect(answered).toHaveLength(1_000);
      expect(app.chatwoot.sent(2_000)).toEqual([]);
      const lastAt = Math.max(...ids(1_000).map((id) => app.chatwoot.visible(id)[1]?.createdAt ?? 0));
      console.log(
        `1,000 messages with a bot's token: answered ${(lastAt - startedAt) / 1000} s after the start`,
      );
    },
    LONG_TEST_MS,
  );
});

test(
  "of 400 webhooks 5 % are lost at random while lull runs: the next looks find all of them, and nobody is answered twice",
  async () => {
    await using app = await openTestApp();
    const random = seededRandom();
    let lostCount = 0;
    for (let round = 0; round < 8; round++) {
      for (const id of ids(50)) {
        const delivery = app.chatwoot.customerSays(id, `m${round}`);
        if (random.fraction() < 0.05) lostCount++;
        else void app.handle(delivery.request());
      }
      await app.clock.tick(MINUTE_MS);
    }
    await app.clock.tick(2 * MINUTE_MS);
    expect(lostCount).toBeGreaterThan(5);
    expect((await app.store().counts()).messages).toEqual({ answered: 400 });
    expect(new Set(visibleReplies(app.chatwoot.ledger).values())).toEqual(new Set([1]));
    const looks = app.events.filter(({ name }) => name === "catch_up.found");
    const foundCount = looks.reduce((sum, { fields }) => sum + Number(fields["buffered"]), 0);
    // The others were seen by the look before a POST.
    console.log(`${lostCount} of 400 webhooks lost: all found, ${foundCount} by catch-up, 0 duplicates`);
    expect(foundCount).toBeGreaterThan(lostCount / 2);
  },
  LONG_TEST_MS,
);

describe("who was taken care of while lull was down is left alone", () => {
  test.each([
    ["a colleague answered", (app: TestApp) => app.chatwoot.humanSays(1, "Ana aqui")],
    ["somebody answered from the phone", (app: TestApp) => app.chatwoot.phoneSays(1, "Ana aqui")],
    ["the conversation was resolved", (app: TestApp) => app.chatwoot.resolve(1)],
    ["a colleague is assigned", (app: TestApp) => app.chatwoot.assign(1, "human")],
    ["the window of 24 hours has closed", (app: TestApp) => app.chatwoot.setCanReply(1, false)],
    [
      "a colleague answered, and the conversation was resolved",
      (app: TestApp) => {
        app.chatwoot.humanSays(1, "Ana aqui");
        app.chatwoot.resolve(1);
      },
    ],
  ])("%s", async (_what, happens) => {
    await using app = await openTestApp();
    await whileDown(app, () => {
      app.chatwoot.customerSays(1, "oi");
      happens(app);
      app.chatwoot.customerSays(2, "oi");
    });
    await app.clock.tick(3 * MINUTE_MS);
    expect(app.chatwoot.sent(1)).toEqual([]);
    expect(app.chatwoot.sent(2)).toEqual(["ok"]);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("what was said is kept all the same, and a customer who writes again is with people", async () => {
    await using app = await openTestApp();
    await whileDown(app, () => {
      app.chatwoot.customerSays(1, "quanto custa?");
      app.chatwoot.humanSays(1, "Custa dez.");
    });
    await app.receive("obrigado", { conversationId: 1 });
    await app.clock.tick(TURN_MS);
    expect(app.chatwoot.sent(1)).toEqual([]);
    const { messages } = await app.store().counts();
    expect(messages).toEqual({ cancelled: 1, silenced: 1 });
  });

  test("a pause counts from when the colleague wrote, not from when lull heard of it", async () => {
    await using app = await openTestApp({ env: { HUMAN_PAUSE_MINUTES: "5" } });
    await whileDown(app, () => {
      app.chatwoot.customerSays(1, "oi");
      app.chatwoot.humanSays(1, "Ana aqui");
    });
    await app.receive("e agora?", { conversationId: 1 });
    await app.clock.tick(TURN_MS);
    expect(app.chatwoot.sent(1)).toEqual(["ok"]);
    expect(app.ai.asked[0]?.prompt).toContain("[1] e agora?");
  });

  test("neither is a customer whom lull is not to answer: a blocked number, an inbox that is off, another channel", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", "/inboxes/default/13", { mode: "off" });
    await app.admin("PUT", "/inboxes/default/12", { lists: { block: ["+5511900000001"] } });
    await whileDown(app, () => {
      app.chatwoot.customerSays(1, "oi");
      app.chatwoot.customerSays(2, "oi", { inboxId: 13 });
      app.chatwoot.customerSays(3, "oi", { channel: "Channel::Email" });
      app.chatwoot.customerSays(4, "oi");
    });
    await app.clock.tick(3 * MINUTE_MS);
    expect(ids(4).map((id) => app.chatwoot.sent(id).length)).toEqual([0, 0, 0, 1]);
    expect((await app.store().counts()).messages).toEqual({ answered: 1 });
  });
});
