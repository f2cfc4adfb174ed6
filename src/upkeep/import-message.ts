// A message of an older system as lull keeps it: what was attached, who wrote it, and where. Its JSON is Chatwoot's own.
import type { Attachment } from "../chatwoot/arrival.ts";
import { readAttachments } from "../chatwoot/attachments.ts";
import type { AttachmentBody } from "../chatwoot/event-schema.ts";
import { type Cells, RefusedRow } from "./import-cells.ts";
import { clipped } from "./import-row.ts";

export function attachmentsIn(cells: Cells): Attachment[] {
  const bodies = cells.json("attachments");
  if (bodies === null) return [];
  if (!Array.isArray(bodies) || !bodies.every(isObject)) throw new RefusedRow("invalid attachments");
  return readAttachments(bodies.map(attachmentBody));
}

/** What of an attachment is of the form that Chatwoot sends; the rest is left out. */
function attachmentBody(raw: Record<string, unknown>): AttachmentBody {
  const [id, size] = [raw["id"], raw["file_size"]];
  return {
    ...(Number.isSafeInteger(id) ? { id: Number(id) } : {}),
    ...(Number.isSafeInteger(size) ? { file_size: Number(size) } : {}),
    file_type: textOf(raw["file_type"]),
    data_url: textOf(raw["data_url"]),
    content_type: textOf(raw["content_type"]),
    fallback_title: textOf(raw["fallback_title"]),
    transcribed_text: textOf(raw["transcribed_text"]),
  } as AttachmentBody;
}

export function objectIn(cells: Cells, name: string): Record<string, unknown> {
  const value = cells.json(name);
  if (value === null) return {};
  if (!isObject(value)) throw new RefusedRow(`invalid ${name}`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As lull keeps who wrote a message. */
export function senderOf({ id, name, phone_number: phone }: Record<string, unknown>) {
  return { id: Number.isSafeInteger(id) ? id : null, name: textOf(name), phone_number: textOf(phone) };
}

/** As lull keeps where it was written. */
export function placeOf({ inbox_id: inboxId, channel, status }: Record<string, unknown>) {
  return {
    inbox_id: Number.isSafeInteger(inboxId) ? inboxId : null,
    channel: textOf(channel),
    status: textOf(status),
  };
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? clipped(value) : null;
}
