// What a turn is answered from, gathered of its parts.
import { expect, test } from "bun:test";
import { gatherContext } from "../../src/turn/context.ts";
import type { SensedMessage } from "../../src/turn/sensed.ts";

const ATTACHMENT = { id: 1, url: null, contentType: null, sizeBytes: null, title: null, transcript: null };

function message(content: string | null, attachments: SensedMessage["attachments"] = []): SensedMessage {
  return { messageId: 1, content, kind: "text", attachments, receivedAt: 0, extra: null };
}

test("a burst is told in figures and in all its words, written, spoken and read, in order", () => {
  const heard = { ...ATTACHMENT, kind: "audio", sense: { kind: "heard", transcript: "é urgente" } } as const;
  const unread = { ...ATTACHMENT, kind: "audio", sense: { kind: "unread", reason: "unavailable" } } as const;
  const read = {
    ...ATTACHMENT,
    kind: "file",
    sense: { kind: "read", text: "nota 5", isTruncated: false },
  } as const;
  const userContext = { fullName: "Ana", language: "pt-BR", meetingNotes: [] };
  const history = [{ sender: "bot" as const, content: "olá" }];
  const context = gatherContext({
    messages: [message("oi"), message(null, [heard, unread]), message("veja", [read])],
    ...{ firstAt: 1_000, lastAt: 8_500, history, summary: "pediu preço", userContext },
  });
  expect(context).toEqual({
    messageCount: 3,
    timeSpanMs: 7_500,
    combinedText: "oi\né urgente\nveja\nnota 5",
    audioTranscripts: ["é urgente"],
    attachments: [heard, unread, read],
    conversationHistory: history,
    summary: "pediu preço",
    userContext,
    urgency: expect.any(Number),
  });
  expect(context.urgency).toBeGreaterThan(5);
});

test("a greeting of a stranger is as little as that", () => {
  const alone = { firstAt: 0, lastAt: 0, history: [], summary: null, userContext: null };
  expect(gatherContext({ messages: [message("oi")], ...alone })).toMatchObject({
    messageCount: 1,
    timeSpanMs: 0,
    combinedText: "oi",
    audioTranscripts: [],
    attachments: [],
    urgency: 1,
  });
});
