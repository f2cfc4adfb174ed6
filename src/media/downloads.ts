// Brings a customer's attachment from Chatwoot to a file on the disk: one try, under guard. What is done with it, and
// whether it is tried again, is decided elsewhere.
import { type Clock, MINUTE_MS, startDeadline } from "../clock.ts";
import { readBody } from "./body.ts";
import { contentTypeOf } from "./content-type.ts";
import { Digest } from "./digest.ts";
import { unavailable } from "./failure.ts";
import { type HopDeps, openFile } from "./hops.ts";
import type { Network } from "./network.ts";
import { Turnstile } from "./turnstile.ts";
import { writeWhole } from "./whole-file.ts";

/** At a time; each holds a connection and a file. */
const DOWNLOADS_MAX = 2;
/** Far more than all turns that run at once can ask for. */
const WAITING_MAX = 10_000;
const TOTAL_MAX_MS = MINUTE_MS;

export interface DownloadDeps {
  clock: Clock;
  network: Network;
  /** Hosts that a redirect may lead to beside the connection's own: exact names, with a port if it is their own. */
  mediaHosts: readonly string[];
}

export interface MediaOrder {
  /** Attachment's address, a secret. */
  url: string;
  /** Any URL of the connection's Chatwoot. */
  connectionOrigin: string;
  /** Path of the file to be, in a folder that is there. */
  into: string;
  /** Of the file itself, however it is packed on the way. */
  bytesMax: number;
  /** Longest that it may take, not counting its wait for a place: a minute where nobody is waiting for it. */
  timeMaxMs?: number;
}

export interface DownloadedMedia {
  sizeBytes: number;
  /** CRC32C, as an object store wants it. */
  checksum: string;
  /** In hex. */
  sha256: string;
  /** By the first bytes where these tell, else as declared, without parameters. */
  contentType: string;
}

export interface Downloads {
  /**
   * Fetches into a file of mode 0600, which is there whole or not at all. Rejects with AppError `media_refused` (its
   * reason says which rule), `media_unavailable` (later it may succeed), `storage_unavailable` (the disk failed), and
   * with the signal's reason when it aborts.
   */
  download(order: MediaOrder, signal: AbortSignal): Promise<DownloadedMedia>;
}

export function openDownloads(deps: DownloadDeps): Downloads {
  const turnstile = new Turnstile(DOWNLOADS_MAX);
  return {
    async download(order, signal) {
      if (turnstile.waitingCount >= WAITING_MAX) throw unavailable("busy");
      return turnstile.pass(() => downloadInTime(order, deps, signal), signal);
    },
  };
}

/** Not cut off but ended: whatever is open is closed, and the file removed, before this rejects. */
async function downloadInTime(
  order: MediaOrder,
  deps: DownloadDeps,
  signal: AbortSignal,
): Promise<DownloadedMedia> {
  const total = startDeadline(deps.clock, order.timeMaxMs ?? TOTAL_MAX_MS, signal);
  try {
    return await downloadOnce(order, deps, total.signal);
  } catch (error) {
    throw total.expired() ? unavailable("timeout") : error;
  } finally {
    total.clear();
  }
}

async function downloadOnce(order: MediaOrder, deps: HopDeps, signal: AbortSignal): Promise<DownloadedMedia> {
  const { answer, close } = await openFile(order.url, order.connectionOrigin, deps, signal);
  try {
    const digest = new Digest();
    await writeWhole(order.into, digest.over(readBody(answer, order.bytesMax, deps.clock, signal)));
    return { ...digest.sums(), contentType: contentTypeOf(digest.head, answer.headers["content-type"]) };
  } finally {
    close();
  }
}
