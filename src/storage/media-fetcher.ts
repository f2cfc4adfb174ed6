// Fetches what customers attached from their Chatwoot into the spool: again and again for a day, since a file may be
// missing for a while; what a rule forbids is given up at once.
import { type Clock, DAY_MS } from "../clock.ts";
import type { MediaToFetch, SpoolStore } from "../db/store-spool.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { Service } from "../service.ts";
import type { DownloadedMedia, Downloads } from "../media/downloads.ts";
import { refused } from "../media/failure.ts";
import type { Random } from "../random.ts";
import { type Backoff, reasonOf, waitAfter } from "./backoff.ts";
import type { SpoolFolder } from "./spool-folder.ts";

export interface MediaFetcherDeps {
  store: Pick<SpoolStore, "dueFetches" | "nextFetchAt" | "fetched" | "delayFetch" | "giveUpObject">;
  downloads: Downloads;
  folder: SpoolFolder;
  clock: Clock;
  random: Random;
  log: Log;
  /** The address of a connection's Chatwoot; null when it has none. */
  originOf: (connectionKey: number) => string | null;
  hasRoom: () => Promise<boolean>;
  pollMs: number;
  /** There is one more to upload. */
  onFetched: () => void;
}

/** The largest document that WhatsApp takes. */
const MEDIA_BYTES_MAX = 100 * 1024 * 1024;
/** From when the message was archived. */
const TRYING_MAX_MS = DAY_MS;
const BACKOFF: Backoff = { firstMs: 5_000, maxMs: 60 * 60_000 };
/** As many as are downloaded at once. */
const FETCHES_AT_ONCE = 2;

export class MediaFetcher extends Service {
  readonly #deps: MediaFetcherDeps;

  constructor(deps: MediaFetcherDeps) {
    super(deps, "media_fetcher");
    this.#deps = deps;
  }

  /** Fetches what is due while there is room; gives how many arrived. */
  override async runOnce(): Promise<number> {
    const { store, clock, hasRoom } = this.#deps;
    for (let count = 0; ;) {
      if (this.isStopping || !(await hasRoom())) return count;
      const due = await store.dueFetches(clock.now(), FETCHES_AT_ONCE);
      if (due.length === 0) return count;
      const ends = await Promise.allSettled(due.map((media) => this.#fetch(media)));
      for (const end of ends) {
        if (end.status === "rejected") throw end.reason;
        if (end.value) count++;
      }
    }
  }

  protected override nextAt(after: number): Promise<number | null> {
    return this.#deps.store.nextFetchAt(after);
  }

  async #fetch(media: MediaToFetch): Promise<boolean> {
    const { store, clock, folder, onFetched } = this.#deps;
    try {
      const { sha256, ...file } = await this.#download(media);
      const found = { ...file, objectName: media.objectName + sha256 };
      if (await store.fetched(media.key, found, clock.now())) onFetched();
      else await folder.remove(media.id);
      return true;
    } catch (error) {
      if (!this.isStopping) await this.#putOff(media, error);
      return false;
    }
  }

  async #download({ id, connectionKey, sourceUrl: url }: MediaToFetch): Promise<DownloadedMedia> {
    const { downloads, folder, originOf } = this.#deps;
    const connectionOrigin = originOf(connectionKey);
    if (connectionOrigin === null) throw refused("no_chatwoot");
    const into = await folder.reserve(id);
    const order = { url, connectionOrigin, into, bytesMax: MEDIA_BYTES_MAX };
    return await downloads.download(order, this.stopSignal);
  }

  async #putOff({ key, id, attempts, createdAt }: MediaToFetch, error: unknown): Promise<void> {
    const { store, clock, random, log } = this.#deps;
    const waitMs = waitAfter(BACKOFF, attempts, error, random);
    const isForbidden = error instanceof AppError && error.code === "media_refused";
    const isOver = isForbidden || clock.now() + waitMs > createdAt + TRYING_MAX_MS;
    if (isOver) await store.giveUpObject(key, reasonOf(error));
    else await store.delayFetch(key, reasonOf(error), clock.now() + waitMs);
    const name = isOver ? "media.given_up" : "media.delayed";
    if (error instanceof AppError) log.event("warning", name, { objectId: id, reason: reasonOf(error) });
    else log.failure(name, error, { objectId: id });
  }
}
