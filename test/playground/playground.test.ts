import { describe, expect, test } from "bun:test";
import { readEvent } from "../../src/chatwoot/event.ts";
import { verifySignature } from "../../src/chatwoot/signature.ts";
import { apiCall, CONVERSATION, INSIGHT, openStage, STAGE_START, WEBHOOK_SECRET } from "./stage.ts";

describe("the playground", () => {
  test("a message enters by the webhook, signed over the bytes that are sent", async () => {
    const { playground, webhooks } = openStage();
    const answers = await playground.say("is <this> in stock & blue?");
    expect(answers).toEqual([{ status: 200, body: { success: true, action: "buffered" } }]);
    const [webhook] = webhooks;
    expect(webhook?.url).toBe("http://127.0.0.1/webhooks/chatwoot/playground");
    expect(webhook?.raw).toContain("\\u003cthis\\u003e");
    const signed = {
      secret: WEBHOOK_SECRET,
      timestamp: webhook?.headers.get("x-chatwoot-timestamp") ?? null,
      signature: webhook?.headers.get("x-chatwoot-signature") ?? null,
      raw: new TextEncoder().encode(webhook?.raw),
      nowMs: STAGE_START,
    };
    expect(verifySignature(signed)).toBe(true);
    expect(webhook?.headers.get("content-type")).toBe("application/json");
    expect(webhook?.body).toMatchObject({
      event: "message_created",
      id: 1,
      message_type: "incoming",
      content: "is <this> in stock & blue?",
      conversation: { id: 1, status: "pending" },
      account: { id: 1 },
    });
  });

  test("a message sent twice is one message with two deliveries", async () => {
    const { playground, webhooks, messages } = openStage();
    const answers = await playground.say("hi", 2);
    expect(answers.map((answer) => answer.body)).toEqual([
      { success: true, action: "buffered" },
      { success: true, action: "duplicate" },
    ]);
    expect(webhooks[0]?.raw).toBe(webhooks[1]?.raw ?? "");
    expect(webhooks[0]?.headers.get("x-chatwoot-delivery")).not.toBe(
      webhooks[1]?.headers.get("x-chatwoot-delivery"),
    );
    expect(await messages.latest(9)).toHaveLength(1);
  });

  test("lull's own reply comes back as an outgoing message with its marker", async () => {
    const { playground, chatwoot, webhooks } = openStage();
    await chatwoot.handle(
      apiCall(`${CONVERSATION}/messages`, { content: "Yes.", content_attributes: { lull_reply_id: "r1" } }),
    );
    await playground.settled();
    expect(webhooks).toHaveLength(1);
    expect(webhooks[0]?.body).toMatchObject({
      event: "message_created",
      message_type: "outgoing",
      content: "Yes.",
      content_attributes: { lull_reply_id: "r1" },
      sender: { type: "user" },
    });
  });

  test("a private note of lull's comes back as one and is shown as one, since the customer does not see it", async () => {
    const { playground, chatwoot, webhooks } = openStage();
    await chatwoot.handle(apiCall(`${CONVERSATION}/messages`, { content: "A summary.", private: true }));
    await playground.settled();
    expect(webhooks[0]?.body).toMatchObject({ private: true });
    expect((await playground.state()).messages).toMatchObject([{ from: "note", text: "A summary." }]);
  });

  test("a handover by lull comes back as a change of status", async () => {
    const { playground, chatwoot, webhooks } = openStage();
    await chatwoot.handle(apiCall(`${CONVERSATION}/toggle_status`, { status: "open" }));
    await playground.settled();
    expect(webhooks[0]?.body).toMatchObject({ event: "conversation_status_changed", status: "open" });
  });

  test.each([
    ["dashboard", { type: "user" }, {}],
    ["phone", null, { external_echo: true }],
  ] as const)("a person answers from the %s", async (via, sender, content_attributes) => {
    const { playground, webhooks } = openStage();
    await playground.answerAsHuman("I am here", via);
    expect(webhooks).toHaveLength(1);
    expect(webhooks[0]?.body).toMatchObject({ message_type: "outgoing", content_attributes });
    if (sender === null) expect(webhooks[0]?.body["sender"]).toBeNull();
    else expect(webhooks[0]?.body["sender"]).toMatchObject(sender);
  });

  test("a resolved conversation says so, and goes back to the bot with the next message", async () => {
    const { playground, webhooks } = openStage();
    await playground.resolve();
    expect(webhooks[0]?.body).toMatchObject({ event: "conversation_status_changed", status: "resolved" });
    expect((await playground.state()).status).toBe("resolved");
    await playground.say("one more thing");
    expect(webhooks[1]?.body).toMatchObject({ conversation: { status: "pending" } });
    expect((await playground.state()).status).toBe("pending");
  });

  test("a conversation handed to people stays with them when the customer writes", async () => {
    const { playground, messages } = openStage();
    await messages.setStatus("open");
    await playground.say("are you there?");
    expect((await playground.state()).status).toBe("open");
  });

  test.each([
    [true, "conversation_typing_on"],
    [false, "conversation_typing_off"],
  ])("the customer's typing (%p) is told as %s", async (isOn, event) => {
    const { playground, webhooks } = openStage();
    await playground.setTyping(isOn);
    expect(webhooks[0]?.body).toMatchObject({ event, conversation: { id: 1 } });
  });

  test("its state is the daemon's insight, its own clock and who wrote what", async () => {
    const { playground, clock } = openStage();
    await playground.say("hi");
    clock.tick(1_000);
    await playground.answerAsHuman("hello", "phone");
    expect(await playground.state()).toEqual({
      ...INSIGHT,
      now: "2026-06-18T13:05:03.000Z",
      status: "pending",
      messages: [
        { id: 1, from: "customer", text: "hi", sample: null, at: "2026-06-18T13:05:02.000Z" },
        { id: 2, from: "human", text: "hello", sample: null, at: "2026-06-18T13:05:03.000Z" },
      ],
    });
  });

  test("a restart waits until its own answer has left", () => {
    const { playground, clock, done } = openStage();
    playground.restart();
    expect(done).toEqual([]);
    clock.tick(1_000);
    expect(done).toEqual(["restart"]);
  });

  test("the daemon reads each webhook for what it was meant to be", async () => {
    const { playground, chatwoot, webhooks } = openStage();
    await playground.say("hi");
    await playground.setTyping(true);
    await playground.answerAsHuman("hello", "dashboard");
    await playground.answerAsHuman("hello again", "phone");
    await playground.resolve();
    const reply = { content: "Yes.", content_attributes: { lull_reply_id: "r1" } };
    await chatwoot.handle(apiCall(`${CONVERSATION}/messages`, reply));
    await playground.settled();
    const read = webhooks.map(({ body }) => readEvent(body, { channels: ["Channel::Whatsapp"] }).outcome);
    const kinds = read.map((outcome) => ("arrival" in outcome ? outcome.arrival.kind : outcome.skip));
    expect(kinds).toEqual(["message", "typing", "human_reply", "human_reply", "state", "own_reply"]);
  });
});
