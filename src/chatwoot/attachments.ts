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

const HAS_EXTENSION = /\.[a-z0-9]{1,10}$/i;

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

/** The attachments as they were, with the transcripts that came since. */
export function withTranscripts(kept: readonly Attachment[], news: readonly Attachment[]): Attachment[] {
  const heard = new Map(news.map((each, position) => [attachmentKeyOf(each, position), each.transcript]));
  return kept.map((each, position) => {
    return { ...each, transcript: heard.get(attachmentKeyOf(each, position)) ?? each.transcript };
  });
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
    title: clippedText(titleOf(body), TITLE_LENGTH_MAX),
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

/** A place by name and coordinates, a contact by name and number, a file by its name. */
function titleOf(body: AttachmentBody): string | null {
  const { fallback_title: title = null } = body;
  const kind = attachmentKind(body.file_type);
  if (kind === "location") return together(title, coordinates(body));
  if (kind === "contact") return together(nameIn(body.meta), title);
  return kind === "file" ? (title ?? fileNameIn(body.data_url)) : title;
}

function together(first: string | null, second: string | null): string | null {
  const parts = [first, second].filter((part) => (part ?? "").trim() !== "");
  return parts.length === 0 ? null : parts.join(", ");
}

function coordinates(body: AttachmentBody): string | null {
  const { coordinates_lat: latitude, coordinates_long: longitude } = body;
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  return `${latitude}, ${longitude}`;
}

function nameIn(meta: unknown): string | null {
  const { firstName, lastName } = { ...(typeof meta === "object" ? meta : null) } as Record<string, unknown>;
  const names = [firstName, lastName].filter((name) => typeof name === "string" && name.trim() !== "");
  return names.length === 0 ? null : names.join(" ");
}

/** Chatwoot's addresses end with the name that the file was sent under. */
function fileNameIn(dataUrl: string | null | undefined): string | null {
  const name =
    URL.parse(urlOf(dataUrl) ?? "")
      ?.pathname.split("/")
      .at(-1) ?? "";
  if (!HAS_EXTENSION.test(name)) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}
