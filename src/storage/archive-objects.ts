// What is kept of one message or reply: itself as JSON, the transcripts it came with, and the files it names. Pure.
import type { SaidRow, SpooledText, WantedMedia } from "../db/store-spool.ts";
import { messagePlace } from "./names.ts";
import { textObject } from "./text-object.ts";

/** Longest name of a file that is kept beside it. */
const ORIGINAL_NAME_LENGTH_MAX = 200;
const UNPRINTABLE = /[\p{Cc}\p{Cf}]/gu;

/** The objects of a line, for this bucket. */
export function objectsOf(
  said: SaidRow,
  bucketName: string,
): { texts: SpooledText[]; wanted: WantedMedia[] } {
  const place = messagePlace(said.placeId, said.messageId);
  const where = { saidKey: said.key, bucketName };
  const message = { ...textObject("message", place, JSON.stringify(recordOf(said))), ...where };
  const transcripts = said.attachments
    .map(({ transcript }) => transcript ?? "")
    .filter((transcript) => transcript !== "")
    .map((transcript) => ({ ...textObject("transcript", place, transcript), ...where }));
  return { texts: [message, ...transcripts], wanted: wantedOf(said, bucketName) };
}

/** The same each time it is made: an object is written once. */
function recordOf(said: SaidRow): Record<string, unknown> {
  const { connectionName, conversationId, placeId, messageId, replyId, writer, source, content } = said;
  return {
    connection: connectionName,
    ...(conversationId === null ? { chatMessageId: placeId } : { conversationId, messageId }),
    sender: writer,
    source,
    content,
    saidAt: new Date(said.saidAt).toISOString(),
    ...(replyId === null ? {} : { replyId }),
    ...(said.kind === null ? {} : { kind: said.kind }),
    attachments: said.attachments.map(({ id, kind, contentType, sizeBytes, title }) => {
      return { id, kind, contentType, sizeBytes, title };
    }),
  };
}

function wantedOf(said: SaidRow, bucketName: string): WantedMedia[] {
  return said.attachments.flatMap(({ url, contentType, sizeBytes, title }) => {
    if (url === null) return [];
    const common = {
      saidKey: said.key,
      bucketName,
      kind: "attachment" as const,
      objectName: messagePlace(said.placeId, said.messageId),
    };
    const type = contentType ?? "application/octet-stream";
    const originalName = cleanTitle(title);
    const { connectionKey } = said;
    return [
      {
        ...common,
        contentType: type,
        originalName,
        connectionKey,
        sourceUrl: url,
        sizeBytes: sizeBytes ?? 0,
      },
    ];
  });
}

function cleanTitle(title: string | null): string | null {
  const clean = (title ?? "").toWellFormed().replace(UNPRINTABLE, "").trim();
  return clean === "" ? null : clean.slice(0, ORIGINAL_NAME_LENGTH_MAX).toWellFormed();
}
