// What a turn is given: its messages, the history before them, the news of its conversation.
import { expect, test } from "bun:test";
import { deletion, humanReply, message } from "../arrivals.ts";
import { type OpenScene, SECOND, START, must } from "../scene.ts";

export function turnMaterialConformance(open: OpenScene): void {
  test("messages come in the order of their ids, however they arrived", async () => {
    await using scene = await open();
    for (const messageId of [12, 10, 11]) {
      await scene.say(messageId);
      scene.pass(SECOND);
    }
    const material = await scene.first.turnMaterial((await scene.turn()).jobKey, 0);
    expect(material.messages.map((row) => row.messageId)).toEqual([10, 11, 12]);
    expect(material).toMatchObject({ firstAt: START, lastAt: START + 2 * SECOND, answer: null });
  });

  test("a message brings its kind, text and attachments", async () => {
    await using scene = await open();
    const attachments = [
      {
        id: 1,
        kind: "audio",
        url: "u",
        contentType: "audio/ogg",
        sizeBytes: 9,
        title: "t",
        transcript: "oi",
      },
    ] as const;
    await scene.receive(message(10, { messageKind: "audio", content: null, attachments: [...attachments] }));
    const { messages } = await scene.first.turnMaterial((await scene.turn()).jobKey, 0);
    expect(messages).toEqual([
      {
        messageId: 10,
        kind: "audio",
        content: null,
        attachments: [...attachments],
        receivedAt: START,
        extra: null,
      },
    ]);
  });

  test("history is what customer, bot and people said before the batch, in order", async () => {
    await using scene = await open();
    await scene.answered([10, 11]);
    await scene.send(12);
    await scene.receive(humanReply(13, "let me help"));
    await scene.receive(message(14, { messageKind: "image", content: null }));
    await scene.reply(await scene.turn());
    const turn = await scene.turn(20, 21);
    const { history } = await scene.first.turnMaterial(turn.jobKey, 10);
    expect(history).toEqual([
      { sender: "user", content: "message 10", userId: null, messageId: 10 },
      { sender: "user", content: "message 11", userId: null, messageId: 11 },
      { sender: "bot", content: "answer", userId: null, messageId: 12 },
      { sender: "human", content: "let me help", userId: null, messageId: 13 },
      { sender: "user", content: "[image]", userId: null, messageId: 14 },
    ]);
  });

  test("history holds the last lines, never the batch nor anything newer", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.send(11);
    await scene.answered([12]);
    await scene.send(13);
    const turn = await scene.turn(20);
    await scene.receive(humanReply(30));
    await scene.say(31);
    const { history } = await scene.first.turnMaterial(turn.jobKey, 2);
    expect(history.map((line) => line.content)).toEqual(["message 12", "answer"]);
    expect((await scene.first.turnMaterial(turn.jobKey, 0)).history).toEqual([]);
  });

  test("a reply that went out after the customer had written on is history all the same", async () => {
    await using scene = await open();
    await scene.answered([10], ["one", "two"]);
    await scene.send(11);
    await scene.say(12);
    await scene.send(13);
    const { history } = await scene.first.turnMaterial((await scene.turn()).jobKey, 10);
    expect(history.map((line) => line.content)).toEqual(["message 10", "one", "two"]);
  });

  test("history of a merged batch ends before its oldest message", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.send(11);
    const turn = await scene.turn(20);
    await scene.say(21);
    await scene.reply(turn);
    const { jobKey } = await scene.turn();
    const material = await scene.first.turnMaterial(jobKey, 10);
    expect(material.messages.map((row) => row.messageId)).toEqual([20, 21]);
    expect(material.history.map((line) => line.content)).toEqual(["message 10", "answer"]);
  });

  test("messages of a dropped buffer are history, deleted ones are not", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    await scene.say(11);
    await scene.receive(deletion(11));
    await scene.first.cancelBuffer(bufferId, "operator", scene.now);
    await scene.answered([12, 13]);
    await scene.receive(deletion(13));
    await scene.send(14);
    const { history } = await scene.first.turnMaterial((await scene.turn(20)).jobKey, 10);
    expect(history.map((line) => line.content)).toEqual(["message 10", "message 12", "answer"]);
  });

  test("history of another conversation or connection stays there", async () => {
    await using scene = await open();
    await scene.say(10, { conversationId: 1 });
    await scene.say(11, { connection: scene.there });
    scene.pass(60 * SECOND);
    await scene.close();
    await scene.claims();
    const { history } = await scene.first.turnMaterial((await scene.turn(20)).jobKey, 10);
    expect(history).toEqual([]);
  });

  test("what the batch answers is told where this conversation said it, once each", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.send(11);
    await scene.say(18, { conversationId: 1 });
    await scene.say(19, { connection: scene.there });
    for (const [messageId, inReplyTo] of [
      [20, 10],
      [21, 10],
      [22, 20],
      [23, 18],
      [24, 19],
      [25, 404],
    ] as const)
      await scene.receive(message(messageId, { extra: { inReplyTo, referral: null } }));
    scene.pass(60 * SECOND);
    await scene.close();
    const materials = (await scene.claims()).map(({ jobKey }) => scene.first.turnMaterial(jobKey, 10));
    const quoted = (await Promise.all(materials)).flatMap((material) => material.quoted);
    expect(quoted).toEqual([
      { sender: "user", content: "message 10", userId: null, messageId: 10 },
      { sender: "user", content: "message 20", userId: null, messageId: 20 },
    ]);
  });

  test("a message keeps what it is beside its text", async () => {
    await using scene = await open();
    const extra = { inReplyTo: null, referral: null, form: "sticker" as const };
    await scene.receive(message(10, { extra }));
    scene.pass(60 * SECOND);
    await scene.close();
    const [turn] = await scene.claims();
    const { messages } = await scene.first.turnMaterial(must(turn ?? null).jobKey, 10);
    expect(messages.map((row) => row.extra)).toEqual([extra]);
  });

  test("a turn keeps the steps of every attempt", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const step = { jobKey: turn.jobKey, attempt: 1, name: "generate", startedAt: START, durationMs: 7 };
    await scene.first.recordStep({ ...step, outcome: "error", detail: { provider: "groq", model: null } });
    await scene.second.recordStep({ ...step, outcome: "ok", detail: { inputTokens: 3 } });
    const { steps } = must(await scene.first.turn(turn.jobId));
    expect(steps.map((row) => [row["name"], row["outcome"], row["detail"]])).toEqual([
      ["generate", "error", '{"provider":"groq","model":null}'],
      ["generate", "ok", '{"inputTokens":3}'],
    ]);
    expect(steps[0]).toMatchObject({ attempt: 1, startedAt: START, durationMs: 7 });
  });
}
