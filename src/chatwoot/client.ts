// The real Chatwoot of one connection, spoken to over HTTP. It tries every call once: when to try again, and what to
// make of an unknown send, is for its callers; what an answer says is answer.ts' business.
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import type {
  Assignment,
  ChatwootApi,
  ConversationView,
  ListedMessage,
  MarkedNote,
  OutgoingText,
  SendOutcome,
  TokenKind,
} from "./api.ts";
import {
  BASE_URL_FIX,
  USER_TOKEN_FIX,
  accepted,
  readJson,
  readSend,
  readTokenKind,
  throwForeign,
} from "./answer.ts";
import { exchange } from "./exchange.ts";
import type { Call, Exchange, Fetch } from "./exchange.ts";
import { readConversation, readConversations, readLabels, readList, readMessageId } from "./listed.ts";
import { ANSWERS_KEY, MARKER_KEY } from "./writer.ts";

/** How many messages Chatwoot lists at once with `after`; a shorter page is the last. */
const PAGE_COUNT = 100;
const PAGES_MAX = 20;
/** Most characters of one list in all. */
const LIST_LENGTH_MAX = 16 * 1024 * 1024;

export interface ChatwootCall {
  method: string;
  /** A fixed word, never an id: fit for a metric's label. */
  route: string;
  /** `2xx` … `5xx`, or `none` when no whole answer came. */
  statusClass: string;
  durationMs: number;
  /** What the server's clock said; null: nothing. */
  dateAt: number | null;
}

export interface ChatwootClientDeps {
  /** http or https; may have a path. */
  baseUrl: string;
  accountId: number;
  /** A user's or a bot's. */
  apiToken: string;
  /** Reads with it when there is one: a bot's token cannot list. */
  userToken: string | null;
  fetch: Fetch;
  /** Told of every call, after it. */
  observe?: (call: ChatwootCall) => void;
  clock: Clock;
}

/** Makes the client of one connection. No network yet. Throws AppError `bad_config` for an address that is none. */
export function openChatwootClient(deps: ChatwootClientDeps): ChatwootApi {
  return new ChatwootClient(deps, apiRoot(deps.baseUrl));
}

class ChatwootClient implements ChatwootApi {
  readonly #deps: ChatwootClientDeps;
  readonly #root: string;
  #tokenKind: TokenKind | null = null;

  constructor(deps: ChatwootClientDeps, root: string) {
    this.#deps = deps;
    this.#root = root;
  }

