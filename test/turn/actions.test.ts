// What a model may have done beside its answer.
import { describe, expect, test } from "bun:test";
import { actionsInWords, actionsOf, allowedActions } from "../../src/turn/actions.ts";

const ALLOWED = allowedActions(true, ["vip", "refund"]);
const label = (name: string) => ({ kind: "label" as const, label: name });

describe("a model may have done", () => {
  test.each<[named: string[], isHandoff: boolean, errands: ReturnType<typeof actionsOf>["errands"]]>([
    [[], false, []],
    [["handoff"], true, []],
    [["resolve"], false, [{ kind: "resolve" }]],
    [["label:vip", "label:vip"], false, [label("vip")]],
    [["resolve", "label:refund"], false, [label("refund"), { kind: "resolve" }]],
    [["handoff", "resolve", "label:vip"], true, [label("vip")]],
    [["label:gold", "label:", "label", "vip", "assign:1", "HANDOFF", "fetch:http://evil.test"], false, []],
  ])("of %j what is on the list, once", (named, isHandoff, errands) => {
    expect(actionsOf(named, ALLOWED)).toEqual({ isHandoff, errands });
  });

  test("nothing where that is off, and is not told of it", () => {
    const none = allowedActions(false, ["vip"]);
    expect(actionsOf(["handoff", "resolve", "label:vip"], none)).toEqual({ isHandoff: false, errands: [] });
    expect(actionsInWords(none)).toBeNull();
  });

  test("what it is told of, each in its own quotes", () => {
    expect(actionsInWords(allowedActions(true, ['v"ip']))).toContain('"handoff", "resolve", "label:v\\"ip"');
  });
});
