// Whether a webhook could be stored right now.
import { expect, test } from "bun:test";
import { Readiness } from "../../src/upkeep/readiness.ts";
import { ManualClock } from "../harness/clock.ts";

function openReadiness() {
  const clock = new ManualClock();
  const state = { writes: 0, isFull: false };
  const readiness = new Readiness(clock, () => {
    state.writes++;
    return state.isFull ? Promise.reject(new Error("no room")) : Promise.resolve();
  });
  return { clock, state, readiness };
}

/** What a check is refused with; null when it is not. */
async function refusal(readiness: Readiness): Promise<unknown> {
  return readiness.check().then(
    () => null,
    (error: unknown) => error,
  );
}

test("before start and after stop it is not ready, and nothing is written to find out", async () => {
  const { state, readiness } = openReadiness();
  expect(await refusal(readiness)).toMatchObject({ code: "busy", retryable: true });
  readiness.setOpen(true);
  await readiness.check();
  readiness.setOpen(false);
  expect(await refusal(readiness)).toMatchObject({ code: "busy" });
  expect(state.writes).toBe(1);
});

test("ready is proven by a write, once a second however often it is asked", async () => {
  const { clock, state, readiness } = openReadiness();
  readiness.setOpen(true);
  for (let probe = 0; probe < 50; probe++) await readiness.check();
  expect(state.writes).toBe(1);
  await clock.tick(999);
  await readiness.check();
  expect(state.writes).toBe(1);
  await clock.tick(1);
  await readiness.check();
  expect(state.writes).toBe(2);
});

test("a failed write is no proof: the next question asks again", async () => {
  const { clock, state, readiness } = openReadiness();
  readiness.setOpen(true);
  await readiness.check();
  await clock.tick(1_000);
  state.isFull = true;
  expect(await refusal(readiness)).toMatchObject({ message: "no room" });
  state.isFull = false;
  await readiness.check();
  expect(state.writes).toBe(3);
});
