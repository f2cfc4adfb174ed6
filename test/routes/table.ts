// Everything the server answers at, and how a test calls it.
import { openServer, type ServerDeps } from "../../src/routes/server.ts";
import type { TokenScope } from "../../src/upkeep/api-token.ts";
import type { TestApp } from "../harness/app.ts";

export interface Route {
  method: string;
  path: string;
}

/** No handler runs, so nothing is needed behind it. */
const NOTHING = {
  webhook: {},
  admin: {},
  me: {},
  identity: {},
  chat: {},
  buckets: {},
  bufferFunctions: {},
  knowledge: {},
  notifications: {},
  health: {},
  playground: {},
} as unknown as ServerDeps;

export const ROUTES: readonly Route[] = openServer(NOTHING).routes.map(({ method, path }) => ({
  method,
  path,
}));

/** Which scopes may come in at an address; null where another door, or none, stands before it. */
export function scopesOf({ path }: Route): readonly TokenScope[] | null {
  if (path.startsWith("/admin")) return ["admin"];
  if (path.startsWith("/v1/me")) return ["user"];
  if (path === "/v1/chat" || path === "/functions/v1/api-chatbot" || path === "/v1/identity/resolve")
    return ["admin", "service", "chat"];
  if (path.startsWith("/v1/knowledge") || path === "/functions/v1/knowledge-base-storage")
    return ["admin", "service"];
  if (path === "/functions/v1/user-bucket-service" || path === "/functions/v1/create-user-bucket")
    return ["admin", "service"];
  if (path === "/functions/v1/whatsapp-notifications" || path === "/v1/notifications")
    return ["admin", "service"];
  if (path === "/functions/v1/message-buffer-manager" || path === "/functions/v1/buffer-processor")
    return ["admin", "service"];
  return null;
}

/** An id that is nobody's. */
export const NOBODY = "019edad1-99b0-74f9-8802-932a90106aac";

export interface Answer {
  status: number;
  text: string;
  /** Empty where the answer is no JSON. */
  body: Record<string, unknown>;
  headers: Headers;
}

/** Asks with a token (or with none); a form is sent as one, any other body as JSON. An answer to HEAD has none. */
export async function call(
  app: TestApp,
  { method, path }: Route,
  token: string | null,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const request = new Request(`http://localhost${path}`, {
    method,
    headers: {
      ...(body instanceof FormData ? {} : { "content-type": "application/json" }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(/GET|HEAD/.test(method)
      ? {}
      : { body: body instanceof FormData ? body : JSON.stringify(body ?? {}) }),
  });
  const response = await app.handle(request);
  const isEndless = /event-stream/.test(response.headers.get("content-type") ?? "");
  const text = isEndless ? "" : await response.text();
  if (isEndless) await response.body?.cancel();
  const isJson = method !== "HEAD" && /json/.test(response.headers.get("content-type") ?? "");
  await app.clock.settle();
  return {
    status: response.status,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    headers: response.headers,
  };
}

/** Asks as a user about themselves. */
export function asUser(app: TestApp, token: string) {
  return (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(app, { method, path: `/v1/me${path}` }, token, body, headers);
}
