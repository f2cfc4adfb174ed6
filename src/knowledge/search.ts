// What users' files say to what was asked: a few passages, for whoever may see them. A search that fails costs the
// passages and nothing else.
import type { FlagSubject } from "../db/store-flags.ts";
import type { FoundPassage, KnowledgeStore, Searchers } from "../db/store-knowledge.ts";
import type { Log } from "../log.ts";

export interface KnowledgeSearchDeps {
  store: Pick<KnowledgeStore, "searchPassages">;
  log: Log;
  isKnowledgeOn: (subject: FlagSubject) => boolean;
}

/** About 1,500 tokens. */
export const PASSAGES_CHARACTERS_MAX = 6_000;
export const PASSAGES_MAX = 6;

export class KnowledgeSearch {
  readonly #deps: KnowledgeSearchDeps;
  #hasFailed = false;

  constructor(deps: KnowledgeSearchDeps) {
    this.#deps = deps;
  }

  /** Best first. Null: nothing was looked up, since it is off, nobody is known, or there is nothing to look for or into. */
  async passagesFor(
    searchers: Searchers,
    text: string,
    place: Omit<FlagSubject, "userId">,
  ): Promise<FoundPassage[] | null> {
    const { store, isKnowledgeOn } = this.#deps;
    const isAnybody = searchers.senderId !== null || searchers.ownerId !== null;
    if (!isAnybody || !isKnowledgeOn({ ...place, userId: searchers.senderId })) return null;
    try {
      const found = await store.searchPassages(searchers, text, PASSAGES_MAX);
      this.#hasFailed = false;
      return found && withinBounds(found);
    } catch (error) {
      this.#tell(error);
      return null;
    }
  }

  /** Once, until it works again: every message searches. */
  #tell(error: unknown): void {
    if (!this.#hasFailed) this.#deps.log.failure("knowledge.search_failed", error);
    this.#hasFailed = true;
  }
}

function withinBounds(found: readonly FoundPassage[]): FoundPassage[] {
  let left = PASSAGES_CHARACTERS_MAX;
  return found.filter(({ text }) => {
    const fits = text.length <= left;
    if (fits) left -= text.length;
    return fits;
  });
}
