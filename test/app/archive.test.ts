import { describe, expect, test } from "bun:test";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/clock.ts";
import { unavailable } from "../../src/storage/failure.ts";
import { filesInSight } from "../harness/files-in-sight.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { addNumber, addToken, addUser, chat } from "../harness/tenants.ts";
import { filesAt } from "../doubles/files-network.ts";

/** Longer than the archive and its spool need to look by themselves. */
const ROUND_MS = 20_000;
const SILENCE_MS = 30_010;
const NUMBER = "+5511987654321";

describe("what was said", () => {
  test("stands in the contact's bucket, each message and reply once", async () => {
    await using app = await openTestApp();
    app.ai.answerWith("Custa dez.");
    await app.receive("bom dia");
    await app.receive("quanto custa?");
    await app.clock.tick(SILENCE_MS + ROUND_MS);
    const [bucket, ...others] = bucketNames(app);
    expect(others).toEqual([]);
    expect(bucket).toMatch(/^lull-contact-[0-9a-f]{32}$/);
    expect(saidIn(app, bucket)).toEqual([
      expect.objectContaining({ sender: "user", content: "bom dia", conversationId: CONVERSATION }),
      expect.objectContaining({ sender: "user", content: "quanto custa?" }),
      expect.objectContaining({ sender: "bot", content: "Custa dez." }),
    ]);
  });

  test("by a user stands in the user's bucket, whichever way it came", async () => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    await addNumber(app, userId, NUMBER);
    const token = await addToken(app, "chat");
    await app.receive("pelo WhatsApp", { contact: { id: 7, name: "Ana", phoneNumber: NUMBER } });
    await chat(app, token, { text: "pela API", phoneNumber: NUMBER });
    await chat(app, token, { text: "sem o país", phoneNumber: "(11) 98765-4321" });
    await app.clock.tick(SILENCE_MS + ROUND_MS);
    const [bucket, ...others] = bucketNames(app);
    expect(others).toEqual([]);
    expect(bucket).toMatch(/^lull-user-/);
    const texts = saidIn(app, bucket).map(({ content }) => content);
    expect(texts).toEqual(expect.arrayContaining(["pelo WhatsApp", "pela API", "sem o país"]));
    expect(texts).toHaveLength(6);
  });

  test("of a contact who is known in one conversation alone is kept all the same, each in its own bucket", async () => {
    await using app = await openTestApp();
    await addNumber(app, await addUser(app, "Ana"), NUMBER);
    const contact = { id: 7, name: "Ana", phoneNumber: NUMBER };
    await app.receive("conhecida", { conversationId: 1, contact });
    await app.receive("sem número", { conversationId: 2, contact: { ...contact, phoneNumber: null } });
    await app.clock.tick(SILENCE_MS + ROUND_MS);
    await app.receive("de novo", { conversationId: 1, contact });
    await app.receive("outra vez", { conversationId: 2, contact: { ...contact, phoneNumber: null } });
    await app.clock.tick(SILENCE_MS + 2 * ROUND_MS);
    const names = bucketNames(app);
    expect(names.filter((name) => name.includes("-user-"))).toHaveLength(1);
    expect(names.filter((name) => name.includes("-contact-")).length).toBeLessThanOrEqual(2);
    const texts = names.flatMap((name) => saidIn(app, name).map(({ content }) => String(content)));
    for (const text of ["conhecida", "sem número", "de novo", "outra vez"])
      expect(texts.filter((one) => one === text)).toEqual([text]);
    expect(await app.store().saidUnarchived(1)).toEqual([]);
  });

  test("by the chat API goes by what its source makes of a number", async () => {
    await using app = await openTestApp();
    const ana = await addUser(app, "Ana");
    await addNumber(app, ana, "+5533987654321");
    const token = await addToken(app, "chat");
    await chat(app, token, { text: "do Brasil", phoneNumber: "33987654321", source: "web" });
    await chat(app, token, { text: "de France", phoneNumber: "33987654321", source: "whatsapp" });
    await app.clock.tick(ROUND_MS);
    const [ofAna] = bucketNames(app).filter((name) => name.includes("-user-"));
    expect(saidIn(app, ofAna).map(({ content }) => content)).toContain("do Brasil");
    expect(saidIn(app, ofAna).map(({ content }) => content)).not.toContain("de France");
  });

  test("is kept when nobody answers it, and when a colleague does", async () => {
    await using app = await openTestApp();
    await app.receive("alguém aí?");
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Sou eu, a Ana."));
    await app.clock.tick(SILENCE_MS + ROUND_MS);
    expect(app.ai.asked).toHaveLength(0);
    expect(saidIn(app, bucketNames(app)[0])).toEqual([
      expect.objectContaining({ sender: "user", content: "alguém aí?" }),
      expect.objectContaining({ sender: "human", content: "Sou eu, a Ana." }),
    ]);
  });

  test("leaves the bucket when its writer deletes it, and never comes when it was deleted before", async () => {
    await using app = await openTestApp();
    const early = await app.receive("nunca");
    await app.receive("fica");
    await app.deliver(app.chatwoot.deleteMessage(early.messageId));
    const late = await app.receive("depois");
    await app.clock.tick(SILENCE_MS + ROUND_MS);
    const [bucket] = bucketNames(app);
    expect(saidIn(app, bucket).map(({ content }) => content)).toEqual(
      expect.arrayContaining(["fica", "depois"]),
    );
    await app.deliver(app.chatwoot.deleteMessage(late.messageId));
    await app.clock.tick(ROUND_MS);
    const texts = saidIn(app, bucket).map(({ content }) => content);
    expect(texts).toContain("fica");
    expect(texts).not.toContain("depois");
    expect(texts).not.toContain("nunca");
  });
});

