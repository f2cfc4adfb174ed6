// What a customer sends: taken, changed, or left, one sentence per rule.
import { describe, expect, test } from "bun:test";
import { readEvent } from "../../src/chatwoot/event.ts";
import { arrived, type Body, CHANNELS, incoming, outcome, skipped, under } from "./fixture.ts";

const UPDATED = { event: "message_updated" };

describe("a customer's message", () => {
  test.each(["message_created", "message_incoming", "message_outgoing"])("arrives by %s", (event) => {
    expect(readEvent(incoming({ event }), { channels: CHANNELS })).toMatchObject({
      event,
      outcome: { arrival: { kind: "message", messageId: 88121 } },
    });
  });

  test("of a channel that is not served is left", () => {
    expect(skipped(incoming({}, {}, { channel: "Channel::WebWidget" }))).toBe("unsupported_channel");
    expect(outcome(incoming(), ["Channel::Api"])).toEqual({ skip: "unsupported_channel" });
  });

  test("of Twilio is served for WhatsApp contacts only", () => {
    const twilio = { channel: "Channel::TwilioSms", contact_inbox: { source_id: "+5215512345678" } };
    expect(skipped(incoming({}, {}, twilio))).toBe("unsupported_channel");
    expect(skipped(incoming({}, {}, { ...twilio, contact_inbox: null }))).toBe("unsupported_channel");
    const whatsapp = { ...twilio, contact_inbox: { source_id: "whatsapp:+5215512345678" } };
    expect(arrived(incoming({}, {}, whatsapp))).toBe("message");
    expect(outcome(incoming({}, {}, whatsapp), ["Channel::Whatsapp"])).toEqual({
      skip: "unsupported_channel",
    });
  });

  test.each(["120363025246125486@g.us", "120363144038483540@newsletter", "status@broadcast"])(
    "in %s is taken as a group's: whether these are answered is the inbox's business",
    (address) => {
      const bodies = [
        incoming({}, { identifier: address }),
        incoming({}, {}, { contact_inbox: { source_id: address } }),
      ];
      for (const body of bodies)
        expect(outcome(body)).toMatchObject({ arrival: { kind: "message", facts: { isGroup: true } } });
      expect(outcome(incoming())).toMatchObject({ arrival: { facts: { isGroup: false } } });
    },
  );

  test("of a blocked contact is left", () => {
    expect(skipped(incoming({}, { blocked: true }))).toBe("blocked_contact");
  });

  test("already deleted is left", () => {
    expect(skipped(incoming({ content_attributes: { deleted: true } }))).toBe("deleted");
  });

  test.each([null, "", " \n\t\u00a0"])(
    "that holds nothing (%j) is left, unless something is attached",
    (content) => {
      expect(skipped(incoming({ content }))).toBe("empty");
      expect(skipped(incoming({ content, attachments: [] }))).toBe("empty");
      expect(arrived(incoming({ content, attachments: [{ file_type: "audio" }] }))).toBe("message");
    },
  );

  test("meets the checks in their order", () => {
    const everything = incoming(
      { content: null, content_attributes: { deleted: true } },
      { blocked: true },
      { channel: "Channel::Email" },
    );
    const seen: (string | null)[] = [];
    seen.push(skipped({ ...everything, private: true }), skipped(everything));
    under(everything, "conversation")["channel"] = "Channel::Api";
    seen.push(skipped(everything));
    under(everything, "sender")["blocked"] = false;
    seen.push(skipped(everything));
    everything["content_attributes"] = {};
    seen.push(skipped(everything));
    expect(seen).toEqual(["private_note", "unsupported_channel", "blocked_contact", "deleted", "empty"]);
  });

  test("keeps of an ad only known keys with text", () => {
    const referral = {
      source_type: "ad",
      headline: 7,
      body: "x".repeat(5_000),
      __proto__: null,
      other: "no",
    };
    const read = outcome(incoming({ content_attributes: { referral } }));
    expect(read).toHaveProperty("arrival.extra.referral", { source_type: "ad", body: "x".repeat(1_000) });
  });

  test.each<[unknown]>([["ad"], [7], [[]], [{}], [[["source_type", "ad"]]], [{ source_type: null }]])(
    "takes %j for no ad",
    (referral) => {
      const read = outcome(incoming({ content_attributes: { referral } }));
      expect(read).toHaveProperty("arrival.extra.referral", null);
    },
  );

  test.each(["88110", -1, 1.5, 1e300, null, {}])("takes %p for no quoted message", (inReplyTo) => {
    const read = outcome(incoming({ content_attributes: { in_reply_to: inReplyTo } }));
    expect(read).toHaveProperty("arrival.extra.inReplyTo", null);
  });
});

