// A customer's attachment as a file on the disk, for as long as it is looked at. It comes from its Chatwoot, where it may
// be missing for the first seconds. Nothing is read of it here.
import { rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, pause } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { DownloadedMedia, Downloads } from "../media/downloads.ts";
import { refused } from "../media/failure.ts";
import type { Random } from "../random.ts";
import type { UnreadReason } from "./sensed.ts";

export interface AttachmentFilesDeps {
  /** Holds nothing but these files. */
  folder: string;
  downloads: Downloads;
  clock: Clock;
  random: Random;
  /** The address of a connection's Chatwoot; null when it has none. */
  originOf: (connectionKey: number) => string | null;
}

export interface FileOrder {
  connectionKey: number;
  /** Attachment's address, a secret. */
  url: string;
  bytesMax: number;
}

/** Gone from the disk when it is disposed of. */
export interface AttachmentFile extends DownloadedMedia, Disposable {
  path: string;
}

/** Of one try. */
const TRY_MAX_MS = 30_000;
/** After each failure that may pass; the last is followed by none. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000] as const;

export class AttachmentFiles {
  readonly #deps: AttachmentFilesDeps;

  constructor(deps: AttachmentFilesDeps) {
    this.#deps = deps;
  }

  /** Makes the folder anew, without what a process that died left in it. Before anything is brought there. */
  async clear(): Promise<void> {
    const { folder } = this.#deps;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }

  /**
   * Brings the file, trying again and again while it may still come. Rejects with AppError `media_refused`,
   * `media_unavailable` or `storage_unavailable`, and with the signal's reason when it aborts.
   */
  async bring({ connectionKey, url, bytesMax }: FileOrder, signal: AbortSignal): Promise<AttachmentFile> {
    const { folder, downloads, clock, random, originOf } = this.#deps;
    const connectionOrigin = originOf(connectionKey);
    if (connectionOrigin === null) throw refused("no_chatwoot");
    const path = join(folder, random.uuid(clock.now()));
    const order = { url, connectionOrigin, into: path, bytesMax, timeMaxMs: TRY_MAX_MS };
    const media = await this.#patiently(() => downloads.download(order, signal), signal);
    return { ...media, path, [Symbol.dispose]: () => rmSync(path, { force: true }) };
  }

  async #patiently<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (const waitMs of WAITS_MS) {
      try {
        return await attempt();
      } catch (error) {
        if (!mayPass(error)) throw error;
      }
      await pause(this.#deps.clock, waitMs, signal);
    }
    return attempt();
  }
}

/** Why nothing could be made of an attachment that could not be fetched; null: it was something else that failed. */
export function unfetchedReason(error: unknown): UnreadReason | null {
  if (!(error instanceof AppError)) return null;
  if (error.code === "media_refused" && error.reason === "too_large") return "too_large";
  const isFetch = error.code === "media_refused" || error.code === "media_unavailable";
  return isFetch || error.code === "storage_unavailable" ? "unavailable" : null;
}

function mayPass(error: unknown): boolean {
  return error instanceof AppError && error.code === "media_unavailable";
}
