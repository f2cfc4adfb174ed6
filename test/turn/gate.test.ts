import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type ConversationState, silenceBy } from "../../src/turn/gate.ts";
import type { SilenceReason } from "../../src/turn/outcome.ts";

const NOW = 1_000_000;
const STATUSES = ["pending", "open"];

function conversation(changes: Partial<ConversationState> = {}): ConversationState {
  return {
    status: "pending",
    assignee: "none",
    channel: "Channel::Whatsapp",
    canReply: true,
    pausedAt: null,
    pausedUntil: null,
    pausedBy: null,
    connectionKey: 1,
    inboxId: 7,
    ...changes,
  };
}

describe("whether lull may speak", () => {
  test.each<[name: string, changes: Partial<ConversationState>, silence: SilenceReason | null]>([
    ["a pending conversation that is nobody's", {}, null],
    ["an open one that is nobody's", { status: "open" }, null],
    ["one that a bot is assigned to", { assignee: "bot" }, null],
    ["one of which nothing is known", { status: null, assignee: null, channel: null, canReply: null }, null],
    ["one that a person is assigned to", { assignee: "human" }, "human_assigned"],
    ["an open one that a person is assigned to", { status: "open", assignee: "human" }, "human_assigned"],
    ["a resolved one", { status: "resolved" }, "status"],
    ["a snoozed one", { status: "snoozed" }, "status"],
    ["one in a status nobody has heard of", { status: "archived" }, "status"],
    ["one whose 24 hours are over", { canReply: false }, "window_closed"],
    ["one that a person answered, without an end", { pausedAt: NOW - 1 }, "human_active"],
    ["one that a person answered a short while ago", { pausedAt: 1, pausedUntil: NOW + 1 }, "human_active"],
    ["one that lull handed to people", { pausedAt: 1, pausedBy: "handoff" }, "handed_off"],
    ["one that an operator paused", { pausedAt: 1, pausedBy: "operator" }, "paused"],
    ["one that a colleague paused by a command", { pausedAt: 1, pausedBy: "command" }, "paused"],
    ["one that went in circles", { pausedAt: 1, pausedBy: "loop" }, "loop"],
    ["one that went in circles long ago", { pausedAt: 1, pausedUntil: NOW, pausedBy: "loop" }, null],
    ["one that a person answered long ago", { pausedAt: 1, pausedUntil: NOW }, null],
    [
      "one that a person answered and is assigned to",
      { pausedAt: 1, assignee: "human", status: "resolved", canReply: false },
      "human_active",
    ],
  ])("%s", (_name, changes, silence) => {
    expect(silenceBy(conversation(changes), STATUSES, NOW)).toBe(silence);
  });

  test("only in the statuses that are set", () => {
    expect(silenceBy(conversation({ status: "open" }), ["pending"], NOW)).toBe("status");
    expect(silenceBy(conversation({ status: "resolved" }), ["resolved"], NOW)).toBeNull();
  });
});

test("it never speaks over a person, whatever else is known", () => {
  const states = fc.record({
    status: fc.option(fc.constantFrom("pending", "open", "resolved", "snoozed")),
    assignee: fc.constantFrom("none" as const, "human" as const, "bot" as const, null),
    channel: fc.constant(null),
    canReply: fc.option(fc.boolean()),
    pausedAt: fc.option(fc.integer({ min: 0, max: NOW })),
    pausedUntil: fc.option(fc.integer({ min: 0, max: 2 * NOW })),
    pausedBy: fc.constant("human" as const),
    connectionKey: fc.constant(1),
    inboxId: fc.constant(7),
  });
  fc.assert(
    fc.property(states, (state) => {
      const isPaused = state.pausedAt !== null && (state.pausedUntil === null || NOW < state.pausedUntil);
      const mayNot = isPaused || state.assignee === "human";
      if (mayNot) expect(silenceBy(state, STATUSES, NOW)).toBeOneOf(["human_active", "human_assigned"]);
      else expect(silenceBy(state, STATUSES, NOW)).toBeOneOf(["status", "window_closed", null]);
    }),
  );
});
