// Two machines that answer each other come to an end: by count, by an echo, by the same words over and over (R23).
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { ManualClock } from "../harness/clock.ts";
import { notesOf } from "../delivery/scene.ts";
import { errandsOf, lastTurn, metric } from "./signed.ts";

const INBOX = "/inboxes/default/12";
const AUTO_REPLY = "Obrigado pelo contato! Responderemos em breve.";
const HOUR_MS = 60 * 60_000;

async function say(app: TestApp, text: string): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

async function expectLoop(app: TestApp, note: string): Promise<void> {
  expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "loop" });
  expect(errandsOf(app)).toMatchObject([{ kind: "note", detail: { text: expect.stringContaining(note) } }]);
  expect(notesOf(app)).toMatchObject([{ content: expect.stringContaining(note) }]);
  expect(await metric(app, 'lull_silences_total{reason="loop"}')).toBe(1);
}

/** What one of them said to its customer since it was heard last. */
function newWords(from: TestApp, heard: number): string[] {
  return from.chatwoot
    .sent(CONVERSATION)
    .slice(heard)
    .map((text) => text ?? "");
}

test("two lulls wired to each other stop after as many answers as an hour may have, and say so", async () => {
  const clock = new ManualClock();
  await using one = await openTestApp({ clock });
  await using two = await openTestApp({ clock });
  let count = 0;
  for (const app of [one, two])
    app.ai.answerWith(() => `Sentence number ${++count} of a talk without an end.`);
  await one.receive("hello, is anybody there?");
  const heard = new Map([
    [one, 0],
    [two, 0],
  ]);
  for (let halfMinute = 0; halfMinute < 240; halfMinute++) {
    await clock.tick(30_010);
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const) {
      const said = newWords(from, heard.get(from) ?? 0);
      heard.set(from, (heard.get(from) ?? 0) + said.length);
      for (const text of said) await to.receive(text);
    }
  }
  const answers = [one, two].map((app) => app.chatwoot.sent(CONVERSATION).length);
  console.log(
    `two lulls wired to each other for two hours: ${answers.join(" and ")} answers, then a pause and a note`,
  );
  expect(Math.max(...answers)).toBeLessThanOrEqual(20);
  const paused = errandsOf(one).length > 0 ? one : two;
  await expectLoop(paused, "answered this contact 20 times within an hour");
  // One clock for both: none is at rest before the other is.
  await Promise.all([one.stop(), two.stop()]);
});

describe("a machine at the other end", () => {
  test("that sends lull's own reply back is left alone from then on", async () => {
    await using app = await openTestApp();
    app.ai.answerWith("A entrega custa dez reais.");
    await say(app, "quanto custa?");
    await say(app, "A entrega custa dez reais.");
    await expectLoop(app, "lull's own reply back");
    await say(app, "e agora?");
    expect(app.ai.asked).toHaveLength(1);
    expect(await lastTurn(app)).toMatchObject({ reason: "loop" });
  });

  test("that greets whatever it is told is left alone at the third greeting", async () => {
    await using app = await openTestApp();
    for (const _ of [1, 2, 3]) await say(app, AUTO_REPLY);
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(2);
    await expectLoop(app, "the same text 3 times in a row");
  });

  test("is answered again after an hour, and at once when the conversation was resolved", async () => {
    await using app = await openTestApp();
    for (const _ of [1, 2, 3]) await say(app, AUTO_REPLY);
    await app.clock.tick(HOUR_MS);
    await say(app, "sou gente, oi");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(3);
    for (const _ of [1, 2, 3]) await say(app, AUTO_REPLY);
    await app.deliver(app.chatwoot.resolve(CONVERSATION));
    await say(app, "sou gente, oi");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(6);
  });

  test("counts for its own conversation alone, by the number that its inbox says", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { answersPerHourMax: 2 });
    for (const text of ["um", "dois", "três"]) await say(app, text);
    await app.receive("oi", { conversationId: 2 });
    await app.clock.tick(30_010);
    expect([app.chatwoot.sent(CONVERSATION).length, app.chatwoot.sent(2).length]).toEqual([2, 1]);
  });
});

test("a customer who says the same word again and again is answered each time", async () => {
  await using app = await openTestApp();
  for (const _ of [1, 2, 3, 4, 5]) await say(app, "oi");
  expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(5);
});
