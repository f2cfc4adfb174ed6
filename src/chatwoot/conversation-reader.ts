// Reads conversations of one look, a few at a time, and hands what they show to the adopter. What Chatwoot refuses to show is
// left behind; where it cannot answer, the look breaks off, and the next one goes on where this one stopped.
import { type Clock, startDeadline } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { factsOf } from "./adopt.ts";
import type { Adopted, Adopter } from "./adopter.ts";
import type { ChatwootApi, ConversationView, ListedMessage } from "./api.ts";
import type { ConversationFacts } from "./arrival.ts";
import type { Connection } from "./connections.ts";

/** Conversations read at once: Chatwoot's own limits are low. */
const READS_MAX = 4;
/** Most time for one request. */
const REQUEST_LIMIT_MS = 15_000;
/** So many requests of one look that Chatwoot could not answer break it off. */
const TROUBLES_MAX = 3;
/** A younger message is left to its webhook. */
const YOUNG_MS = 15_000;

export interface ReaderDeps {
  clock: Clock;
  log: Log;
  adopter: Adopter;
  /** Whether lull takes what this customer writes there. */
  isServed: (connectionKey: number, facts: ConversationFacts) => Promise<boolean>;
}

/** What one look goes by, and what it has come to. */
export interface Look {
  connection: Connection;
  chatwoot: ChatwootApi;
  /** What was said before (ms) is none of lull's. */
  since: number;
  signal: AbortSignal;
  found: Adopted;
  /** The first message that was left to its webhook: no mark may pass it. */
  leftFrom: number;
  /** Why it cannot come to its end. */
  troubles: unknown[];
}

/** One conversation to read: by the list's word, or by no more than its id. */
export interface Reading {
  conversationId: number;
  lastMessageId: number;
  read: () => Promise<void>;
}

export class ConversationReader {
  readonly #deps: ReaderDeps;
  /** Up to which message each conversation was read since lull started. */
  readonly #through = new Map<number, number>();

  constructor(deps: ReaderDeps) {
    this.#deps = deps;
  }

  /** Where to read on: at the mark, or where this conversation was read to since. */
  from(conversationId: number, mark: number): number {
    return Math.max(mark, this.#through.get(conversationId) ?? 0);
  }

  /** Remembers no more of conversations than it is told to. */
  forgetBut(isWanted: (conversationId: number, through: number) => boolean): void {
    for (const [id, through] of this.#through) if (!isWanted(id, through)) this.#through.delete(id);
  }

  /** One request, under its time limit. */
  async ask<T>({ signal }: Look, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = startDeadline(this.#deps.clock, REQUEST_LIMIT_MS, signal);
    try {
      return await call(deadline.signal);
    } finally {
      deadline.clear();
    }
  }

  /** Ends early when the look cannot go on; what went wrong is among its troubles. */
  async readAll(look: Look, readings: readonly Reading[]): Promise<void> {
    const waiting = [...readings];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && mayGoOn(look); next = waiting.shift())
        await this.#try(look, next);
    };
    await Promise.all(Array.from({ length: READS_MAX }, work));
  }

  /** Everything that was said after the mark, by a user's token. */
  onwards(look: Look, view: ConversationView, mark: number): Reading {
    const { conversationId, lastMessageId } = view;
    const after = this.from(conversationId, mark);
    const list = (signal: AbortSignal) => look.chatwoot.listMessages(conversationId, after, signal);
    return { conversationId, lastMessageId, read: () => this.#take(look, view, () => this.ask(look, list)) };
  }

  /** The last thing that was said: a bot's token sees no more. */
  last(look: Look, conversationId: number): Reading {
    const show = (signal: AbortSignal) => look.chatwoot.showConversation(conversationId, signal);
    const read = async (): Promise<void> => {
      const view = await this.ask(look, show);
      const { lastMessage, lastMessageId } = view;
      if (lastMessageId <= this.from(conversationId, 0)) return;
      await this.#take(look, view, () => Promise.resolve(lastMessage === null ? [] : [lastMessage]));
    };
    return { conversationId, lastMessageId: 0, read };
  }

  async #take(look: Look, view: ConversationView, list: () => Promise<ListedMessage[]>): Promise<void> {
    const { adopter, clock, isServed } = this.#deps;
    const { told, conversationId, lastMessageId } = view;
    const { key: connectionKey } = look.connection;
    const facts = factsOf(told);
    if (!(await isServed(connectionKey, facts))) return void this.#through.set(conversationId, lastMessageId);
    const listed = await list();
    const messages = listed.filter(({ createdAt }) => createdAt === null || createdAt >= look.since);
    const listing = { connectionKey, told, facts, messages };
    const unheard = await adopter.unheard(listing);
    const now = clock.now();
    const isYoung = ({ createdAt }: ListedMessage): boolean =>
      createdAt !== null && Math.abs(now - createdAt) < YOUNG_MS;
    count(look.found, await adopter.take(listing, unheard, isYoung));
    if (unheard.hasNews) await adopter.tell(listing);
    const leftFrom = unheard.messages.find(isYoung)?.id ?? Number.MAX_SAFE_INTEGER;
    look.leftFrom = Math.min(look.leftFrom, leftFrom);
    const through = Math.max(lastMessageId, listed.at(-1)?.id ?? 0);
    this.#through.set(conversationId, Math.min(through, leftFrom - 1));
  }

  async #try(look: Look, { conversationId, lastMessageId, read }: Reading): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!isRefusal(error)) return void look.troubles.push(error);
      const { name: connection } = look.connection;
      this.#deps.log.failure("catch_up.unreadable", error, { connection, conversationId });
      this.#through.set(conversationId, lastMessageId);
    }
  }
}

/** Chatwoot cannot answer any more, or wants to be left alone; or it is none of its business that went wrong. */
export function mayGoOn({ troubles, signal }: Look): boolean {
  const isFatal = (trouble: unknown): boolean =>
    !(trouble instanceof AppError && trouble.code === "chatwoot_unreachable") ||
    trouble.retryAfterMs !== undefined;
  return !signal.aborted && troubles.length < TROUBLES_MAX && !troubles.some(isFatal);
}

/** It concerns this one conversation: it is gone, not for this token, or has no readable shape. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof AppError) || error.reason === "not_for_bots") return false;
  return error.code === "chatwoot_refused" || error.code === "invalid_body";
}

function count(found: Adopted, more: Adopted): void {
  found.buffered += more.buffered;
  found.answered += more.answered;
}
