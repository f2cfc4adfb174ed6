// Pages of names, beside what sorting all of them gives. SEED=<number> repeats a run.
import { expect, test } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import { seededRandom } from "../harness/random.ts";
import { ByName } from "./gcs-names.ts";

const STEPS = 3000;
const LETTERS = ["a", "b", "/", "-", "é", "～", "😀"];
const seed = Number(process.env["SEED"] ?? systemClock().now() % 1_000_000);
const random = seededRandom(seed);

function pick<T>(from: readonly T[]): T | undefined {
  return from[Math.floor(random.fraction() * from.length)];
}

function name(): string {
  return Array.from({ length: 1 + Math.floor(random.fraction() * 5) }, () => pick(LETTERS)).join("");
}

function pagesOf(all: ByName<{ name: string }>, prefix: string, limit: number): string[] {
  const query = new URLSearchParams({ prefix, maxResults: String(limit) });
  const names: string[] = [];
  for (;;) {
    const { items, nextPageToken } = all.page(query);
    expect(items.length).toBe(nextPageToken === undefined ? Math.min(items.length, limit) : limit);
    names.push(...items.map((item) => item.name));
    if (names.length > STEPS) throw new Error("the pages never end");
    if (nextPageToken === undefined) return names;
    query.set("pageToken", nextPageToken);
  }
}

test("pages have the names of a prefix in the order of their bytes, whatever came and went", () => {
  console.log(`seed ${seed}`);
  const all = new ByName<{ name: string }>();
  const kept = new Set<string>();
  for (let step = 0; step < STEPS; step++) {
    const some = random.fraction() < 0.3 ? (pick([...kept]) ?? name()) : name();
    if (random.fraction() < 0.3) {
      all.delete(some);
      kept.delete(some);
    } else {
      all.set({ name: some });
      kept.add(some);
    }
    if (step % 100 > 0) continue;
    const prefix = random.fraction() < 0.5 ? "" : (pick(LETTERS) ?? "");
    const inOrder = [...kept]
      .filter((one) => one.startsWith(prefix))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const limit of [1, 7, 10_000]) expect(pagesOf(all, prefix, limit)).toEqual(inOrder);
  }
  expect(
    all
      .values()
      .map((one) => one.name)
      .toSorted(),
  ).toEqual([...kept].toSorted());
  expect(kept.size).toBeGreaterThan(100);
});
