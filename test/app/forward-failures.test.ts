// The older system away, slow or refusing, and lull itself dying meanwhile: nothing is lost, and order is kept.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, type TestApp } from "../harness/app.ts";
import { untilAborted } from "../harness/buckets.ts";
import { openTakeover, type Takeover } from "../harness/legacy.ts";

const HOUR_MS = 60 * 60_000;
const NEVER = new AbortController().signal;

interface Forward {
  id: string;
  state: string;
  statusCode: number | null;
  reason: string | null;
  attempts: number;
}

async function forwards(app: TestApp): Promise<Forward[]> {
  return (await app.admin("GET", "/forwards")).body["data"] as Forward[];
}

function busy(status = 503, headers: Record<string, string> = {}) {
  return () => new Response("busy", { status, headers });
}

test("a webhook that was committed is forwarded although lull died before it could", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  const seen = await dyingIn(takeover, "before");
  expect(legacy.calls).toHaveLength(0);
  await app.start();
  expect(legacy.messageIds).toEqual([seen]);
  await app.clock.tick(HOUR_MS);
  expect(legacy.messageIds).toEqual([seen]);
});

test("one whose call was under way when lull died is made again", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  const seen = await dyingIn(takeover, "during");
  legacy.answer = () => Response.json({ success: true });
  await app.start();
  expect(legacy.messageIds).toEqual([seen]);
  expect(await forwards(app)).toMatchObject([{ state: "sent", statusCode: 200 }]);
});

/** The customer writes, and the process dies before the call reaches the older system, or while it waits for its answer. */
async function dyingIn({ app, legacy }: Takeover, when: "before" | "during"): Promise<number> {
  legacy.answer = ({ signal }) => untilAborted(signal ?? NEVER);
  const delivery = app.chatwoot.customerSays(CONVERSATION, "oi");
  if (when === "before") {
    const answered = app.handle(delivery.request());
    expect((await answered).status).toBe(200);
  } else {
    await app.deliver(delivery);
  }
  await app.crash();
  legacy.answer = () => Response.json({ success: true });
  return delivery.messageId;
}

test("while the older system is down for an hour webhooks wait, and come in their order", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  legacy.isPatient = true;
  legacy.answer = () => Promise.reject(new TypeError("connection refused"));
  const sent = new Map<number, number[]>();
  for (let minute = 0; minute < 60; minute++) {
    const conversationId = CONVERSATION + (minute % 3);
    const { messageId, answer } = await app.receive(`minute ${minute}`, { conversationId });
    expect(answer["action"]).toBe("forwarded");
    sent.set(conversationId, [...(sent.get(conversationId) ?? []), messageId]);
    await app.clock.tick(60_000);
  }
  legacy.answer = () => Response.json({ success: true });
  await app.clock.tick(6 * 60_000);
  for (const [conversationId, ids] of sent) {
    const taken = legacy.calls.filter(
      ({ body }) =>
        body["message_type"] === "incoming" && (body["conversation"] as { id: number }).id === conversationId,
    );
    expect(taken.map(({ body }) => body["id"])).toEqual(ids);
  }
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
});

test("a slow conversation holds up no other, and its own messages stay in order", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  const held = Promise.withResolvers<Response>();
  legacy.answer = () => held.promise;
  const first = await app.receive("oi");
  legacy.answer = () => Response.json({ success: true });
  const second = await app.receive("tudo bem?");
  const other = await app.receive("olá", { conversationId: CONVERSATION + 1 });
  expect(legacy.messageIds).toEqual([other.messageId]);
  held.resolve(Response.json({ success: true }));
  await app.clock.settle();
  expect(legacy.messageIds).toEqual([other.messageId, first.messageId, second.messageId]);
});

describe("what comes back decides what becomes of it:", () => {
  test.each([
    ["500", busy(500), { state: "waiting", statusCode: 500, reason: "busy" }],
    ["429", busy(429), { state: "waiting", statusCode: 429, reason: "busy" }],
    ["400", busy(400), { state: "failed", statusCode: 400, reason: "refused" }],
    ["401", busy(401), { state: "failed", statusCode: 401, reason: "refused" }],
    ["a redirect", busy(302, { location: "http://elsewhere.test/" }), { state: "failed", statusCode: 302 }],
    [
      "a connection that breaks",
      () => Promise.reject(new TypeError("reset")),
      { state: "waiting", statusCode: null, reason: "network" },
    ],
  ])("%s", async (_how, answer, outcome) => {
    await using takeover = await openTakeover(0);
    takeover.legacy.answer = answer;
    await takeover.app.receive("oi");
    expect(await forwards(takeover.app)).toMatchObject([{ ...outcome, attempts: 1 }]);
  });

  test("nothing, for half a minute", async () => {
    await using takeover = await openTakeover(0);
    const { app, legacy } = takeover;
    legacy.answer = ({ signal }) => untilAborted(signal ?? NEVER);
    await app.receive("oi");
    await app.clock.tick(29_000);
    expect(await forwards(app)).toMatchObject([{ state: "waiting", attempts: 0 }]);
    await app.clock.tick(1_100);
    expect(await forwards(app)).toMatchObject([{ state: "waiting", reason: "timeout", attempts: 1 }]);
  });
});

test("a busy one is tried again after a second, and as late as it asks for", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  const tries: number[] = [];
  const counting = (answer: () => Response) => () => {
    tries.push(app.clock.now());
    return answer();
  };
  legacy.answer = counting(busy());
  await app.receive("oi");
  legacy.answer = counting(busy(429, { "retry-after": "30" }));
  await app.clock.tick(1_300);
  legacy.answer = counting(() => Response.json({ success: true }));
  await app.clock.tick(29_000);
  expect(tries).toHaveLength(2);
  await app.clock.tick(2_000);
  expect(tries).toHaveLength(3);
  expect(await forwards(app)).toMatchObject([{ state: "sent", attempts: 3 }]);
});

test("after a day a forward is given up; it can be tried again by hand", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  legacy.isPatient = true;
  legacy.answer = busy();
  const { messageId } = await app.receive("oi");
  await app.stop();
  await app.clock.tick(24 * HOUR_MS);
  await app.start();
  const [failed] = await forwards(app);
  expect(failed).toMatchObject({ state: "failed", reason: "busy", statusCode: 503 });
  legacy.answer = () => Response.json({ success: true });
  expect((await app.admin("POST", `/forwards/${failed?.id}/retry`)).status).toBe(200);
  expect(legacy.messageIds).toEqual([messageId]);
  expect((await app.admin("POST", `/forwards/${failed?.id}/retry`)).status).toBe(404);
});

test("a webhook is answered before the older system is asked, and so whatever it does", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  legacy.answer = ({ signal }) => untilAborted(signal ?? NEVER);
  const asked: number[] = [];
  for (let id = 1; id <= 20; id++) asked.push((await app.receive("oi", { conversationId: id })).status);
  expect(new Set(asked)).toEqual(new Set([200]));
});
