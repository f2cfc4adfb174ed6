// A request as the double reads it: which call of the API it is, by whose token, with what body, and whether a strict
// Chatwoot would take it. No state.
import type { TokenUsed } from "./chatwoot-ledger.ts";

export type RouteName =
  | "profile"
  | "conversations"
  | "show"
  | "list"
  | "create"
  | "typing"
  | "status"
  | "labels"
  | "label"
  | "assign";

export interface ApiRequest {
  method: string;
  /** With its query. */
  path: string;
  route: RouteName | null;
  accountId: number | null;
  conversationId: number;
  query: URLSearchParams;
  token: TokenUsed;
  body: unknown;
  signal: AbortSignal;
}

/** A refusal in Chatwoot's words; `violation` is what a correct client never does. */
export interface Refusal {
  status: number;
  error: string;
  violation?: string;
}

interface Route {
  name: RouteName;
  method: string;
  pattern: RegExp;
  /** Chatwoot's list of what an agent bot's token may call. */
  isForBots: boolean;
}

const CONVERSATION = String.raw`^/api/v1/accounts/(\d+)/conversations/(\d+)`;
const ROUTES: readonly Route[] = [
  { name: "profile", method: "GET", pattern: /^\/api\/v1\/profile$/, isForBots: false },
  {
    name: "conversations",
    method: "GET",
    pattern: /^\/api\/v1\/accounts\/(\d+)\/conversations$/,
    isForBots: false,
  },
  { name: "show", method: "GET", pattern: new RegExp(`${CONVERSATION}$`), isForBots: true },
  { name: "list", method: "GET", pattern: new RegExp(`${CONVERSATION}/messages$`), isForBots: false },
  { name: "create", method: "POST", pattern: new RegExp(`${CONVERSATION}/messages$`), isForBots: true },
  {
    name: "typing",
    method: "POST",
    pattern: new RegExp(`${CONVERSATION}/toggle_typing_status$`),
    isForBots: true,
  },
  { name: "status", method: "POST", pattern: new RegExp(`${CONVERSATION}/toggle_status$`), isForBots: true },
  { name: "labels", method: "GET", pattern: new RegExp(`${CONVERSATION}/labels$`), isForBots: true },
  { name: "label", method: "POST", pattern: new RegExp(`${CONVERSATION}/labels$`), isForBots: true },
  { name: "assign", method: "POST", pattern: new RegExp(`${CONVERSATION}/assignments$`), isForBots: true },
];

/** Chatwoot's own limit, in characters. */
const CONTENT_LENGTH_MAX = 150_000;
const STATUSES: readonly unknown[] = ["open", "resolved", "pending", "snoozed"];
const CREATE_KEYS = [
  "content",
  "message_type",
  "private",
  "content_type",
  "content_attributes",
  "echo_id",
  "template_params",
];
const TEMPLATE_KEYS = ["name", "language", "category", "processed_params"];
/** What each route that is read may be asked with. */
const QUERY_KEYS: Partial<Record<RouteName, readonly string[]>> = {
  list: ["after", "before"],
  conversations: ["status", "assignee_type", "page", "inbox_id"],
};
const LIST_STATUSES: readonly unknown[] = [...STATUSES, "all"];
const ASSIGNEE_TYPES: readonly unknown[] = ["all", "me", "unassigned", "assigned"];

export interface Tokens {
  userToken?: string;
  botToken?: string;
}

export async function readRequest(request: Request, tokens: Tokens): Promise<ApiRequest> {
  const { pathname, search, searchParams } = new URL(request.url);
  const route = ROUTES.find(({ method, pattern }) => method === request.method && pattern.test(pathname));
  const [, accountId, conversationId] = route?.pattern.exec(pathname) ?? [];
  return {
    method: request.method,
    path: pathname + search,
    route: route?.name ?? null,
    accountId: accountId === undefined ? null : Number(accountId),
    conversationId: Number(conversationId ?? 0),
    query: searchParams,
    token: tokenUsed(request.headers, tokens),
    body: await readBody(request),
    signal: request.signal,
  };
}

/** What Chatwoot would answer before it looks at any conversation; null lets the request through. */
export function refuse(request: ApiRequest, accountId: number): Refusal | null {
  const route = ROUTES.find(({ name }) => name === request.route);
  if (route === undefined) {
    return { status: 404, error: "Resource could not be found", violation: "unknown route" };
  }
  if (request.token === "none" || request.token === "wrong")
    return { status: 401, error: "Invalid Access Token" };
  if (request.token === "bot" && !route.isForBots) {
    return { status: 401, error: "Access to this endpoint is not authorized for bots" };
  }
  if (request.accountId !== null && request.accountId !== accountId) {
    const who = request.token === "bot" ? "Bot is" : "You are";
    return { status: 401, error: `${who} not authorized to access this account` };
  }
  return refuseInput(request);
}

