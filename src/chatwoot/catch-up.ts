// Catch-up: at the start and every minute lull looks at each Chatwoot for what no webhook brought, because the daemon was down,
// Chatwoot gave up, or the way between them was broken. Deadlines count from when lull hears of a message.
import type { CatchUpStore, LookState } from "../db/store-catch-up.ts";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import type { ChatwootApi } from "./api.ts";
import type { Connection } from "./connections.ts";
import type { Look } from "./conversation-reader.ts";
import { Lookout, type LookoutDeps } from "./lookout.ts";

export interface CatchUpDeps extends LookoutDeps {
  store: CatchUpStore;
  metrics: Pick<Metrics, "caughtUp">;
  connections: () => readonly Connection[];
}

interface Served {
  connection: Connection;
  chatwoot: ChatwootApi;
}

/** How catch-up stands with a connection. */
export interface LookReport {
  connection: string;
  /** known: with a bot's token alone, the last message of the conversations that lull knows; null: it could not be asked. */
  sees: "all" | "known" | null;
  /** Null: it was never looked at. */
  last: LookState | null;
}

export class CatchUp {
  readonly #deps: CatchUpDeps;
  readonly #lookouts = new Map<number, Lookout>();
  /** Until when (monotonic ms) a Chatwoot asked to be left alone. */
  readonly #restUntil = new Map<number, number>();

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
  }

  /**
   * Looks at every connection; never twice at once. Gives how many customers' messages were found. Rejects with the first
   * reason why a look broke off, once all are over: the others were looked at all the same.
   */
  async run(signal: AbortSignal): Promise<number> {
    const looks = await Promise.allSettled(this.#served().map((served) => this.#lookAt(served, signal)));
    // Not before all are over: a look must not meet the next one.
    const failed = looks.find((look) => look.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return looks.reduce((sum, look) => sum + (look.status === "fulfilled" ? look.value : 0), 0);
  }

  /** Those with a Chatwoot; the playground's is on the stage, where no webhook is lost. */
  #served(): Served[] {
    return this.#deps.connections().flatMap((connection) => {
      const { chatwoot, isPlayground } = connection;
      return chatwoot === null || isPlayground ? [] : [{ connection, chatwoot }];
    });
  }

  /** Of every connection, as far as its Chatwoot answers now. */
  async report(signal: AbortSignal): Promise<LookReport[]> {
    const reports = this.#served().map(async ({ connection: { key, name }, chatwoot }) => ({
      connection: name,
      sees: await sightOf(chatwoot, signal),
      last: await this.#deps.store.lookState(key),
    }));
    return Promise.all(reports);
  }

  async #lookAt({ connection, chatwoot }: Served, signal: AbortSignal): Promise<number> {
    const { store, clock } = this.#deps;
    const { key } = connection;
    if (clock.monotonic() < (this.#restUntil.get(key) ?? 0)) return 0;
    const lookout = this.#lookoutOf(connection);
    const mark = await store.beginLook(key, lookout.place, clock.now());
    const look: Look = {
      connection,
      chatwoot,
      since: mark.since,
      signal,
      found: { buffered: 0, answered: 0 },
      leftFrom: Number.MAX_SAFE_INTEGER,
      troubles: [],
    };
    try {
      await store.endLook(key, await lookout.look(look, mark), clock.now());
      return found(look);
    } catch (error) {
      throw signal.aborted ? error : await this.#brokenOff(connection, error);
    } finally {
      this.#report(look);
    }
  }

  /** When the connection leads to another Chatwoot, nothing that was seen in the old one counts. */
  #lookoutOf({ key, chatwootUrl, accountId }: Connection): Lookout {
    const place = `${chatwootUrl} ${accountId}`;
    const known = this.#lookouts.get(key);
    if (known?.place === place) return known;
    const lookout = new Lookout(place, this.#deps);
    this.#lookouts.set(key, lookout);
    return lookout;
  }

  /** Gives what its run fails with. */
  async #brokenOff({ key, name: connection }: Connection, error: unknown): Promise<unknown> {
    if (!(error instanceof AppError)) return error;
    const { store, clock, log } = this.#deps;
    this.#restUntil.set(key, clock.monotonic() + (error.retryAfterMs ?? 0));
    const reason = error.reason ?? error.code;
    await store.breakOffLook(key, reason);
    log.failure("catch_up.broken_off", error, { connection });
    return new AppError(error.code, `The look at ${connection} broke off.`, { reason });
  }

  #report(look: Look): void {
    if (found(look) === 0) return;
    const { connection, found: counts } = look;
    for (const outcome of ["buffered", "answered"] as const)
      this.#deps.metrics.caughtUp.inc({ outcome }, counts[outcome]);
    this.#deps.log.event("info", "catch_up.found", { connection: connection.name, ...counts });
  }
}

/** Customers' messages. */
function found({ found: { buffered, answered } }: Look): number {
  return buffered + answered;
}

async function sightOf(chatwoot: ChatwootApi, signal: AbortSignal): Promise<LookReport["sees"]> {
  try {
    return (await chatwoot.canList(signal)) ? "all" : "known";
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