describe("an attachment", () => {
  function attachments(bodies: Body[]): unknown {
    const read = outcome(incoming({ attachments: bodies }));
    return "arrival" in read && read.arrival.kind === "message" ? read.arrival.attachments : null;
  }

  test.each([
    ["audio", "audio"],
    ["image", "image"],
    ["video", "video"],
    ["file", "file"],
    ["location", "location"],
    ["contact", "contact"],
    ["fallback", "other"],
    ["story_mention", "other"],
    ["text", "other"],
    ["constructor", "other"],
    [null, "other"],
  ])("of type %p is %s, and names the message's kind", (fileType, kind) => {
    const read = outcome(incoming({ attachments: [{ file_type: fileType }, { file_type: "audio" }] }));
    expect(read).toMatchObject({
      arrival: { messageKind: kind, attachments: [{ kind }, { kind: "audio" }] },
    });
  });

  test("beyond the fifteenth is dropped", () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ id: index + 1, file_type: "image" }));
    expect(attachments(many)).toEqual(many.slice(0, 15).map(({ id }) => expect.objectContaining({ id })));
  });

  test("that is a place says where it is, by its name too when it has one", () => {
    const place = {
      file_type: "location",
      fallback_title: "",
      coordinates_lat: -22.9056,
      coordinates_long: -47.0608,
    };
    expect(attachments([place])).toMatchObject([{ title: "-22.9056, -47.0608" }]);
    expect(attachments([{ ...place, fallback_title: "Centro" }])).toMatchObject([
      { title: "Centro, -22.9056, -47.0608" },
    ]);
    expect(attachments([{ ...place, coordinates_lat: null }])).toMatchObject([{ title: null }]);
  });

  test.each([
    [{ firstName: "João", lastName: "Pereira" }, "João Pereira, +5519998887777"],
    [{ firstName: " ", lastName: "Pereira" }, "Pereira, +5519998887777"],
    [{ firstName: 7 }, "+5519998887777"],
    ["João", "+5519998887777"],
    [null, "+5519998887777"],
    [undefined, "+5519998887777"],
  ])("that is a contact says who, by a name such as %j too", (meta, title) => {
    const card = { file_type: "contact", fallback_title: "+5519998887777", meta };
    expect(attachments([card])).toMatchObject([{ kind: "contact", title }]);
  });

  test.each([
    ["https://chat.example.com/x/eyJ--5b/comprovante.pdf", "comprovante.pdf"],
    ["https://chat.example.com/x/or%C3%A7amento%20final.docx?disposition=inline", "orçamento final.docx"],
    ["https://chat.example.com/x/broken%ZZ.pdf", null],
    ["https://chat.example.com/x/eyJhbGciOi", null],
    ["no address.pdf", null],
    [null, null],
  ])("that is a file at %p is named %p", (url, title) => {
    expect(attachments([{ file_type: "file", data_url: url }])).toMatchObject([{ title }]);
    expect(attachments([{ file_type: "image", data_url: url }])).toMatchObject([{ title: null }]);
  });

  test("with an address too long to be one has none", () => {
    const url = `https://chat.example.com/${"a".repeat(5_000)}`;
    expect(attachments([{ file_type: "file", data_url: url }])).toMatchObject([{ url: null }]);
  });
});

describe("an update of a customer's message", () => {
  test("is an edit, with the text and attachments of now", () => {
    const read = outcome(
      incoming({ ...UPDATED, content: "changed", attachments: [{ id: 9, file_type: "file" }] }),
    );
    expect(read).toMatchObject({
      arrival: { kind: "edit", messageId: 88121, content: "changed", attachments: [{ id: 9, kind: "file" }] },
    });
  });

  test("that deletes it says so and repeats no text", () => {
    const read = outcome(incoming({ ...UPDATED, content_attributes: { deleted: true } }));
    expect(read).toMatchObject({ arrival: { kind: "deletion", messageId: 88121 } });
    expect(read).not.toHaveProperty("arrival.content");
  });

  test("passes the same checks of channel and blocked contact first", () => {
    const deleted = { ...UPDATED, content_attributes: { deleted: true } };
    expect(skipped(incoming(deleted, {}, { channel: "Channel::Email" }))).toBe("unsupported_channel");
    expect(skipped(incoming(deleted, { blocked: true }))).toBe("blocked_contact");
  });
});
