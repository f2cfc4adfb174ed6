// `lull connection`: what each verb asks of the daemon and how it shows what it gets. The daemon is a fake.
import { describe, expect, test } from "bun:test";
import { askDaemon, type Place } from "../harness/command.ts";

const SHOP = {
  name: "shop",
  baseUrl: "https://chat.example.com",
  accountId: 7,
  apiTokenLastFour: "9876",
  userTokenLastFour: null,
  hasWebhookSecret: true,
  hasPathSecret: false,
  isLocked: false,
  isServed: true,
  webhookUrl: "/webhooks/chatwoot/shop",
};
const TOKEN = "a-token-that-nobody-may-see";
const ADD = ["connection", "add", "shop", "--base-url", SHOP.baseUrl, "--account", "7"];
const piped = (text: string): Place => ({ input: { readAll: () => Promise.resolve(text) } });

describe("lull connection", () => {
  test("list tells of each its Chatwoot and the last four of its tokens", async () => {
    const { printed } = await askDaemon(["connection", "list"], {
      "GET /connections?limit=200": { data: [SHOP], nextCursor: null },
    });
    expect(printed).toBe(
      "NAME  CHATWOOT                  ACCOUNT  TOKEN  USER TOKEN  SERVED\n" +
        "shop  https://chat.example.com  7        …9876  –           yes",
    );
  });

  test("show tells where its webhooks go", async () => {
    const { printed } = await askDaemon(["connection", "show", "shop"], {
      "GET /connections/shop": { data: SHOP },
    });
    expect(printed.split("\n").at(-1)).toBe("webhooks        /webhooks/chatwoot/shop");
  });

  test("add takes the token from standard input, and other secrets from files", async () => {
    const files = { "/run/hook": "webhook-secret-0001\n" };
    const ran = await askDaemon(
      [...ADD, "--webhook-secret-file", "/run/hook"],
      { "POST /connections": { data: SHOP } },
      { ...piped(`${TOKEN}\n`), files },
    );
    const body = { name: "shop", baseUrl: SHOP.baseUrl, accountId: 7, apiToken: TOKEN };
    expect(ran.asked[0]?.body).toEqual({ ...body, webhookSecret: "webhook-secret-0001" });
    expect(ran.printed).toBe("✔ shop is served; its webhooks go to /webhooks/chatwoot/shop");
    expect(ran.printed + ran.complained).not.toContain(TOKEN);
  });

  test("add asks a person for the token without showing it, and shows a made address once", async () => {
    const questions: [string, boolean][] = [];
    const say = (question: string, isHidden: boolean): Promise<string> => {
      questions.push([question, isHidden]);
      return Promise.resolve(TOKEN);
    };
    const made = { ...SHOP, pathSecret: "made", webhookUrl: "/webhooks/chatwoot/shop/made" };
    const answers = { "POST /connections": { data: made } };
    const ran = await askDaemon(ADD, answers, { input: { isTerminal: true, ask: say } });
    expect(questions).toEqual([["API token for shop (it is not shown): ", true]]);
    expect(ran.printed).toContain("/webhooks/chatwoot/shop/made\n  The address is shown once");
  });

  test("add without a token asks nothing of the daemon", async () => {
    const ran = await askDaemon(ADD, {}, piped(""));
    expect(ran).toMatchObject({ code: 1, asked: [] });
    expect(ran.complained).toStartWith("✗ No token was given.");
  });

  test("change sends what its flags say and no more", async () => {
    const files = { "/run/token": TOKEN };
    const argv = ["connection", "change", "shop", "--token-file", "/run/token"];
    const ran = await askDaemon(argv, { "PUT /connections/shop": { data: SHOP } }, { files });
    expect(ran.asked[0]?.body).toEqual({ apiToken: TOKEN });
    expect((await askDaemon(["connection", "change", "shop"], {})).code).toBe(2);
    expect((await askDaemon([...argv.slice(0, 4), "/run/none"], {})).code).toBe(2);
  });

  test("remove and check name it", async () => {
    const removed = await askDaemon(["connection", "remove", "shop"], {
      "DELETE /connections/shop": { action: "removed" },
    });
    expect(removed.printed).toBe("✔ shop is served no more");
    const findings = [
      { name: "api_token", state: "ok", text: "it is a bot's" },
      {
        name: "lists",
        state: "limited",
        text: "messages cannot be listed",
        fix: "Give it a user's token, too.",
      },
    ];
    const checked = await askDaemon(["connection", "check", "shop"], {
      "POST /connections/shop/check": { data: { name: "shop", state: "limited", findings } },
    });
    expect(checked.printed).toBe(
      "✔ api_token: it is a bot's\n! lists: messages cannot be listed\n  Give it a user's token, too.",
    );
  });
});
