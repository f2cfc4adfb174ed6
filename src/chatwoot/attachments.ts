// A message's attachments as later steps need them. Nothing is downloaded, and no address judged, here.
import type { Attachment, MessageKind } from "./arrival.ts";
import type { AttachmentBody } from "./event-schema.ts";
import { clippedText } from "./stored-text.ts";

/** Chatwoot's own limit per message; more are dropped. */
const ATTACHMENT_COUNT_MAX = 15;
const URL_LENGTH_MAX = 4_096;
const CONTENT_TYPE_LENGTH_MAX = 255;
const TITLE_LENGTH_MAX = 1_000;
/** As much as a message's own text may hold, in UTF-16 units. */
const TRANSCRIPT_LENGTH_MAX = 150_000;

const KINDS: ReadonlySet<string> = new Set<MessageKind>([
  "audio",
  "image",
  "video",
  "file",
  "location",
  "contact",
]);

/** The first 15 attachments of a message; an empty list when the key is missing, as Chatwoot has it. */
export function readAttachments(bodies: readonly AttachmentBody[] | null | undefined): Attachment[] {
  return (bodies ?? []).slice(0, ATTACHMENT_COUNT_MAX).map(readAttachment);
}

/** Names an attachment within its message, the same each time it comes. `position` is its place there, from 0. */
export function attachmentKeyOf({ id }: Attachment, position: number): string {
  return id === null ? `#${position}` : String(id);
}

/** A message is what its first attachment is, else text. */
export function kindOf(attachments: readonly Attachment[]): MessageKind {
  return attachments[0]?.kind ?? "text";
}

function readAttachment(body: AttachmentBody): Attachment {
  return {
    id: body.id ?? null,
    kind: attachmentKind(body.file_type),
    url: urlOf(body.data_url),
    contentType: clippedText(body.content_type, CONTENT_TYPE_LENGTH_MAX),
    sizeBytes: body.file_size ?? null,
    title: clippedText(body.fallback_title, TITLE_LENGTH_MAX) ?? coordinates(body),
    transcript: clippedText(body.transcribed_text, TRANSCRIPT_LENGTH_MAX),
  };
}

/** `other` takes in Chatwoot's fallback, embed, share, story_mention and whatever comes next. */
function attachmentKind(fileType: string | null | undefined): MessageKind {
  return isKind(fileType) ? fileType : "other";
}

function isKind(fileType: string | null | undefined): fileType is MessageKind {
  return typeof fileType === "string" && KINDS.has(fileType);
}

/** A cut address would point elsewhere, so one that is too long is none. */
function urlOf(dataUrl: string | null | undefined): string | null {
  return (dataUrl ?? "").length > URL_LENGTH_MAX ? null : clippedText(dataUrl, URL_LENGTH_MAX);
}

/** A location without a name still says where it is. */
function coordinates(body: AttachmentBody): string | null {
  const { coordinates_lat: latitude, coordinates_long: longitude } = body;
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  return `${latitude}, ${longitude}`;
}
