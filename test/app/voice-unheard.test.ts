// Voice notes that cannot be heard: each is named in the prompt with its reason, and the turn goes on.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { CONVERSATION, type TestApp } from "../harness/app.ts";
import { filesLeft } from "../harness/attachments-in-sight.ts";
import { oggOpus, wav } from "../harness/sounds.ts";
import { addKey, addNumber, addUser } from "../harness/tenants.ts";
import { ONE, openVoiceApp, promptLines, sendVoice, SILENCE_MS, voice } from "../harness/voice.ts";

const MINUTE_S = 60;
const NUMBER = "+5511987654321";
const TOO_LARGE = "it is too long or too large";
const NOT_IN_TIME = "it could not be had in time";
const NOBODY = "nobody can do that here now";

function unheard(reason: string): string {
  return `[1] (audio could not be read: ${reason})`;
}

describe("a voice note", () => {
  test.each<[string, Uint8Array, string]>([
    ["longer than 15 minutes", oggOpus(15 * MINUTE_S + 1), TOO_LARGE],
    ["of a WAV header that says so", wav(16 * MINUTE_S, 1_000), TOO_LARGE],
    ["larger than 24 MiB", new Uint8Array(24 * 1024 * 1024 + 1), TOO_LARGE],
    ["that is a text", Buffer.from("not a sound"), "it is of a kind that cannot be read"],
    [
      "that is a picture",
      Buffer.from("\x89PNG\r\n\x1a\n0000", "latin1"),
      "it is of a kind that cannot be read",
    ],
    ["that is empty", new Uint8Array(), "it is broken, or there is nothing in it"],
  ])(
    "%s is named, and nobody is asked to hear it, however often the turn is tried",
    async (_what, bytes, reason) => {
      await using app = await openVoiceApp({ 1: [bytes] });
      app.ai.failNext("server_error");
      await sendVoice(app, 1);
      await app.clock.tick(SILENCE_MS + 5_000);
      expect(app.ai.asked).toHaveLength(2);
      expect(promptLines(app)).toEqual([unheard(reason)]);
      expect(app.ai.heard).toEqual([]);
      expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
      expect(filesLeft(app)).toEqual([]);
    },
  );

  test.each<[string, Uint8Array]>([
    ["of 15 minutes", oggOpus(15 * MINUTE_S)],
    ["that is a WAV", wav(3)],
    ["that does not tell its length", Buffer.from("ID3\x04\x00\x00\x00\x00\x00\x00 a sound", "latin1")],
  ])("%s is heard", async (_what, bytes) => {
    await using app = await openVoiceApp({ 1: [bytes] });
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS);
    expect(promptLines(app)).toEqual(["[1] (audio, transcript: não sei)"]);
  });

  test("in which nothing is said is named, and listened to once", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    app.ai.hearAs(" ");
    app.ai.failNext("server_error");
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS + 5_000);
    expect(promptLines(app)).toEqual([unheard("it is broken, or there is nothing in it")]);
    expect(app.ai.heard).toHaveLength(1);
  });

  test("that never comes is named after some tries", async () => {
    await using app = await openVoiceApp({ 1: [null] });
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS + 10_000);
    expect(app.ai.asked).toEqual([]);
    await app.clock.tick(10_000);
    expect(promptLines(app)).toEqual([unheard(NOT_IN_TIME)]);
  });

  test("at an address that no rule lets through is named at once", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    await sendVoice(app, 1, { data_url: "http://169.254.169.254/latest/meta-data" });
    await app.clock.tick(SILENCE_MS);
    expect(promptLines(app)).toEqual([unheard(NOT_IN_TIME)]);
  });
});

test("what a process that died left of a file is gone at the next start", async () => {
  await using app = await openVoiceApp({ 1: [ONE] });
  await sendVoice(app, 1);
  await app.clock.tick(SILENCE_MS);
  await app.crash();
  writeFileSync(join(app.dataDir, "media", "left.part"), "half a voice note");
  await app.start();
  expect(filesLeft(app)).toEqual([]);
});

