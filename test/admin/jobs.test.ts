// Jobs as an operator handles them: looked for, tried again one by one or all, given up; and what lull tries by itself.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { errandsOf, lastTurn, type Row } from "../app/signed.ts";

const MINUTE_MS = 60_000;
/** Longer than all waits between the attempts of a turn together. */
const ATTEMPTS_MS = 200_000;

async function fail(app: TestApp, conversationId = CONVERSATION): Promise<string> {
  app.ai.failNext("server_error", 5);
  await app.receive("oi", { conversationId });
  await app.clock.tick(30_010);
  await app.clock.tick(ATTEMPTS_MS);
  expect(await lastTurn(app)).toMatchObject({ conversationId, state: "failed" });
  return String((await lastTurn(app))["id"]);
}

async function openFailed(options: TestAppOptions = {}): Promise<TestApp & { jobId: string }> {
  const app = await openTestApp(options);
  await app.admin("PUT", "/schedules/retry-failed-jobs", { enabled: false });
  return Object.assign(app, { jobId: await fail(app) });
}

async function list(app: TestApp, query: string): Promise<Row[]> {
  const { status, body } = await app.admin("GET", `/jobs?${query}`);
  expect(status).toBe(200);
  return body["data"] as Row[];
}

/** lull's own task, which runs at no other moment here. */
async function retryBySchedule(app: TestApp): Promise<void> {
  await app.admin("POST", "/schedules/retry-failed-jobs/run");
  await app.clock.settle();
}

describe("the list", () => {
  test("is of what its filters say", async () => {
    await using app = await openFailed();
    const since = new Date(app.clock.now()).toISOString();
    await fail(app, 2);
    const conversations = async (query: string) =>
      (await list(app, query)).map(({ conversationId }) => conversationId);
    expect(await conversations("state=failed&connection=default")).toEqual([2, CONVERSATION]);
    expect(await conversations("conversationId=2")).toEqual([2]);
    expect(await conversations(`since=${since}`)).toEqual([2]);
    expect(await conversations(`until=${since}`)).toEqual([CONVERSATION]);
    expect(await conversations("errorCode=ai_unavailable&limit=1")).toEqual([2]);
    expect(await conversations("quarantined=true")).toEqual([]);
  });

  test.each([
    ["state=lost", "state"],
    ["quarantined=maybe", "quarantined"],
    ["conversationId=x", "conversationId"],
    ["since=yesterday", "since"],
    ["until=1", "until"],
    [`errorCode=${"x".repeat(201)}`, "errorCode"],
  ])("names what is wrong in %p", async (query, field) => {
    await using app = await openTestApp();
    const { status, body } = await app.admin("GET", `/jobs?${query}`);
    expect([status, body["code"]]).toEqual([400, "invalid_query"]);
    expect(body["error"]).toStartWith(`${field} must be`);
  });

  test("leads to each turn whole", async () => {
    await using app = await openFailed();
    const { body } = await app.admin("GET", `/jobs/${app.jobId}`);
    expect(body["data"]).toMatchObject({ id: app.jobId, messages: [{ outcome: "failed" }], failureCount: 1 });
  });
});

