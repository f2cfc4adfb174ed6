import { describe, expect, test } from "bun:test";
import { playgroundRoutes } from "../../src/routes/playground.ts";
import { openStage } from "./stage.ts";

const FILES = [
  ["/playground", "text/html"],
  ["/playground/style.css", "text/css"],
  ["/playground/app.js", "text/javascript"],
  ["/playground/playground-acts.ts", "text/javascript"],
  ["/playground/playground-elements.ts", "text/javascript"],
  ["/playground/playground-en.ts", "text/javascript"],
  ["/playground/playground-fr.ts", "text/javascript"],
  ["/playground/playground-language.ts", "text/javascript"],
  ["/playground/playground-look.ts", "text/javascript"],
  ["/playground/playground-pt.ts", "text/javascript"],
  ["/playground/playground-ring.ts", "text/javascript"],
  ["/playground/playground-rows.ts", "text/javascript"],
  ["/playground/playground-tell.ts", "text/javascript"],
  ["/playground/playground-texts.ts", "text/javascript"],
  ["/playground/playground-view.ts", "text/javascript"],
  ["/playground/playground-words.ts", "text/javascript"],
] as const;
const SCRIPTS = FILES.filter(([, type]) => type === "text/javascript").map(([path]) => path as string);

const POSTS = ["messages", "files", "resume", "human", "resolve", "typing", "answer-now", "restart"];

