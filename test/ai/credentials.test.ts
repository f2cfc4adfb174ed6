// Whose keys answer, in which order; how they are kept; how they rest.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Candidate, Credentials } from "../../src/ai/credentials.ts";
import { AppError } from "../../src/errors.ts";
import type { AiFailure } from "../doubles/ai.ts";
import { asking, type House, NEVER, openHouse, REQUEST } from "./house.ts";

const SUBJECT = "turn-1";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SYSTEM = [
  { provider: "groq", apiKey: "env-groq-key" },
  { provider: "openai", apiKey: "env-openai-key" },
] as const;

describe("the order", () => {
  test("is the sender's keys by priority, the owner's, the environment's, the stored ones of the system", async () => {
    await using house = await openHouse({ systemKeys: [...SYSTEM] });
    const [senderId, ownerId] = [await house.addUser(), await house.addUser()];
    await house.addKey(null, "system-key");
    await house.addKey(ownerId, "owner-key");
    await house.addKey(senderId, "sender-second", { priority: 2 });
    await house.addKey(senderId, "sender-first", { priority: 1, provider: "openai" });
    expect(await house.keysFor({ senderId, ownerId })).toEqual([
      "sender-first",
      "sender-second",
      "owner-key",
      "env-groq-key",
      "env-openai-key",
      "system-key",
    ]);
  });

  test("says of every key whose it is and whose limits it counts against", async () => {
    await using house = await openHouse({ systemKeys: [SYSTEM[0]] });
    const [senderId, ownerId] = [await house.addUser(), await house.addUser()];
    const own = await house.addKey(senderId, "sender-key");
    const owners = await house.addKey(ownerId, "owner-key");
    const systems = await house.addKey(null, "system-key");
    const whose = async (who: Parameters<typeof asking>[0]) =>
      (await house.credentials.choose(asking(who), SUBJECT)).candidates.map(
        ({ source, credentialId, userId }) => [source, credentialId, userId] as const,
      );
    expect(await whose({ senderId, ownerId })).toEqual([
      ["user", own, senderId],
      ["owner", owners, ownerId],
      ["system", null, senderId],
      ["system", systems, senderId],
    ]);
    expect(await whose({ ownerId })).toEqual([
      ["owner", owners, ownerId],
      ["system", null, ownerId],
      ["system", systems, ownerId],
    ]);
    expect(await whose({})).toEqual([
      ["system", null, null],
      ["system", systems, null],
    ]);
  });

  test("names the keys of a sender who owns the line once", async () => {
    await using house = await openHouse();
    const userId = await house.addUser();
    await house.addKey(userId, "own-key");
    expect(await house.keysFor({ senderId: userId, ownerId: userId })).toEqual(["own-key"]);
  });

  test("takes turns among keys of one priority: the least recently used comes first", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    for (const key of ["key-a", "key-b", "key-c"]) await house.addKey(senderId, key);
    const firsts: string[] = [];
    for (let count = 0; count < 6; count++) {
      await house.clock.tick(SECOND);
      firsts.push((await house.ask({ senderId })).credentialId ?? "");
    }
    expect(house.ai.asked.map(({ key }) => key)).toEqual([
      "key-a",
      "key-b",
      "key-c",
      "key-a",
      "key-b",
      "key-c",
    ]);
    expect(firsts.slice(0, 3)).toEqual(firsts.slice(3));
  });

  test("ends with the users' own keys when the system's may not be used", async () => {
    await using house = await openHouse({ systemKeys: [...SYSTEM], isSystemFallbackOn: false });
    const senderId = await house.addUser();
    await house.addKey(null, "system-key");
    expect(await house.keysFor({ senderId })).toEqual([]);
    await house.addKey(senderId, "own-key");
    expect(await house.keysFor({ senderId })).toEqual(["own-key"]);
  });

  test("in the playground is the environment's alone", async () => {
    await using house = await openHouse({ systemKeys: [...SYSTEM] });
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key");
    await house.addKey(null, "system-key");
    const who = { senderId, ownerId: senderId, isPlayground: true };
    expect(await house.keysFor(who)).toEqual(["env-groq-key", "env-openai-key"]);
  });

  test("in the playground without a key of the environment is the offline responder", async () => {
    await using house = await openHouse();
    await house.addKey(null, "system-key");
    const { candidates } = await house.credentials.choose(asking({ isPlayground: true }), SUBJECT);
    expect(candidates.map(({ model }) => model.provider)).toEqual(["offline"]);
  });
});

