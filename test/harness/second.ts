// A second Chatwoot for a test app, whose account, conversations and messages have the same numbers as the first one's.
import { ChatwootDouble } from "../doubles/chatwoot.ts";
import { ACCOUNT_ID, openTestApp, type TestApp, type TestAppOptions } from "./app.ts";

export const SECOND_URL = "http://second.test";
export const SECOND_TOKEN = "second-user-token-9876";
export const SECOND_SECRET = "second-webhook-secret-0002";

/** As an operator adds it. */
export const SECOND = {
  name: "second",
  baseUrl: SECOND_URL,
  accountId: ACCOUNT_ID,
  apiToken: SECOND_TOKEN,
  webhookSecret: SECOND_SECRET,
};

/** An app beside a Chatwoot that it does not know yet. */
export async function openBesideSecond(options: TestAppOptions = {}) {
  let app: TestApp | null = null;
  const running = (): TestApp => {
    if (app === null) throw new Error("the app is not running");
    return app;
  };
  const second = new ChatwootDouble({
    accountId: ACCOUNT_ID,
    userToken: SECOND_TOKEN,
    botToken: "second-bot-token-5432",
    echo: true,
    webhook: {
      url: "http://localhost/webhooks/chatwoot/second",
      secret: SECOND_SECRET,
      deliver: (request) => running().handle(request),
    },
    now: () => running().clock.now(),
    delay: () => Promise.resolve(),
  });
  app = await openTestApp({
    ...options,
    fetch: (url, init) => {
      if (!url.startsWith(`${SECOND_URL}/`)) throw new TypeError("no such host in this test");
      return second.fetch(url, init);
    },
  });
  app.ai.answerWith(({ prompt }) => `to: ${prompt.split("\n").slice(1).join(" ")}`);
  return { app, second, [Symbol.asyncDispose]: () => running()[Symbol.asyncDispose]() };
}
