// The rules of a webhook: its smallest form, its account, and what conversations tell.
import { describe, expect, test } from "bun:test";
import { readEvent } from "../../src/chatwoot/event.ts";
import { arrived, type Body, CHANNELS, outcome, skipped } from "./fixture.ts";

describe("the smallest body", () => {
  const smallest = {
    id: 12345,
    event: "message_created",
    content: "Test message",
    message_type: "incoming",
    conversation: { id: 1, status: "open", channel: "Channel::Whatsapp" },
    sender: { id: 1, name: "Test User", phone_number: "+1234567890" },
    created_at: "2026-06-18T13:05:02.417Z",
  };

  test("is a message, with everything it does not tell unknown", () => {
    expect(readEvent(smallest, { channels: CHANNELS })).toEqual({
      accountId: null,
      event: "message_created",
      conversationId: 1,
      messageId: 12345,
      outcome: {
        arrival: {
          kind: "message",
          facts: {
            conversationId: 1,
            inboxId: null,
            channel: "Channel::Whatsapp",
            status: "open",
            assignee: null,
            canReply: null,
            contactId: 1,
            contactName: "Test User",
            contactPhone: "+1234567890",
            contactSourceId: null,
            contactIdentifier: null,
            isGroup: false,
            stateAt: null,
          },
          messageId: 12345,
          messageKind: "text",
          content: "Test message",
          contentType: "text",
          attachments: [],
          extra: { inReplyTo: null, referral: null },
          verificationCode: null,
        },
      },
    });
  });

  test("needs no channel", () => {
    expect(arrived({ ...smallest, conversation: { id: 1 } })).toBe("message");
  });

  test("needs no sender, and null is as good as missing", () => {
    const nulls = { sender: null, content_attributes: null, attachments: null, private: null, account: null };
    expect(arrived({ ...smallest, ...nulls })).toBe("message");
  });
});

describe("a conversation's assignee", () => {
  test.each([
    [{}, null],
    [{ meta: {} }, null],
    [{ meta: { assignee: null, assignee_type: null } }, "none"],
    [{ meta: { assignee: { id: 41, type: "user" }, assignee_type: "User" } }, "human"],
    [{ meta: { assignee: { id: 41 } } }, "human"],
    [{ meta: { assignee: { id: 7 }, assignee_type: "AgentBot" } }, "bot"],
    [{ meta: { assignee: { id: 7, type: "agent_bot" } } }, "bot"],
    [{ meta: { assignee: { id: 2 }, assignee_type: "Captain::Assistant" } }, "bot"],
    [{ meta: { assignee: { id: 2, type: "captain_assistant" } } }, "bot"],
  ])("in %j is %p", (conversation, assignee) => {
    const read = outcome({ event: "conversation_updated", id: 458, ...conversation });
    expect(read).toHaveProperty("arrival.facts.assignee", assignee);
  });
});

test.each([
  [1_781_787_902.448, 1_781_787_902_448],
  [1_781_787_902, 1_781_787_902_000],
  ["2026-06-18T13:05:02Z", null],
  [0, null],
  [-5, null],
  [1e300, null],
  [Number.POSITIVE_INFINITY, null],
  [null, null],
])("a conversation's updated_at of %p is the moment %p", (updatedAt, stateAt) => {
  const read = outcome({ event: "conversation_created", id: 458, updated_at: updatedAt });
  expect(read).toHaveProperty("arrival.facts.stateAt", stateAt);
});

describe("typing", () => {
  const typing = { event: "conversation_typing_on", conversation: { id: 458 } };

  test("on and off is news of the conversation", () => {
    expect(outcome(typing)).toMatchObject({
      arrival: { kind: "typing", isOn: true, facts: { conversationId: 458 } },
    });
    const off = {
      ...typing,
      event: "conversation_typing_off",
      user: { id: 41, type: "user" },
      is_private: false,
    };
    expect(outcome(off)).toMatchObject({ arrival: { kind: "typing", isOn: false } });
  });

  test("of a bot, or in a note, is only taken note of", () => {
    expect(skipped({ ...typing, user: { id: 7, type: "agent_bot" } })).toBe("status_handled");
    expect(skipped({ ...typing, is_private: true })).toBe("status_handled");
  });
});

describe("the account", () => {
  const row = { account_id: 5 };
  test.each<[string, Body, number | null]>([
    ["at the top", { account: { id: 3 }, conversation: { id: 1, account: { id: 4 }, messages: [row] } }, 3],
    ["in the conversation", { conversation: { id: 1, account: { id: 4 }, messages: [row] } }, 4],
    ["in the conversation's message", { conversation: { id: 1, messages: [row] } }, 5],
    ["in a bare conversation's message", { messages: [row] }, 5],
    ["nowhere", { conversation: { id: 1, messages: [] } }, null],
    ["in a shape that is none", { account: "3", messages: "x", conversation: [] }, null],
  ])("is read when it stands %s", (_where, body, accountId) => {
    expect(readEvent({ event: "some_event", ...body }, { channels: CHANNELS }).accountId).toBe(accountId);
  });
});
