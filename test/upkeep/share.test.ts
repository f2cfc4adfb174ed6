import { expect, test } from "bun:test";
import { Histogram } from "prom-client";
import { quantile, rounded, share } from "../../src/upkeep/share.ts";
import { upperBound } from "../../src/upkeep/upper-bound.ts";

test("a share of nothing is none", () => {
  expect([share(0, 0), share(1, 3), share(3, 3)]).toEqual([null, 0.3333, 1]);
  expect(rounded(2.345, 1)).toBe(2.3);
});

test.each<[values: number[], part: number, value: number | null]>([
  [[], 0.95, null],
  [[7], 0.95, 7],
  [[3, 1, 2], 0.5, 2],
  [Array.from({ length: 100 }, (_, index) => 100 - index), 0.95, 95],
  [[1, 2], 0, 1],
])("of %p the part %p is at most %p", (values, part, value) => {
  expect(quantile(values, part)).toBe(value);
});

test("a histogram tells the bound that most stay within, of the labels asked for", async () => {
  const histogram = new Histogram({
    name: "t",
    help: "t",
    labelNames: ["op"],
    buckets: [1, 2, 5],
    registers: [],
  });
  expect(await upperBound(histogram, { op: "lookup" }, 0.95)).toBeNull();
  for (let count = 0; count < 19; count++) histogram.observe({ op: "lookup" }, 0.5);
  histogram.observe({ op: "lookup" }, 4);
  histogram.observe({ op: "create" }, 4);
  expect(await upperBound(histogram, { op: "lookup" }, 0.95)).toBe(1);
  expect(await upperBound(histogram, { op: "lookup" }, 0.96)).toBe(5);
  for (let count = 0; count < 50; count++) histogram.observe({ op: "lookup" }, 60);
  expect(await upperBound(histogram, { op: "lookup" }, 0.95)).toBe(5);
});
