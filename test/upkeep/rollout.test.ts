// Which conversations a rollout takes: the shares, and that nobody leaves while it grows.
import { expect, test } from "bun:test";
import { isInShare } from "../../src/turn/share.ts";

const COUNT = 100_000;
const CONNECTION = 1;

/** The conversations, numbered as Chatwoot does, that are in a flag's share. */
function inside(percent: number, flag: string, connectionKey = CONNECTION): Set<number> {
  const ids = Array.from({ length: COUNT }, (_, index) => index + 1);
  return new Set(ids.filter((id) => isInShare(percent, flag, connectionKey, id)));
}

test.each([0, 1, 25, 50, 75, 99, 100])(
  "a rollout of %d % takes that share of 100,000 conversations, within 1 %",
  (percent) => {
    const share = (inside(percent, "message_buffering").size / COUNT) * 100;
    if (percent === 0 || percent === 100) expect(share).toBe(percent);
    else expect(Math.abs(share - percent)).toBeLessThan(1);
  },
);

test("a conversation that is inside stays inside while the percent grows", () => {
  let before = new Set<number>();
  for (let percent = 0; percent <= 100; percent += 10) {
    const now = inside(percent, "message_buffering");
    expect([...before].filter((id) => !now.has(id))).toEqual([]);
    before = now;
  }
});

test("flags are independent of each other, and so are connections", () => {
  const here = inside(25, "message_buffering");
  for (const other of [inside(25, "split_replies"), inside(25, "message_buffering", CONNECTION + 1)]) {
    const both = [...here].filter((id) => other.has(id)).length;
    expect(Math.abs(both / COUNT - 0.0625)).toBeLessThan(0.01);
  }
});
