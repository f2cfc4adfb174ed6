// Sending with a bot's token: alone it sees no list but the conversation's last message, and never sends again what
// it cannot prove missing; with a user's token beside it the whole protocol holds.
import { afterAll, describe, expect, test } from "bun:test";
import type { PostMode } from "../doubles/chatwoot-faults.ts";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import {
  Crash,
  type CrashPoint,
  deliveriesOf,
  listReadsOf,
  notesOf,
  openAsked,
  postsOf,
  requestsOf,
  SETTLE_MS,
} from "./scene.ts";

const HOUR_MS = 3_600_000;
const ALONE = { tokens: "bot", echo: false } as const;

function showsOf(app: TestApp) {
  return requestsOf(app, "GET", `/conversations/${CONVERSATION}`);
}

describe("a bot's token alone", () => {
  test("reads the conversation before the POST, and never asks for what a bot may not have", async () => {
    await using app = await openAsked(ALONE);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect([showsOf(app).length, listReadsOf(app).length]).toEqual([1, 0]);
    expect(showsOf(app)[0]?.order ?? Infinity).toBeLessThan(postsOf(app)[0]?.order ?? 0);
    expect(postsOf(app)[0]?.token).toBe("bot");
    expect(app.chatwoot.violations).toEqual([]);
  });

  test("does not post while the conversation cannot be read", async () => {
    await using app = await openAsked(ALONE, ({ chatwoot }) => chatwoot.failNext("show_down", 3));
    expect(postsOf(app)).toHaveLength(0);
    await app.clock.tick(20_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("takes in a newer message that is the conversation's last, and keeps silent after a person's", async () => {
    await using app = await openTestApp(ALONE);
    await app.receive("bom dia");
    await app.clock.tick(29_000);
    app.chatwoot.customerSays(CONVERSATION, "quanto custa?");
    await app.clock.tick(30_000);
    app.chatwoot.humanSays(CONVERSATION, "eu respondo");
    await app.clock.tick(HOUR_MS);
    expect(app.ai.asked.at(-1)?.prompt).toContain("[1] bom dia\n[2] quanto custa?");
    expect(postsOf(app)).toHaveLength(0);
    expect((await deliveriesOf(app)).at(-1)).toMatchObject({ state: "cancelled", reason: "human_active" });
  });

  test.each(["accept_500", "accept_reset", "no_id_200"] as const)(
    "is content with the reply's own webhook after %s",
    async (mode) => {
      await using app = await openAsked({ tokens: "bot" }, ({ chatwoot }) => chatwoot.failNext(mode));
      expect(await deliveriesOf(app)).toMatchObject([{ state: "sent" }]);
      await app.clock.tick(HOUR_MS);
      expect(postsOf(app)).toHaveLength(1);
    },
  );

  test("finds the reply as the conversation's last message when its webhook is lost", async () => {
    await using app = await openAsked(ALONE, ({ chatwoot }) => chatwoot.failNext("accept_500"));
    await app.clock.tick(2_000);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "sent", sends: 1 }]);
    expect(postsOf(app)).toHaveLength(1);
  });

  test.each(["reject_500", "html_200", "hang"] as const)(
    "hands a reply without proof to people after the settle time and never posts it again (%s)",
    async (mode) => {
      await using app = await openAsked(ALONE, ({ chatwoot }) => chatwoot.failNext(mode));
      const waitedMs = mode === "hang" ? 20_000 : 0;
      await app.clock.tick(SETTLE_MS + waitedMs - 100);
      expect(await deliveriesOf(app)).toMatchObject([{ state: "unknown" }]);
      await app.clock.tick(200);
      expect(await deliveriesOf(app)).toMatchObject([{ state: "failed", reason: "unproven", sends: 1 }]);
      expect(app.chatwoot.room(CONVERSATION)?.status).toBe("open");
      await app.clock.tick(HOUR_MS);
      expect([postsOf(app).length, notesOf(app).length]).toEqual([1, 1]);
    },
  );

  test("does not post a reply again that the customer's next message hides", async () => {
    await using app = await openAsked(ALONE, ({ chatwoot }) => chatwoot.failNext("accept_500"));
    app.chatwoot.customerSays(CONVERSATION, "obrigada");
    await app.clock.tick(HOUR_MS);
    expect(await deliveriesOf(app)).toMatchObject([{ state: "failed", reason: "unproven" }]);
    expect(postsOf(app)).toHaveLength(1);
  });

  test("believes a proof that comes after it gave up: the reply is sent, and cannot be sent again by hand", async () => {
    await using app = await openAsked(ALONE, ({ chatwoot }) =>
      chatwoot.failNext("accept_late", 1, { delayMs: SETTLE_MS + 5_000 }),
    );
    await app.clock.tick(SETTLE_MS + 10_000);
    const [failed] = await deliveriesOf(app);
    expect(failed).toMatchObject({ state: "failed", reason: "unproven" });
    // The first is the note's.
    const echo = app.chatwoot.echoes.at(-1);
    if (echo === undefined) throw new Error("the late reply was not stored");
    await app.deliver(echo);
    expect(await deliveriesOf(app)).toMatchObject([
      { state: "sent", reason: null, messageId: echo.messageId },
    ]);
    expect((await app.admin("POST", `/outbox/${failed?.id}/retry`)).status).toBe(404);
    const turn = await app.admin("GET", `/turns/${failed?.turnId}`);
    expect(turn.body["data"]).toMatchObject({ outcome: "answered", messages: [{ outcome: "answered" }] });
    expect(postsOf(app)).toHaveLength(1);
  });
});

