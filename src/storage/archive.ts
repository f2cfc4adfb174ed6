// Takes what was said from the history into the spool, in the order it was said. It looks by itself from time to time, so
// that nobody who answers waits for it; while the spool is full it waits, and the history keeps what is to come.
import type { Clock } from "../clock.ts";
import type { BucketParty } from "../db/store-buckets.ts";
import type { ArchivePlace, SaidRow, SpoolStore } from "../db/store-spool.ts";
import { type Address, addressesOf, callerAddresses, phoneKeyOf } from "../identity/address.ts";
import type { Country } from "../identity/phone.ts";
import type { Resolver } from "../identity/resolver.ts";
import type { Log } from "../log.ts";
import { Service } from "../service.ts";
import { objectsOf } from "./archive-objects.ts";
import { breathe } from "./breathe.ts";
import { type Buckets, partyOf } from "./buckets.ts";

export interface ArchiveDeps {
  store: Pick<SpoolStore, "saidUnarchived" | "spoolSaid">;
  clock: Clock;
  log: Log;
  resolver: Pick<Resolver, "whoIs">;
  buckets: Pick<Buckets, "ensureAll">;
  /** Of numbers that name none. */
  country: Country;
  hasRoom: () => Promise<boolean>;
  pollMs: number;
  /** There are objects to upload and files to fetch. */
  onSpooled: () => void;
}

/** Few enough that nobody notices their transaction. */
const BATCH_MAX = 50;

export class Archive extends Service {
  readonly #deps: ArchiveDeps;

  constructor(deps: ArchiveDeps) {
    super(deps, "archive");
    this.#deps = deps;
  }

  /** Spools what was said since; gives how many lines. */
  override async runOnce(): Promise<number> {
    const { store, clock, hasRoom } = this.#deps;
    for (let count = 0; ;) {
      if (this.isStopping || !(await hasRoom())) return count;
      const startedAt = clock.monotonic();
      const lines = await store.saidUnarchived(BATCH_MAX);
      if (lines.length === 0) return count;
      // Whose a bucket is has changed just now: the next round asks anew.
      if (!(await this.#spool(lines))) return count;
      count += lines.length;
      await breathe(clock, startedAt, this.stopSignal);
    }
  }

  /** False: not this time. */
  async #spool(lines: readonly SaidRow[]): Promise<boolean> {
    const { store, clock, onSpooled } = this.#deps;
    const groups = [...Map.groupBy(lines, customerKey).values()];
    const places = await this.#placesOf(groups.map(newestOf));
    const objects = groups.flatMap((ofOne, index) => {
      const place = places[index] ?? null;
      // Without a user, a contact or a number it is nobody's.
      return place === null ? [] : ofOne.map((line) => objectsOf(line, place.bucketName));
    });
    const said = {
      texts: objects.flatMap(({ texts }) => texts),
      wanted: objects.flatMap(({ wanted }) => wanted),
      places: places.filter((place) => place !== null),
    };
    const isSpooled = await store.spoolSaid(said, newestOf(lines).key, clock.now());
    if (isSpooled && said.texts.length > 0) onSpooled();
    return isSpooled;
  }

  /** Of each line the bucket that it goes to. */
  async #placesOf(lines: readonly SaidRow[]): Promise<(ArchivePlace | null)[]> {
    const asked: { party: BucketParty; subjectId: string }[] = [];
    for (const line of lines) asked.push({ party: await this.#partyOf(line), subjectId: line.placeId });
    const buckets = await this.#deps.buckets.ensureAll(asked);
    return lines.map(({ connectionKey, conversationId }, index) => {
      const bucketName = buckets[index]?.name;
      return bucketName === undefined ? null : { connectionKey, conversationId, bucketName };
    });
  }

  async #partyOf(line: SaidRow): Promise<BucketParty> {
    const { connectionKey, conversationId, customer, placeId: subjectId } = line;
    const addresses = this.#addressesOf(line);
    const asked = { connectionKey, addresses, contactId: customer.contactId, conversationId, subjectId };
    const identification = await this.#deps.resolver.whoIs(asked);
    return partyOf(identification, connectionKey, phoneKeyOf(addresses));
  }

  #addressesOf({ conversationId, customer, source }: SaidRow): Address[] {
    if (conversationId !== null) return addressesOf(customer);
    return callerAddresses(customer.phone, source, this.#deps.country);
  }
}

/** Of lines in their order, which are never none. */
function newestOf(lines: readonly SaidRow[]): SaidRow {
  const newest = lines.at(-1);
  if (newest === undefined) throw new RangeError("there are no lines");
  return newest;
}

/** Lines of one conversation are one customer's; of the chat API, those of one number, which its source says how to read. */
function customerKey({ connectionKey, conversationId, customer, source }: SaidRow): string {
  const whose =
    conversationId === null ? `${source} number ${customer.phone}` : `conversation ${conversationId}`;
  return `${connectionKey} ${whose}`;
}
