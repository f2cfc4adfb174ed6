import { describe, expect, test } from "bun:test";
import { openChatwootClient } from "../../src/chatwoot/client.ts";
import { apiCall, CONVERSATION, openStage, STAGE_START, TOKEN } from "./stage.ts";

describe("the playground's Chatwoot", () => {
  test.each([
    ["no token", null],
    ["another token", "guessed"],
  ])("refuses a call with %s", async (_name, token) => {
    const response = await openStage().chatwoot.handle(apiCall("profile", undefined, token));
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: "Invalid Access Token" });
  });

  test("takes the token under the dashed header too", async () => {
    const request = apiCall("profile", undefined, null);
    request.headers.set("api-access-token", apiCall("profile").headers.get("api_access_token") ?? "");
    expect((await openStage().chatwoot.handle(request)).status).toBe(200);
  });

  test("shows a user's profile, so lull may list messages", async () => {
    const response = await openStage().chatwoot.handle(apiCall("profile"));
    expect(await response.json()).toMatchObject({ role: "administrator", accounts: [{ id: 1 }] });
  });

  test("stores a message, keeps its marker and lists it as Chatwoot does", async () => {
    const { chatwoot } = openStage();
    const content_attributes = { lull_reply_id: "r1" };
    const sent = await chatwoot.handle(
      apiCall(`${CONVERSATION}/messages`, { content: "Yes.", message_type: "outgoing", content_attributes }),
    );
    expect(sent.status).toBe(200);
    const shown = {
      id: 1,
      content: "Yes.",
      message_type: 1,
      private: false,
      content_attributes,
      created_at: STAGE_START / 1000,
    };
    expect(await sent.json()).toMatchObject(shown);
    const list = await chatwoot.handle(apiCall(`${CONVERSATION}/messages?after=0`));
    expect(await list.json()).toMatchObject({ payload: [shown] });
  });

  test("keeps labels, the new ones in the place of all others, and shows them", async () => {
    const { chatwoot } = openStage();
    const ask = async (path: string, body?: unknown): Promise<unknown> =>
      (await chatwoot.handle(apiCall(`${CONVERSATION}${path}`, body))).json();
    await ask("/labels", { labels: ["vip"] });
    expect(await ask("/labels", { labels: ["bot-handoff"] })).toEqual({ payload: ["bot-handoff"] });
    expect(await ask("/labels")).toEqual({ payload: ["bot-handoff"] });
    expect(await ask("")).toMatchObject({ labels: ["bot-handoff"] });
  });

  test("knows one person to assign, and none other", async () => {
    const { chatwoot } = openStage();
    const statuses = await Promise.all(
      [{ assignee_id: 41 }, { assignee_id: null }, { team_id: 7 }, { assignee_id: 99 }].map(
        async (body) => (await chatwoot.handle(apiCall(`${CONVERSATION}/assignments`, body))).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 200, 404]);
  });

  test("lists only messages after the given id, ascending, at most 100", async () => {
    const { chatwoot, playground } = openStage();
    for (let n = 1; n <= 103; n += 1) await playground.say(`line ${n}`);
    const response = await chatwoot.handle(apiCall(`${CONVERSATION}/messages?after=2`));
    const { payload } = (await response.json()) as { payload: { id: number }[] };
    expect(payload.map((message) => message.id)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 3),
    );
  });

  test("lists the last 20 messages when no id is given", async () => {
    const { chatwoot, playground } = openStage();
    for (let n = 1; n <= 25; n += 1) await playground.say(`line ${n}`);
    const response = await chatwoot.handle(apiCall(`${CONVERSATION}/messages`));
    const { payload } = (await response.json()) as { payload: { id: number }[] };
    expect([payload[0]?.id, payload.at(-1)?.id, payload.length]).toEqual([6, 25, 20]);
  });

  test.each([[{}], [{ content: "" }], [{ content: "  " }], [{ content: 7 }]])(
    "refuses a message without content: %j",
    async (body) => {
      const { chatwoot, messages } = openStage();
      const response = await chatwoot.handle(apiCall(`${CONVERSATION}/messages`, body));
      expect(response.status).toBe(422);
      expect(await messages.latest(1)).toEqual([]);
    },
  );

  test("shows the conversation with its status and its last message", async () => {
    const { chatwoot, playground } = openStage();
    await playground.say("hi");
    const response = await chatwoot.handle(apiCall(CONVERSATION));
    expect(await response.json()).toMatchObject({
      id: 1,
      status: "pending",
      can_reply: true,
      channel: "Channel::Whatsapp",
      meta: { assignee: null, sender: { id: 1, name: "Maria", phone_number: "+5511900000001" } },
      messages: [{ content: "hi", message_type: 0 }],
      last_non_activity_message: { content: "hi" },
    });
  });

  test("changes the status, and answers as Chatwoot does", async () => {
    const { chatwoot, messages } = openStage();
    const response = await chatwoot.handle(apiCall(`${CONVERSATION}/toggle_status`, { status: "open" }));
    expect(await response.json()).toMatchObject({ payload: { success: true, current_status: "open" } });
    expect(await messages.status()).toBe("open");
  });

  test("takes a typing sign and says nothing", async () => {
    const response = await openStage().chatwoot.handle(
      apiCall(`${CONVERSATION}/toggle_typing_status`, { typing_status: "on" }),
    );
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  test.each([["accounts/1/conversations/2"], ["accounts/2/conversations/1"], ["accounts/1/inboxes"]])(
    "knows no %s",
    async (path) => expect((await openStage().chatwoot.handle(apiCall(path))).status).toBe(404),
  );

  test("gives the team's phone no sender", async () => {
    const { chatwoot, playground } = openStage();
    await playground.answerAsHuman("I am here", "phone");
    const response = await chatwoot.handle(apiCall(`${CONVERSATION}/messages?after=0`));
    const { payload } = (await response.json()) as { payload: Record<string, unknown>[] };
    expect(payload[0]).toMatchObject({ message_type: 1, content_attributes: { external_echo: true } });
    expect(payload[0]).not.toHaveProperty("sender");
  });
});