test("nobody is ever answered with the key of another user", async () => {
  await using house = await openHouse({ systemKeys: [SYSTEM[0]] });
  const userIds: string[] = [];
  const holders = new Map<string, string>();
  for (let count = 0; count < 20; count++) {
    const userId = await house.addUser(`user ${count}`);
    userIds.push(userId);
    for (let key = 0; key < count % 3; key++) {
      holders.set(`key-${count}-${key}`, userId);
      await house.addKey(userId, `key-${count}-${key}`, { priority: key % 2 });
    }
  }
  const anybody = fc.option(fc.constantFrom(...userIds));
  const moves = fc.array(fc.tuple(anybody, anybody, fc.constantFrom("ask", "fail", "forget")), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(moves, async (steps) => {
      for (const [senderId, ownerId, move] of steps) {
        if (move === "forget") house.credentials.forget();
        if (move === "fail") house.ai.failNext("rate_limited");
        const from = house.ai.asked.length;
        const outcome = await house.ask({ senderId, ownerId }).catch((error: unknown) => error);
        expect(outcome instanceof Error ? Reflect.get(outcome, "code") : "ok").toBeOneOf([
          "ok",
          "ai_unavailable",
        ]);
        for (const { key } of house.ai.asked.slice(from))
          expect([undefined, senderId, ownerId]).toContain(holders.get(key));
      }
      await house.clock.tick(MINUTE);
    }),
    { numRuns: 40 },
  );
  const spent = house.ai.asked.filter(({ key }) => holders.has(key));
  expect(spent.length).toBeGreaterThan(20);
});

describe("a key", () => {
  test("is sealed on the disk and known by its last four", async () => {
    await using house = await openHouse();
    const userId = await house.addUser();
    await house.addKey(userId, "sk-canary-0123456789abcdef");
    expect(await house.store.listCredentials(userId)).toMatchObject([{ lastFour: "cdef" }]);
    const stored = house.stored();
    expect(stored).not.toContain("canary");
    expect(stored).toContain("cdef");
  });

  test.each([
    ["eleven-char", "****"],
    ["twelve-chars", "hars"],
    ["", "****"],
  ])("%p shows %p", async (apiKey, lastFour) => {
    await using house = await openHouse();
    await house.addKey(null, apiKey);
    expect(await house.store.listCredentials(null)).toMatchObject([{ lastFour }]);
  });

  test("of nobody is not kept", async () => {
    await using house = await openHouse();
    expect(await house.credentials.add("nobody", { provider: "groq", apiKey: "lost-key" })).toBeNull();
  });

  test("is opened by each call anew, and by none that is not made", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key");
    const { candidates } = await house.credentials.choose(asking({ senderId }), SUBJECT);
    expect(house.opened).toEqual([]);
    for (const { model } of [...candidates, ...candidates]) await model.complete(REQUEST, NEVER);
    expect(house.opened.map(({ apiKey }) => apiKey)).toEqual(["own-key", "own-key"]);
  });

  test("asks its own model with its own temperature, else the provider's default without one", async () => {
    await using house = await openHouse({ systemKeys: [SYSTEM[1]] });
    const senderId = await house.addUser();
    await house.addKey(senderId, "warm-key", { model: "m-9", temperature: 0, provider: "openai" });
    await house.addKey(senderId, "plain-key", { priority: 1 });
    await house.keysFor({ senderId });
    expect(house.ai.asked.map(({ provider, model, temperature }) => [provider, model, temperature])).toEqual([
      ["openai", "m-9", 0],
      ["groq", "openai/gpt-oss-20b", undefined],
      ["openai", "gpt-5.4-mini", undefined],
    ]);
    expect(house.ai.turnedAway).toEqual([]);
  });

  test("that cannot be unsealed is passed over, and only its id is told", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    const id = await house.addKey(senderId, "sealed-elsewhere");
    const other = house.withMasterKey(2);
    const readable = await other.add(senderId, { provider: "groq", apiKey: "readable-key" });
    house.ai.addKey("readable-key");
    const { candidates } = await other.choose(asking({ senderId }), SUBJECT);
    expect(candidates.map(({ credentialId }) => credentialId)).toEqual([readable]);
    expect(house.events.filter(({ name }) => name === "credential.unsealable")).toEqual([
      { level: "error", name: "credential.unsealable", fields: { credentialId: id } },
    ]);
  });
});

