// The counters over the last minutes: what was counted before is left out.
import { expect, test } from "bun:test";
import { openMetrics } from "../../src/metrics.ts";
import { RecentCounts } from "../../src/upkeep/recent-figures.ts";

const MINUTE = 60_000;

test("what was counted longer ago is left out", async () => {
  const metrics = openMetrics("test");
  const recent = new RecentCounts(metrics, 5 * MINUTE);
  await recent.look(0);
  metrics.turns.inc({ outcome: "failed", reason: "x" }, 3);
  metrics.turns.inc({ outcome: "answered", reason: "" }, 7);
  metrics.httpSeconds.observe({ route: "/a", status_class: "5xx" }, 0.01);
  metrics.httpSeconds.observe({ route: "/a", status_class: "2xx" }, 0.01);
  const counted = { turns: { count: 10, failedCount: 3 }, requests: { count: 2, failedCount: 1 } };
  for (let minute = 1; minute <= 5; minute++)
    expect(await recent.look(minute * MINUTE)).toMatchObject(counted);
  expect(await recent.look(6 * MINUTE)).toMatchObject({
    turns: { count: 0, failedCount: 0 },
    requests: { count: 0, failedCount: 0 },
  });
});

test("the slowest of a hundred acknowledgements lies inside its bucket, as Prometheus takes it", async () => {
  const metrics = openMetrics("test");
  const recent = new RecentCounts(metrics, 5 * MINUTE);
  metrics.ackSeconds.observe(0.001);
  await recent.look(0);
  for (let n = 0; n < 96; n++) metrics.ackSeconds.observe(0.001);
  for (let n = 0; n < 4; n++) metrics.ackSeconds.observe(2);
  const { acknowledgements } = await recent.look(MINUTE);
  expect(acknowledgements).toEqual({ count: 100, p99Ms: 2_125 });
});

test("of nothing there is nothing, and past the last bucket it is that one", async () => {
  const metrics = openMetrics("test");
  const recent = new RecentCounts(metrics, 5 * MINUTE);
  expect((await recent.look(0)).acknowledgements).toEqual({ count: 0, p99Ms: 0 });
  metrics.ackSeconds.observe(60);
  expect((await recent.look(MINUTE)).acknowledgements).toEqual({ count: 1, p99Ms: 5_000 });
});
