// Retention over the whole app: 20,000 old rows go in small steps while webhooks are answered in between (bench/retention.ts
// measures 1,000,000 and their times), and nothing that is still needed goes with them.
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { addOldRows, oldRowCount, ROWS_PER_BUFFER } from "../../bench/old-rows.ts";
import { DAY_MS, MINUTE_MS } from "../../src/clock.ts";
import type { Store } from "../../src/db/store.ts";
import type { CleanStep } from "../../src/db/store-retention.ts";
import { CONVERSATION, openTestApp } from "../harness/app.ts";
import { CUSTOMER, MESSAGE, openAnswered } from "../harness/notified.ts";

const ROW_COUNT = 20_000;
/** Rows of one step, and a buffer more. */
const STEP_ROWS_MAX = 270;

test("20,000 rows go in small steps, and a webhook that comes in between waits for one of them at most", async () => {
  const steps: number[] = [];
  let onStep = (_step: CleanStep): void => {};
  await using app = await openTestApp({
    wrapStore: (store: Store) => ({
      ...store,
      async cleanBuffers(...args) {
        const step = await store.cleanBuffers(...args);
        onStep(step);
        return step;
      },
    }),
  });
  const path = join(app.dataDir, "lull.db");
  const endedAt = app.clock.now() - 31 * DAY_MS;
  await app.stop();
  addOldRows(path, ROW_COUNT / ROWS_PER_BUFFER, endedAt);
  await app.start();
  const waited: number[] = [];
  const answers: Promise<void>[] = [];
  onStep = ({ rowCount }) => {
    steps.push(rowCount);
    if (steps.length % 8 !== 0) return;
    const begunAt = steps.length;
    const { request } = app.chatwoot.customerSays(CONVERSATION, "oi", {});
    answers.push(
      app.handle(request()).then(({ status }) => {
        expect(status).toBe(200);
        waited.push(steps.length - begunAt);
      }),
    );
  };
  await app.admin("POST", "/schedules/cleanup-buffers/run");
  await Promise.all(answers);
  const { body } = await app.admin("GET", "/schedules/cleanup-buffers/runs");
  expect(body["data"]).toMatchObject([
    { state: "succeeded", count: ROW_COUNT, detail: { buffers: ROW_COUNT } },
  ]);
  expect(oldRowCount(path, endedAt)).toBe(0);
  expect(Math.max(...steps)).toBeLessThanOrEqual(STEP_ROWS_MAX);
  expect(waited.length).toBeGreaterThan(8);
  expect(Math.max(...waited)).toBeLessThanOrEqual(1);
});

test("what is old goes by itself, also where the night was slept through; what was said is kept longer", async () => {
  await using app = await openTestApp();
  await app.receive("oi");
  await app.clock.tick(30_010);
  expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
  const left = async () => {
    const { body } = await app.admin("GET", "/stats");
    using db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
    const lines = db
      .query<{ count: number }, []>("SELECT count(*) AS count FROM customer_conversations")
      .get();
    return [(body["data"] as Record<string, unknown>)["buffers"], lines?.count];
  };
  app.clock.jump(29 * DAY_MS);
  await app.clock.tick(MINUTE_MS);
  expect(await left()).toEqual([{ completed: 1 }, 2]);
  app.clock.jump(2 * DAY_MS);
  await app.clock.tick(MINUTE_MS);
  expect(await left()).toEqual([{}, 2]);
  app.clock.jump(340 * DAY_MS);
  await app.clock.tick(MINUTE_MS);
  expect(await left()).toEqual([{}, 0]);
});

test("a customer of long ago can still be told something by a template, unless their number is blocked", async () => {
  await using told = await openAnswered();
  const { app } = told;
  app.clock.jump(32 * DAY_MS);
  await app.clock.tick(MINUTE_MS);
  expect((await app.store().counts()).messages).toEqual({});
  expect((await told.notify()).body).toMatchObject({ reason: "window_closed" });
  const template = { name: "order_shipped", language: "pt_BR" };
  for (const named of [{ conversationId: CONVERSATION }, { whatsappNumber: CUSTOMER }])
    expect((await told.notify({ ...named, template })).status).toBe(200);
  await app.clock.tick(1_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", MESSAGE, MESSAGE]);
  await app.admin("PUT", "/inboxes/default/12", { lists: { block: [CUSTOMER] } });
  expect((await told.notify({ template })).body).toMatchObject({ reason: "blocklist" });
});