describe("an attachment", () => {
  const VOICE = {
    id: 5,
    file_type: "audio",
    data_url: "http://chatwoot.test/rails/voice.ogg",
    file_size: 14,
  };

  test("is fetched and stored byte by byte under a name of lull's own, though it is missing at first", async () => {
    const bytes = Buffer.from("OggS a voice note");
    const files = filesAt("chatwoot.test", { "/rails/voice.ogg": [null, bytes] });
    await using app = await openTestApp({ network: files, ...filesInSight() });
    await app.receive("", { attachments: [{ ...VOICE, transcribed_text: "quero dois" }] });
    await app.clock.tick(SILENCE_MS + ROUND_MS);
    const [voice] = objectsIn(app, "attachment");
    expect(voice?.bytes).toEqual(new Uint8Array(bytes));
    expect(voice?.info.contentType).toBe("audio/ogg");
    expect(voice?.info.name).toMatch(/^v1\/[0-9a-f/-]+$/);
    const [transcript] = objectsIn(app, "transcript");
    expect(Buffer.from(transcript?.bytes ?? []).toString()).toBe("quero dois");
    expect(await app.store().spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
  });

  test("that no rule lets through is given up with its reason, and the message is kept all the same", async () => {
    const files = filesAt("chatwoot.test", {});
    await using app = await openTestApp({ network: files, ...filesInSight() });
    await app.receive("veja", {
      attachments: [{ ...VOICE, data_url: "http://169.254.169.254/latest/meta-data" }],
    });
    await app.clock.tick(SILENCE_MS + ROUND_MS);
    expect(app.events.filter(({ name }) => name === "media.given_up")).toHaveLength(1);
    expect(files.asked).toEqual([]);
    expect(objectsIn(app, "attachment")).toEqual([]);
    expect(objectsIn(app, "message").length).toBeGreaterThan(0);
  });
});

describe("while the store is away", () => {
  test("for a day, replies go out as ever, nothing is lost, and after it everything is there once", async () => {
    await using app = await openTestApp({ env: { BUFFER_PROCESSING_INTERVAL_MS: String(10 * MINUTE_MS) } });
    app.ai.answerWith(({ prompt }) => `re: ${/\[1\] (\S+)/.exec(prompt)?.[1]}`);
    app.objects.failure = unavailable("it is away");
    const said: string[] = [];
    let spooledMax = 0;
    for (let hour = 0; hour < 24; hour++) {
      const conversationId = 100 + (hour % 6);
      const text = `hora-${hour}`;
      said.push(text, `re: ${text}`);
      const askedAt = app.clock.now();
      await app.receive(text, { conversationId });
      await app.clock.tick(SILENCE_MS);
      expect(app.chatwoot.sent(conversationId).at(-1)).toBe(`re: ${text}`);
      expect(app.clock.now() - askedAt).toBe(SILENCE_MS);
      await app.clock.tick(HOUR_MS - SILENCE_MS);
      spooledMax = Math.max(spooledMax, (await app.store().spoolSize()).objectCount);
    }
    expect(app.objects.buckets.size).toBe(0);
    expect(spooledMax).toBe(said.length);
    app.objects.failure = null;
    await app.clock.tick(10 * MINUTE_MS);
    const stored = bucketNames(app).flatMap((name) =>
      saidIn(app, name).map(({ content }) => String(content)),
    );
    expect(stored.toSorted()).toEqual(said.toSorted());
    expect(await app.store().spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
    // One line of the log for a wait, not one for each object.
    expect(app.events.filter(({ name }) => name === "spool.waiting").length).toBeLessThan(
      DAY_MS / (4 * MINUTE_MS),
    );
  }, 30_000);

  test("and the process dies again and again, everything is there once in the end", async () => {
    await using app = await openTestApp();
    for (let round = 0; round < 10; round++) {
      app.objects.failure = round % 2 === 0 ? unavailable("it is away") : null;
      await app.receive(`mensagem ${round}`);
      await app.clock.tick(SILENCE_MS + round * 1_000);
      await app.crash();
      await app.start();
    }
    app.objects.failure = null;
    await app.clock.tick(10 * MINUTE_MS);
    const texts = saidIn(app, bucketNames(app)[0]).map(({ content }) => String(content));
    const asked = texts.filter((text) => text.startsWith("mensagem"));
    expect(asked.toSorted()).toEqual(Array.from({ length: 10 }, (_, round) => `mensagem ${round}`));
  });
});

function bucketNames(app: TestApp): string[] {
  return [...app.objects.buckets.keys()];
}

/** All objects of one kind, wherever they are. */
function objectsIn(app: TestApp, kind: string) {
  const all = [...app.objects.buckets.values()].flatMap(({ objects }) => [...objects.values()]);
  return all.filter(({ info }) => info.metadata["kind"] === kind);
}

/** The messages of a bucket in the order they were said. */
function saidIn(app: TestApp, bucketName = ""): Record<string, unknown>[] {
  const objects = app.objects.buckets.get(bucketName)?.objects ?? new Map();
  const records = [...objects.values()]
    .filter(({ info }) => info.metadata.kind === "message")
    .map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)));
  return records.sort((a, b) => a.messageId - b.messageId);
}
