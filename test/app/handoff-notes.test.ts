// What people read of a turn that is handed to them, and what of a turn counts as a customer's words.
import { describe, expect, test } from "bun:test";
import { filesAt } from "../doubles/files-network.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { openAttachmentApp } from "../harness/attachments-in-sight.ts";
import { ONE, openVoiceApp, sendVoice, SILENCE_MS } from "../harness/voice.ts";
import { utf8 } from "../knowledge/files.ts";
import { errandsOf, lastTurn } from "./signed.ts";

const ASKED = "quero falar com um atendente";

function noteOf(app: TestApp): string {
  const handoff = errandsOf(app).find(({ kind }) => kind === "handoff");
  return String(handoff?.detail["note"]);
}

describe("a customer asks for a person", () => {
  test("also by voice, and the note has what was heard", async () => {
    await using app = await openVoiceApp({ 1: [ONE] });
    app.ai.hearAs(() => ASKED);
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS);
    expect(await lastTurn(app)).toMatchObject({ handoffReason: "words" });
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Vou chamar uma pessoa. Um momento."]);
    expect(noteOf(app)).toContain(ASKED);
  });

  test("not by a file, which may be anybody's words", async () => {
    await using app = await openAttachmentApp(filesAt("chatwoot.test", { "/a.txt": [utf8(ASKED)] }));
    const file = { id: 1, file_type: "file", data_url: "http://chatwoot.test/a.txt" };
    await app.receive("segue", { attachments: [file] });
    await app.clock.tick(SILENCE_MS);
    expect(app.ai.asked[0]?.prompt).toContain(ASKED);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered", handoffReason: null });
  });
});

describe("the note", () => {
  test("of an answer that was doubted holds the answer", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", "/inboxes/default/12", { quality: { lowConfidence: "handoff" } });
    const answer = { shouldRespond: true, content: "Acho que dez {{reais}}.", confidence: 0.1 };
    app.ai.rawAnswer(JSON.stringify(answer));
    await app.receive("quanto custa?");
    await app.clock.tick(SILENCE_MS);
    expect(noteOf(app)).toContain("The customer wrote:\nquanto custa?");
    expect(noteOf(app)).toContain("lull would have answered:\nAcho que dez {\u200B{reais}\u200B}.");
  });

  test("of an answer that must not be seen does not hold it", async () => {
    await using app = await openTestApp();
    const answer = {
      shouldRespond: true,
      content: "TypeError: x is not a function\n    at run (/app/a.ts:1:1)",
    };
    app.ai.rawAnswer(JSON.stringify({ ...answer, confidence: 1 }));
    await app.receive("quanto custa?");
    await app.clock.tick(300_000);
    expect(await lastTurn(app)).toMatchObject({ handoffReason: "failure" });
    expect(noteOf(app)).not.toContain("TypeError");
  });

  test("holds what was summarised of the talk before", async () => {
    await using app = await openTestApp();
    const { messageId } = await app.receive("oi");
    await app.clock.tick(SILENCE_MS);
    const text = "A customer of three years asks for a refund.";
    const summary = { userId: null, text, messageIds: [messageId], continues: null };
    const connectionKey = 1;
    await app.store().keepSummary(connectionKey, CONVERSATION, summary, app.clock.now());
    await app.receive(ASKED);
    await app.clock.tick(SILENCE_MS);
    expect(noteOf(app)).toContain(`Before that:\n${text}`);
  });
});

test("what a model hands over comes after its answer is out, and not where that is thrown away", async () => {
  await using app = await openTestApp({ env: { LULL_FLAG_AI_ACTIONS: "true" } });
  const answer = { shouldRespond: true, content: "Um momento.", confidence: 1, actions: ["handoff"] };
  app.ai.rawAnswer(({ order }) => JSON.stringify(order === 1 ? answer : { ...answer, actions: [] }));
  app.chatwoot.failNext("show_down");
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  expect(errandsOf(app)).toEqual([]);
  await app.receive("ah, já achei");
  await app.clock.tick(60_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Um momento."]);
  expect(errandsOf(app)).toEqual([]);
  expect(await lastTurn(app)).toMatchObject({ outcome: "answered", handoffReason: null });
});
