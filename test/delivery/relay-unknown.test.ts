// A reply whose fate is not known: looked up at its times, never posted blindly, never lost.
import { expect, test } from "bun:test";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import {
  Crash,
  deliveriesOf,
  intercept,
  listDownAfterPost,
  listReadsOf,
  notesOf,
  openAsked,
  postsOf,
  SETTLE_MS,
} from "./scene.ts";

const HOUR_MS = 3_600_000;
/** A whole day, minute by minute, takes its time on a busy machine. */
const LONG_TEST_MS = 60_000;
const QUIET = { echo: false };
/** For tests that last a day: no sweep in between, so that they stay quick. */
const LONG = { ...QUIET, env: { BUFFER_PROCESSING_INTERVAL_MS: String(HOUR_MS) } };

/** How long after the first POST each later entry came, in ms, to the second. */
function sincePost(app: TestApp, entries: { at: number }[]): number[] {
  const postedAt = postsOf(app)[0]?.at ?? 0;
  return entries.map(({ at }) => Math.round((at - postedAt) / 1_000) * 1_000);
}

test.each(["reject_500", "html_200"] as const)(
  "after %s nothing is posted again before the settle time; the looks come after 2, 10, 30 and 60 seconds",
  async (mode) => {
    await using app = await openAsked(QUIET, ({ chatwoot }) => chatwoot.failNext(mode));
    await app.clock.tick(SETTLE_MS - 100);
    expect(postsOf(app)).toHaveLength(1);
    expect(sincePost(app, listReadsOf(app))).toEqual([0, 2_000, 10_000, 30_000]);
    await app.clock.tick(200);
    expect(sincePost(app, listReadsOf(app)).slice(4)).toEqual([60_000, 60_000]);
    expect(sincePost(app, postsOf(app))).toEqual([0, 60_000]);
    expect((postsOf(app)[1]?.at ?? 0) - (postsOf(app)[0]?.at ?? 0)).toBeGreaterThanOrEqual(SETTLE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  },
);

test("a POST that never answers is given up after 20 seconds, and settles from there", async () => {
  await using app = await openAsked(QUIET, ({ chatwoot }) => chatwoot.failNext("hang"));
  await app.clock.tick(20_000 + SETTLE_MS - 100);
  expect(postsOf(app)).toHaveLength(1);
  expect(sincePost(app, listReadsOf(app))).toEqual([0, 22_000, 30_000, 50_000]);
  await app.clock.tick(200);
  expect(sincePost(app, postsOf(app))).toEqual([0, 80_000]);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test.each(["accept_500", "accept_reset", "no_id_200"] as const)(
  "a reply that was taken although the answer said otherwise (%s) is found by the first look",
  async (mode) => {
    await using app = await openAsked(QUIET, ({ chatwoot }) => chatwoot.failNext(mode));
    expect(await deliveriesOf(app)).toMatchObject([{ state: "unknown" }]);
    await app.clock.tick(2_000);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "sent", sends: 1 }]);
    await app.clock.tick(HOUR_MS);
    expect(postsOf(app)).toHaveLength(1);
  },
);

test.each(["accept_500", "accept_reset", "no_id_200"] as const)(
  "the reply's own webhook proves it at once, without a look (%s)",
  async (mode) => {
    await using app = await openAsked({}, ({ chatwoot }) => chatwoot.failNext(mode));
    expect(await deliveriesOf(app)).toMatchObject([{ state: "sent" }]);
    await app.clock.tick(HOUR_MS);
    expect([postsOf(app).length, listReadsOf(app).length]).toEqual([1, 1]);
  },
);

test.each([100, 9_000, 31_000, 59_900])(
  "a reply that Chatwoot takes %i ms after its error is seen and not posted again",
  async (delayMs) => {
    await using app = await openAsked(QUIET, ({ chatwoot }) =>
      chatwoot.failNext("accept_late", 1, { delayMs }),
    );
    await app.clock.tick(HOUR_MS);
    expect(postsOf(app)).toHaveLength(1);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "sent" }]);
    expect([...visibleReplies(app.chatwoot.ledger).values()]).toEqual([1]);
  },
);

test("a look that began before the settle time proves nothing, however late it ends", async () => {
  let slowMs = 0;
  await using app = await openAsked(QUIET, (opened) => {
    opened.chatwoot.failNext("reject_500");
    intercept(opened, (url) => {
      if (slowMs === 0 || !url.includes("/messages?after=")) return undefined;
      const waitMs = slowMs;
      slowMs = 0;
      const seen = Response.json({ meta: {}, payload: [] });
      return new Promise((resolve) => void opened.clock.setTimer(waitMs, () => resolve(seen)));
    });
  });
  // The look of second 30 is put off by processing being off, and then takes 12 seconds.
  await app.clock.tick(20_000);
  await app.admin("POST", "/processing", { enabled: false });
  await app.clock.tick(32_000);
  slowMs = 12_000;
  await app.admin("POST", "/processing", { enabled: true });
  await app.clock.tick(12_500);
  // One to settle it, one more before the second POST.
  expect(sincePost(app, listReadsOf(app))).toEqual([0, 2_000, 10_000, 64_000, 64_000]);
});

