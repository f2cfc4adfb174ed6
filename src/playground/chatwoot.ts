// The playground's Chatwoot: one account, one inbox, one conversation, spoken to over Chatwoot's own HTTP
// surface, so that a reply leaves by the real client and the real relay. No network, no second conversation.
import {
  contactPush,
  conversationObject,
  HUMAN,
  humanPush,
  seconds,
} from "../chatwoot/sample-conversation.ts";
import type { SampleConversation } from "../chatwoot/sample-conversation.ts";
import type { SampleWriter } from "../chatwoot/sample.ts";
import type { Clock } from "../clock.ts";
import { sampleAttachment } from "./samples.ts";
import type { SampleName } from "./state.ts";

/** The one conversation there is. */
export const PLAYGROUND_STAGE = {
  accountId: 1,
  inboxId: 1,
  conversationId: 1,
  channel: "Channel::Whatsapp",
  contact: { id: 1, name: "Maria", phoneNumber: "+5511900000001" },
} as const;

export interface NewPlaygroundMessage {
  writer: SampleWriter;
  text: string;
  /** A note for the team: the customer never sees it. */
  isPrivate: boolean;
  /** As the sender gave them: lull's own marker lives here. */
  contentAttributes: Record<string, unknown>;
  /** A file that came with it; null: none. */
  sample: SampleName | null;
  /** In ms. */
  createdAt: number;
}

export interface PlaygroundMessage extends NewPlaygroundMessage {
  /** Ascending, never given twice. */
  id: number;
}

/** Where the messages and the status live; it outlives a restart of the daemon. */
export interface PlaygroundMessages {
  /** Returns the message's id. */
  add(message: NewPlaygroundMessage): Promise<number>;
  /** At most `limit` messages with an id above `afterId`, ascending. */
  list(afterId: number, limit: number): Promise<PlaygroundMessage[]>;
  /** The newest `limit` messages, ascending. */
  latest(limit: number): Promise<PlaygroundMessage[]>;
  setStatus(status: string): Promise<void>;
  /** Chatwoot's status of the conversation; `pending` before the first change. */
  status(): Promise<string>;
}

/** What the API call of a token changed: a real Chatwoot now sends a webhook about it. */
export type PlaygroundChange =
  { kind: "message"; message: PlaygroundMessage } | { kind: "status"; status: string };

export interface PlaygroundChatwootDeps {
  messages: PlaygroundMessages;
  /** The user token that every call must carry. */
  token: string;
  clock: Clock;
}

/** Chatwoot's page sizes: with `after`, and without. */
const LIST_AFTER_MAX = 100;
const LIST_LATEST_MAX = 20;
/** Chatwoot's own limit of a message's length, in characters. */
const CONTENT_MAX = 150_000;
const STATUSES = ["open", "resolved", "pending", "snoozed"];

/** For what does not depend on the moment. */
const STAGE_AT_REST: SampleConversation = { ...PLAYGROUND_STAGE, createdAt: 0 };
const CONVERSATION_PATH = `/api/v1/accounts/${PLAYGROUND_STAGE.accountId}/conversations/${PLAYGROUND_STAGE.conversationId}`;
const ROLE = "administrator";

export class PlaygroundChatwoot {
  readonly messages: PlaygroundMessages;
  readonly #token: string;
  readonly #clock: Clock;
  /** For as long as the process lives. */
  #labels: readonly string[] = [];
  #listener: (change: PlaygroundChange) => void = () => undefined;

  constructor(deps: PlaygroundChatwootDeps) {
    this.messages = deps.messages;
    this.#token = deps.token;
    this.#clock = deps.clock;
  }

  /** Tells `listener` of every change made through the API, after it was made and without waiting for it. */
  onChange(listener: (change: PlaygroundChange) => void): void {
    this.#listener = listener;
  }

