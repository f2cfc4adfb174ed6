// Who wrote, and whose line it came in on: two questions, answered apart. It guesses nothing and learns nothing.
import { Cache } from "../cache.ts";
import type { Clock } from "../clock.ts";
import type { IdentityEventName, IdentityPlace, IdentityStore, LineRef } from "../db/store-identity.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Address } from "./address.ts";
import { type Judgement, judgeAll } from "./judgement.ts";
import type { Findings, Identification, Layer } from "./layers.ts";
import { maskNumber } from "./phone.ts";

export interface ResolverDeps {
  store: IdentityStore;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** The Chatwoot account of a connection; null when it has none of its own. */
  accountIdOf: (connectionKey: number) => number | null;
  /** How long an answer is kept at most, and how many are; any change makes them void at once. */
  cacheLifeMs?: number;
  cacheCountMax?: number;
}

/** Whose message it is about, and where. */
export interface Asked {
  connectionKey: number;
  /** Of the sender, the surest first. */
  addresses: readonly Address[];
  contactId: number | null;
  conversationId: number | null;
  /** The turn or message that asks. */
  subjectId: string;
}

const CACHE_LIFE_MS = 5 * 60_000;
const CACHE_COUNT_MAX = 10_000;

const FOUND_TEXTS: Readonly<Record<Layer, string>> = {
  whatsapp_user_mapping: "Found user from WhatsApp mapping",
  user_whatsapp_config: "Found user from WhatsApp config",
  profiles: "Found user from profile",
  meeting_notes: "Found user from meeting notes",
  customer_conversations: "Found user from conversation history",
};

interface Cached {
  judgement: Judgement;
  /** Of all that identifies, when it was looked up. */
  version: number;
}

export class Resolver {
  readonly #deps: ResolverDeps;
  /** By connection and addresses. */
  readonly #cache: Cache<string, Cached>;

  constructor(deps: ResolverDeps) {
    this.#deps = deps;
    const { clock, cacheLifeMs = CACHE_LIFE_MS, cacheCountMax = CACHE_COUNT_MAX } = deps;
    this.#cache = new Cache({ clock, lifeMs: cacheLifeMs, countMax: cacheCountMax });
  }

  /** Says who the sender is. Nobody known: the contact itself. */
  async identify(asked: Asked): Promise<Identification> {
    const { log } = this.#deps;
    const { subjectId } = asked;
    log.event("info", "identity.started", { subjectId, text: "Identifying user" });
    for (const { keys } of asked.addresses) {
      const number = maskNumber(keys[0] ?? "");
      log.event("info", "identity.lookup", { subjectId, number, text: "Looking up user by phone number" });
    }
    const judgement = await this.#judgement(asked);
    const identification = this.#describe(judgement, asked);
    this.#report(identification, asked);
    return identification;
  }

  /** The same, told to nobody: for what is done with a message later on. */
  async whoIs(asked: Asked): Promise<Identification> {
    const found = this.#known(asked) ?? judgeAll(await this.findings(asked.connectionKey, asked.addresses));
    return this.#describe(found, asked);
  }

