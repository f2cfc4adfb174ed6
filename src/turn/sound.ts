// Whether a customer's audio is one that can be listened to: by its bytes and its length. It hears nothing itself.
import type { Sound } from "../ai/speech.ts";
import { MINUTE_MS } from "../clock.ts";
import type { UnhearableReason } from "../db/store-audio.ts";
import { audioSeconds, HEAD_BYTES, TAIL_BYTES } from "../media/audio-length.ts";
import type { AttachmentFile } from "./attachment-files.ts";

/** Where its length can be told; of others the size is the limit. */
export const SOUND_MAX_MS = 15 * MINUTE_MS;

/** What both providers take, by content type: how the name of such a file ends. Films of these kinds have a sound track. */
const ENDINGS: Readonly<Record<string, string>> = {
  "audio/ogg": "ogg",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/wav": "wav",
  "audio/webm": "webm",
  "video/mp4": "mp4",
  "video/webm": "webm",
};

/** What a speech model is sent, or why none is asked. */
export async function soundOf(file: AttachmentFile): Promise<Sound | UnhearableReason> {
  const { path, contentType, sizeBytes } = file;
  if (sizeBytes === 0) return "unreadable";
  const ending = ENDINGS[contentType];
  if (ending === undefined) return "unsupported";
  const seconds = await lengthOf(file);
  if (seconds !== null && seconds * 1000 > SOUND_MAX_MS) return "too_large";
  return { path, fileName: `voice.${ending}`, contentType, sizeBytes, seconds };
}

async function lengthOf({ path, sizeBytes }: AttachmentFile): Promise<number | null> {
  const file = Bun.file(path);
  const head = await file.slice(0, HEAD_BYTES).bytes();
  const tail = await file.slice(Math.max(sizeBytes - TAIL_BYTES, 0)).bytes();
  return audioSeconds(head, tail, sizeBytes);
}
