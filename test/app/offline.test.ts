// Without any AI key: a real customer is never answered by a program that understands nothing, the playground is.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, openApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { ADMIN_TOKEN, CONVERSATION, openTestApp } from "../harness/app.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";
import { lastTurn, listed } from "./signed.ts";

describe("a real conversation without a key", () => {
  test("gets no reply: the job is failed, says why and what to do", async () => {
    await using app = await openTestApp({ hasModel: false });
    await app.receive("oi");
    await app.clock.tick(30_010);
    const [job] = await listed(app, "/jobs");
    expect(job).toMatchObject({ state: "failed", errorCode: "no_credential", attempts: 1 });
    expect(String(job?.["errorMessage"])).toContain("Set GROQ_API_KEY or OPENAI_API_KEY");
    expect((await lastTurn(app)).messages).toMatchObject([{ outcome: "failed", reason: "no_credential" }]);
    await app.clock.tick(3_600_000);
    expect(app.chatwoot.visible(CONVERSATION)).toEqual([]);
  });

  test("is answered after all when a key is given and the job retried", async () => {
    await using app = await openTestApp({ hasModel: false });
    await app.receive("oi");
    await app.clock.tick(30_010);
    await app.stop();
    const withKey = readConfig({
      env: { OPENAI_API_KEY: "sk-test-0123456789abcdef", OPENAI_BASE_URL: "http://ai.test/v1" },
      readFile: () => null,
    });
    app.config.systemKeys = withKey.systemKeys;
    app.config.providers = withKey.providers;
    await app.start();
    const [job] = await listed(app, "/jobs");
    await app.admin("POST", `/jobs/${String(job?.["id"])}/retry`);
    await app.clock.tick(1_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

/** The daemon as its first user has it, nothing set, behind a real port of this machine. */
async function openFirstRun(env: Record<string, string> = {}) {
  const clock = new ManualClock();
  const dataDir = mkdtempSync(join(tmpdir(), "lull-offline-"));
  const config = readConfig({
    env: { LULL_DATA_DIR: dataDir, LULL_ADMIN_TOKEN: ADMIN_TOKEN, PORT: "0", ...env },
    readFile: () => null,
  });
  const outside: string[] = [];
  const app: App = await openApp(config, {
    log: createLog(() => undefined),
    clock,
    random: seededRandom(),
    fetch: async (url) => {
      outside.push(url);
      throw new TypeError("no network in this test");
    },
    takeLock: () => ({ release: () => undefined }),
  });
  await app.start();
  const address = await app.listen();
  return {
    address,
    outside,
    /** The store does not tell this clock of its calls, so rest is waited for more than once. */
    async tick(ms: number) {
      await clock.tick(ms);
      for (let wait = 0; wait < 10; wait++) await clock.settle();
    },
    async post(path: string, body: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(`${address}/playground/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async state() {
      const response = await fetch(`${address}/playground/state`);
      return (await response.json()) as {
        responder: string;
        messages: { from: string; text: string }[];
        pause: { by: string; until: string | null } | null;
        turn: { outcome: string } | null;
      };
    },
    async [Symbol.asyncDispose]() {
      await app.stop();
      rmSync(dataDir, { recursive: true, force: true });
      if (clock.armedCount > 0) throw new Error(`${clock.armedCount} timers are still armed`);
    },
  };
}

/** Looks at the playground's state until the answer is there. */
const LOOKS_MAX = 1_000;

describe("the playground without a key", () => {
  test("is answered by the offline responder, once for the whole burst, and says so", async () => {
    await using run = await openFirstRun();
    for (const text of ["bom dia", "quanto custa?"]) {
      const { status, body } = await run.post("messages", { text });
      expect(status).toBe(200);
      expect(body).toMatchObject({ webhooks: [{ status: 200, body: { action: "buffered" } }] });
    }
    await run.tick(30_010);
    const { responder, messages, turn } = await run.state();
    expect(responder).toBe("offline");
    expect(turn?.outcome).toBe("answered");
    expect(messages.map(({ from }) => from)).toEqual(["customer", "customer", "bot"]);
    expect(messages[2]?.text).toStartWith("🤖 Respondedor offline · Li 2 mensagens suas como uma só: ");
    expect(messages[2]?.text).toContain("“bom dia” · “quanto custa?”");
    expect(run.outside).toEqual([]);
  });

  test("takes a person's reply for one, and keeps quiet until it is resolved", async () => {
    await using run = await openFirstRun();
    await run.post("messages", { text: "oi" });
    await run.post("human", { text: "Ana aqui", via: "phone" });
    await run.tick(60_000);
    expect((await run.state()).messages.map(({ from }) => from)).toEqual(["customer", "human"]);
    await run.post("resolve", {});
    await run.post("messages", { text: "oi de novo" });
    await run.tick(30_010);
    expect((await run.state()).messages.at(-1)?.from).toBe("bot");
  });

  test("tells who keeps lull quiet, and answers again once somebody resumes", async () => {
    await using run = await openFirstRun();
    await run.post("messages", { text: "oi" });
    await run.post("human", { text: "Ana aqui", via: "dashboard" });
    expect((await run.state()).pause).toEqual({ by: "human", until: null });
    await run.post("resume", {});
    expect((await run.state()).pause).toBeNull();
    await run.post("messages", { text: "oi de novo" });
    await run.tick(30_010);
    expect((await run.state()).messages.at(-1)?.from).toBe("bot");
  });

  test("takes attached files into the one turn, reads what it can without a model, and asks no network for them", async () => {
    await using run = await openFirstRun();
    await run.post("messages", { text: "bom dia" });
    for (const sample of ["voice-note.ogg", "picture.jpg", "order.pdf"])
      expect((await run.post("files", { sample })).status).toBe(200);
    expect((await run.post("files", { sample: "/etc/passwd" })).status).toBe(400);
    await run.tick(30_010);
    // A thread of its own reads the PDF, in its own time.
    let { messages } = await run.state();
    for (let look = 0; look < LOOKS_MAX && messages.at(-1)?.from !== "bot"; look++) {
      await run.tick(5);
      ({ messages } = await run.state());
    }
    expect(messages.map(({ from }) => from)).toEqual(["customer", "customer", "customer", "customer", "bot"]);
    expect(messages.at(-1)?.text).toMatch(/Li 4 mensagens suas como uma só.*Order 1042/s);
    expect(run.outside).toEqual([]);
  });

  test("is asked by nobody but this machine's own page", async () => {
    await using run = await openFirstRun();
    const foreign = { origin: "https://evil.test", "sec-fetch-site": "cross-site" };
    expect((await run.post("messages", { text: "oi" }, foreign)).status).toBe(401);
    expect((await run.post("messages", { text: "oi" }, { "x-forwarded-for": "10.0.0.5" })).status).toBe(401);
    expect((await run.state()).messages).toEqual([]);
  });

  test("a webhook without any secret is taken from this machine, and left unanswered", async () => {
    await using run = await openFirstRun();
    const body = {
      event: "message_created",
      id: 1,
      message_type: "incoming",
      content: "oi",
      conversation: { id: 9 },
    };
    const response = await fetch(`${run.address}/webhooks/chatwoot`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(await response.json()).toMatchObject({ success: true, action: "buffered" });
    await run.tick(60_000);
    const jobs = await fetch(`${run.address}/admin/jobs`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    expect(await jobs.json()).toMatchObject({ data: [{ state: "failed", errorCode: "no_credential" }] });
  });
});

test("with a key the playground is answered by the model, not by the responder", async () => {
  await using run = await openFirstRun({ OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: "http://ai.test/v1" });
  await run.post("messages", { text: "oi" });
  await run.tick(30_010);
  expect((await run.state()).responder).toBe("openai");
  expect(run.outside).toEqual(["http://ai.test/v1/chat/completions"]);
  expect((await run.state()).messages).toHaveLength(1);
});