  async tokenKind(signal: AbortSignal): Promise<TokenKind> {
    this.#tokenKind ??= readTokenKind(
      await this.#get("profile", `${this.#root}/profile`, this.#deps.apiToken, signal),
    );
    return this.#tokenKind;
  }

  /** There is no conversation 0, and only who may see the account is told so. */
  async checkAccount(signal: AbortSignal): Promise<void> {
    const answer = await this.#get("account", this.#conversationUrl(0), this.#deps.apiToken, signal);
    if ("status" in answer && answer.status === 404) return;
    accepted(answer);
    throwForeign();
  }

  async canList(signal: AbortSignal): Promise<boolean> {
    return this.#deps.userToken !== null || (await this.tokenKind(signal)) === "user";
  }

  async showConversation(conversationId: number, signal: AbortSignal): Promise<ConversationView> {
    const url = this.#conversationUrl(conversationId);
    const answer = await this.#get("conversation", url, this.#readToken, signal);
    return readConversation(readJson(accepted(answer)), conversationId) ?? throwForeign();
  }

  async listConversations(page: number, signal: AbortSignal): Promise<ConversationView[]> {
    // In pages, which every version knows: `updated_within` lists without an end, and that breaks when there is most to see.
    const url = `${this.#accountUrl}/conversations?status=all&assignee_type=all&page=${page}`;
    const answer = await this.#get("conversations", url, this.#readToken, signal);
    return readConversations(readJson(accepted(answer))) ?? throwForeign();
  }

  async listMessages(
    conversationId: number,
    afterMessageId: number,
    signal: AbortSignal,
  ): Promise<ListedMessage[]> {
    if (!(await this.canList(signal))) {
      throw new AppError("chatwoot_refused", "a bot token cannot list messages", { fix: USER_TOKEN_FIX });
    }
    const messages: ListedMessage[] = [];
    for (let page = 0, length = 0; page < PAGES_MAX && length <= LIST_LENGTH_MAX; page++) {
      const next = await this.#listPage(conversationId, messages.at(-1)?.id ?? afterMessageId, signal);
      messages.push(...next.messages);
      length += next.length;
      if (next.messages.length < PAGE_COUNT) return messages;
    }
    // A cut list would say "not there" of a reply that is.
    throw new AppError("chatwoot_refused", "more messages to list at once than lull reads");
  }

  async createMessage(
    conversationId: number,
    message: OutgoingText,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    // Nothing has left yet, which is worth knowing for sure.
    if (signal.aborted) return { kind: "not_accepted", retryAfterMs: null };
    const body = {
      ...publicText(message.text),
      content_attributes: {
        [MARKER_KEY]: message.replyId,
        ...(message.answersTo == null ? {} : { [ANSWERS_KEY]: message.answersTo }),
      },
      ...(message.template == null ? {} : { template_params: message.template }),
    };
    return readSend(await this.#post(conversationId, "messages", body, signal), message.replyId);
  }

  async createPrivateNote(conversationId: number, note: MarkedNote, signal: AbortSignal): Promise<void> {
    const marker = { content_attributes: { [MARKER_KEY]: note.noteId } };
    const body = { ...publicText(note.text), private: true, ...marker };
    const answer = accepted(await this.#post(conversationId, "messages", body, signal));
    if (readMessageId(readJson(answer)) === null) throwForeign();
  }

  async setTyping(conversationId: number, isOn: boolean, signal: AbortSignal): Promise<void> {
    const body = { typing_status: isOn ? "on" : "off", is_private: false };
    readJson(accepted(await this.#post(conversationId, "toggle_typing_status", body, signal)));
  }

  async setStatus(conversationId: number, status: "open" | "resolved", signal: AbortSignal): Promise<void> {
    readJson(accepted(await this.#post(conversationId, "toggle_status", { status }, signal)));
  }

  async addLabels(conversationId: number, labels: readonly string[], signal: AbortSignal): Promise<void> {
    const url = `${this.#conversationUrl(conversationId)}/labels`;
    const answer = await this.#get("labels", url, this.#readToken, signal);
    const present = readLabels(readJson(accepted(answer))) ?? throwForeign();
    const added = labels.filter((label) => !present.includes(label));
    if (added.length === 0) return;
    // What is posted takes the place of all that is there.
    const body = { labels: [...present, ...added] };
    readJson(accepted(await this.#post(conversationId, "labels", body, signal)));
  }

  async assign(conversationId: number, to: Assignment, signal: AbortSignal): Promise<void> {
    const body = "teamId" in to ? { team_id: to.teamId } : { assignee_id: to.assigneeId };
    readJson(accepted(await this.#post(conversationId, "assignments", body, signal)));
  }

  async #listPage(conversationId: number, afterId: number, signal: AbortSignal) {
    const url = `${this.#conversationUrl(conversationId)}/messages?after=${afterId}`;
    const answer = accepted(await this.#get("messages", url, this.#readToken, signal));
    const messages = readList(readJson(answer)) ?? throwForeign();
    // Something on the way that drops `after` gets the last twenty, which is not what was asked.
    if (messages.some((message) => message.id <= afterId)) throwForeign();
    messages.sort((left, right) => left.id - right.id);
    return { messages, length: answer.text.length };
  }

  get #readToken(): string {
    return this.#deps.userToken ?? this.#deps.apiToken;
  }

  get #accountUrl(): string {
    return `${this.#root}/accounts/${this.#deps.accountId}`;
  }

  #conversationUrl(conversationId: number): string {
    return `${this.#accountUrl}/conversations/${conversationId}`;
  }

  #get(route: string, url: string, token: string, signal: AbortSignal): Promise<Exchange> {
    return this.#call({ method: "GET", route, url, token, signal });
  }

  #post(
    conversationId: number,
    route: string,
    body: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<Exchange> {
    const url = `${this.#conversationUrl(conversationId)}/${route}`;
    return this.#call({ method: "POST", route, url, token: this.#deps.apiToken, signal, body });
  }

  /** One try, told to the observer. Never throws. */
  async #call(call: Call): Promise<Exchange> {
    const { clock, fetch, observe } = this.#deps;
    const startedAt = clock.monotonic();
    const outcome = await exchange(fetch, call);
    const statusClass = "status" in outcome ? `${Math.floor(outcome.status / 100)}xx` : "none";
    observe?.({
      method: call.method,
      route: call.route,
      statusClass,
      durationMs: clock.monotonic() - startedAt,
      dateAt: "dateAt" in outcome ? outcome.dateAt : null,
    });
    return outcome;
  }
}

function apiRoot(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new AppError("bad_config", "the Chatwoot base URL must be an http or https address", {
      fix: BASE_URL_FIX,
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}/api/v1`;
}

function publicText(content: string): Record<string, unknown> {
  // Never a source_id: Chatwoot takes such a message for one that was sent already, and delivers nothing.
  return { content, message_type: "outgoing", private: false, content_type: "text" };
}
