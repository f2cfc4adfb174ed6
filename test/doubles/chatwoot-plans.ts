// What the double answers to each request: its faults, its account and its strictness put together. It decides first
// and does afterwards, so that the ledger has the request before anything that came of it.
import type { ChatwootAccount, NewMessage, Room, StoredMessage } from "./chatwoot-account.ts";
import { DESK_MODES, POST_MODES } from "./chatwoot-faults.ts";
import type { Faults, PostFault, PostMode } from "./chatwoot-faults.ts";
import { refuse } from "./chatwoot-request.ts";
import type { ApiRequest, Refusal } from "./chatwoot-request.ts";

/** What a request comes to; `answer` does it. */
export interface Plan {
  accepted: boolean;
  /** Null: the connection breaks or hangs. */
  status: number | null;
  answer: (requestOrder: number) => Response | Promise<Response>;
}

export interface PlannerDeps {
  account: ChatwootAccount;
  faults: Faults;
  now: () => number;
  /** Puts a message into its conversation, on behalf of a request. */
  store: (message: NewMessage, requestOrder: number) => StoredMessage;
  storeLate: (message: NewMessage, requestOrder: number, delayMs: number) => void;
  /** Told what a correct client never asks. */
  violated: (violation: string) => void;
}

const RETRY_AFTER_SECONDS = 7;
const IS_ASSIGNED: Readonly<Record<string, boolean>> = { me: true, assigned: true, unassigned: false };
const USER = { id: 41, name: "Sample Agent", role: "administrator" };

