// Every silence has a reason of the closed list, which stands in the turn or in the buffer and is counted, once.
import { describe, expect, test } from "bun:test";
import { SILENCE_REASONS, type SilenceReason } from "../../src/turn/outcome.ts";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { addKey, addNumber, addUser } from "../harness/tenants.ts";
import { listed } from "./signed.ts";

const INBOX = "/inboxes/default/12";
/** Of the customer that the double makes for the conversation. */
const NUMBER = `+55119${String(CONVERSATION).padStart(8, "0")}`;

interface Scenario {
  options?: TestAppOptions;
  act: (app: TestApp) => Promise<unknown>;
  /** What leads to it is a silence of its own. */
  before?: SilenceReason;
}

const burst = async (app: TestApp, text = "oi"): Promise<void> => {
  await app.receive(text);
  await app.clock.tick(30_010);
};

/** The customer writes, something happens, and the silence passes. */
const meanwhile = (happens: (app: TestApp) => Promise<unknown>): Scenario => ({
  act: async (app) => {
    await app.receive("oi");
    await happens(app);
    await app.clock.tick(30_010);
  },
});

const inboxBecomes = (settings: Record<string, unknown>): Scenario =>
  meanwhile((app) => app.admin("PUT", INBOX, settings));

const answered = (answer: Record<string, unknown>, settings: Record<string, unknown> = {}): Scenario => ({
  act: async (app) => {
    await app.admin("PUT", INBOX, settings);
    app.ai.rawAnswer(JSON.stringify({ shouldRespond: true, content: "ok", confidence: 0.9, ...answer }));
    await burst(app, "quanto custa?");
  },
});

/** A user with a key of their own, and hardly any room to use it. */
const limited = (limits: Record<string, unknown>): Scenario => ({
  act: async (app) => {
    const userId = await addUser(app, "Ana");
    await addNumber(app, userId, NUMBER);
    await addKey(app, userId, "gsk_a-key-of-the-users-own-0001");
    await app.admin("PUT", `/users/${userId}/limits`, limits);
    await burst(app);
  },
});

const GROUP = { id: 77, name: "Família", phoneNumber: null, sourceId: "120363025246125486@g.us" };
const SENTENCE = "Obrigado pelo contato! Responderemos em breve.";

const SCENARIOS: Record<Exclude<SilenceReason, "flag_off">, Scenario> = {
  model_silent: answered({ shouldRespond: false }),
  human_active: meanwhile((app) => app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"))),
  human_assigned: meanwhile((app) => app.deliver(app.chatwoot.assign(CONVERSATION, "human"))),
  status: meanwhile((app) => app.deliver(app.chatwoot.resolve(CONVERSATION))),
  paused: meanwhile((app) => app.admin("POST", `/conversations/${CONVERSATION}/pause`, {})),
  mode_off: inboxBecomes({ mode: "off" }),
  outside_hours: inboxBecomes({ hours: { timeZone: "UTC", days: { mon: ["09:00-10:00"] } } }),
  blocklist: inboxBecomes({ lists: { block: [NUMBER] } }),
  group: {
    act: async (app) => {
      await app.admin("PUT", INBOX, { groups: "answer" });
      await app.receive("oi", { contact: GROUP, channel: "Channel::Api" });
      await app.admin("PUT", INBOX, { groups: "ignore" });
      await app.clock.tick(30_010);
    },
  },
  window_closed: {
    act: async (app) => {
      app.chatwoot.setCanReply(CONVERSATION, false);
      await burst(app);
    },
  },
  low_confidence: answered({ confidence: 0.1 }, { quality: { lowConfidence: "handoff" } }),
  spend_ceiling: limited({ spendPerMonthMicroUsd: 1 }),
  rate_limited: limited({ tokensPerDay: 1 }),
  no_credential: { options: { hasModel: false }, act: burst },
  loop: {
    act: async (app) => {
      for (const _ of [1, 2, 3]) await burst(app, SENTENCE);
    },
  },
  superseded: {
    act: async (app) => {
      app.ai.hold();
      await burst(app);
      await app.receive("e mais uma coisa");
      app.ai.release();
      await app.clock.tick(60_000);
    },
  },
  deleted: {
    act: async (app) => {
      const { messageId } = await app.receive("oi");
      await app.deliver(app.chatwoot.deleteMessage(messageId));
    },
  },
  empty: answered({ content: "<br><br>" }),
  handed_off: {
    before: "low_confidence",
    act: async (app) => {
      await answered({ confidence: 0.1 }, { quality: { lowConfidence: "handoff" } }).act(app);
      await burst(app, "alô?");
    },
  },
};

async function counted(app: TestApp): Promise<Record<string, number>> {
  const text = await (await app.handle(new Request("http://localhost/metrics"))).text();
  await app.clock.settle();
  const lines = text.matchAll(/^lull_silences_total\{reason="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, reason, count]) => [reason, Number(count)]));
}

async function reasonsShown(app: TestApp): Promise<unknown[]> {
  const turns = (await listed(app, "/jobs")).map(({ reason }) => reason);
  const buffers = (await listed(app, "/buffers")).map(({ cancelReason }) => cancelReason);
  return [...turns, ...buffers];
}

test.each(Object.entries(SCENARIOS))("%s", async (reason, { options = {}, act, before }) => {
  await using app = await openTestApp(options);
  await act(app);
  expect(await counted(app)).toEqual({ ...(before && { [before]: 1 }), [reason]: 1 });
  expect(await reasonsShown(app)).toContain(reason);
});

test("nothing else is on the list but what nobody has a use for yet", () => {
  expect(SILENCE_REASONS.filter((reason) => !(reason in SCENARIOS))).toEqual(["flag_off"]);
});

describe("counted, too, is", () => {
  test("a buffer that an operator drops", async () => {
    await using app = await openTestApp();
    const { answer } = await app.receive("oi");
    await app.admin("POST", `/buffers/${String(answer["bufferId"])}/cancel`);
    expect(await counted(app)).toEqual({ operator: 1 });
  });

  test("a message that is not even taken", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { mode: "off" });
    await app.receive("oi");
    expect(await counted(app)).toEqual({ mode_off: 1 });
  });

  test("a reply that a person overtakes before its POST, once, and none of its turn's end before", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("show_down");
    await burst(app);
    expect(await counted(app)).toEqual({});
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await app.clock.tick(60_000);
    expect(await counted(app)).toEqual({ human_active: 1 });
  });

  test("a reply that goes back to later messages", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("show_down");
    await burst(app);
    await app.receive("e mais uma coisa");
    await app.clock.tick(60_000);
    expect(await counted(app)).toEqual({ superseded: 1 });
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
  });

  test("nothing where every burst was answered", async () => {
    await using app = await openTestApp();
    for (const text of ["um", "dois"]) await burst(app, text);
    expect(await counted(app)).toEqual({});
  });
});
