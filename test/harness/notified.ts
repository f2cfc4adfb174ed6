// A customer whose reply is out, and whom a program then has something to tell.
import { addToken } from "./tenants.ts";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "./app.ts";
import { type Answer, call } from "../routes/table.ts";

/** The silence of the default configuration, and a little more for the turn itself. */
const SILENCE_MS = 30_010;
export const CUSTOMER = "+5511987650001";
export const MESSAGE = "Seu pedido saiu para entrega.";

export interface Told {
  app: TestApp;
  token: string;
  /** Asks for a notification, by default to the conversation with the default words. */
  notify(body?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  [Symbol.asyncDispose](): PromiseLike<void>;
}

/** The customer asked and was answered; nothing is under way. */
export async function openAnswered(
  options: TestAppOptions = {},
  extra: Parameters<TestApp["receive"]>[1] = {},
): Promise<Told> {
  const app = await openTestApp(options);
  const token = await addToken(app, "service");
  await app.receive("quanto custa?", {
    contact: { id: 71, name: "Contact 71", phoneNumber: CUSTOMER },
    ...extra,
  });
  await app.clock.tick(SILENCE_MS);
  return {
    app,
    token,
    notify: (body = {}, headers = {}) => notify(app, token, body, headers),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** A body that names somebody else names not the conversation. */
export function notify(
  app: TestApp,
  token: string,
  body: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isNamed = ["userId", "whatsappNumber", "conversationId"].some((name) => name in body);
  const whole = { message: MESSAGE, ...(isNamed ? {} : { conversationId: CONVERSATION }), ...body };
  return call(app, { method: "POST", path: "/v1/notifications" }, token, whole, headers);
}
