// One connection's looks at Chatwoot: what was said since the last one is read, and whatever no webhook brought is taken.
// Marks are message ids, which only ever grow, so that no two clocks have to agree.
import { DAY_MS, MINUTE_MS } from "../clock.ts";
import type { CatchUpStore, LookMark } from "../db/store-catch-up.ts";
import type { ConversationView } from "./api.ts";
import {
  ConversationReader,
  type Look,
  mayGoOn,
  type ReaderDeps,
  type Reading,
} from "./conversation-reader.ts";

/** Most pages of conversations that are listed in one look; a page is Chatwoot's 25. */
const PAGES_MAX = 400;
/** A bot's token is shown so many conversations after a start, and then so many in a look, one after the other. */
const KNOWN_MAX = 1_000;
const KNOWN_PER_LOOK = 60;
/** A Chatwoot whose clock goes so far ahead of lull's says nothing of what was before lull looked. */
const CLOCKS_APART_MS = MINUTE_MS;
/** How long after a customer wrote there a bot's token looks at a conversation: as long as WhatsApp lets anybody answer. */
const KNOWN_FOR_MS = DAY_MS;

export interface LookoutDeps extends ReaderDeps {
  store: Pick<CatchUpStore, "talkedIn">;
}

export class Lookout {
  /** Which Chatwoot it looks at. */
  readonly place: string;
  readonly #deps: LookoutDeps;
  readonly #reader: ConversationReader;
  /** The newest message at the beginning of the last whole look. */
  #topBefore: number | null = null;
  /** When a bot's token was shown each conversation (monotonic ms). */
  readonly #shownAt = new Map<number, number>();

  constructor(place: string, deps: LookoutDeps) {
    this.place = place;
    this.#deps = deps;
    this.#reader = new ConversationReader(deps);
  }

  /** One look. Gives the mark up to which nothing has to be looked at again; rejects when it could not come to its end. */
  async look(look: Look, mark: LookMark): Promise<LookMark> {
    const canList = await this.#reader.ask(look, (signal) => look.chatwoot.canList(signal));
    const reached = canList ? await this.#lookThrough(look, mark) : await this.#lookAtKnown(look, mark);
    if (look.troubles.length > 0) throw look.troubles[0];
    return reached;
  }

  /**
   * All conversations with anything newer than the mark. One that becomes active meanwhile may slip through between two
   * pages, so the mark stays one look behind.
   */
  async #lookThrough(look: Look, mark: LookMark): Promise<LookMark> {
    const first = await this.#list(look, 1);
    const top = Math.max(0, ...first.map(({ lastMessageId }) => lastMessageId));
    const after = mark.messageId ?? (await this.#baseline(look, first));
    for await (const views of this.#pages(look, first)) {
      await this.#reader.readAll(look, this.#unread(look, views, after));
      if (!mayGoOn(look) || views.some((view) => isOlder(view, after))) break;
    }
    // Never back, whatever the list leaves out today: what was left alone once is not for today's rules.
    const messageId = Math.max(after, this.#topBefore ?? 0);
    if (look.troubles.length === 0) this.#topBefore = Math.min(top, look.leftFrom - 1);
    this.#reader.forgetBut((_id, through) => through > after);
    return { since: mark.since, messageId };
  }

  /** At the first look of all: any message from before lull looked, found by when its conversation was active last. */
  async #baseline(look: Look, first: ConversationView[]): Promise<number> {
    const latestAt = this.#deps.clock.now() + CLOCKS_APART_MS;
    const isAhead = first.some(({ activeAt }) => activeAt !== null && activeAt > latestAt);
    if (isAhead) return Math.max(...first.map(({ lastMessageId }) => lastMessageId));
    for await (const views of this.#pages(look, first)) {
      const before = views.filter(({ activeAt }) => activeAt === null || activeAt < look.since);
      if (before.length > 0) return Math.max(...before.map(({ lastMessageId }) => lastMessageId));
    }
    return 0;
  }

  #unread(look: Look, views: readonly ConversationView[], after: number): Reading[] {
    return views
      .filter((view) => view.lastMessageId > this.#reader.from(view.conversationId, after))
      .map((view) => this.#reader.onwards(look, view, after));
  }

  /** The pages of the list, the last active first, each without what an earlier one showed. */
  async *#pages(look: Look, first: ConversationView[]): AsyncGenerator<ConversationView[]> {
    const seen = new Set<number>();
    for (let page = 1, listed = first; page <= PAGES_MAX; listed = await this.#list(look, ++page)) {
      const views = listed.filter(({ conversationId }) => !seen.has(conversationId));
      if (views.length === 0) return;
      for (const { conversationId } of views) seen.add(conversationId);
      yield views;
    }
    this.#deps.log.event("error", "catch_up.too_many", {
      connection: look.connection.name,
      pages: PAGES_MAX,
    });
  }

  #list(look: Look, page: number): Promise<ConversationView[]> {
    return this.#reader.ask(look, (signal) => look.chatwoot.listConversations(page, signal));
  }

  /** Where customers wrote lately, as far as lull heard of it: all of them once, then those that waited longest. */
  async #lookAtKnown(look: Look, { since, messageId }: LookMark): Promise<LookMark> {
    const { store, clock } = this.#deps;
    const knownSince = clock.now() - KNOWN_FOR_MS;
    const known = await store.talkedIn(look.connection.key, knownSince, KNOWN_MAX);
    const isKnown = new Set(known);
    this.#reader.forgetBut((id) => isKnown.has(id));
    for (const id of this.#shownAt.keys()) if (!isKnown.has(id)) this.#shownAt.delete(id);
    await this.#reader.readAll(
      look,
      this.#due(known).map((id) => this.#shown(this.#reader.last(look, id))),
    );
    return { since: Math.max(since, knownSince), messageId };
  }

  #due(known: readonly number[]): number[] {
    const shown = known
      .filter((id) => this.#shownAt.has(id))
      .toSorted((a, b) => (this.#shownAt.get(a) ?? 0) - (this.#shownAt.get(b) ?? 0));
    return [...known.filter((id) => !this.#shownAt.has(id)), ...shown.slice(0, KNOWN_PER_LOOK)];
  }

  #shown({ conversationId, ...reading }: Reading): Reading {
    const read = (): Promise<void> => {
      this.#shownAt.set(conversationId, this.#deps.clock.monotonic());
      return reading.read();
    };
    return { ...reading, conversationId, read };
  }
}

/** Nothing in it, nor in what the list shows behind it, is newer. An empty conversation tells nothing. */
function isOlder({ lastMessageId }: ConversationView, after: number): boolean {
  return lastMessageId > 0 && lastMessageId <= after;
}