describe("all that failed", () => {
  test("is tried again at once, and answered once each", async () => {
    await using app = await openFailed();
    await fail(app, 2);
    expect(await app.admin("POST", "/jobs/retry-failed", {})).toMatchObject({
      status: 200,
      body: { data: { retried: 2, left: { quarantined: 0, other: 0 } } },
    });
    await app.clock.tick(1_000);
    expect([app.chatwoot.sent(CONVERSATION), app.chatwoot.sent(2)]).toEqual([["ok"], ["ok"]]);
    expect(await list(app, "state=failed")).toEqual([]);
  });

  test("is what the filter says, and no more than asked for", async () => {
    await using app = await openFailed();
    await fail(app, 2);
    const retry = async (body: object) => (await app.admin("POST", "/jobs/retry-failed", body)).body["data"];
    expect(await retry({ errorCode: "ai_refused" })).toMatchObject({ retried: 0 });
    expect(await retry({ connection: "other" })).toMatchObject({ retried: 0 });
    expect(await retry({ limit: 1 })).toEqual({ retried: 1, left: { quarantined: 0, other: 1 } });
  });

  test("after three failures is quarantined, told of once, and left out unless asked for", async () => {
    await using app = await openFailed();
    for (const count of [2, 3]) {
      app.ai.failNext("server_error", 5);
      await app.admin("POST", "/jobs/retry-failed", {});
      await app.clock.tick(ATTEMPTS_MS);
      expect(await lastTurn(app)).toMatchObject({ state: "failed", failureCount: count });
    }
    expect(await list(app, "quarantined=true")).toHaveLength(1);
    const { body } = await app.admin("POST", "/jobs/retry-failed", {});
    expect(body["data"]).toEqual({ retried: 0, left: { quarantined: 1, other: 0 } });
    expect(app.events.filter(({ name }) => name === "job.quarantined")).toMatchObject([
      { level: "error", fields: { turnId: app.jobId, code: "ai_unavailable" } },
    ]);
    await app.clock.tick(30 * MINUTE_MS);
    await retryBySchedule(app);
    expect(await lastTurn(app)).toMatchObject({ state: "failed" });
    await app.admin("POST", "/jobs/retry-failed", { includeQuarantined: true });
    await app.clock.tick(1_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test.each([
    [{ limit: 0 }, "limit"],
    [{ includeQuarantined: "yes" }, "includeQuarantined"],
    [{ since: "soon" }, "since"],
    [{ all: true }, "known"],
  ])("is not tried again by %p", async (body, word) => {
    await using app = await openTestApp();
    const answer = await app.admin("POST", "/jobs/retry-failed", body);
    expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_body"]);
    expect(answer.body["error"]).toContain(word);
  });
});

describe("a failed job that is given up", () => {
  test("stays failed, is tried no more and fails nobody's figures", async () => {
    await using app = await openFailed();
    expect((await app.admin("POST", `/jobs/${app.jobId}/discard`)).body).toMatchObject({
      action: "discarded",
    });
    expect((await app.admin("POST", `/jobs/${app.jobId}/discard`)).status).toBe(404);
    expect((await app.admin("POST", `/jobs/${app.jobId}/retry`)).status).toBe(404);
    expect(
      (await app.admin("POST", "/jobs/retry-failed", { includeQuarantined: true })).body["data"],
    ).toEqual({
      retried: 0,
      left: { quarantined: 0, other: 0 },
    });
    const metrics = await (await app.handle(new Request("http://localhost/metrics"))).text();
    expect(metrics).toContain('lull_jobs{state="failed"} 0');
    expect(await lastTurn(app)).toMatchObject({ state: "failed", discardedAt: expect.any(String) });
  });

  test("may be one of many, but never of all by oversight", async () => {
    await using app = await openFailed();
    await fail(app, 2);
    const discard = (body: object) => app.admin("POST", "/jobs/discard", body);
    expect((await discard({})).status).toBe(400);
    expect((await discard({ limit: 5 })).body["error"]).toContain("which failed jobs are meant");
    expect((await discard({ conversationId: 2 })).body["data"]).toEqual({ discarded: 1 });
    expect((await discard({ errorCode: "ai_unavailable" })).body["data"]).toEqual({ discarded: 1 });
  });
});

test("what an operator did to jobs is kept: which, how many, by whom", async () => {
  await using app = await openFailed();
  await app.admin("POST", "/jobs/retry-failed", { errorCode: "ai_unavailable" });
  await app.clock.tick(1_000);
  const jobId = await fail(app, 2);
  await app.admin("POST", `/jobs/${jobId}/discard`);
  const { body } = await app.admin("GET", "/audit-log?limit=2");
  expect(body["data"]).toMatchObject([
    {
      action: "job.discard",
      subjectId: jobId,
      changes: [{ field: "state", from: "failed", to: "discarded" }],
    },
    { action: "jobs.retry", changes: [{ field: "retried", from: null, to: 1 }] },
  ]);
});

describe("by itself lull tries again", () => {
  test("what may have passed, a while later, and answers", async () => {
    await using app = await openFailed();
    await retryBySchedule(app);
    expect(await lastTurn(app)).toMatchObject({ state: "failed" });
    await app.clock.tick(15 * MINUTE_MS);
    await retryBySchedule(app);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("nothing over the people who were called and came", async () => {
    await using app = await openFailed();
    expect(errandsOf(app).map(({ kind }) => kind)).toEqual(["handoff"]);
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await app.clock.tick(15 * MINUTE_MS);
    await retryBySchedule(app);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(await lastTurn(app)).toMatchObject({
      state: "completed",
      outcome: "silenced",
      reason: "human_active",
    });
    expect(app.ai.asked).toHaveLength(5);
  });

  test("nothing that only a person can mend", async () => {
    await using app = await openTestApp();
    app.ai.failNext("unauthorized");
    await app.receive("oi");
    await app.clock.tick(30_010);
    await app.clock.tick(15 * MINUTE_MS);
    await retryBySchedule(app);
    expect(await lastTurn(app)).toMatchObject({ state: "failed", errorCode: "ai_refused", failureCount: 1 });
  });
});