describe("what is known of a user's keys", () => {
  test("is read once in five minutes", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key");
    const look = () => house.credentials.choose(asking({ senderId }), SUBJECT);
    await look();
    await house.clock.tick(5 * MINUTE - 1);
    await look();
    expect(house.reads).toEqual([senderId, null]);
    await house.clock.tick(1);
    await look();
    expect(house.reads).toEqual([senderId, null, senderId, null]);
  });

  test.each<[string, (credentials: Credentials, userId: string, id: string, own: Candidate) => unknown]>([
    [
      "a key is added",
      (credentials, userId) => credentials.add(userId, { provider: "groq", apiKey: "new-key" }),
    ],
    ["a key is changed", (credentials, userId, id) => credentials.change(userId, id, { model: "m-2" })],
    ["a key is removed", (credentials, userId, id) => credentials.remove(userId, id)],
    ["a key is used", (credentials, _userId, _id, own) => credentials.used(own)],
    ["all is forgotten", (credentials) => credentials.forget()],
  ])("is read anew once %s", async (_change, make) => {
    await using house = await openHouse({ isSystemFallbackOn: false });
    const senderId = await house.addUser();
    const id = await house.addKey(senderId, "own-key");
    const own = await firstOf(house, { senderId });
    await make(house.credentials, senderId, id, own);
    await house.credentials.choose(asking({ senderId }), SUBJECT);
    expect(house.reads).toEqual([senderId, senderId]);
  });

  test("is kept of another user's, whatever happens to this one's", async () => {
    await using house = await openHouse({ isSystemFallbackOn: false });
    const [senderId, ownerId] = [await house.addUser(), await house.addUser()];
    await house.addKey(ownerId, "owner-key");
    await house.credentials.choose(asking({ senderId, ownerId }), SUBJECT);
    await house.addKey(senderId, "own-key");
    await house.credentials.choose(asking({ senderId, ownerId }), SUBJECT);
    expect(house.reads).toEqual([senderId, ownerId, senderId]);
  });

  test("changes for nobody but its user", async () => {
    await using house = await openHouse();
    const [mine, other] = [await house.addUser(), await house.addUser()];
    const id = await house.addKey(mine, "own-key");
    expect(await house.credentials.change(other, id, { model: "m-2" })).toBe(false);
    expect(await house.credentials.remove(other, id)).toBe(false);
    expect(await house.credentials.change(mine, id, { model: "m-2" })).toBe(true);
    expect((await firstOf(house, { senderId: mine })).model.model).toBe("m-2");
    expect(await house.credentials.remove(mine, id)).toBe(true);
    expect(await house.keysFor({ senderId: mine })).toEqual([]);
  });

  test("is gone with the user", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key");
    expect(await house.keysFor({ senderId })).toEqual(["own-key"]);
    await house.store.deleteUser(senderId, house.clock.now());
    house.credentials.forget();
    expect(await house.keysFor({ senderId })).toEqual([]);
  });
});

const RESTS: [AiFailure, Record<string, string>, string | null, number][] = [
  ["unauthorized", {}, "unauthorized", 60 * MINUTE],
  ["forbidden", {}, "forbidden", 60 * MINUTE],
  ["billing", {}, "billing", 15 * MINUTE],
  ["billing", { "retry-after": "1" }, "billing", 15 * MINUTE],
  ["rate_limited", {}, "rate_limited", 20 * SECOND],
  ["rate_limited", { "retry-after": "90" }, "rate_limited", 90 * SECOND],
  ["rate_limited", { "retry-after": "999999999" }, "rate_limited", 24 * 60 * MINUTE],
  ["no_such_model", {}, null, 0],
  ["context_too_long", {}, null, 0],
  ["server_error", { "retry-after": "90" }, null, 0],
  ["html", {}, null, 0],
  ["empty_content", {}, null, 0],
];

