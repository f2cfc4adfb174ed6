import { describe, expect, test } from "bun:test";
import {
  railsJson,
  sampleConversation,
  sampleMessage,
  sampleTyping,
  signBody,
} from "../../src/chatwoot/sample.ts";
import type { SampleMessage } from "../../src/chatwoot/sample.ts";
import { fixture, skipped, under } from "./fixture.ts";

const STAGE = {
  accountId: 3,
  inboxId: 12,
  conversationId: 458,
  createdAt: Date.UTC(2026, 5, 18, 13, 5, 2, 417),
  contact: { id: 9031, name: "Maria", phoneNumber: "+5511987654321" },
};
const HELLO: SampleMessage = { ...STAGE, messageId: 88121, direction: "incoming", content: "oi" };

/** Every key there is, as a path; what stands under free-form hashes is left out. */
function paths(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [path] : paths(value[0], `${path}[]`);
  if (typeof value !== "object" || value === null || /(attributes|changed_attributes\[\])$/.test(path))
    return [path];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, `${path}.${key}`));
}

const MESSAGES: [fixture: string, SampleMessage][] = [
  ["message_created.incoming.text", HELLO],
  [
    "message_created.outgoing.human_agent",
    { ...HELLO, direction: "outgoing", writer: "human", status: "open", assignee: "human" },
  ],
  ["message_created.outgoing.whatsapp_app_echo", { ...HELLO, direction: "outgoing", writer: "phone" }],
  ["message_created.outgoing.agent_bot", { ...HELLO, direction: "outgoing" }],
  ["message_updated.deleted", { ...HELLO, event: "message_updated", contentAttributes: { deleted: true } }],
];

test.each(MESSAGES)("a sample has the keys of a recorded %s", (name, input) => {
  expect(paths(sampleMessage(input)).sort()).toEqual(paths(fixture(name)).sort());
});

const DETAILS: [string, Partial<SampleMessage>, object][] = [
  ["is the customer's by default", {}, { message_type: "incoming", sender: { id: 9031 }, private: false }],
  ["has its moments in Chatwoot's three forms", {}, { created_at: "2026-06-18T13:05:02.417Z" }],
  ["has no attachments key without any", { attachments: [] }, {}],
  [
    "keeps attachments and attributes as given",
    { attachments: [{ id: 1 }], contentAttributes: { in_reply_to: 5 } },
    { attachments: [{ id: 1 }], content_attributes: { in_reply_to: 5 } },
  ],
  [
    "says that a phone wrote it",
    { direction: "outgoing", writer: "phone" },
    { sender: null, content_attributes: { external_echo: true } },
  ],
  ["is a bot's by default when it goes out", { direction: "outgoing" }, { sender: { type: "agent_bot" } }],
  [
    "is missing from its conversation when private",
    { isPrivate: true },
    { private: true, conversation: { messages: [] } },
  ],
  [
    "names Twilio's contact by a prefixed number",
    { channel: "Channel::TwilioSms" },
    { conversation: { contact_inbox: { source_id: "whatsapp:+5511987654321" } } },
  ],
  [
    "names a contact without a number by another id",
    { contact: { id: 5, name: "Bia", phoneNumber: null } },
    { sender: { phone_number: null }, conversation: { contact_inbox: { source_id: "BR.sample5" } } },
  ],
  [
    "shows a bot as assignee",
    { assignee: "bot" },
    { conversation: { meta: { assignee: { type: "agent_bot" }, assignee_type: "AgentBot" } } },
  ],
  ["has the conversation's own moment", { updatedAt: 1_500 }, { conversation: { updated_at: 1.5 } }],
];

test.each(DETAILS)("a sample %s", (_name, change, expected) => {
  const body = sampleMessage({ ...HELLO, ...change });
  expect(body).toMatchObject(expected);
  expect("attachments" in body).toBe((change.attachments ?? []).length > 0);
  expect(skipped(body)).not.toBe("unsupported_event");
});

describe("conversation events", () => {
  const EVENTS = [
    ["conversation_status_changed", "conversation_status_changed.open"],
    ["conversation_updated", "conversation_updated.assignee"],
    ["conversation_resolved", "agent_bot.conversation_resolved"],
    ["conversation_opened", "agent_bot.conversation_opened"],
    ["conversation_created", "conversation_created"],
  ] as const;

  test.each(EVENTS)("%s has the keys of a recorded one", (event, name) => {
    const recorded = Object.keys(fixture(name)).sort();
    expect(Object.keys(sampleConversation({ ...STAGE, event })).sort()).toEqual(recorded);
  });

  test.each([
    ["agent", true],
    ["contact", true],
    ["contact", false],
  ] as const)("typing by %s (on: %p) has the keys of a recorded one", (by, isOn) => {
    const recorded = fixture(`conversation_typing_on.${by}`);
    const body = sampleTyping({ ...STAGE, by, isOn });
    expect(Object.keys(body).sort()).toEqual(Object.keys(recorded).sort());
    expect(Object.keys(under(body, "user")).sort()).toEqual(Object.keys(under(recorded, "user")).sort());
    expect(body["event"]).toBe(isOn ? "conversation_typing_on" : "conversation_typing_off");
  });
});

test("signing and serialising give what a recorded Chatwoot sent", () => {
  const vector = fixture("signature-vector") as {
    secret: string;
    raw_body: string;
    headers: Record<string, string>;
  };
  expect(railsJson(JSON.parse(vector.raw_body))).toBe(vector.raw_body);
  const seconds = Number(vector.headers["X-Chatwoot-Timestamp"]);
  const signed = signBody(vector.secret, seconds, vector.raw_body, "6f1c2f0e-8f1a-4a53-9a29-0b7c1d7a2b11");
  expect(new Headers(vector.headers).toJSON()).toMatchObject(signed);
});