  /** The one user whose confirmed line this is; null when there is none, or more than one. */
  async ownerOf(connectionKey: number, line: LineRef, subjectId: string): Promise<string | null> {
    const [owner, ...others] = await this.#deps.store.lineOwners(connectionKey, line);
    if (others.length === 0) return owner ?? null;
    await this.#record(
      "identity.owner_ambiguous",
      { connectionKey, conversationId: null, subjectId },
      {
        inboxId: line.inboxId,
      },
    );
    return null;
  }

  /** The findings behind an answer, for the one who asks why; nothing is cached or audited. */
  async findings(
    connectionKey: number,
    addresses: readonly Address[],
  ): Promise<{ of: Address; findings: Findings }[]> {
    const all = await this.#withPairs(connectionKey, addresses);
    return Promise.all(
      all.map(async (of) => ({ of, findings: await this.#deps.store.findings(connectionKey, of.keys) })),
    );
  }

  async #judgement(asked: Asked): Promise<Judgement> {
    const known = this.#known(asked);
    if (known !== null) return known;
    const key = cacheKey(asked);
    const version = this.#deps.store.identityVersion();
    const found = await this.findings(asked.connectionKey, asked.addresses);
    const judgement = judgeAll(found);
    await this.#audit(judgement, asked);
    if (isLasting(judgement)) this.#cache.set(key, { judgement, version });
    return judgement;
  }

  /** What was found before, unless anything has changed since. */
  #known(asked: Asked): Judgement | null {
    const known = this.#cache.get(cacheKey(asked));
    return known?.version === this.#deps.store.identityVersion() ? known.judgement : null;
  }

  /** Behind a LID or BSUID stands the number that was learned with it, unless two events disagreed. */
  async #withPairs(connectionKey: number, addresses: readonly Address[]): Promise<Address[]> {
    const all: Address[] = [];
    for (const address of addresses) {
      all.push(address);
      const [aliasKey] = address.keys;
      if (address.kind !== "alias" || aliasKey === undefined) continue;
      const pair = await this.#deps.store.pair(connectionKey, aliasKey);
      if (pair !== null && !pair.isInConflict)
        all.push({ kind: "phone", keys: [pair.phoneKey], isHearsay: false });
    }
    return all;
  }

  async #audit(judgement: Judgement, asked: Asked): Promise<void> {
    const { isAmbiguous, disagreeing, matchedBy } = judgement;
    if (!isAmbiguous && disagreeing.length === 0) return;
    const { connectionKey, conversationId, subjectId } = asked;
    const name = isAmbiguous ? "identity.ambiguous" : "identity.disagreement";
    const detail = { layer: matchedBy, disagreeing: disagreeing.join(",") };
    await this.#record(name, { connectionKey, conversationId, subjectId }, detail);
  }

  /** What an admin must look at stands in the log, and in the timeline for whoever did not see it there. */
  async #record(
    name: IdentityEventName,
    place: IdentityPlace,
    detail: Record<string, string | number | null>,
  ): Promise<void> {
    const { log, store, clock } = this.#deps;
    log.event("warning", name, { subjectId: place.subjectId, ...detail });
    await store.recordIdentityEvent(name, place, detail, clock.now());
  }

  #describe({ user, matchedBy, isAmbiguous, disagreeing }: Judgement, asked: Asked): Identification {
    const contactRef = this.#contactRef(asked);
    const base = { isAmbiguous, disagreeing, contactRef };
    if (user !== null && matchedBy !== null) return { ...base, ...user, matchedBy };
    const nobody = contactRef === null ? "none" : "contact";
    return { ...base, userId: null, isVerified: false, matchedBy: nobody };
  }

  #contactRef({ connectionKey, contactId }: Asked): string | null {
    const accountId = this.#deps.accountIdOf(connectionKey);
    return contactId === null ? null : `contact_${contactId}_account_${accountId ?? 0}`;
  }

  #report(identification: Identification, { subjectId }: Asked): void {
    const { log, metrics } = this.#deps;
    const { userId, isVerified, isAmbiguous, matchedBy } = identification;
    const outcome = isAmbiguous
      ? "ambiguous"
      : userId === null
        ? "unknown"
        : isVerified
          ? "identified"
          : "unverified";
    metrics.identityResolutions.inc({ layer: matchedBy, outcome });
    if (userId === null || matchedBy === "contact" || matchedBy === "none") {
      const text = "Could not identify user from provided identifiers";
      log.event("warning", "identity.unknown", { subjectId, isAmbiguous, text });
      return;
    }
    log.event("info", "identity.found", {
      subjectId,
      userId,
      layer: matchedBy,
      text: FOUND_TEXTS[matchedBy],
    });
    log.event("info", "identity.identified", { subjectId, userId, isVerified, text: "User identified" });
  }
}

/** What history says, or does not say yet, may be otherwise after the next message. */
function isLasting({ matchedBy }: Judgement): boolean {
  return matchedBy !== null && matchedBy !== "customer_conversations";
}

function cacheKey({ connectionKey, addresses }: Asked): string {
  return [connectionKey, ...addresses.map(({ keys, isHearsay }) => `${isHearsay}|${keys.join("|")}`)].join(
    "\n",
  );
}
