import { expect, test } from "bun:test";
import { SettingsCache } from "../../src/ai/settings-cache.ts";
import { ManualClock } from "../harness/clock.ts";

const LIFE_MS = 1_000;

function openCache(usersMax = 2) {
  const clock = new ManualClock();
  const cache = new SettingsCache<number>({ clock, lifeMs: LIFE_MS, usersMax });
  let reads = 0;
  return { clock, cache, read: (userId: string | null = "a") => cache.get(userId, async () => ++reads) };
}

test("what was read is kept until its life is over", async () => {
  const { clock, read } = openCache();
  expect([await read(), await read()]).toEqual([1, 1]);
  await clock.tick(LIFE_MS - 1);
  expect(await read()).toBe(1);
  await clock.tick(1);
  expect(await read()).toBe(2);
});

test("being used does not lengthen a life", async () => {
  const { clock, read } = openCache();
  await read();
  await clock.tick(LIFE_MS / 2);
  expect(await read()).toBe(1);
  await clock.tick(LIFE_MS / 2);
  expect(await read()).toBe(2);
});

test.each([-1, 3 * 3_600_000])(
  "what was read before the clock was set by %d ms is read anew",
  async (jumpMs) => {
    const { clock, read } = openCache();
    await read();
    clock.jump(jumpMs);
    expect(await read()).toBe(2);
  },
);

test("each user, and the system, has its own", async () => {
  const { read } = openCache(3);
  expect([await read("a"), await read("b"), await read(null)]).toEqual([1, 2, 3]);
  expect([await read("a"), await read("b"), await read(null)]).toEqual([1, 2, 3]);
});

test("beyond the limit the longest unused goes", async () => {
  const { read } = openCache(2);
  expect([await read("a"), await read("b"), await read("a"), await read("c")]).toEqual([1, 2, 1, 3]);
  expect([await read("a"), await read("b")]).toEqual([1, 4]);
});

test("one user is dropped alone, or all together", async () => {
  const { cache, read } = openCache();
  await read("a");
  await read("b");
  cache.drop("a");
  expect([await read("b"), await read("a")]).toEqual([2, 3]);
  cache.clear();
  expect([await read("b"), await read("a")]).toEqual([4, 5]);
});

test("reads that meet share one look", async () => {
  const { read } = openCache();
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
});

test("a look that was under way at a change is not kept", async () => {
  const { cache } = openCache();
  const look = Promise.withResolvers<number>();
  const before = cache.get("a", () => look.promise);
  cache.drop("a");
  look.resolve(1);
  expect(await before).toBe(1);
  expect(await cache.get("a", async () => 2)).toBe(2);
});

test("a look that failed is not kept", async () => {
  const { cache } = openCache();
  const failing = cache.get("a", () => Promise.reject(new Error("busy")));
  expect(await failing.catch(String)).toBe("Error: busy");
  expect(await cache.get("a", async () => 2)).toBe(2);
});

test("a look that failed after a change does not undo what was read since", async () => {
  const { cache } = openCache();
  const look = Promise.withResolvers<number>();
  const before = cache.get("a", () => look.promise).catch(String);
  cache.drop("a");
  await cache.get("a", async () => 2);
  look.reject(new Error("busy"));
  expect(await before).toBe("Error: busy");
  expect(await cache.get("a", async () => 3)).toBe(2);
});