describe("a key that failed with", () => {
  test.each(RESTS)("%s and %j rests as %p for %p ms", async (mode, headers, reason, restMs) => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key");
    await failFirst(house, { senderId }, mode, headers);
    expect(await house.store.listCredentials(senderId)).toMatchObject([
      { restReason: reason, restedUntil: reason === null ? null : house.clock.now() + restMs },
    ]);
    if (restMs > 0) {
      await house.clock.tick(restMs - 1);
      expect(await house.keysFor({ senderId })).toEqual([]);
      await house.clock.tick(1);
    }
    expect(await house.keysFor({ senderId })).toEqual(["own-key"]);
  });

  test.each(RESTS)(
    "%s and %j rests so, too, when it is the environment's",
    async (mode, headers, reason, restMs) => {
      await using house = await openHouse({ systemKeys: [...SYSTEM] });
      await failFirst(house, {}, mode, headers);
      if (reason !== null) {
        await house.clock.tick(restMs - 1);
        expect(await house.keysFor({})).toEqual(["env-openai-key"]);
        expect(await house.keysFor({ isPlayground: true })).toEqual(["env-openai-key"]);
        await house.clock.tick(1);
      }
      expect(await house.keysFor({})).toEqual(["env-groq-key", "env-openai-key"]);
    },
  );

  test.each<[AiFailure, string]>([
    ["unauthorized", "error"],
    ["forbidden", "error"],
    ["billing", "error"],
    ["rate_limited", "info"],
  ])("%s is told as %s, with ids alone, and counted", async (mode, level) => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    const credentialId = await house.addKey(senderId, "own-key");
    await failFirst(house, { senderId }, mode);
    const told = house.events.filter(({ name }) => name === "credential.resting");
    const ids = { credentialId, userId: senderId, source: "user", provider: "groq" };
    expect(told).toEqual([
      { level, name: "credential.resting", fields: { ...ids, reason: mode, restMs: expect.any(Number) } },
    ]);
    expect(await house.figure("lull_ai_credential_rests_total")).toMatchObject([
      { value: 1, labels: { provider: "groq", reason: mode } },
    ]);
  });

  test("a refusal rests a key of the system for everybody, and is told as nobody's own", async () => {
    await using house = await openHouse();
    const [senderId, other] = [await house.addUser(), await house.addUser()];
    await house.addKey(null, "system-key");
    expect(await house.keysFor({ senderId: other })).toEqual(["system-key"]);
    await failFirst(house, { senderId }, "unauthorized");
    expect(await house.keysFor({ senderId: other })).toEqual([]);
    expect(house.events.filter(({ name }) => name === "credential.resting")).toMatchObject([
      { fields: { source: "system", userId: null } },
    ]);
  });

  test("a rate limit is awake again once it answered", async () => {
    await using house = await openHouse({ systemKeys: [SYSTEM[0]] });
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key");
    for (const who of [{ senderId }, {}]) {
      const candidate = await failFirst(house, who, "rate_limited");
      await house.credentials.used(candidate);
    }
    expect(await house.keysFor({ senderId })).toEqual(["own-key", "env-groq-key"]);
  });

  test("a rate limit tells when the first of them may be asked again", async () => {
    await using house = await openHouse({ isSystemFallbackOn: false });
    const senderId = await house.addUser();
    for (const key of ["key-a", "key-b", "key-c"]) await house.addKey(senderId, key);
    await failFirst(house, { senderId }, "rate_limited", { "retry-after": "90" });
    await failFirst(house, { senderId }, "rate_limited", { "retry-after": "30" });
    await failFirst(house, { senderId }, "billing");
    const choice = await house.credentials.choose(asking({ senderId }), SUBJECT);
    expect(choice).toMatchObject({ candidates: [], freeAt: house.clock.now() + 30 * SECOND });
  });

  test.each([-3 * 3_600_000, 3 * 3_600_000])(
    "a rate limit rests as long as before when the wall clock is set by %d ms",
    async (jumpMs) => {
      await using house = await openHouse({ systemKeys: [SYSTEM[0]] });
      const senderId = await house.addUser();
      await house.addKey(senderId, "own-key");
      for (const who of [{ senderId }, {}])
        await failFirst(house, who, "rate_limited", { "retry-after": "60" });
      expect(await house.keysFor({ senderId })).toEqual([]);
      house.clock.jump(jumpMs);
      await house.store.shiftMoments(jumpMs);
      await house.clock.tick(59_999);
      expect(await house.keysFor({ senderId })).toEqual([]);
      await house.clock.tick(1);
      expect(await house.keysFor({ senderId })).toEqual(["own-key", "env-groq-key"]);
    },
  );

  test("a refusal alone promises no moment", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key");
    await failFirst(house, { senderId }, "unauthorized");
    expect(await house.credentials.choose(asking({ senderId }), SUBJECT)).toEqual({
      candidates: [],
      freeAt: null,
      refusedReason: "unauthorized",
    });
  });
});

