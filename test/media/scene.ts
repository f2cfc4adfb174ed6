// A folder, a server of files on the loopback, and downloads between them on a clock that is driven by hand.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../src/errors.ts";
import { type DownloadedMedia, type Downloads, openDownloads } from "../../src/media/downloads.ts";
import { MediaDouble } from "../doubles/media.ts";
import type { Certificate } from "../doubles/media-certificate.ts";
import { MediaNetworkDouble } from "../doubles/media-network.ts";
import { ManualClock } from "../harness/clock.ts";

/** A host that redirects may lead to, at an address that is public. */
export const STORAGE_HOST = "files.example.test";
export const PUBLIC_ADDRESS = "93.184.216.34";
export const BYTES_MAX = 1_000_000;
/** No test aborts it. */
export const patient = new AbortController().signal;

export interface MediaScene extends AsyncDisposable {
  clock: ManualClock;
  server: MediaDouble;
  network: MediaNetworkDouble;
  downloads: Downloads;
  /** The Chatwoot's origin: the server's own. */
  origin: string;
  /** Downloads a path of the server into the folder. */
  get: (path: string, signal?: AbortSignal, into?: string) => Promise<DownloadedMedia>;
  /** What lies in the folder. */
  names: () => string[];
  read: (name?: string) => Buffer;
  path: (name?: string) => string;
}

export async function openMediaScene(
  options: { certificate?: Certificate; origin?: (port: number) => string; bytesMax?: number } = {},
): Promise<MediaScene> {
  const folder = mkdtempSync(join(tmpdir(), "lull-media-"));
  const { certificate, bytesMax = BYTES_MAX } = options;
  const server = await MediaDouble.open(certificate === undefined ? {} : { certificate });
  const network = new MediaNetworkDouble(certificate?.cert);
  network.place(PUBLIC_ADDRESS, server.port);
  network.name(STORAGE_HOST, [PUBLIC_ADDRESS]);
  const clock = new ManualClock();
  const downloads = openDownloads({ clock, network, mediaHosts: [STORAGE_HOST] });
  const origin = (options.origin ?? ((port) => `http://127.0.0.1:${port}`))(server.port);
  const path = (name = "file"): string => join(folder, name);
  return {
    clock,
    server,
    network,
    downloads,
    origin,
    path,
    get: (asked, signal = patient, into = "file") =>
      downloads.download(
        { url: `${origin}${asked}`, connectionOrigin: origin, into: path(into), bytesMax },
        signal,
      ),
    names: () => readdirSync(folder).sort(),
    read: (name) => readFileSync(path(name)),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
      if (clock.armedCount > 0) throw new Error("a download left a timer armed");
    },
  };
}

/** How a download failed, as `code reason`; `done` when it did not. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.reason ?? ""}`;
    return error instanceof Error ? error.name : "something else";
  }
}

/** Resolves when it holds: for what is told by no event. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve));
}