describe("when a provider", () => {
  const BOTH = { env: { GROQ_API_KEY: "sk-groq-0123456789" } };

  async function openBoth(): Promise<TestApp> {
    const app = await openVoiceApp({ 1: [ONE] }, BOTH);
    app.ai.addKey("sk-groq-0123456789");
    return app;
  }

  test.each(["server_error", "rate_limited", "no_such_model", "html", "malformed_json"] as const)(
    "fails by %s, the other one listens",
    async (mode) => {
      await using app = await openBoth();
      app.ai.failNextHearing(mode);
      await sendVoice(app, 1);
      await app.clock.tick(SILENCE_MS);
      expect(app.ai.heard.map(({ provider, model }) => `${provider} ${model}`)).toEqual([
        "groq whisper-large-v3-turbo",
        "openai gpt-4o-mini-transcribe",
      ]);
      expect(promptLines(app)).toEqual(["[1] (audio, transcript: queria saber o preço)"]);
    },
  );

  test("is down, the turn goes on without; what was not heard is tried again by the next attempt", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    app.ai.failNextHearing("server_error");
    app.ai.failNext("server_error");
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS);
    expect(promptLines(app)).toEqual([unheard(NOT_IN_TIME)]);
    await app.clock.tick(5_000);
    expect(promptLines(app)).toEqual(["[1] (audio, transcript: queria saber o preço)"]);
  });

  test("lets nobody listen for an hour, the turn is answered at once all the same", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    app.ai.failNextHearing("rate_limited", 1, { "retry-after": "3600" });
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS);
    expect(promptLines(app)).toEqual([unheard(NOT_IN_TIME)]);
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
  });

  test("lets nobody listen for some seconds, the voice note is heard after them", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    app.ai.failNextHearing("rate_limited", 1, { "retry-after": "7" });
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS);
    expect(app.ai.asked).toEqual([]);
    await app.clock.tick(7_000);
    expect(promptLines(app)).toEqual(["[1] (audio, transcript: queria saber o preço)"]);
  });

  test.each<["rate_limited" | "hang", Record<string, string>]>([
    ["rate_limited", { "retry-after": "15" }],
    ["hang", {}],
  ])(
    "is waited for (%s), a stop waits for nobody, and the next start hears what was said",
    async (mode, headers) => {
      await using app = await openVoiceApp({ 1: [ONE] });
      app.ai.failNextHearing(mode, 1, headers);
      await sendVoice(app, 1);
      await app.clock.tick(SILENCE_MS);
      expect(app.ai.heard).toHaveLength(1);
      await app.stop();
      expect([app.clock.armedCount, filesLeft(app)]).toEqual([0, []]);
      await app.start();
      await app.clock.tick(SILENCE_MS);
      expect(promptLines(app)).toEqual(["[1] (audio, transcript: queria saber o preço)"]);
      expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
    },
  );

  test("hangs, the turn goes on after 90 seconds at most", async () => {
    await using app = await openBoth();
    app.ai.failNextHearing("hang", 2);
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS + 89_000);
    expect(app.ai.asked).toEqual([]);
    await app.clock.tick(1_010);
    expect(promptLines(app)).toHaveLength(1);
    expect(app.ai.asked).toHaveLength(1);
  });
});

describe("what is too much", () => {
  test("of one turn is named: ten are heard, in order", async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [at + 1, [oggOpus(1, at + 1)]]));
    await using app = await openVoiceApp(files);
    const ids = Object.keys(files).map(Number);
    await app.receive("", { attachments: ids.map((id) => voice(id)) });
    await app.clock.tick(SILENCE_MS);
    expect(app.ai.heard).toHaveLength(10);
    const [line = ""] = promptLines(app);
    expect(line.match(/transcript: não sei/g)).toHaveLength(10);
    expect(line).toContain("(audio 11 of 12 could not be read: there is too much to read at once)");
    expect(line).toContain("(audio 12 of 12 could not be read: there is too much to read at once)");
  });

  test("for the customer's limit is not heard, and named; what fits is still answered", async () => {
    await using app = await openVoiceApp({ 1: [oggOpus(14 * MINUTE_S)] });
    const userId = await addUser(app, "Ana");
    await addNumber(app, userId, NUMBER);
    await addKey(app, userId, "sk-ana-0123456789", { provider: "openai" });
    await app.admin("PUT", `/users/${userId}/limits`, { tokensPerDay: 12_000 });
    await app.receive("", {
      attachments: [voice(1)],
      contact: { id: 7, name: "Ana", phoneNumber: NUMBER },
    });
    await app.clock.tick(SILENCE_MS);
    expect(app.ai.heard).toEqual([]);
    expect(promptLines(app)).toEqual([unheard(NOBODY)]);
  });
});
