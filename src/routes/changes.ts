// What requests change, for the log and for the audit: handlers say what they did, and it is written down before the answer.
import type { AuditStore, Difference } from "../db/store-audit.ts";
import type { Log, LogFields } from "../log.ts";
import { differences } from "../upkeep/differences.ts";
import type { Changed } from "./own-request.ts";
import type { TokenGuard } from "./token-guard.ts";

export interface ChangesDeps {
  guard: Pick<TokenGuard, "actorOf">;
  store: Pick<AuditStore, "addAudit">;
  log: Log;
  now: () => number;
}

interface Made {
  told: string;
  fields: LogFields;
  action: string;
  subjectId: string | null;
  why: string | null;
}

interface Noted {
  made: Made[];
  differences: Difference[];
}

export class Changes {
  readonly #deps: ChangesDeps;
  readonly #noted = new WeakMap<Request, Noted>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: ChangesDeps) {
    this.#deps = deps;
  }

  /** By which a handler says what it changed; `told` is the event of the log, `fields` what stands there beside. */
  by(request: Request, told: "admin.changed" | "service.changed" | "user.changed", fields = {}): Changed {
    return (action, id, why) =>
      void this.#of(request).made.push({ told, fields, action, subjectId: id ?? null, why: why ?? null });
  }

  /** What a request changed was so before and is so now. */
  differ(request: Request, before: unknown, after: unknown): void {
    this.#of(request).differences.push(...differences(before, after));
  }

  /** Runs `work` after all that was asked for before: of two changes of one setting, the later sees what the first made. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Writes down what the request has changed since this was last asked for it. */
  async write(request: Request): Promise<void> {
    const noted = this.#noted.get(request);
    this.#noted.delete(request);
    const { guard, store, log, now } = this.#deps;
    for (const { told, fields, action, subjectId, why } of noted?.made ?? []) {
      const entry = {
        action,
        subjectId,
        why,
        actor: guard.actorOf(request),
        differences: noted?.differences ?? [],
      };
      await store.addAudit(entry, now());
      log.event("info", told, { action, id: subjectId ?? undefined, ...fields });
    }
  }

  #of(request: Request): Noted {
    const noted = this.#noted.get(request) ?? { made: [], differences: [] };
    this.#noted.set(request, noted);
    return noted;
  }
}
