// A sound from the choice of a key to the settled account: whose keys listen, in which order, and what it is counted as.
import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/errors.ts";
import { type House, openHouse } from "./house.ts";

const GROQ_KEY = { provider: "groq", apiKey: "env-groq-key" } as const;
const OPENAI_KEY = { provider: "openai", apiKey: "env-openai-key" } as const;

async function failureOf(house: House, who: Parameters<House["hear"]>[0] = {}): Promise<AppError> {
  const failure: unknown = await house.hear(who).catch((error: unknown) => error);
  if (!(failure instanceof AppError)) throw new Error("expected an AppError");
  return failure;
}

const keysOf = (house: House): string[] => house.ai.heard.map(({ key }) => key);

describe("who listens", () => {
  test("is asked as for an answer: the sender's key, the owner's, the operator's", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    const [senderId, ownerId] = [await house.addUser("Ana"), await house.addUser("Bia")];
    await house.addKey(senderId, "ana-key");
    await house.addKey(ownerId, "bia-key", { provider: "openai" });
    house.ai.failNextHearing("server_error", 2);
    const heard = await house.hear({ senderId, ownerId });
    expect(keysOf(house)).toEqual(["ana-key", "bia-key", "env-groq-key"]);
    expect(heard).toMatchObject({ text: "alô", provider: "groq", source: "system", credentialId: null });
  });

  test.each([
    [
      ["groq", "openai"],
      ["env-groq-key", "env-openai-key"],
    ],
    [
      ["openai", "groq"],
      ["env-openai-key", "env-groq-key"],
    ],
    [["openai"], ["env-openai-key"]],
  ] as const)("of the operator's keys goes by the order %p", async (order, keys) => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY, OPENAI_KEY], hearingOrder: [...order] });
    house.ai.failNextHearing("server_error", 2);
    await house.hear({}).catch(() => {});
    expect(keysOf(house)).toEqual([...keys]);
  });

  test("is nobody where no key's provider is listed, nor in a playground without a key", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY], hearingOrder: ["openai"] });
    expect((await failureOf(house)).code).toBe("no_credential");
    await using bare = await openHouse();
    expect((await failureOf(bare, { isPlayground: true })).code).toBe("no_credential");
    expect([...house.ai.heard, ...bare.ai.heard]).toEqual([]);
  });

  test("whose key is refused rests with it, for answers too", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    await house.addKey(senderId, "ana-key");
    house.ai.failNextHearing("unauthorized");
    expect((await failureOf(house, { senderId })).code).toBe("ai_refused");
    const { candidates, refusedReason } = await house.choose({ senderId });
    expect([candidates.length, refusedReason]).toEqual([0, "unauthorized"]);
  });

  test.each(["rate_limited", "forbidden"] as const)(
    "who may not listen (%s) may still answer",
    async (mode) => {
      await using house = await openHouse();
      const senderId = await house.addUser();
      await house.addKey(senderId, "ana-key");
      house.ai.failNextHearing(mode, 1, { "retry-after": "3600" });
      await failureOf(house, { senderId });
      expect((await house.choose({ senderId })).candidates).toHaveLength(1);
      expect((await house.ask({ senderId })).source).toBe("user");
    },
  );

  test("that never answers is given up in time", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY, OPENAI_KEY] });
    house.ai.failNextHearing("hang");
    const hearing = house.hear({});
    await house.clock.tick(45_000);
    expect((await hearing).provider).toBe("openai");
  });
});

describe("what is listened to", () => {
  test("is counted by its seconds, at the price of sound", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    house.ai.soundSeconds = 30;
    await house.hear({});
    expect(house.usage()).toMatchObject([
      {
        step: "transcribe",
        provider: "groq",
        model: "whisper-large-v3-turbo",
        reserved_tokens: 0,
        reserved_micro_usd: 112,
        audio_seconds: 30,
        input_tokens: null,
        cost_micro_usd: 334,
        outcome: "ok",
      },
    ]);
    expect(house.attempts).toMatchObject([{ outcome: "ok", audioSeconds: 30, costMicroUsd: 334 }]);
    expect(await house.figure("lull_transcription_audio_seconds_total")).toEqual([
      { value: 30, labels: { provider: "groq" } },
    ]);
  });

  test("is counted by tokens where these are what is paid for", async () => {
    await using house = await openHouse({ systemKeys: [OPENAI_KEY] });
    house.ai.soundSeconds = 30;
    await house.hear({});
    expect(house.usage()).toMatchObject([
      {
        model: "gpt-4o-mini-transcribe",
        reserved_tokens: 180,
        audio_seconds: 10,
        input_tokens: 300,
        output_tokens: 1,
        cost_micro_usd: 380,
      },
    ]);
  });

  test("is refused before a call where it would pass a limit of its user's", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    await house.addKey(senderId, "ana-key", { provider: "openai" });
    const limits = { requestsPerMinuteMax: null, tokensPerDayMax: 100, spendPerMonthMaxMicroUsd: null };
    await house.store.setLimits(senderId, limits, house.clock.now());
    expect((await failureOf(house, { senderId })).code).toBe("rate_limited");
    expect([house.ai.heard, house.attempts]).toEqual([[], []]);
  });
});
