import { expect, test } from "bun:test";
import type { TurnResult } from "../../src/db/store-turns.ts";
import { paced } from "../../src/turn/pace.ts";
import { seededRandom } from "../harness/random.ts";

const LONG = ["Sobre o preço", "Sobre o frete"].map(
  (start) => `${start}, ${"combinado e certo, ".repeat(12)}é isso.`,
);
const reply: TurnResult = { kind: "reply", parts: [LONG.join("\n\n")], answerKey: "1" };
const handoff = {
  reason: "model",
  errand: { kind: "handoff", note: "", label: null, assigneeId: null, teamId: null },
} as const;

test("a long reply is given parts and a pause before each but the first", () => {
  const { parts, pausesMs } = { pausesMs: [], parts: [], ...paced(reply, seededRandom()) };
  expect(parts).toEqual(LONG);
  expect(pausesMs).toEqual([0, expect.any(Number)]);
});

test.each<[name: string, result: TurnResult]>([
  ["a silence", { kind: "silence", reason: "empty" }],
  ["a reply that hands the conversation over", { ...reply, handoff }],
  ["a reply of several messages already", { ...reply, parts: LONG }],
])("%s is left as it is", (_name, result) => {
  expect(paced(result, seededRandom())).toBe(result);
});