describe("a bot's token with a user's beside it", () => {
  test("reads the list as the user and posts as the bot", async () => {
    await using app = await openAsked({ tokens: "bot and user", echo: false });
    expect(listReadsOf(app).map(({ token }) => token)).toEqual(["user"]);
    expect(postsOf(app).map(({ token }) => token)).toEqual(["bot"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("sends again what the list shows to be missing, once the settle time is over", async () => {
    await using app = await openAsked({ tokens: "bot and user", echo: false }, ({ chatwoot }) =>
      chatwoot.failNext("reject_500"),
    );
    await app.clock.tick(SETTLE_MS - 100);
    expect(postsOf(app)).toHaveLength(1);
    await app.clock.tick(200);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

const MODES: readonly PostMode[] = [
  "accept",
  "accept_500",
  "accept_reset",
  "accept_late",
  "no_id_200",
  "html_200",
  "reject_500",
  "reject_404",
  "too_many",
  "hang",
];
const POINTS: readonly (CrashPoint | null)[] = [
  null,
  { when: "before", verb: "endTurn", call: 1 },
  { when: "before", verb: "beginSend", call: 1 },
  { when: "after", verb: "beginSend", call: 1 },
  { when: "before", verb: "settleDelivery", call: 1 },
];
const seen = { cells: 0, sent: 0, handedOver: 0, duplicates: 0 };

test.each(MODES.map((mode) => ({ mode })))(
  "a bot's token alone, $mode, whenever the process dies: never two replies, and none is lost unseen",
  async ({ mode }) => {
    for (const point of POINTS) for (const echo of [true, false]) await play(mode, point, echo);
  },
  30_000,
);

/** Without proof it is people's: the ledger shows one reply or none, and then a failed row and a note. */
async function play(mode: PostMode, point: CrashPoint | null, echo: boolean): Promise<void> {
  const crash = new Crash(point);
  await using app = await openTestApp({ tokens: "bot", echo, wrapStore: crash.wrapStore });
  crash.aim(app);
  app.chatwoot.failNext(mode, 1, { delayMs: 40_000 });
  await app.receive("quanto custa?");
  await crash.live(app, 120_000);
  await app.clock.tick(120_000);
  const [delivery] = await deliveriesOf(app);
  const perMarker = [...visibleReplies(app.chatwoot.ledger).values()];
  seen.cells += 1;
  seen.sent += delivery?.state === "sent" ? 1 : 0;
  seen.handedOver += delivery?.state === "failed" ? 1 : 0;
  seen.duplicates += perMarker.some((count) => count > 1) || perMarker.length > 1 ? 1 : 0;
  expect(perMarker.every((count) => count === 1) && perMarker.length <= 1).toBe(true);
  expect(["sent", "failed"]).toContain(delivery?.state ?? "none");
  if (delivery?.state === "sent") expect(perMarker).toEqual([1]);
  else expect(notesOf(app)).toHaveLength(1);
}

afterAll(() => {
  console.log(
    `bot token alone: ${seen.cells} combinations, ${seen.sent} sent once, ${seen.handedOver} handed over, ${seen.duplicates} duplicates`,
  );
});