function openRoutes(isAllowed = true) {
  const stage = openStage();
  const asked: (string | null)[] = [];
  const app = playgroundRoutes({
    playground: stage.playground,
    isAllowed(_request, peerAddress) {
      asked.push(peerAddress);
      return isAllowed;
    },
    peerOf: () => "127.0.0.1",
  });
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    app.handle(new Request(`http://localhost${path}`, { headers }));
  const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    app.handle(
      new Request(`http://localhost/playground/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      }),
    );
  return { ...stage, asked, get, post };
}

describe("the playground's files", () => {
  test.each(FILES)("%s leaves as %s, under a policy without exceptions", async (path, type) => {
    const response = await openRoutes().get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
    expect(response.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  });

  test.each(FILES)("%s names no other host and writes no HTML from texts", async (path) => {
    const text = await (await openRoutes().get(path)).text();
    expect(text).not.toMatch(
      /https?:\/\/|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\son[a-z]+=|style="/,
    );
  });

  test("the scripts import only what is served, and each of them is reached from the page", async () => {
    const { get } = openRoutes();
    const reached = new Set(["/playground/app.js"]);
    for (const path of reached) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 200]);
      for (const [, name] of (await response.text()).matchAll(/from "\.\/([^"]+)"/g))
        reached.add(`/playground/${name}`);
    }
    expect([...reached].sort()).toEqual([...SCRIPTS].sort());
  });

  test("the scripts ask for elements that the page has", async () => {
    const { get } = openRoutes();
    const html = await (await get("/playground")).text();
    const scripts = await Promise.all(SCRIPTS.map(async (path) => (await get(path)).text()));
    const ids = [
      ...scripts.join("\n").matchAll(/(?:find|say|button|onClick)\("([a-z-]+)"|querySelector\("#([a-z]+)"/g),
    ];
    expect(ids.length).toBeGreaterThan(20);
    for (const [, id, selected] of ids) expect(html).toContain(`id="${id ?? selected}"`);
  });

  test("together, in all languages, they stay under 80 KB", async () => {
    const { get } = openRoutes();
    const texts = await Promise.all(FILES.map(async ([path]) => (await get(path)).text()));
    expect(texts.join("").length).toBeLessThan(80_000);
  });
});

describe("who may play", () => {
  test.each(FILES)("%s is a page that says why when it is closed", async (path) => {
    const { get, asked } = openRoutes(false);
    const response = await get(path);
    expect(response.status).toBe(401);
    expect(await response.text()).toContain("The playground is closed here");
    expect(asked).toEqual(["127.0.0.1"]);
  });

  test("the state is refused as JSON", async () => {
    const response = await openRoutes(false).get("/playground/state");
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      success: false,
      code: "unauthorized",
      requestId: expect.any(String),
    });
  });

  test.each(POSTS.map((path) => [path]))(
    "%s does nothing for a stranger, whatever the body",
    async (path) => {
      const { post, webhooks, done } = openRoutes(false);
      const response = await post(path, "not json");
      expect(response.status).toBe(401);
      expect([...webhooks, ...done]).toEqual([]);
    },
  );

  test.each(POSTS.map((path) => [path]))("%s does nothing for a page of another origin", async (path) => {
    const { post, webhooks, done } = openRoutes();
    const response = await post(path, "{}", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" });
    expect(response.status).toBe(401);
    expect([...webhooks, ...done]).toEqual([]);
  });

  test.each(POSTS.map((path) => [path]))("%s takes no body that a foreign form could send", async (path) => {
    const { post, webhooks, done } = openRoutes();
    const response = await post(path, "{}", { "content-type": "text/plain" });
    expect(response.status).toBe(415);
    expect([...webhooks, ...done]).toEqual([]);
  });

  test("a link from elsewhere may open the page", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await openRoutes().get("/playground", headers)).status).toBe(200);
  });
});

describe("what can be done", () => {
  test("the state comes in lull's envelope", async () => {
    const response = await openRoutes().get("/playground/state");
    expect(await response.json()).toMatchObject({
      success: true,
      pid: 4711,
      messages: [],
      status: "pending",
    });
  });

  test.each<[string, unknown, unknown]>([
    ["messages", { text: "hi" }, { webhooks: [{ status: 200 }] }],
    ["messages", { text: "hi", copies: 2 }, { webhooks: [{ status: 200 }, { status: 200 }] }],
    ["messages", { text: "x".repeat(4_000) }, { webhooks: [{ status: 200 }] }],
    ["human", { text: "hello", via: "phone" }, { webhook: { status: 200 } }],
    ["resolve", {}, { webhook: { status: 200 } }],
    ["typing", { isOn: true }, { webhook: { status: 200 } }],
    ["answer-now", {}, { action: "answering" }],
    ["restart", {}, { action: "restarting" }],
  ])("%s answers what the webhook said", async (path, body, answer) => {
    const response = await openRoutes().post(path, JSON.stringify(body));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ success: true, ...(answer as object) });
  });

  test("answer now reaches the daemon", async () => {
    const { post, done } = openRoutes();
    await post("answer-now", "{}");
    expect(done).toEqual(["answer-now"]);
  });

  test.each<[string, string, string]>([
    ["messages", "{", "invalid_json"],
    ["messages", "[]", "invalid_body"],
    ["messages", "null", "invalid_body"],
    ["messages", "{}", "invalid_body"],
    ["messages", '{"text":"  "}', "invalid_body"],
    ["messages", JSON.stringify({ text: "x".repeat(4_001) }), "invalid_body"],
    ["messages", '{"text":"hi","copies":3}', "invalid_body"],
    ["messages", JSON.stringify({ text: "x".repeat(40_000) }), "too_large"],
    ["human", '{"text":"hi","via":"fax"}', "invalid_body"],
    ["human", '{"via":"phone"}', "invalid_body"],
    ["typing", '{"isOn":"yes"}', "invalid_body"],
    ["restart", "", "invalid_json"],
  ])("%s refuses a wrong body (case %#)", async (path, body, code) => {
    const { post, webhooks, done } = openRoutes();
    const response = await post(path, body);
    const answer = (await response.json()) as Record<string, unknown>;
    expect(answer).toMatchObject({
      success: false,
      code,
      requestId: expect.any(String),
      error: expect.any(String),
    });
    expect(response.status).toBe(code === "too_large" ? 413 : 400);
    expect([...webhooks, ...done]).toEqual([]);
  });
});