describe("lull's own client", () => {
  const { signal } = new AbortController();

  function openClient() {
    const stage = openStage();
    const client = openChatwootClient({
      baseUrl: "http://playground.example",
      accountId: 1,
      apiToken: TOKEN,
      userToken: null,
      fetch: (url, init) => stage.chatwoot.handle(new Request(url, init)),
      clock: stage.clock,
    });
    return { ...stage, client };
  }

  test("finds a user's token that may list", async () => {
    const { client } = openClient();
    expect([await client.tokenKind(signal), await client.canList(signal)]).toEqual(["user", true]);
  });

  test("sends once and finds its reply by the marker, as no person's", async () => {
    const { client, playground } = openClient();
    await playground.say("hi");
    expect(await client.createMessage(1, { text: "Yes.", replyId: "r1" }, signal)).toEqual({
      kind: "sent",
      messageId: 2,
    });
    const [customer, reply] = await client.listMessages(1, 0, signal);
    expect(customer).toMatchObject({
      direction: "incoming",
      content: "hi",
      sender: { phoneNumber: "+5511900000001" },
    });
    expect(reply).toMatchObject({ direction: "outgoing", replyId: "r1", fromHuman: false });
    expect((await client.showConversation(1, signal)).lastMessage).toEqual(reply ?? null);
  });

  test("refuses an empty reply for good", async () => {
    const outcome = await openClient().client.createMessage(1, { text: "", replyId: "r1" }, signal);
    expect(outcome).toMatchObject({ kind: "refused", status: 422 });
  });

  test("sees that a person answered", async () => {
    const { client, playground } = openClient();
    await playground.answerAsHuman("hello", "dashboard");
    await playground.answerAsHuman("hello", "phone");
    const listed = await client.listMessages(1, 0, signal);
    expect(listed.map((message) => message.fromHuman)).toEqual([true, true]);
  });

  test("writes notes, types and hands over", async () => {
    const { client, messages } = openClient();
    await client.createPrivateNote(1, { text: "A summary.", noteId: "n-1" }, signal);
    await client.setTyping(1, true, signal);
    await client.setStatus(1, "open", signal);
    expect(await client.showConversation(1, signal)).toMatchObject({
      status: "open",
      assignee: "none",
      canReply: true,
    });
    expect(await messages.latest(1)).toMatchObject([{ text: "A summary.", isPrivate: true }]);
  });
});
