// What an operator is told of, over the whole app: once when it begins, once when it is over, until somebody takes it.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";

const MINUTE = 60_000;
const GIB = 1024 ** 3;
const URL_WITH_SECRET = "http://alerts.test/hook/s3cret-path?token=s3cret-query";

interface Told {
  alert: string;
  state: string;
  subjectId: string | null;
  since: string;
  text: string;
  fix: string;
  links?: string[];
}

/** Somebody who takes alerts, or does not. */
class Receiver {
  readonly told: Told[] = [];
  tries = 0;
  isDown = false;

  fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (url !== URL_WITH_SECRET) throw new TypeError("no such host in this test");
    if (init.method !== "POST" || init.redirect !== "manual") throw new Error("not how alerts are posted");
    this.tries++;
    if (this.isDown) return new Response("s3cret-answer", { status: 503 });
    this.told.push((await new Response(init.body).json()) as Told);
    return new Response(null, { status: 204 });
  };

  get lines(): string[] {
    return this.told.map(({ alert, state }) => `${alert} ${state}`);
  }
}

async function openWatched(options: TestAppOptions = {}) {
  const receiver = new Receiver();
  const env = { LULL_ALERT_URL: URL_WITH_SECRET, ...options.env };
  const app = await openTestApp({ ...options, env, fetch: receiver.fetch });
  return { app, receiver };
}

/** No model can be asked: the turn fails for good. */
async function failTurn(app: TestApp): Promise<void> {
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS + MINUTE);
}

async function retry(app: TestApp): Promise<void> {
  expect((await app.admin("POST", "/jobs/retry-failed", {})).status).toBe(200);
  await app.clock.tick(2 * MINUTE);
}

async function listed(app: TestApp, query = "") {
  const { body } = await app.admin("GET", `/alerts${query}`);
  return body["data"] as Record<string, unknown>[];
}

