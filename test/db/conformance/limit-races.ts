// Limits under many calls at once, in whatever order they begin and end.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { addLimitedUser, call, keyOf, settlement, usedBy } from "../calls.ts";
import { type OpenScene, must } from "../scene.ts";

const CALLS = 1_000;

export function limitRaceConformance(open: OpenScene): void {
  test("of a thousand calls at once exactly as many go through as the limit allows", async () => {
    await using scene = await open();
    const max = 137;
    const ana = await addLimitedUser(scene, { requestsPerMinuteMax: max });
    const stores = [scene.first, scene.second];
    const reserved = await Promise.all(
      Array.from({ length: CALLS }, (_, index) =>
        must(stores[index % 2]).reserveUsage(call(scene, ana), scene.now),
      ),
    );
    expect(reserved.filter(({ isReserved }) => isReserved)).toHaveLength(max);
    expect(reserved.flatMap(({ notices }) => notices.map(({ level }) => level))).toEqual([
      "warning",
      "reached",
    ]);
    expect((await usedBy(scene, ana)).requests).toBe(max);
    expect(await scene.second.settleLostUsage(scene.now)).toBe(max);
  });

  test("what is settled and reserved passes a limit by no more than calls took beyond their reservation", async () => {
    const step = fc.record({
      reserve: fc.boolean(),
      pick: fc.nat(),
      tokens: fc.integer({ min: 0, max: 60 }),
      taken: fc.integer({ min: 0, max: 90 }),
      outcome: fc.constantFrom("ok", "timeout", "ai_refused"),
      isTold: fc.boolean(),
    });
    await using scene = await open();
    const max = 200;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const ana = await addLimitedUser(scene, { tokensPerDayMax: max });
        const inFlight: { key: number; tokens: number }[] = [];
        let settled = 0;
        let beyond = 0;
        for (const { reserve, pick, tokens, taken, outcome, isTold } of steps) {
          const store = pick % 2 === 0 ? scene.first : scene.second;
          if (reserve) {
            const reserved = await store.reserveUsage(call(scene, ana, { tokens }), scene.now);
            expect(reserved.isReserved).toBe(settled + sumOf(inFlight) + tokens <= max);
            if (reserved.isReserved) inFlight.push({ key: keyOf(reserved), tokens });
          } else if (inFlight.length > 0) {
            const [ended] = inFlight.splice(pick % inFlight.length, 1);
            const { key, tokens: estimate } = must(ended);
            const told = isTold ? { inputTokens: taken } : {};
            await store.settleUsage(key, settlement({ outcome, ...told }), scene.now);
            const counted = isTold ? taken : outcome === "ai_refused" ? 0 : estimate;
            settled += counted;
            beyond += Math.max(0, counted - estimate);
          }
          const { tokens: used } = await usedBy(scene, ana);
          expect(used).toBe(settled + sumOf(inFlight));
          expect(used).toBeLessThanOrEqual(max + beyond);
        }
      }),
      { numRuns: 30 },
    );
  });
}

function sumOf(calls: readonly { tokens: number }[]): number {
  return calls.reduce((sum, { tokens }) => sum + tokens, 0);
}
