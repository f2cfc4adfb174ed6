import { describe, expect, test } from "bun:test";
import { type Waiting, waitAfter } from "../../src/buffer/wait.ts";
import type { WindowRules } from "../../src/buffer/window.ts";

const RULES: WindowRules = {
  silenceMs: 30_000,
  ageMaxMs: 300_000,
  sizeMax: 50,
  isAdaptive: false,
  urgencyMin: 8,
};
/** Two seconds between messages. */
const FAST = { count: 24, logMean: Math.log(2_000), logVariance: 0 };

type Given = Partial<Pick<Waiting, "gaps" | "before">> & { texts?: string[] };

/** The wait after the last of these texts. */
function after({ texts = [], ...given }: Given, rules: Partial<WindowRules> = {}) {
  const nothing = { gaps: null, before: { urgency: null, reason: null } };
  const said = { text: texts.at(-1) ?? "", textsBefore: () => texts.slice(0, -1) };
  return waitAfter({ ...nothing, ...said, ...given }, { ...RULES, ...rules });
}

describe("the wait after a message", () => {
  test("is the inbox's silence and needs no reason", () => {
    expect(after({ texts: ["oi"] })).toEqual({ silenceMs: 30_000, reason: null, urgency: 1 });
    expect(after({}, { urgencyMin: null })).toEqual({ silenceMs: 30_000, reason: null, urgency: null });
  });

  test("is three seconds when it is urgent, by the words of the closed list", () => {
    expect(after({ texts: ["Quero o REEMBOLSO do pedido 991 agora, é urgente"] })).toEqual({
      silenceMs: 3_000,
      reason: "urgent 10: urgent, refund, now",
      urgency: 10,
    });
  });

  test("counts what the buffer says together: two lines, neither of which would do alone", () => {
    expect(after({ texts: ["é urgente"] }).silenceMs).toBe(30_000);
    expect(after({ texts: ["preciso agora"] }).silenceMs).toBe(30_000);
    expect(after({ texts: ["é urgente", "preciso agora"] })).toMatchObject({ silenceMs: 3_000, urgency: 9 });
  });

  test("stays short once it was urgent, for the reason it had then", () => {
    const before = { urgency: 9, reason: "urgent 9: emergency" };
    expect(after({ texts: ["emergência", "sem pressa"], before })).toEqual({
      silenceMs: 3_000,
      reason: "urgent 9: emergency",
      urgency: 9,
    });
  });

  test("reads what was written before only when the newest says something", () => {
    const textsBefore = () => {
      throw new Error("nobody needs to know");
    };
    const before = { urgency: 7, reason: null };
    expect(waitAfter({ text: "rua das Flores 12", textsBefore, gaps: null, before }, RULES)).toEqual({
      silenceMs: 30_000,
      reason: null,
      urgency: 7,
    });
  });

  test("is never made longer by urgency, and not made shorter where nothing closes early", () => {
    expect(after({ texts: ["emergência"] }, { silenceMs: 1_000 }).silenceMs).toBe(1_000);
    expect(after({ texts: ["emergência"] }, { urgencyMin: null })).toEqual({
      silenceMs: 30_000,
      reason: null,
      urgency: null,
    });
    expect(after({ texts: ["emergência"] }, { urgencyMin: 10 }).silenceMs).toBe(30_000);
    expect(after({ texts: ["oi"] }, { urgencyMin: 1 }).reason).toBe("urgent 1: no sign needed");
  });

  test("follows the customer's rhythm unless it is urgent", () => {
    expect(after({ texts: ["oi"], gaps: FAST })).toMatchObject({ silenceMs: 8_000, urgency: 1 });
    expect(after({ texts: ["emergência"], gaps: FAST })).toMatchObject({
      silenceMs: 3_000,
      reason: "urgent 9: emergency",
    });
  });
});
