// Fifty users in two Chatwoots, writing through each other for thousands of turns: nobody is ever answered with
// another's key, history or name. LULL_TENANT_TURNS sets how many turns; LULL_SEED repeats a run.
import { expect, test } from "bun:test";
import { ChatwootDouble } from "../doubles/chatwoot.ts";
import { ACCOUNT_ID, openTestApp, type TestApp } from "../harness/app.ts";
import { addKey, addNumber, addUser } from "../harness/tenants.ts";

const TURNS = Number(process.env["LULL_TENANT_TURNS"] ?? 10_000);
const SEED = Number(process.env["LULL_SEED"] ?? 20_261_121);
const USERS = 50;
/** The double's. */
const INBOX = 12;
const SECOND_URL = "http://second.test";
const SECOND_SECRET = "second-webhook-secret-0002";

/** Each number is that of two users, one in each Chatwoot; so are contacts, conversations and messages. */
interface Tenant {
  index: number;
  conversationId: number;
  contact: { id: number; name: string; phoneNumber: string };
  isSecond: boolean;
}

const TENANTS: readonly Tenant[] = Array.from({ length: USERS }, (_, index) => {
  const shared = index % (USERS / 2);
  const phoneNumber = `+55119${String(80_000_000 + shared)}`;
  return {
    index,
    conversationId: 500 + shared,
    contact: { id: 1 + shared, name: `canary-${index}-contact`, phoneNumber },
    isSecond: index >= USERS / 2,
  };
});

const keyOf = (index: number): string => `gsk-key-canary-${index}-end`;

async function openTenants() {
  let app: TestApp | null = null;
  const running = (): TestApp => app ?? fail();
  const second = new ChatwootDouble({
    accountId: ACCOUNT_ID,
    userToken: "second-token",
    echo: false,
    webhook: {
      url: "http://localhost/webhooks/chatwoot/second",
      secret: SECOND_SECRET,
      deliver: (request) => running().handle(request),
    },
    now: () => running().clock.now(),
    delay: () => Promise.resolve(),
  });
  const chatwoot = { baseUrl: SECOND_URL, accountId: ACCOUNT_ID, apiToken: "second-token", userToken: null };
  const secrets = { webhookSecret: SECOND_SECRET, webhookPathSecret: null };
  app = await openTestApp({
    echo: false,
    env: { MESSAGE_BUFFER_DURATION_MS: "1000", AI_SYSTEM_FALLBACK: "false" },
    connections: [{ name: "second", chatwoot, ...secrets, isPlayground: false }],
    fetch: (url, init) => second.fetch(url, init),
  });
  // Nobody writes so much: it would be taken for a machine at the other end.
  for (const connection of ["default", "second"])
    await app.admin("PUT", `/inboxes/${connection}/${INBOX}`, { answersPerHourMax: 1_000 });
  for (const { index, contact, isSecond } of TENANTS) {
    const connection = isSecond ? "second" : "default";
    const userId = await addUser(app, `canary-${index}-name`, { connection });
    await addNumber(app, userId, contact.phoneNumber, { connection });
    await addKey(app, userId, keyOf(index));
  }
  return { app, second, [Symbol.asyncDispose]: () => running()[Symbol.asyncDispose]() };
}

function fail(): never {
  throw new Error("the app is not running");
}

/** The users that a text names. */
function canariesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/canary-(\d+)-/g)].map(([, index]) => index ?? ""));
}

test(
  `in ${TURNS} turns of ${USERS} users no key, name or history is ever another's`,
  async () => {
    await using tenants = await openTenants();
    const { app, second } = tenants;
    let isForeign = 0;
    app.ai.answerWith(({ key, messages }) => {
      const [owner = "none"] = canariesIn(key);
      const named = canariesIn(JSON.stringify(messages));
      if (named.size !== 1 || !named.has(owner)) isForeign++;
      return `canary-${owner}-answer`;
    });
    let state = SEED;
    const pick = (bound: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * bound);
    };
    for (let round = 0; app.ai.asked.length < TURNS; round++) {
      if (round > TURNS) throw new Error("the turns never come");
      const order = TENANTS.toSorted(() => pick(3) - 1);
      for (const { index, conversationId, contact, isSecond } of order) {
        const double = isSecond ? second : app.chatwoot;
        const said = double.customerSays(conversationId, `canary-${index}-says ${pick(1_000)}`, { contact });
        expect((await app.handle(said.request())).status).toBe(200);
      }
      await app.clock.tick(1_010);
    }
    const keys = Map.groupBy(app.ai.asked, ({ key }) => key);
    console.log(`seed ${SEED}: ${app.ai.asked.length} turns with ${keys.size} keys, ${isForeign} foreign`);
    expect(isForeign).toBe(0);
    expect([...keys.keys()].toSorted()).toEqual(TENANTS.map(({ index }) => keyOf(index)).toSorted());
    for (const { index, conversationId, isSecond } of TENANTS) {
      const sent = (isSecond ? second : app.chatwoot).sent(conversationId);
      expect(sent.length).toBeGreaterThan(1);
      expect(new Set(sent)).toEqual(new Set([`canary-${index}-answer`]));
    }
  },
  15 * 60_000,
);
