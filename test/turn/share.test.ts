// Which version of a prompt a conversation is answered by.
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { PromptShare } from "../../src/inbox/settings.ts";
import { versionFor } from "../../src/turn/share.ts";

const CONVERSATIONS = 100_000;

function counted(shares: readonly PromptShare[], connectionKey: number): Map<number | null, number> {
  const counts = new Map<number | null, number>();
  for (let conversation = 1; conversation <= CONVERSATIONS; conversation++) {
    const version = versionFor(shares, connectionKey, conversation);
    counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return counts;
}

test.each<[string, PromptShare[]]>([
  ["80 and 20", shares(80, 20)],
  ["50 and 50", shares(50, 50)],
  ["1 and 99", shares(1, 99)],
  ["ten tenths", shares(10, 10, 10, 10, 10, 10, 10, 10, 10, 10)],
])("of %s percent each gets its share of 100,000 conversations, to one percent", (_name, wanted) => {
  for (const connectionKey of [1, 2]) {
    const counts = counted(wanted, connectionKey);
    for (const { version, percent } of wanted) {
      const got = ((counts.get(version) ?? 0) / CONVERSATIONS) * 100;
      expect(Math.abs(got - percent)).toBeLessThan(1);
    }
    expect(counts.get(null)).toBeUndefined();
  }
});

test("a conversation keeps its version while the shares stand, whatever else there is", () => {
  const key = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(key, key, (connectionKey, conversationId) => {
      const first = versionFor(shares(30, 70), connectionKey, conversationId);
      expect([1, 2]).toContain(first ?? 0);
      expect(versionFor(shares(30, 70), connectionKey, conversationId)).toBe(first);
    }),
  );
});

test("where nothing is shared the newest answers", () => {
  expect(versionFor([], 1, 458)).toBeNull();
});

function shares(...percents: number[]): PromptShare[] {
  return percents.map((percent, index) => ({ version: index + 1, percent }));
}
