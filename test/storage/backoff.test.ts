// How long whatever failed waits: longer each time, never beyond its limit, never shorter than it was asked to.
import { expect, test } from "bun:test";
import { AppError } from "../../src/errors.ts";
import { isOutage, reasonOf, waitAfter } from "../../src/storage/backoff.ts";
import { refused, unavailable } from "../../src/storage/failure.ts";
import { seededRandom } from "../harness/random.ts";

const BACKOFF = { firstMs: 1_000, maxMs: 300_000 };
const even = { ...seededRandom(), fraction: () => 0.5 };

test("a wait doubles with every failure and ends at its limit, however many there were", () => {
  const waits = [0, 1, 2, 3, 8, 9, 30, 31, 1_000, 1e9].map((attempts) =>
    waitAfter(BACKOFF, attempts, unavailable("away"), even),
  );
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000, 300_000, 300_000, 300_000]);
});

test("it is a fifth more or less, so that not all come at once", () => {
  const random = seededRandom();
  const waits = Array.from({ length: 1_000 }, () => waitAfter(BACKOFF, 3, null, random));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(6_400);
  expect(Math.min(...waits)).toBeLessThan(6_500);
  expect(Math.max(...waits)).toBeLessThanOrEqual(9_600);
  expect(Math.max(...waits)).toBeGreaterThan(9_500);
});

test("it is never shorter than the failure asks for", () => {
  expect(waitAfter(BACKOFF, 0, unavailable("busy", 60_000), even)).toBe(60_000);
  expect(waitAfter(BACKOFF, 9, unavailable("busy", 60_000), even)).toBe(300_000);
});

test("a reason is a word of ours, whatever a provider said", () => {
  expect(reasonOf(refused("There is no such bucket.", "no_bucket"))).toBe("no_bucket");
  expect(reasonOf(unavailable("the network"))).toBe("storage_unavailable");
  expect(reasonOf(new Error("secret +5511987654321"))).toBe("failed");
  expect(reasonOf("anything")).toBe("failed");
});

test("only the store being away is an outage", () => {
  expect(isOutage(unavailable("away"))).toBe(true);
  expect(isOutage(refused("No.", "rights"))).toBe(false);
  expect(isOutage(new AppError("media_unavailable", "No."))).toBe(false);
  expect(isOutage(new Error("away"))).toBe(false);
});