function refuseInput(request: ApiRequest): Refusal | null {
  const known = (request.route === null ? null : QUERY_KEYS[request.route]) ?? [];
  const unknownQuery = [...request.query.keys()].find((key) => !known.includes(key));
  if (unknownQuery !== undefined) return invalid(`unknown parameter ${unknownQuery}`);
  if (request.route === "conversations") return refuseListing(request.query);
  if (request.method === "GET") return null;
  const body = asObject(request.body);
  if (body === null) return invalid("the body is no JSON object");
  if (request.route === "create") return refuseMessage(body);
  if (request.route === "typing") return refuseTyping(body);
  if (request.route === "label") return refuseLabels(body);
  if (request.route === "assign") return refuseAssignment(body);
  if (STATUSES.includes(body["status"])) return null;
  // Chatwoot toggles without a status and breaks on a wrong one; neither is ever meant.
  return { status: 500, error: "Internal Server Error", violation: "toggle_status without a valid status" };
}

/** Chatwoot takes anything here and lists what it makes of it; a correct client asks for what there is. */
function refuseListing(query: URLSearchParams): Refusal | null {
  const [status, assigneeType] = [query.get("status") ?? "open", query.get("assignee_type") ?? "all"];
  if (!LIST_STATUSES.includes(status)) return invalid(`unknown status ${status}`);
  if (!ASSIGNEE_TYPES.includes(assigneeType)) return invalid(`unknown assignee_type ${assigneeType}`);
  const numbers = ["page", "inbox_id"].map((key) => query.get(key) ?? "1");
  return numbers.every((text) => /^[1-9]\d*$/.test(text)) ? null : invalid("page and inbox_id are numbers");
}

function refuseMessage(body: Record<string, unknown>): Refusal | null {
  if ("source_id" in body) return invalid("source_id makes Chatwoot skip the delivery");
  const unknownKey = Object.keys(body).find((key) => !CREATE_KEYS.includes(key));
  if (unknownKey !== undefined) return invalid(`unknown key ${unknownKey}`);
  const { content, content_type: contentType, content_attributes: attributes } = body;
  if (typeof content !== "string" || content.trim() === "") return invalid("content must be a text");
  if (content.length > CONTENT_LENGTH_MAX) return invalid("content is too long");
  if (body["message_type"] !== "outgoing") return invalid("message_type must be outgoing");
  if (!["boolean", "undefined"].includes(typeof body["private"]))
    return invalid("private must be true or false");
  if (contentType !== undefined && contentType !== "text") return invalid("content_type must be text");
  if (attributes !== undefined && asObject(attributes) === null)
    return invalid("content_attributes must be an object");
  return body["template_params"] === undefined ? null : refuseTemplate(body);
}

/** Chatwoot takes nearly anything here and fails the message later; a correct client names a template as WhatsApp does. */
function refuseTemplate({
  private: isPrivate,
  template_params: params,
}: Record<string, unknown>): Refusal | null {
  const template = asObject(params);
  if (template === null) return invalid("template_params must be an object");
  if (isPrivate === true) return invalid("a note has no template");
  const unknownKey = Object.keys(template).find((key) => !TEMPLATE_KEYS.includes(key));
  if (unknownKey !== undefined) return invalid(`unknown key ${unknownKey} of template_params`);
  const { name, language, processed_params: values } = template;
  if (typeof name !== "string" || name === "") return invalid("a template has a name");
  if (typeof language !== "string" || language === "") return invalid("a template has a language");
  if (values !== undefined && asObject(values) === null) return invalid("processed_params must be an object");
  return null;
}

function refuseTyping(body: Record<string, unknown>): Refusal | null {
  const isKnown = body["typing_status"] === "on" || body["typing_status"] === "off";
  return isKnown ? null : invalid("typing_status must be on or off");
}

function refuseLabels({ labels, ...rest }: Record<string, unknown>): Refusal | null {
  if (Object.keys(rest).length > 0) return invalid("labels go alone");
  const isList = Array.isArray(labels) && labels.every((label) => typeof label === "string" && label !== "");
  if (!isList) return invalid("labels must be a list of texts");
  return new Set(labels).size === labels.length ? null : invalid("a label is there twice");
}

/** Chatwoot takes a person or a team at a time, and looks at the person first. */
function refuseAssignment(body: Record<string, unknown>): Refusal | null {
  const [key, ...others] = Object.keys(body);
  const isOne = (key === "assignee_id" || key === "team_id") && others.length === 0;
  if (!isOne) return invalid("one of assignee_id and team_id must be given");
  return Number.isSafeInteger(body[key]) ? null : invalid(`${key} must be an id`);
}

function invalid(violation: string): Refusal {
  return { status: 422, error: `Validation failed: ${violation}`, violation };
}

/** Rack makes one name of both spellings. */
function tokenUsed(headers: Headers, tokens: Tokens): TokenUsed {
  const token = headers.get("api_access_token") ?? headers.get("api-access-token");
  if (token === null) return "none";
  if (token === tokens.userToken) return "user";
  return token === tokens.botToken ? "bot" : "wrong";
}

/** Rails reads JSON only when it is called JSON. */
async function readBody(request: Request): Promise<unknown> {
  const text = await request.text();
  if (!request.headers.get("content-type")?.startsWith("application/json")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> | null {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : null;
}
