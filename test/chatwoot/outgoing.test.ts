// What our side sends: lull itself, a person, a machine.
import { describe, expect, test } from "bun:test";
import { outcome, outgoing, skipped } from "./fixture.ts";

const UPDATED = { event: "message_updated" };
const MARKER = { content_attributes: { lull_reply_id: "0199-reply" } };
const USER = { sender: { id: 41, name: "Bruno", type: "user" } };

describe("a message of our side", () => {
  test("with lull's marker is lull's own, whoever's token sent it, and again with each receipt", () => {
    for (const body of [
      outgoing(MARKER),
      outgoing({ ...MARKER, ...USER }),
      outgoing({ ...MARKER, ...UPDATED }),
    ]) {
      expect(outcome(body)).toMatchObject({
        arrival: { kind: "own_reply", messageId: 88152, replyId: "0199-reply", facts: { contactId: 9031 } },
      });
    }
  });

  test.each([17, null, "", true, {}])("with %j for a marker is not lull's own", (marker) => {
    expect(skipped(outgoing({ content_attributes: { lull_reply_id: marker } }))).toBe("outgoing_message");
  });

  test("that a machine sent is told from a person's", () => {
    expect(skipped(outgoing({ sender: null, content_attributes: { automation_rule_id: 15 } }))).toBe(
      "automation",
    );
    expect(skipped(outgoing({ ...USER, additional_attributes: { campaign_id: 4 } }))).toBe("automation");
    expect(skipped(outgoing())).toBe("outgoing_message");
    expect(skipped(outgoing({ sender: null }))).toBe("outgoing_message");
    expect(skipped(outgoing({ sender: { id: 2, type: "captain_assistant" } }))).toBe("outgoing_message");
  });

  test.each([
    ["in the dashboard", USER],
    ["on a phone, as Chatwoot marks it", { sender: null, content_attributes: { external_echo: true } }],
    [
      "on a phone, as the fork marks it",
      { sender: null, content_attributes: { external_sender_name: "WhatsApp" } },
    ],
  ])("that a person wrote %s is a human reply", (_where, changes) => {
    expect(outcome(outgoing({ ...changes, content: "já vejo" }))).toMatchObject({
      arrival: {
        kind: "human_reply",
        messageId: 88152,
        content: "já vejo",
        facts: { contactName: "Maria Souza" },
      },
    });
    expect(skipped(outgoing({ ...changes, ...UPDATED }))).toBe("outgoing_message");
  });

  test("with a foreign name but a bot for a sender is the bot's", () => {
    expect(skipped(outgoing({ content_attributes: { external_sender_name: "WhatsApp" } }))).toBe(
      "outgoing_message",
    );
  });

  test("that is a note or a template stays one, new or updated, marked or not", () => {
    for (const changes of [{}, UPDATED, MARKER, { ...UPDATED, ...MARKER }]) {
      expect(skipped(outgoing({ ...changes, ...USER, private: true }))).toBe("private_note");
      expect(skipped(outgoing({ ...changes, sender: null, message_type: "template" }))).toBe("template");
    }
  });
});
