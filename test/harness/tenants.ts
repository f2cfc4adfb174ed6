// Users, keys and tokens of a test app, made as an admin makes them.
import type { TestApp } from "./app.ts";

/** Makes a user and gives its id. */
export async function addUser(
  app: TestApp,
  name: string,
  extra: Record<string, unknown> = {},
): Promise<string> {
  return String((await must(app, "POST", "/users", { name, ...extra }))["id"]);
}

export async function addNumber(
  app: TestApp,
  userId: string,
  number: string,
  extra: Record<string, unknown> = {},
): Promise<string> {
  return String((await must(app, "POST", `/users/${userId}/numbers`, { number, ...extra }))["id"]);
}

/** Gives the user a key that the model's double knows from then on. */
export async function addKey(
  app: TestApp,
  userId: string | null,
  apiKey: string,
  extra: Record<string, unknown> = {},
): Promise<string> {
  app.ai.addKey(apiKey);
  const path = userId === null ? "/ai-keys" : `/users/${userId}/ai-keys`;
  return String((await must(app, "POST", path, { provider: "groq", apiKey, ...extra }))["id"]);
}

/** A token of this scope. */
export async function addToken(app: TestApp, scope: string): Promise<string> {
  return String((await must(app, "POST", "/tokens", { name: "test", scope }))["token"]);
}

/** Asks the chat API, at the address that old programs know. */
export async function chat(
  app: TestApp,
  token: string,
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const request = new Request("http://localhost/functions/v1/api-chatbot", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const response = await app.handle(request);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function must(
  app: TestApp,
  method: string,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const answer = await app.admin(method, path, body);
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body["data"] as Record<string, unknown>;
}
