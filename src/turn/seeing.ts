// Makes pictures that a model can look at of what customers attach. Whoever cannot see is not fetched anything.
import type { Asker } from "../ai/asker.ts";
import { Turnstile } from "../media/turnstile.ts";
import { type AttachmentFile, type AttachmentFiles, unfetchedReason } from "./attachment-files.ts";
import { IMAGES_MAX } from "./budget.ts";
import type { Attached } from "./senses.ts";
import { type Sense, unread } from "./sensed.ts";

export interface SeeingDeps {
  files: Pick<AttachmentFiles, "bring">;
  asker: Pick<Asker, "sees">;
}

export const IMAGE_BYTES_MAX = 10 * 1024 * 1024;
/** Of the longer side; models look at no more. */
export const SIDE_PIXELS_MAX = 1_024;
const JPEG_QUALITY = 80;

const JPEG_PIXELS_MAX = 25_000_000;
/**
 * Known by its header, before a pixel is unpacked. A JPEG is made smaller while it is unpacked; the others are unpacked
 * whole, at 4 bytes a pixel and more.
 */
const PIXELS_MAX: Readonly<Partial<Record<Bun.Image.Format, number>>> = {
  jpeg: JPEG_PIXELS_MAX,
  png: 9_000_000,
  gif: 9_000_000,
  webp: 7_000_000,
};
/** What a file has to prove to be by its first bytes: nothing that is text, such as SVG, can. */
const SEEN_TYPES: readonly string[] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

export class Seeing {
  readonly #deps: SeeingDeps;
  /** Each holds its pixels. */
  readonly #turnstile = new Turnstile(1);

  constructor(deps: SeeingDeps) {
    this.#deps = deps;
  }

  /** The picture, or why there is none. Rejects with the signal's reason, and as the store does. */
  async see({ claim, known, attachment, order: before }: Attached, signal: AbortSignal): Promise<Sense> {
    const { connectionKey, jobId } = claim;
    const { url } = attachment;
    if (before >= IMAGES_MAX) return unread("too_much");
    if (url === null) return unread("unavailable");
    if (!(await this.#deps.asker.sees(known.asking, jobId))) return unread("no_model");
    try {
      const order = { connectionKey, url, bytesMax: IMAGE_BYTES_MAX };
      using file = await this.#deps.files.bring(order, signal);
      return await this.look(file, signal);
    } catch (error) {
      signal.throwIfAborted();
      const reason = unfetchedReason(error);
      if (reason === null) throw error;
      return unread(reason);
    }
  }

  /** The same of a file that is there. */
  async look({ path, contentType, sizeBytes }: AttachmentFile, signal: AbortSignal): Promise<Sense> {
    if (!SEEN_TYPES.includes(contentType)) return unread("unsupported");
    if (sizeBytes > IMAGE_BYTES_MAX) return unread("too_large");
    return this.#turnstile.pass(() => shrunk(path), signal);
  }
}

/** The runtime unpacks and packs in threads of its own: webhooks are answered meanwhile. */
async function shrunk(path: string): Promise<Sense> {
  try {
    const { width, height, format } = await opened(path).metadata();
    if (width * height > (PIXELS_MAX[format] ?? 0)) return unread("too_large");
    const image = opened(path)
      .resize(SIDE_PIXELS_MAX, SIDE_PIXELS_MAX, { fit: "inside", withoutEnlargement: true })
      .jpeg({ quality: JPEG_QUALITY });
    return { kind: "seen", image: await image.dataurl() };
  } catch (error) {
    const isTooLarge =
      error instanceof Error && "code" in error && error.code === "ERR_IMAGE_TOO_MANY_PIXELS";
    return unread(isTooLarge ? "too_large" : "unreadable");
  }
}

function opened(path: string): Bun.Image {
  return new Bun.Image(path, { maxPixels: JPEG_PIXELS_MAX });
}
