// A text on its way into a bucket: named by its place and its bytes. Pure.
import { createHash } from "node:crypto";
import { checksumOf } from "./checksum.ts";

type TextKind = "message" | "transcript";

const CONTENT_TYPES: Readonly<Record<TextKind, string>> = {
  message: "application/json",
  transcript: "text/plain; charset=utf-8",
};

/** All of it but whose line it is, and where it goes. `place` ends in a slash. */
export function textObject(kind: TextKind, place: string, body: string) {
  const bytes = Buffer.from(body);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    kind,
    objectName: place + sha256,
    contentType: CONTENT_TYPES[kind],
    originalName: null,
    body,
    sizeBytes: bytes.length,
    checksum: checksumOf(bytes),
  };
}