describe("the log says", () => {
  const said = (house: House) =>
    house.events.map(({ level, name, fields }) => [
      level,
      name,
      fields["text"],
      fields["userId"] ?? fields["senderId"] ?? undefined,
    ]);

  test("that a user's key was found", async () => {
    await using house = await openHouse({ systemKeys: [SYSTEM[0]] });
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key");
    await house.credentials.choose(asking({ senderId }), SUBJECT);
    expect(said(house)).toEqual([
      ["info", "credential.choosing", "Creating user-specific AI client", senderId],
      ["info", "credential.lookup", "Fetching AI config for user", senderId],
      ["info", "credential.found", "Found AI config in ai_credentials", senderId],
    ]);
    expect(house.events[2]?.fields["count"]).toBe(1);
  });

  test("that neither sender nor owner has one, and the system's is used", async () => {
    await using house = await openHouse({ systemKeys: [SYSTEM[0]] });
    const [senderId, ownerId] = [await house.addUser(), await house.addUser()];
    await house.credentials.choose(asking({ senderId, ownerId }), SUBJECT);
    expect(said(house)).toEqual([
      ["info", "credential.choosing", "Creating user-specific AI client", senderId],
      ["info", "credential.lookup", "Fetching AI config for user", senderId],
      ["info", "credential.lookup", "Fetching AI config for user", ownerId],
      ["warning", "credential.not_found", "No user-specific config found, trying system fallback", undefined],
      ["info", "credential.fallback", "Using fallback system AI config", undefined],
    ]);
  });

  test("that nobody is known and nothing is configured", async () => {
    await using house = await openHouse();
    await house.credentials.choose(asking({}), SUBJECT);
    expect(said(house)).toEqual([
      ["info", "credential.choosing", "Creating user-specific AI client", undefined],
      ["warning", "credential.nobody", "No user ID provided for AI client", undefined],
      ["warning", "credential.not_found", "No user-specific config found, trying system fallback", undefined],
      ["error", "credential.missing", "No AI configuration found for user or system", undefined],
    ]);
  });

  test("that a user has links, and never where they lead", async () => {
    await using house = await openHouse({ systemKeys: [SYSTEM[0]] });
    const senderId = await house.addUser();
    const links = { webhookUrl: "https://links.test/canary", groqApiUrl: null };
    const flags = { webhookEnabled: true, groqEnabled: false };
    await house.store.saveWebhookLinks(senderId, { ...links, ...flags }, house.clock.now());
    expect(await house.keysFor({ senderId })).toEqual(["env-groq-key"]);
    expect(house.events.filter(({ name }) => name === "credential.links")).toMatchObject([
      { level: "info", fields: { userId: senderId } },
    ]);
    expect(JSON.stringify(house.events)).not.toContain("links.test");
  });

  test("nothing of a choice in the playground", async () => {
    await using house = await openHouse();
    await house.credentials.choose(asking({ isPlayground: true }), SUBJECT);
    expect(house.events).toEqual([]);
  });
});

async function firstOf(house: House, who: Parameters<typeof asking>[0]): Promise<Candidate> {
  const [first] = (await house.credentials.choose(asking(who), SUBJECT)).candidates;
  if (first === undefined) throw new Error("nobody may answer in this test");
  return first;
}

/** The first candidate's call fails so, and it is told. */
async function failFirst(
  house: House,
  who: Parameters<typeof asking>[0],
  mode: AiFailure,
  headers: Record<string, string> = {},
): Promise<Candidate> {
  const first = await firstOf(house, who);
  house.ai.failNext(mode, 1, headers);
  const failure: unknown = await first.model.complete(REQUEST, NEVER).catch((error: unknown) => error);
  if (!(failure instanceof AppError)) throw new Error("expected an AppError");
  await house.credentials.rest(first, failure);
  return first;
}
