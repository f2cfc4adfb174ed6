// Further Chatwoots for a test app, whose accounts, conversations and messages have the same numbers as the first one's.
import { ChatwootDouble } from "../doubles/chatwoot.ts";
import { ACCOUNT_ID, openTestApp, type TestApp, type TestAppOptions } from "./app.ts";

export const SECOND_URL = "http://second.test";
export const SECOND_TOKEN = "second-user-token-9876";
export const SECOND_BOT_TOKEN = "second-bot-token-5432";
export const SECOND_SECRET = "second-webhook-secret-0002";

/** As an operator adds it. */
export const SECOND = added("second");
export const THIRD = added("third");

function added(name: "second" | "third") {
  return {
    name,
    baseUrl: `http://${name}.test`,
    accountId: ACCOUNT_ID,
    apiToken: `${name}-user-token-9876`,
    webhookSecret: `${name}-webhook-secret-0002`,
  };
}

/** An app beside two Chatwoots that it does not know, unless its options name them. */
export async function openBesideSecond(options: TestAppOptions = {}) {
  let app: TestApp | null = null;
  const running = (): TestApp => {
    if (app === null) throw new Error("the app is not running");
    return app;
  };
  const [second, third] = [doubleOf(SECOND, running), doubleOf(THIRD, running)];
  app = await openTestApp({
    ...options,
    fetch: (url, init) => {
      if (url.startsWith(`${SECOND.baseUrl}/`)) return second.fetch(url, init);
      if (url.startsWith(`${THIRD.baseUrl}/`)) return third.fetch(url, init);
      throw new TypeError("no such host in this test");
    },
  });
  app.ai.answerWith(({ prompt }) => `to: ${prompt.split("\n").slice(1).join(" ")}`);
  return { app, second, third, [Symbol.asyncDispose]: () => running()[Symbol.asyncDispose]() };
}

function doubleOf({ name, apiToken, webhookSecret }: typeof SECOND, running: () => TestApp): ChatwootDouble {
  return new ChatwootDouble({
    accountId: ACCOUNT_ID,
    userToken: apiToken,
    botToken: `${name}-bot-token-5432`,
    echo: true,
    webhook: {
      url: `http://localhost/webhooks/chatwoot/${name}`,
      secret: webhookSecret,
      deliver: (request) => running().handle(request),
    },
    now: () => running().clock.now(),
    delay: () => Promise.resolve(),
  });
}
