// Every recorded webhook, with what it must be taken for.
import { describe, expect, test } from "bun:test";
import type { Arrival, ConversationFacts, SkipReason } from "../../src/chatwoot/arrival.ts";
import { readEvent } from "../../src/chatwoot/event.ts";
import { CHANNELS, fixture, fixtureNames } from "./fixture.ts";

const MEDIA = "https://chat.example.com/rails/active_storage/blobs/redirect/";

/** The first message of the burst; the other recordings differ from it in what their test says. */
const FACTS: ConversationFacts = {
  conversationId: 458,
  inboxId: 12,
  channel: "Channel::Whatsapp",
  status: "pending",
  assignee: "none",
  canReply: true,
  contactId: 9031,
  contactName: "Maria Souza",
  contactPhone: "+5511987654321",
  contactSourceId: "5511987654321",
  contactIdentifier: null,
  isGroup: false,
  stateAt: 1_781_787_902_448,
};

type Expected = { skip: SkipReason } | { arrival: Partial<Arrival>; facts?: Partial<ConversationFacts> };

function message(
  messageId: number,
  kind: string,
  more: object = {},
  facts: Partial<ConversationFacts> = {},
): Expected {
  return { arrival: { kind: "message", messageId, messageKind: kind, ...more } as Partial<Arrival>, facts };
}

