import { expect, test } from "bun:test";
import { Cache } from "../src/cache.ts";
import { ManualClock } from "./harness/clock.ts";

const LIFE_MS = 1_000;

function openCache(countMax = 2) {
  const clock = new ManualClock();
  return { clock, cache: new Cache<string, number>({ clock, lifeMs: LIFE_MS, countMax }) };
}

test("what was set is kept until its life is over, used or not", async () => {
  const { clock, cache } = openCache();
  cache.set("a", 1);
  await clock.tick(LIFE_MS - 1);
  expect(cache.get("a")).toBe(1);
  await clock.tick(1);
  expect(cache.get("a")).toBeUndefined();
});

test("setting it again begins a new life", async () => {
  const { clock, cache } = openCache();
  cache.set("a", 1);
  await clock.tick(LIFE_MS - 1);
  cache.set("a", 2);
  await clock.tick(LIFE_MS - 1);
  expect(cache.get("a")).toBe(2);
});

test.each([-3_600_000, 3_600_000])("a wall clock set by %d ms changes no life", (jumpMs) => {
  const { clock, cache } = openCache();
  cache.set("a", 1);
  clock.jump(jumpMs);
  expect(cache.get("a")).toBe(1);
});

test("beyond the limit the longest unused goes", () => {
  const { cache } = openCache(2);
  cache.set("a", 1);
  cache.set("b", 2);
  expect(cache.get("a")).toBe(1);
  cache.set("c", 3);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([1, undefined, 3]);
});

test("what is set again is not counted twice", () => {
  const { cache } = openCache(2);
  for (const [key, value] of [
    ["a", 1],
    ["b", 2],
    ["b", 3],
  ] as const)
    cache.set(key, value);
  expect([cache.get("a"), cache.get("b")]).toEqual([1, 3]);
});

test("one is dropped alone, or all together", () => {
  const { cache } = openCache();
  cache.set("a", 1);
  cache.set("b", 2);
  cache.drop("a");
  expect([cache.get("a"), cache.get("b")]).toEqual([undefined, 2]);
  cache.clear();
  expect(cache.get("b")).toBeUndefined();
});
