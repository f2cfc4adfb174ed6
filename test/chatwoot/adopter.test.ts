// Who answered a message before lull heard of it, as Chatwoot's list tells: a table.
import { describe, expect, test } from "bun:test";
import { answerersIn } from "../../src/chatwoot/adopter.ts";
import type { ListedMessage } from "../../src/chatwoot/api.ts";

function listed(id: number, more: Partial<ListedMessage> = {}): ListedMessage {
  return {
    id,
    direction: "incoming",
    isPrivate: false,
    fromHuman: false,
    replyId: null,
    answersTo: null,
    isDeleted: false,
    content: "oi",
    contentType: "text",
    attachments: [],
    attributes: {},
    sender: null,
    createdAt: null,
    ...more,
  };
}

const ASKED = 10;
const LOST = { direction: "outgoing", replyId: "lost" } as const;
const KNOWN = { direction: "outgoing", replyId: "known" } as const;
const PERSON = { direction: "outgoing", fromHuman: true } as const;
const LULL = { by: "reply", replyId: "lost" };
const HUMAN = { by: "human" };

describe("a message is answered by", () => {
  test.each([
    ["nobody", [], null],
    ["a person who wrote after it", [listed(12, PERSON)], HUMAN],
    ["nobody, when the person wrote before it", [listed(8, PERSON)], null],
    ["a lost reply that says so", [listed(12, { ...LOST, answersTo: ASKED })], LULL],
    ["a lost reply to what came later", [listed(14, { ...LOST, answersTo: 13 })], LULL],
    ["nobody, when the lost reply answered what came before", [listed(12, { ...LOST, answersTo: 9 })], null],
    ["nobody, by a lost message that answers nothing", [listed(12, LOST)], null],
    ["nobody, by a reply that the rows know", [listed(12, { ...KNOWN, answersTo: ASKED })], null],
    ["nobody, by a note", [listed(12, { ...LOST, isPrivate: true, answersTo: ASKED })], null],
    [
      "nobody, by what a customer marked so",
      [listed(12, { ...LOST, direction: "incoming", answersTo: ASKED })],
      null,
    ],
    ["lull first, then a person", [listed(12, { ...LOST, answersTo: ASKED }), listed(13, PERSON)], LULL],
  ] as const)("%s", (_who, others, answered) => {
    const messages = [listed(ASKED), ...others].toSorted((a, b) => a.id - b.id);
    expect(answerersIn(messages, new Set(["lost"]))(ASKED)).toEqual(answered as never);
  });
});
