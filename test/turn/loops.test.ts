// What is taken for a machine, and what people do all day.
import { describe, expect, test } from "bun:test";
import { type Loop, loopOf } from "../../src/turn/loops.ts";

const GREETING = "Obrigado pelo contato! Responderemos em breve.";
const ATTACHMENT = {
  id: 1,
  kind: "audio",
  url: null,
  contentType: null,
  sizeBytes: null,
  title: null,
  transcript: null,
} as const;
const QUIET = { answerCount: 0, lastReply: [], answered: [] };

const said = (...texts: (string | null)[]) => texts.map((content) => ({ content, attachments: [] }));

test.each<[string, string[], Partial<Parameters<typeof loopOf>[1]>, Loop | null]>([
  ["a first message", [GREETING], {}, null],
  ["the answer after as many as may be", ["oi"], { answerCount: 20 }, "too_many"],
  ["the last answer that may be", ["oi"], { answerCount: 19 }, null],
  ["lull's own reply", [GREETING], { lastReply: [GREETING] }, "echo"],
  [
    "lull's own reply in its parts",
    ["Obrigado pelo contato!", "Responderemos em breve."],
    { lastReply: ["Obrigado pelo contato!\nResponderemos em breve."] },
    "echo",
  ],
  ["one part of it", [GREETING], { lastReply: ["Oi!", GREETING] }, "echo"],
  ["it with other spaces", [`  ${GREETING.replaceAll(" ", "  ")}\n`], { lastReply: [GREETING] }, "echo"],
  ["a word that lull said, too", ["Bom dia!"], { lastReply: ["Bom dia!"] }, null],
  ["the same sentence for the third time", [GREETING], { answered: [[GREETING], [GREETING]] }, "repeated"],
  ["for the second", [GREETING], { answered: [[GREETING]] }, null],
  [
    "with another in between",
    [GREETING],
    { answered: [[GREETING], ["quanto custa a entrega hoje?"], [GREETING]] },
    null,
  ],
  ["the same word for the third time", ["oi"], { answered: [["oi"], ["oi"]] }, null],
])("%s", (_name, texts, talk, loop) => {
  expect(loopOf(said(...texts), { ...QUIET, ...talk }, 20)).toBe(loop);
});

describe("what hangs on a message", () => {
  test("makes it another one", () => {
    const voice = [{ content: GREETING, attachments: [ATTACHMENT] }];
    expect(loopOf(voice, { ...QUIET, answered: [[GREETING], [GREETING]] }, 20)).toBeNull();
  });

  test("without words is never the same", () => {
    const voice = [{ content: null, attachments: [ATTACHMENT] }];
    expect(loopOf(voice, { ...QUIET, answered: [[""], [""]] }, 20)).toBeNull();
  });
});
