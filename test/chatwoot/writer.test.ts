// Who wrote a message of our side: Chatwoot's rule, and that a webhook and a list say the same of one message.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readListed } from "../../src/chatwoot/listed.ts";
import {
  isBotType,
  MARKER_KEY,
  type Writer,
  writerOf,
  type WrittenMessage,
} from "../../src/chatwoot/writer.ts";
import { type Body, outcome, outgoing } from "./fixture.ts";

const USER = { id: 41, type: "user" };
const BOT = { id: 7, type: "agent_bot" };
const marked = (marker: unknown) => ({ [MARKER_KEY]: marker });

const CASES: [name: string, message: WrittenMessage, writer: Writer][] = [
  ["a colleague in the dashboard", { sender: USER }, "person"],
  ["a bot", { sender: BOT }, "bot"],
  ["Captain", { sender: { type: "captain_assistant" } }, "bot"],
  ["a sender of no known kind", { sender: {} }, "bot"],
  ["nobody", {}, "bot"],
  ["nobody, said with null", { sender: null, content_attributes: null, additional_attributes: null }, "bot"],

  ["lull with a bot's token", { sender: BOT, content_attributes: marked("r1") }, "lull"],
  ["lull with a user's token", { sender: USER, content_attributes: marked("r1") }, "lull"],
  ["a colleague beside an empty marker", { sender: USER, content_attributes: marked("") }, "person"],
  ["a colleague beside a blank marker", { sender: USER, content_attributes: marked("  ") }, "person"],
  ["a colleague beside a marker that is no text", { sender: USER, content_attributes: marked(17) }, "person"],
  ["a colleague beside a marker that is null", { sender: USER, content_attributes: marked(null) }, "person"],

  ["an automation rule", { sender: null, content_attributes: { automation_rule_id: 15 } }, "automation"],
  [
    "a rule in a colleague's name",
    { sender: USER, content_attributes: { automation_rule_id: 15 } },
    "automation",
  ],
  [
    "a colleague beside an empty rule",
    { sender: USER, content_attributes: { automation_rule_id: "" } },
    "person",
  ],
  ["a campaign", { sender: USER, additional_attributes: { campaign_id: 4 } }, "automation"],
  [
    "a colleague beside no campaign",
    { sender: USER, additional_attributes: { campaign_id: null } },
    "person",
  ],

  ["a phone as Chatwoot marks it", { sender: null, content_attributes: { external_echo: true } }, "person"],
  ["a phone denied", { sender: null, content_attributes: { external_echo: false } }, "bot"],
  ["a phone as the fork marks it", { content_attributes: { external_sender_name: "WhatsApp" } }, "person"],
  ["a nameless phone of the fork", { content_attributes: { external_sender_name: "" } }, "bot"],
  ["a phone's name that is no text", { content_attributes: { external_sender_name: {} } }, "bot"],
  [
    "a bot with such a name",
    { sender: BOT, content_attributes: { external_sender_name: "WhatsApp" } },
    "bot",
  ],
  [
    "a rule's echo",
    { sender: null, content_attributes: { external_echo: true, automation_rule_id: 15 } },
    "automation",
  ],
];

describe("an outgoing message", () => {
  test.each(CASES)("by %s", (_name, message, writer) => {
    expect(writerOf(message)).toBe(writer);
    expect([byWebhook(message), byList(message)]).toEqual([writer === "person", writer === "person"]);
  });

  test("shows no campaign at its top, where Chatwoot keeps none", () => {
    const message = { sender: USER, campaign_id: 4 };
    expect([byWebhook(message), byList(message)]).toEqual([true, true]);
  });

  test("is a person's or not alike in a webhook and in a list, whatever is in it", () => {
    const odd = fc.constantFrom(
      undefined,
      null,
      false,
      true,
      0,
      1,
      "",
      " ",
      "x",
      "x".repeat(200),
      [],
      {},
      [1],
    );
    const message = fc.record({
      sender: fc.constantFrom(undefined, null, {}, USER, BOT, { type: null }),
      content_attributes: fc.record({
        [MARKER_KEY]: odd,
        automation_rule_id: odd,
        external_echo: odd,
        external_sender_name: odd,
      }),
      additional_attributes: fc.option(fc.record({ campaign_id: odd })),
      private: fc.constantFrom(undefined, null, false, true),
    });
    fc.assert(
      fc.property(message, (parts) => {
        expect(byList(parts)).toBe(byWebhook(parts));
      }),
      { numRuns: 1_000 },
    );
  });

  test("carries the same marker in a webhook and in a list", () => {
    for (const marker of ["r1", "", " ", "x".repeat(200), 17, null]) {
      const parts = { content_attributes: marked(marker) };
      const webhook = outcome(outgoing(sent(parts)));
      const replyId =
        "arrival" in webhook && webhook.arrival.kind === "own_reply" ? webhook.arrival.replyId : null;
      expect(readListed({ id: 6, message_type: 1, ...sent(parts) })?.replyId).toBe(replyId);
    }
  });
});

describe("an assignee", () => {
  test.each(["AgentBot", "Captain::Assistant", "agent_bot", "captain_assistant"])(
    "of type %s is a bot",
    (type) => {
      expect(isBotType(type)).toBe(true);
    },
  );

  test.each(["User", "user", "", null, undefined, 7, {}])("of type %p is none", (type) => {
    expect(isBotType(type)).toBe(false);
  });
});

/** The message as it travels: keys without a value are not there. */
function sent(parts: object): Body {
  return JSON.parse(JSON.stringify(parts)) as Body;
}

/** A webhook writes the type as a word. */
function byWebhook(parts: object): boolean {
  const { sender: _bot, ...body } = outgoing();
  const read = outcome({ ...body, ...sent(parts) });
  return "arrival" in read && read.arrival.kind === "human_reply";
}

/** A list writes it as a number. */
function byList(parts: object): boolean | undefined {
  return readListed({ id: 88152, message_type: 1, content: "oi", ...sent(parts) })?.fromHuman;
}