  /** Answers one API call as Chatwoot 4.15 does; the host does not matter. Anything not spoken here is its 404. */
  async handle(request: Request): Promise<Response> {
    if (tokenOf(request) !== this.#token) return failure(401, "Invalid Access Token");
    const url = new URL(request.url);
    switch (`${request.method} ${url.pathname}`) {
      case "GET /api/v1/profile":
        return Response.json(profile());
      case `GET ${CONVERSATION_PATH}`:
        return Response.json(await this.#showConversation());
      case `GET ${CONVERSATION_PATH}/messages`:
        return Response.json(await this.#listMessages(url.searchParams.get("after")));
      case `POST ${CONVERSATION_PATH}/messages`:
        return this.#createMessage(await readObject(request));
      case `POST ${CONVERSATION_PATH}/toggle_typing_status`:
        return new Response(null, { status: 200 });
      case `POST ${CONVERSATION_PATH}/toggle_status`:
        return this.#setStatus(await readObject(request));
      case `GET ${CONVERSATION_PATH}/labels`:
        return Response.json({ payload: this.#labels });
      case `POST ${CONVERSATION_PATH}/labels`:
        return this.#setLabels(await readObject(request));
      case `POST ${CONVERSATION_PATH}/assignments`:
        return assign(await readObject(request));
      default:
        return failure(404, "Resource could not be found");
    }
  }

  async #showConversation(): Promise<Record<string, unknown>> {
    const [last] = await this.messages.latest(1);
    const shown = last === undefined ? null : apiMessage(last);
    const conversation = conversationNow(this.#clock, await this.messages.status());
    return {
      ...conversationObject(conversation, shown === null ? [] : [shown]),
      labels: this.#labels,
      last_non_activity_message: shown,
    };
  }

  async #listMessages(after: string | null): Promise<Record<string, unknown>> {
    const rows =
      after === null
        ? await this.messages.latest(LIST_LATEST_MAX)
        : await this.messages.list(Number.parseInt(after, 10) || 0, LIST_AFTER_MAX);
    return { meta: { labels: [], contact: contactPush(STAGE_AT_REST) }, payload: rows.map(apiMessage) };
  }

  async #createMessage(body: Record<string, unknown>): Promise<Response> {
    const content = body["content"];
    if (typeof content !== "string" || content.trim() === "") {
      return failure(422, "Validation failed: Content can't be blank");
    }
    if (content.length > CONTENT_MAX) return failure(422, "Validation failed: Content is too long");
    const added: NewPlaygroundMessage = {
      writer: "bot",
      text: content,
      isPrivate: body["private"] === true,
      contentAttributes: asObject(body["content_attributes"]),
      sample: null,
      createdAt: this.#clock.now(),
    };
    const message = { ...added, id: await this.messages.add(added) };
    this.#listener({ kind: "message", message });
    return Response.json(apiMessage(message));
  }

  /** As Chatwoot has it, the new labels take the place of all others. */
  #setLabels(body: Record<string, unknown>): Response {
    const labels: unknown[] = Array.isArray(body["labels"]) ? body["labels"] : [];
    this.#labels = labels.filter((label) => typeof label === "string");
    return Response.json({ payload: this.#labels });
  }

  async #setStatus(body: Record<string, unknown>): Promise<Response> {
    const status = body["status"];
    if (typeof status !== "string" || !STATUSES.includes(status)) return failure(500, "Invalid status");
    await this.messages.setStatus(status);
    this.#listener({ kind: "status", status });
    const payload = {
      success: true,
      conversation_id: PLAYGROUND_STAGE.conversationId,
      current_status: status,
    };
    return Response.json({ meta: {}, payload: { ...payload, snoozed_until: null } });
  }
}

/** The stage has one person and no team: who is assigned changes nothing there. */
function assign(body: Record<string, unknown>): Response {
  if (body["assignee_id"] == null) return Response.json(null);
  const isKnown = body["assignee_id"] === HUMAN.id;
  return isKnown ? Response.json({ ...HUMAN, role: ROLE }) : failure(404, "Resource could not be found");
}

/** The stage as sample bodies want it, at this moment. */
export function conversationNow(clock: Clock, status: string): SampleConversation {
  return { ...PLAYGROUND_STAGE, createdAt: clock.now(), status };
}

/** Both spellings reach Rails as the same header; proxies drop the one with underscores. */
function tokenOf(request: Request): string | null {
  return request.headers.get("api_access_token") ?? request.headers.get("api-access-token");
}

function profile(): Record<string, unknown> {
  const account = { id: PLAYGROUND_STAGE.accountId, name: "Playground", role: ROLE, status: "active" };
  return { ...HUMAN, role: ROLE, account_id: account.id, type: "User", confirmed: true, accounts: [account] };
}

/** A message as the API shows it: its type an integer, its moment in seconds. */
function apiMessage(message: PlaygroundMessage): Record<string, unknown> {
  const echo = message.writer === "phone" ? { external_echo: true } : {};
  return {
    id: message.id,
    content: contentOf(message),
    inbox_id: PLAYGROUND_STAGE.inboxId,
    conversation_id: PLAYGROUND_STAGE.conversationId,
    message_type: message.writer === "customer" ? 0 : 1,
    content_type: "text",
    status: "sent",
    content_attributes: { ...echo, ...message.contentAttributes },
    created_at: seconds(message.createdAt),
    private: message.isPrivate,
    source_id: null,
    ...attachmentsOf(message),
    ...apiSender(message.writer),
  };
}

/** A file alone has no text. */
export function contentOf({ text, sample }: PlaygroundMessage): string | null {
  return text === "" && sample !== null ? null : text;
}

/** None leaves the key out, as Chatwoot does. */
export function attachmentsOf({ id: messageId, sample }: PlaygroundMessage): { attachments?: unknown[] } {
  if (sample === null) return {};
  return { attachments: [sampleAttachment(sample, { messageId, accountId: PLAYGROUND_STAGE.accountId })] };
}

/** The phone's messages have no sender; lull's own show the user whose token sent them. */
function apiSender(writer: SampleWriter): Record<string, unknown> {
  if (writer === "phone") return {};
  return { sender: writer === "customer" ? contactPush(STAGE_AT_REST) : humanPush() };
}

async function readObject(request: Request): Promise<Record<string, unknown>> {
  return asObject(await request.json().catch(() => null));
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function failure(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