test("five POSTs at most, a settle time apart; then the reply is failed and handed to people", async () => {
  await using app = await openAsked(QUIET, ({ chatwoot }) => chatwoot.failNext("reject_500", 100));
  await app.clock.tick(HOUR_MS);
  expect(sincePost(app, postsOf(app))).toEqual([0, 60_000, 120_000, 180_000, 240_000]);
  expect(await deliveriesOf(app)).toMatchObject([{ state: "failed", reason: "too_many_sends", sends: 5 }]);
  expect(app.chatwoot.room(CONVERSATION)?.status).toBe("open");
  expect(notesOf(app)).toHaveLength(1);
});

test(
  "while the list cannot be read the reply waits: nothing is posted, nothing is lost",
  async () => {
    await using app = await openAsked(LONG, ({ chatwoot }) => chatwoot.failNext("accept_500"));
    const heal = listDownAfterPost(app);
    await app.clock.tick(23 * HOUR_MS);
    expect(postsOf(app)).toHaveLength(1);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "unknown" }]);
    heal();
    await app.clock.tick(61_000);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "sent", sends: 1 }]);
    expect(postsOf(app)).toHaveLength(1);
  },
  LONG_TEST_MS,
);

test(
  "a list that cannot be read until five minutes before the window ends hands the reply to people",
  async () => {
    await using app = await openAsked(LONG, ({ chatwoot }) => chatwoot.failNext("reject_500"));
    const heal = listDownAfterPost(app);
    await app.clock.tick(23 * HOUR_MS + 54 * 60_000);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "unknown" }]);
    expect(notesOf(app)).toHaveLength(0);
    await app.clock.tick(2 * 60_000);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "failed", reason: "too_old" }]);
    expect(app.chatwoot.room(CONVERSATION)?.status).toBe("open");
    // A note, too, is looked for before it is written.
    heal();
    await app.clock.tick(HOUR_MS);
    expect([postsOf(app).length, notesOf(app).length]).toEqual([1, 1]);
  },
  LONG_TEST_MS,
);

test(
  "a reply that was never posted because Chatwoot was away all day is handed to people, too",
  async () => {
    await using app = await openAsked(LONG, ({ chatwoot }) => chatwoot.failNext("show_down", 100_000));
    await app.clock.tick(24 * HOUR_MS);
    expect(postsOf(app)).toHaveLength(0);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "failed", reason: "too_old", sends: 0 }]);
    expect(notesOf(app)).toHaveLength(1);
  },
  LONG_TEST_MS,
);

test("a day without the process does not make a reply that was taken a failed one", async () => {
  await using app = await openAsked(QUIET, ({ chatwoot }) => chatwoot.failNext("accept_500"));
  await app.crash();
  await app.clock.tick(25 * HOUR_MS);
  await app.start();
  await app.clock.tick(61_000);
  expect(await deliveriesOf(app)).toMatchObject([{ state: "sent" }]);
  expect(notesOf(app)).toHaveLength(0);
});

test.each([
  ["forward", HOUR_MS],
  ["back", -HOUR_MS],
])("a wall clock that jumps %s does not shorten the settle time", async (_way, jumpMs) => {
  await using app = await openTestApp(QUIET);
  app.chatwoot.failNext("accept_late", 1, { delayMs: 40_000 });
  // Between two sweeps, which would notice the jump before the relay does.
  await app.clock.tick(5_000);
  await app.receive("oi");
  await app.clock.tick(59_900);
  app.clock.jump(jumpMs);
  await app.clock.tick(HOUR_MS);
  expect(postsOf(app)).toHaveLength(1);
  expect([...visibleReplies(app.chatwoot.ledger).values()]).toEqual([1]);
});

test("a POST that is cut off by a stop is looked up by the next start", async () => {
  await using app = await openAsked(QUIET, ({ chatwoot }) => chatwoot.failNext("hang"));
  await app.stop();
  await app.start();
  expect(await deliveriesOf(app)).toMatchObject([{ state: "unknown", sends: 1 }]);
  await app.clock.tick(SETTLE_MS - 100);
  expect(postsOf(app)).toHaveLength(1);
  await app.clock.tick(2_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("a process that dies after the POST never posts again before a whole settle time has passed since its start", async () => {
  const crash = new Crash({ when: "before", verb: "settleDelivery", call: 1 });
  await using app = await openAsked({ ...QUIET, wrapStore: crash.wrapStore }, (opened) => {
    opened.chatwoot.failNext("accept_late", 1, { delayMs: 45_000 });
    crash.aim(opened);
  });
  const startedAt = app.clock.now();
  expect(await crash.restarted()).toBe(true);
  expect(await deliveriesOf(app)).toMatchObject([{ state: "unknown", reason: "restart", sends: 1 }]);
  await app.clock.tick(SETTLE_MS + 5_000);
  expect(postsOf(app).filter(({ at }) => at > startedAt)).toHaveLength(0);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  expect(await deliveriesOf(app)).toMatchObject([{ state: "sent" }]);
});
