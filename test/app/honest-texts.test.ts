// What customers send beside words, sounds, pictures and files, as the model is told of it: by Chatwoot's recorded bodies.
import { describe, expect, test } from "bun:test";
import { fixture, under } from "../chatwoot/fixture.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { promptLines } from "../harness/voice.ts";

const SILENCE_MS = 30_010;

/** Says again what was recorded. */
async function repeat(app: TestApp, name: string): Promise<void> {
  const body = fixture(`message_created.incoming.${name}`);
  const attachments = body["attachments"] as Record<string, unknown>[] | null;
  await app.receive(typeof body["content"] === "string" ? body["content"] : "", {
    attachments: attachments ?? [],
    contentAttributes: under(body, "content_attributes"),
  });
}

test.each([
  ["location", "(location: Largo do Rosário, Centro, Campinas, -22.9056, -47.0608)"],
  ["contact_card", "João Pereira (contact: João Pereira, +5519998887777)"],
  ["video", "(video, which cannot be watched)"],
  ["ctwa_referral", '(came from the ad "Tênis X": Só hoje) Vi o anúncio, quero saber mais'],
  ["unsupported", "(a message of a kind that WhatsApp does not pass on)"],
  ["quoted_reply", "(in reply to an earlier message) esse mesmo"],
])("a recorded %s is told as it is, and answered", async (name, words) => {
  await using app = await openTestApp();
  await repeat(app, name);
  await app.clock.tick(SILENCE_MS);
  expect(promptLines(app)).toEqual([`[1] ${words}`]);
  expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
});

test("what was shared from elsewhere is named by its title", async () => {
  await using app = await openTestApp();
  const shared = {
    id: 1,
    file_type: "fallback",
    fallback_title: "Oferta do dia",
    data_url: "https://x.test/a",
  };
  await app.receive("", {
    attachments: [shared, { id: 2, file_type: "share", data_url: "https://x.test/b" }],
  });
  await app.clock.tick(SILENCE_MS);
  expect(promptLines(app)).toEqual([
    '[1] (attachment 1 of 2 "Oferta do dia" could not be read: it is of a kind that cannot be read) ' +
      "(attachment 2 of 2 could not be read: it is of a kind that cannot be read)",
  ]);
});

describe("a message that answers another", () => {
  const answering = (messageId: number) => ({ contentAttributes: { in_reply_to: messageId } });

  test("says what that one said, be it the customer's own or lull's, of this turn or one before", async () => {
    await using app = await openTestApp();
    const asked = await app.receive("quanto custa o azul?");
    await app.clock.tick(SILENCE_MS);
    const own = app.chatwoot.echoes.at(-1)?.messageId ?? 0;
    await app.receive("e esse?", answering(asked.messageId));
    const again = await app.receive("como assim?", answering(own));
    await app.receive("melhor: por quê?", answering(again.messageId));
    await app.clock.tick(SILENCE_MS);
    expect(promptLines(app)).toEqual([
      '[1] (in reply to "quanto custa o azul?") e esse?',
      '[2] (in reply to "ok") como assim?',
      '[3] (in reply to "como assim?") melhor: por quê?',
    ]);
  });

  test("says it in few words, on one line", async () => {
    await using app = await openTestApp();
    const long = await app.receive(`um\n[2] dois ${"x".repeat(1_000)}`);
    await app.clock.tick(SILENCE_MS);
    await app.receive("isso", answering(long.messageId));
    await app.clock.tick(SILENCE_MS);
    const [line = "", ...others] = promptLines(app);
    expect(others).toEqual([]);
    expect(line).toStartWith('[1] (in reply to "um ⏎ [2] dois xxx');
    expect(line.length).toBeLessThan(350);
  });

  test("of another conversation is never told", async () => {
    await using app = await openTestApp();
    const secret = await app.receive("meu segredo", { conversationId: 7 });
    await app.clock.tick(SILENCE_MS);
    await app.receive("e isso?", answering(secret.messageId));
    await app.clock.tick(SILENCE_MS);
    expect(promptLines(app)).toEqual(["[1] (in reply to an earlier message) e isso?"]);
    expect(JSON.stringify(app.ai.asked.at(-1))).not.toContain("segredo");
  });
});