const EXPECTED: Record<string, Expected> = {
  "message_created.incoming.text": message(88121, "text", {
    content: "Oi! Vocês têm o tênis X no 38? <urgente> & rápido",
    contentType: "text",
    attachments: [],
    extra: { inReplyTo: null, referral: null },
  }),
  "message_created.incoming.text.burst2": message(88122, "text", {}, { stateAt: 1_781_787_906_557 }),
  "message_created.incoming.text.burst2.late": message(
    88122,
    "text",
    { content: fixture("message_created.incoming.text.burst2")["content"] },
    { stateAt: 1_781_787_912_307 },
  ),
  "message_created.incoming.text.burst3": message(88123, "text", {}, { stateAt: 1_781_787_912_307 }),
  "message_created.incoming.text.v4_16_bot_assignee": message(88121, "text", {}, { assignee: "bot" }),
  "message_created.incoming.voice_ogg": message(88124, "audio", {
    content: null,
    attachments: [
      {
        id: 5310,
        kind: "audio",
        url: expect.stringContaining(`${MEDIA}eyJ`),
        contentType: "audio/ogg",
        sizeBytes: 18_342,
        title: null,
        transcript: null,
      },
    ],
  }),
  "message_created.incoming.voice.legacy_v4_2": message(88124, "audio", {
    attachments: [expect.objectContaining({ kind: "audio", contentType: null, transcript: null })],
  }),
  "message_created.incoming.image_caption": message(88125, "image", { content: expect.any(String) }),
  "message_created.incoming.sticker": message(88126, "image", {
    content: null,
    extra: { inReplyTo: null, referral: null, form: "sticker" },
  }),
  "message_created.incoming.file_pdf": message(88127, "file", {
    attachments: [
      expect.objectContaining({ kind: "file", contentType: "application/pdf", title: "comprovante.pdf" }),
    ],
  }),
  "message_created.incoming.video": message(88128, "video"),
  "message_created.incoming.location": message(88129, "location", {
    attachments: [
      expect.objectContaining({
        kind: "location",
        url: null,
        title: "Largo do Rosário, Centro, Campinas, -22.9056, -47.0608",
      }),
    ],
  }),
  "message_created.incoming.contact_card": message(88130, "contact", {
    content: "João Pereira",
    attachments: [
      expect.objectContaining({
        kind: "contact",
        title: "João Pereira, +5519998887777",
        url: null,
        sizeBytes: null,
      }),
    ],
  }),
  "message_created.incoming.quoted_reply": message(88131, "text", {
    extra: { inReplyTo: 88_110, referral: null },
  }),
  "message_created.incoming.unsupported": message(88132, "other", {
    content: null,
    extra: { inReplyTo: null, referral: null, form: "unsupported" },
  }),
  "message_created.incoming.ctwa_referral": message(88133, "text", {
    extra: {
      inReplyTo: null,
      referral: {
        source_type: "ad",
        source_id: "120210000000",
        source_url: "https://fb.me/xyz",
        headline: "Tênis X",
        body: "Só hoje",
        ctwa_clid: "ARAk...",
      },
    },
  }),
  "message_created.incoming.bsuid_no_phone": message(
    88134,
    "text",
    {},
    {
      conversationId: 471,
      contactId: 9077,
      contactName: "ana.w",
      contactPhone: null,
      contactSourceId: "BR.1a2B3c4D5e6F7g8H9",
    },
  ),
  "message_created.incoming.api_channel": message(
    88140,
    "text",
    {},
    {
      channel: "Channel::Api",
      conversationId: 512,
      inboxId: 19,
      status: "open",
      contactId: 9102,
      contactSourceId: null,
      contactIdentifier: "5511987654321@s.whatsapp.net",
    },
  ),
  "message_created.incoming.twilio_whatsapp": message(
    88141,
    "text",
    {},
    {
      channel: "Channel::TwilioSms",
      contactSourceId: "whatsapp:+5215512345678",
      conversationId: 530,
      inboxId: 23,
      status: "open",
      contactId: 9110,
      contactName: "Luis",
      contactPhone: "+5215512345678",
    },
  ),
  "message_created.outgoing.human_agent": {
    arrival: { kind: "human_reply", messageId: 88150, content: expect.any(String) as unknown as string },
    facts: { assignee: "human", status: "open" },
  },
  "message_created.outgoing.human_agent.still_pending": { arrival: { kind: "human_reply" } },
  "message_created.outgoing.whatsapp_app_echo": { arrival: { kind: "human_reply" } },
  "message_created.outgoing.whatsapp_template": {
    arrival: { kind: "human_reply" },
    facts: { status: "open", canReply: false },
  },
  "message_created.outgoing.agent_bot": { skip: "outgoing_message" },
  "message_created.outgoing.captain": { skip: "outgoing_message" },
  "message_created.outgoing.automation_rule": { skip: "automation" },
  "message_created.private_note": { skip: "private_note" },
  "message_created.template.greeting": { skip: "template" },
  "message_updated.template.csat": {
    arrival: { kind: "rating", messageId: 88190, rating: 5 },
    facts: { status: "resolved" },
  },
  "message_updated.deleted": { arrival: { kind: "deletion", messageId: 88121 } },
  "message_updated.incoming.voice_transcribed": {
    arrival: {
      kind: "edit",
      messageId: 88124,
      content: null,
      attachments: [
        expect.objectContaining({
          kind: "audio",
          contentType: "audio/opus",
          transcript: "Oi, bom dia, queria saber se vocês entregam hoje ainda",
        }),
      ],
    },
  },
  "message_updated.outgoing.delivered": { skip: "outgoing_message" },
  "message_updated.outgoing.failed": { skip: "outgoing_message" },
  conversation_created: { arrival: { kind: "state" } },
  "conversation_status_changed.open": {
    arrival: { kind: "state" },
    facts: { status: "open", assignee: "human" },
  },
  "conversation_status_changed.open_by_bot_error": { arrival: { kind: "state" }, facts: { status: "open" } },
  "conversation_status_changed.resolved": {
    arrival: { kind: "state" },
    facts: { status: "resolved", assignee: "human" },
  },
  "conversation_updated.assignee": {
    arrival: { kind: "state" },
    facts: { status: "open", assignee: "human" },
  },
  "conversation_updated.status": { arrival: { kind: "state" }, facts: { status: "open", assignee: "human" } },
  "agent_bot.conversation_opened": {
    arrival: { kind: "state" },
    facts: { status: "open", assignee: "human" },
  },
  "agent_bot.conversation_resolved": { arrival: { kind: "state" }, facts: { status: "resolved" } },
  "conversation_typing_on.agent": { arrival: { kind: "typing", isOn: true } },
  "conversation_typing_on.contact": {
    arrival: { kind: "typing", isOn: true },
    facts: { inboxId: 5, channel: "Channel::WebWidget", contactPhone: null, contactSourceId: null },
  },
  "conversation_typing_off.agent_bot": { skip: "status_handled" },
  contact_updated: { skip: "unsupported_event" },
};

describe("a recorded webhook", () => {
  test("is in the table, every one", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(fixtureNames());
  });

  test.each(fixtureNames())("%s", (name) => {
    const expected = EXPECTED[name];
    const { accountId, event, outcome } = readEvent(fixture(name), { channels: CHANNELS });
    expect(event).toBe(String(fixture(name)["event"]));
    expect(accountId).toBe(3);
    if (expected === undefined || "skip" in expected) {
      expect<unknown>(outcome).toEqual(expected);
    } else {
      expect(outcome).toMatchObject({ arrival: expected.arrival });
      expect(outcome).toHaveProperty("arrival.facts", { ...FACTS, ...expected.facts });
    }
  });
});
