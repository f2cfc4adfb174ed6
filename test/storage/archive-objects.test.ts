// What is kept of a line: the same objects however often it is made, under names that hold nothing anybody wrote.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Attachment } from "../../src/chatwoot/arrival.ts";
import type { SaidRow } from "../../src/db/store-spool.ts";
import { objectsOf } from "../../src/storage/archive-objects.ts";
import { checksumOf } from "../../src/storage/checksum.ts";
import { checkContentType, checkObjectName } from "../../src/storage/names.ts";
import { TEST_START } from "../harness/clock.ts";

const PLACE = "019edad1-2480-73c2-8563-2b92409d3fb6";
const VOICE: Attachment = {
  id: 7,
  kind: "audio",
  url: "http://chatwoot.test/rails/secret-token/voice.ogg",
  contentType: "audio/ogg",
  sizeBytes: 10,
  title: "voice.ogg",
  transcript: "quero dois",
};
const LINE: SaidRow = {
  key: 1,
  connectionKey: 3,
  connectionName: "here",
  conversationId: 458,
  placeId: PLACE,
  messageId: 10,
  replyId: null,
  writer: "user",
  source: "whatsapp",
  content: "bom dia",
  kind: "text",
  attachments: [],
  saidAt: TEST_START,
  customer: { contactId: 5, phone: "+5511987654321", sourceId: "5511987654321", identifier: null },
};

describe("a message", () => {
  test("is kept as JSON, with ids and what was said, and nothing of who said it", () => {
    const { texts, wanted } = objectsOf(LINE, "bucket-1");
    const [message] = texts;
    expect(JSON.parse(message?.body ?? "")).toEqual({
      connection: "here",
      conversationId: 458,
      messageId: 10,
      sender: "user",
      source: "whatsapp",
      content: "bom dia",
      saidAt: new Date(TEST_START).toISOString(),
      kind: "text",
      attachments: [],
    });
    expect(message).toMatchObject({ saidKey: 1, bucketName: "bucket-1", kind: "message" });
    expect(message).toMatchObject({ contentType: "application/json", originalName: null });
    expect(message?.objectName).toMatch(new RegExp(`^v1/${PLACE}/10/[0-9a-f]{64}$`));
    expect([texts.length, wanted]).toEqual([1, []]);
  });

  test("of the chat API stands under its own id", () => {
    const { texts } = objectsOf({ ...LINE, conversationId: null, messageId: null }, "bucket-1");
    expect(texts[0]?.objectName).toMatch(new RegExp(`^v1/${PLACE}/[0-9a-f]{64}$`));
    const record = JSON.parse(texts[0]?.body ?? "");
    expect(record).toMatchObject({ chatMessageId: PLACE });
    expect(Object.keys(record)).not.toContain("conversationId");
  });

  test("of lull's own names the reply it is", () => {
    const { texts } = objectsOf({ ...LINE, writer: "bot", kind: null, replyId: "reply-1" }, "bucket-1");
    expect(JSON.parse(texts[0]?.body ?? "")).toMatchObject({ sender: "bot", replyId: "reply-1" });
  });
});

describe("an attachment", () => {
  test("is told of in the message, fetched under the message's place, and its transcript kept beside it", () => {
    const { texts, wanted } = objectsOf({ ...LINE, attachments: [VOICE] }, "bucket-1");
    const [message, transcript] = texts;
    const told = { id: 7, kind: "audio", contentType: "audio/ogg", sizeBytes: 10, title: "voice.ogg" };
    expect(JSON.parse(message?.body ?? "").attachments).toEqual([told]);
    expect(transcript).toMatchObject({ kind: "transcript", body: "quero dois" });
    expect(wanted).toEqual([
      {
        saidKey: 1,
        bucketName: "bucket-1",
        kind: "attachment",
        objectName: `v1/${PLACE}/10/`,
        contentType: "audio/ogg",
        originalName: "voice.ogg",
        connectionKey: 3,
        sourceUrl: VOICE.url ?? "",
        sizeBytes: 10,
      },
    ]);
    expect(texts.map(({ body }) => body).join()).not.toContain("secret-token");
  });

  test("without an address is not fetched, without a size counts nothing, without a type is unknown", () => {
    const bare = { ...VOICE, contentType: null, sizeBytes: null, title: null, transcript: "" };
    const { texts, wanted } = objectsOf({ ...LINE, attachments: [bare, { ...bare, url: null }] }, "bucket-1");
    expect(texts).toHaveLength(1);
    expect(wanted).toHaveLength(1);
    expect(wanted[0]).toMatchObject({
      contentType: "application/octet-stream",
      sizeBytes: 0,
      originalName: null,
    });
  });

  test.each([
    ["../../etc/passwd", "../../etc/passwd"],
    ["a\r\nX-Evil: 1\u0000.ogg", "aX-Evil: 1.ogg"],
    ["\u202egpj.exe", "gpj.exe"],
    ["  \u0007 ", null],
    ["", null],
    [null, null],
    ["half \ud83d", "half \ufffd"],
    ["x".repeat(500), "x".repeat(200)],
    [`${"x".repeat(199)}😀`, `${"x".repeat(199)}\ufffd`],
  ])("called %j is remembered as %j", (title, name) => {
    const { wanted } = objectsOf({ ...LINE, attachments: [{ ...VOICE, title }] }, "bucket-1");
    expect(wanted[0]?.originalName).toBe(name);
  });
});

test("any text makes the same objects each time, under names of ids and sums alone", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constantFrom("\ud800", "../..", "\u0000"),
  );
  const anyAttachment = fc.record({
    id: fc.option(fc.nat()),
    kind: fc.constantFrom("audio", "image", "file"),
    url: fc.option(anyText),
    contentType: fc.option(anyText),
    sizeBytes: fc.option(fc.nat()),
    title: fc.option(anyText),
    transcript: fc.option(anyText),
  });
  const anyLine = fc.record({
    conversationId: fc.option(fc.nat()),
    messageId: fc.option(fc.nat()),
    placeId: fc.uuid(),
    content: anyText,
    source: anyText,
    replyId: fc.option(anyText),
    attachments: fc.array(anyAttachment as fc.Arbitrary<Attachment>, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(anyLine, (said) => {
      const line = { ...LINE, ...said };
      const { texts, wanted } = objectsOf(line, "bucket-1");
      expect(objectsOf(structuredClone(line), "bucket-1")).toEqual({ texts, wanted });
      for (const { objectName, contentType, body, sizeBytes, checksum } of texts) {
        expect(objectName).toMatch(/^v1\/[0-9a-f/-]+$/);
        expect(() => checkObjectName(objectName)).not.toThrow();
        expect(() => checkContentType(contentType)).not.toThrow();
        const bytes = Buffer.from(body);
        expect([sizeBytes, checksum]).toEqual([bytes.length, checksumOf(bytes)]);
      }
      for (const { objectName, originalName } of wanted) {
        expect(objectName).toMatch(/^v1\/[0-9a-f/-]+\/$/);
        expect(originalName === null || originalName.isWellFormed()).toBe(true);
      }
    }),
    { seed: 20_260_618, numRuns: 300 },
  );
});