describe("an alert", () => {
  test("is told once when it begins and once when it is over, with what to do", async () => {
    const { app, receiver } = await openWatched({ env: { LULL_PUBLIC_URL: "https://lull.example.com" } });
    await using _app = app;
    app.ai.failNext("unauthorized");
    await failTurn(app);
    expect(receiver.told).toMatchObject([
      {
        alert: "failed_jobs",
        state: "raised",
        subjectId: null,
        text: "1 turns failed for good.",
        fix: expect.stringContaining("lull jobs"),
        links: ["https://lull.example.com/admin/jobs?state=failed"],
      },
    ]);
    await app.clock.tick(10 * MINUTE);
    expect(receiver.lines).toEqual(["failed_jobs raised"]);
    expect(await listed(app, "?state=open")).toMatchObject([{ name: "failed_jobs", state: "open" }]);
    await retry(app);
    expect(receiver.lines).toEqual(["failed_jobs raised", "failed_jobs cleared"]);
    expect(await listed(app, "?state=open")).toEqual([]);
    expect(await listed(app)).toMatchObject([{ name: "failed_jobs", state: "over", attempts: 0 }]);
  });

  test("is told when the receiver is back after an hour, both its begin and its end, and never its address", async () => {
    const { app, receiver } = await openWatched();
    await using _app = app;
    receiver.isDown = true;
    app.ai.failNext("unauthorized");
    await failTurn(app);
    await retry(app);
    await app.clock.tick(60 * MINUTE);
    expect(receiver.told).toEqual([]);
    expect(receiver.tries).toBeGreaterThan(5);
    expect(receiver.tries).toBeLessThan(15);
    receiver.isDown = false;
    await app.clock.tick(12 * MINUTE);
    expect(receiver.lines).toEqual(["failed_jobs raised", "failed_jobs cleared"]);
    const said = JSON.stringify([app.events, await listed(app)]);
    expect(said).toContain("alert.untold");
    expect(said).toContain("http_503");
    expect(said).not.toContain("s3cret");
  });

  test("goes on after a restart: what was told is not told again, what was not is", async () => {
    const { app, receiver } = await openWatched();
    await using _app = app;
    app.ai.failNext("unauthorized");
    await failTurn(app);
    await app.crash();
    await app.start();
    await app.clock.tick(10 * MINUTE);
    expect(receiver.lines).toEqual(["failed_jobs raised"]);
    receiver.isDown = true;
    await retry(app);
    await app.crash();
    receiver.isDown = false;
    await app.start();
    await app.clock.tick(10 * MINUTE);
    expect(receiver.lines).toEqual(["failed_jobs raised", "failed_jobs cleared"]);
  });

  test("that nobody is to be told is kept and logged", async () => {
    await using app = await openTestApp();
    app.ai.failNext("unauthorized");
    await failTurn(app);
    expect(await listed(app, "?state=open")).toMatchObject([
      { name: "failed_jobs", toldAt: expect.any(String) },
    ]);
    const logged = app.events.filter(({ name }) => name === "alert.raised");
    expect(logged).toMatchObject([{ level: "warning", fields: { alert: "failed_jobs", failedJobCount: 1 } }]);
  });

  test("comes as a private note where a conversation of Chatwoot's is named", async () => {
    await using app = await openTestApp({ env: { LULL_ALERT_URL: `chatwoot:default/${CONVERSATION + 1}` } });
    await app.receive("aqui se avisa", { conversationId: CONVERSATION + 1 });
    await app.clock.tick(SILENCE_MS + MINUTE);
    app.ai.failNext("unauthorized");
    await failTurn(app);
    await app.clock.tick(MINUTE);
    const notes = app.chatwoot.messages(CONVERSATION + 1).filter(({ isPrivate }) => isPrivate);
    expect(notes.map(({ content }) => content)).toEqual([
      expect.stringMatching(/^🔔 lull: 1 turns failed for good\.\nLook at them/),
    ]);
  });

  test("tells of a customer who waits for five minutes, and not of one whom a person has taken over", async () => {
    const { app, receiver } = await openWatched();
    await using _app = app;
    await app.admin("POST", "/processing", { enabled: false });
    await app.receive("oi");
    await app.receive("oi", { conversationId: CONVERSATION + 1 });
    await app.deliver(app.chatwoot.humanSays(CONVERSATION + 1, "já vejo"));
    await app.clock.tick(SILENCE_MS + 4 * MINUTE);
    expect(receiver.told).toEqual([]);
    await app.clock.tick(2 * MINUTE);
    expect(receiver.told).toMatchObject([
      { alert: "unanswered", text: "1 conversations wait for an answer, the longest for 5 minutes." },
    ]);
    await app.admin("POST", "/processing", { enabled: true });
    await app.clock.tick(2 * MINUTE);
    expect(receiver.lines).toEqual(["unanswered raised", "unanswered cleared"]);
  });

  test("tells of a full disk and of a clock that is off", async () => {
    let freeBytes = 1 * GIB;
    let offMs = 90_000;
    const { app, receiver } = await openWatched({
      diskSpace: () => ({ freeBytes, totalBytes: 100 * GIB }),
      chatwootDate: (now) => now - offMs,
    });
    await using _app = app;
    await app.receive("oi");
    await app.clock.tick(SILENCE_MS + MINUTE);
    expect(receiver.told).toMatchObject([
      { alert: "disk_full", text: "The disk of the data folder has 1024 MiB left (1 %)." },
      { alert: "clock_skew", subjectId: "default", text: expect.stringContaining("90 seconds off") },
    ]);
    [freeBytes, offMs] = [50 * GIB, 0];
    await app.receive("oi");
    await app.clock.tick(SILENCE_MS + MINUTE);
    expect(receiver.lines.slice(2)).toEqual(["disk_full cleared", "clock_skew cleared"]);
  });

  test("a list asks for a state that there is", async () => {
    await using app = await openTestApp();
    const { status, body } = await app.admin("GET", "/alerts?state=loud");
    expect([status, body["error"]]).toEqual([400, "state must be one of open, all."]);
  });
});