export class Planner {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    this.#deps = deps;
  }

  plan(request: ApiRequest): Plan {
    const refusal = refuse(request, this.#deps.account.accountId);
    if (refusal !== null) return this.#refused(request, refusal);
    if (request.route === "profile") return answering(200, profile(this.#deps.account.accountId));
    if (request.route === "conversations") return this.#listRooms(request.query);
    const room = this.#deps.account.room(request.conversationId);
    if (room === null) return answering(404, { error: "Resource could not be found" });
    if (request.route === "show") return this.#show(room);
    if (request.route === "list") return this.#list(request);
    const fault = this.#deskFault(request);
    if (fault !== null) return fault;
    if (request.route === "create") return this.#create(request);
    if (request.route === "typing") return { accepted: true, status: 200, answer: () => new Response(null) };
    if (request.route === "labels") return answering(200, { payload: room.labels });
    if (request.route === "label") return this.#setLabels(request, room);
    if (request.route === "assign") return this.#assign(request, room);
    return this.#toggleStatus(request, room);
  }

  /** What goes wrong with a call for colleagues; null: nothing does. */
  #deskFault(request: ApiRequest): Plan | null {
    const isNote = request.route === "create" && this.#posted(request).isPrivate;
    if (request.route === "create" && !isNote) return null;
    const mode = this.#deps.faults.desk.takeIf((next) => DESK_MODES[next].route === request.route);
    if (mode === null) return null;
    if (mode === "note_reset") return this.#createWith("accept_reset", this.#posted(request));
    return answering(DESK_MODES[mode].status, { error: "not today" });
  }

  /** As Chatwoot has it, the new labels take the place of all others. */
  #setLabels(request: ApiRequest, room: Room): Plan {
    const { labels } = request.body as { labels: string[] };
    return this.#changing(room, { labels }, { payload: labels });
  }

  #assign(request: ApiRequest, room: Room): Plan {
    const body = request.body as { assignee_id?: number; team_id?: number };
    if (body.team_id !== undefined)
      return this.#changing(room, { teamId: body.team_id }, { id: body.team_id, name: "Team" });
    const change = { assigneeId: body.assignee_id ?? null, assignee: "human" } as const;
    return this.#changing(room, change, { ...USER, id: body.assignee_id });
  }

  #changing(room: Room, change: Partial<Room>, body: Record<string, unknown>): Plan {
    return {
      accepted: true,
      status: 200,
      answer: () => {
        this.#deps.account.ensureRoom(room.conversationId, this.#deps.now(), change);
        return Response.json(body);
      },
    };
  }

  #refused(request: ApiRequest, { status, error, violation }: Refusal): Plan {
    if (violation !== undefined) this.#deps.violated(`${request.method} ${request.path}: ${violation}`);
    return answering(status, { error });
  }

  #show(room: Room): Plan {
    if (this.#deps.faults.show.take() !== null) return answering(503, { error: "Service Unavailable" });
    return answering(200, this.#deps.account.showAnswer(room));
  }

  /** Chatwoot lists the open ones unless it is asked otherwise. "Mine" is nobody's: the double has one colleague, who sees all. */
  #listRooms(query: URLSearchParams): Plan {
    const fault = this.#deps.faults.rooms.take();
    if (fault?.mode === "conversations_down") return answering(503, { error: "Service Unavailable" });
    if (fault?.mode === "conversations_html") return page();
    if (fault?.mode === "conversations_limited") return limited();
    const { account } = this.#deps;
    if (fault?.mode === "conversations_empty") return answering(200, account.roomsAnswer([]));
    const [status, inboxId] = [query.get("status") ?? "open", query.get("inbox_id")];
    const rooms = account.rooms({
      status: status === "all" ? undefined : status,
      isAssigned: IS_ASSIGNED[query.get("assignee_type") ?? "all"],
      inboxId: inboxId === null ? undefined : Number(inboxId),
      page: Number(query.get("page") ?? 1),
    });
    return answering(200, account.roomsAnswer(rooms));
  }

  #list(request: ApiRequest): Plan {
    const fault = this.#deps.faults.list.take();
    if (fault?.mode === "list_down") return answering(503, { error: "Service Unavailable" });
    if (fault?.mode === "list_html") return page();
    const lastShownId = fault?.mode === "stale_list" ? fault.lastShownId : Number.MAX_SAFE_INTEGER;
    const [after, before] = [readId(request.query.get("after")), readId(request.query.get("before"))];
    const messages = this.#deps.account.list(request.conversationId, after, before);
    return answering(200, this.#deps.account.listAnswer(messages, lastShownId));
  }

  #create(request: ApiRequest): Plan {
    const message = this.#posted(request);
    const fault = message.isPrivate ? null : this.#deps.faults.post.take();
    return fault === null
      ? this.#createWith("accept", message)
      : this.#createFailing(fault, message, request.signal);
  }

  #createFailing({ mode, delayMs }: PostFault, message: NewMessage, signal: AbortSignal): Plan {
    const plan = POST_MODES[mode];
    if (mode === "hang") return { ...plan, answer: () => untilAborted(signal) };
    if (mode === "html_200") return page();
    if (mode === "accept_late")
      return { ...plan, answer: (order) => this.#storeLate(message, order, delayMs) };
    return plan.accepted ? this.#createWith(mode, message) : { ...plan, answer: () => rejection(mode) };
  }

  /** Stores, then answers as the mode wants it. */
  #createWith(mode: PostMode, message: NewMessage): Plan {
    const answer = (order: number): Response => {
      const stored = this.#deps.store(message, order);
      if (mode === "accept_reset") throw new TypeError("connection reset");
      if (mode === "accept_500") return Response.json({ error: "Internal Server Error" }, { status: 500 });
      return Response.json(mode === "no_id_200" ? {} : this.#deps.account.apiMessage(stored));
    };
    return { ...POST_MODES[mode], answer };
  }

  #storeLate(message: NewMessage, order: number, delayMs: number): Response {
    this.#deps.storeLate(message, order, delayMs);
    return new Response("<html>Gateway Timeout</html>", { status: 504 });
  }

  /** A bot that hands over gets `success: null`: Chatwoot's answer is built from something unset on that path. */
  #toggleStatus(request: ApiRequest, room: Room): Plan {
    const status = String((request.body as Record<string, unknown>)["status"]);
    const isHandoff = request.token === "bot" && room.status === "pending" && status === "open";
    const payload = {
      success: isHandoff ? null : true,
      conversation_id: room.conversationId,
      current_status: status,
    };
    return {
      accepted: true,
      status: 200,
      answer: () => {
        this.#deps.account.ensureRoom(room.conversationId, this.#deps.now(), { status });
        return Response.json({ meta: {}, payload: { ...payload, snoozed_until: null } });
      },
    };
  }

  /** The message of a create request, its input having been found right. */
  #posted(request: ApiRequest): NewMessage {
    const body = request.body as PostedBody;
    return {
      conversationId: request.conversationId,
      direction: "outgoing",
      writer: request.token === "bot" ? "bot" : "human",
      content: body.content,
      contentType: "text",
      contentAttributes: body.content_attributes ?? {},
      attachments: [],
      isPrivate: body.private ?? false,
      createdAt: this.#deps.now(),
    };
  }
}

interface PostedBody {
  content: string;
  private?: boolean;
  content_attributes?: Record<string, unknown>;
}

function profile(accountId: number): Record<string, unknown> {
  return { ...USER, accounts: [{ id: accountId, role: USER.role }] };
}

function answering(status: number, body: Record<string, unknown>): Plan {
  return { accepted: status === 200, status, answer: () => Response.json(body, { status }) };
}

/** What something between the client and Chatwoot shows. */
function page(): Plan {
  const headers = { "content-type": "text/html" };
  return { accepted: false, status: 200, answer: () => new Response("<html>One moment</html>", { headers }) };
}

function limited(): Plan {
  return { accepted: false, status: 429, answer: () => rejection("rate_limited") };
}

function rejection(mode: PostMode): Response {
  const { status } = POST_MODES[mode];
  const error = REJECTIONS[mode] ?? "Internal Server Error";
  const headers = mode === "rate_limited" ? { "retry-after": String(RETRY_AFTER_SECONDS) } : {};
  return Response.json({ error }, { status: status ?? 500, headers });
}

const REJECTIONS: Partial<Record<PostMode, string>> = {
  reject_404: "Resource could not be found",
  reject_422: "Validation failed: Content is invalid",
  too_many: "Validation failed: Too many messages",
  rate_limited: "Retry later",
};

function untilAborted(signal: AbortSignal): Promise<Response> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

function readId(text: string | null): number | null {
  return text === null ? null : Number.parseInt(text, 10) || 0;
}
