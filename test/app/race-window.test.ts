// A person answers at every moment of a turn's way out: lull's reply never stands below theirs by more than one round trip.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { sleep } from "../harness/sleep.ts";
import { listed } from "./signed.ts";

/** There and back, of every call of Chatwoot and of every webhook's way. */
const ROUND_TRIP_MS = 200;
const HALF_MS = ROUND_TRIP_MS / 2;
/** From before the silence ends to after the reply is out. */
const FROM_MS = 29_950;
const TO_MS = 30_950;
const STEP_MS = 25;
const LIMIT_MS = 60_000;

const MOMENTS = [0, 10_000, 20_000, ...moments(FROM_MS, TO_MS)];

interface Seen {
  atMs: number;
  /** How long after the person's lull's reply was stored; null: never. */
  afterMs: number | null;
  hasReply: boolean;
  /** Of the silence, where the turn or its buffer keeps it. */
  reason: unknown;
}

function moments(from: number, to: number): number[] {
  return Array.from({ length: (to - from) / STEP_MS + 1 }, (_, index) => from + index * STEP_MS);
}

/** Every call takes its way. */
function slow({ chatwoot, clock }: TestApp): void {
  const { fetch: answer } = chatwoot;
  Object.assign(chatwoot, {
    fetch: async (url: string, init: RequestInit): Promise<Response> => {
      await sleep(clock, HALF_MS, init.signal ?? undefined);
      const response = await answer(url, init);
      await sleep(clock, HALF_MS, init.signal ?? undefined);
      return response;
    },
  });
}

/** `isTold`: the webhook about the person's reply arrives; else only Chatwoot's list shows it. */
async function interrupt(atMs: number, isTold: boolean, from: "dashboard" | "phone"): Promise<Seen> {
  await using app = await openTestApp();
  slow(app);
  await app.receive("oi");
  await app.clock.tick(atMs);
  const { chatwoot } = app;
  const reply =
    from === "phone"
      ? chatwoot.phoneSays(CONVERSATION, "Ana aqui")
      : chatwoot.humanSays(CONVERSATION, "Ana aqui");
  await app.clock.tick(HALF_MS);
  if (isTold) await app.deliver(reply);
  await app.clock.tick(60_000);
  const visible = chatwoot.visible(CONVERSATION);
  const person = visible.find(({ id }) => id === reply.messageId);
  const own = visible.find(({ contentAttributes }) => "lull_reply_id" in contentAttributes);
  const isAfter = own !== undefined && person !== undefined && own.id > person.id;
  return {
    atMs,
    afterMs: isAfter ? own.createdAt - person.createdAt : null,
    hasReply: own !== undefined,
    reason: await silenceOf(app),
  };
}

async function silenceOf(app: TestApp): Promise<unknown> {
  const [[turn], [buffer]] = [await listed(app, "/jobs"), await listed(app, "/buffers")];
  return turn?.["reason"] ?? buffer?.["cancelReason"];
}

describe.each(["dashboard", "phone"] as const)("a person's reply from the %s", (from) => {
  test.each([
    ["that a webhook tells of", true],
    ["that only Chatwoot's list shows", false],
  ])(
    "%s",
    async (name, isTold) => {
      const seen: Seen[] = [];
      for (const atMs of MOMENTS) seen.push(await interrupt(atMs, isTold, from));
      const late = seen.filter(({ afterMs }) => afterMs !== null);
      const windowMs = Math.max(0, ...late.map(({ afterMs }) => afterMs ?? 0));
      const [first, last] = [late[0]?.atMs, late.at(-1)?.atMs];
      console.log(
        `${from}, ${name}: ${seen.length} moments, at ${late.length} of them lull's reply came after the person's, ` +
          `at most ${windowMs} ms (written ${first}–${last} ms after the customer's, round trip ${ROUND_TRIP_MS} ms)`,
      );
      expect(windowMs).toBeLessThanOrEqual(ROUND_TRIP_MS);
      // Before the window nothing goes out, after it the reply was there first.
      const silent = seen.filter(({ hasReply }) => !hasReply);
      expect(silent.every(({ reason }) => reason === "human_active")).toBe(true);
      expect(silent.at(-1)?.atMs).toBeLessThan(first ?? Infinity);
      expect(seen.at(-1)).toMatchObject({ hasReply: true, afterMs: null });
    },
    LIMIT_MS,
  );
});
