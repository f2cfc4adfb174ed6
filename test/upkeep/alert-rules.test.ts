// From which figure on an operator is told, and below which it is over.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ALERT_NAMES, judge, type WatchFacts } from "../../src/upkeep/alert-rules.ts";
import { wordsOf } from "../../src/upkeep/alert-texts.ts";

const MINUTE = 60_000;
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

const QUIET: WatchFacts = {
  unanswered: { conversationCount: 0, oldestMs: 0 },
  failedJobCount: 0,
  quarantinedJobIds: [],
  answers: { count: 0, lowCount: 0 },
  spenders: [],
  disk: { freeBytes: 50 * GIB, totalBytes: 100 * GIB },
  clockSkews: [],
  acknowledgements: { count: 0, p99Ms: 0 },
  turns: { count: 0, failedCount: 0 },
  requests: { count: 0, failedCount: 0 },
  failedTasks: [],
  lastBackupAgeMs: null,
};

const raisedBy = (facts: Partial<WatchFacts>): string[] =>
  judge({ ...QUIET, ...facts }, []).raised.map(({ name, subjectId }) => `${name}:${subjectId}`);
const staysOpen = (facts: Partial<WatchFacts>, name: string, subjectId = ""): boolean =>
  judge({ ...QUIET, ...facts }, [{ name, subjectId }]).cleared.length === 0;

const disk = (freeMib: number, totalMib: number) => ({
  disk: { freeBytes: freeMib * MIB, totalBytes: totalMib * MIB },
});
const skew = (skewMs: number) => ({ clockSkews: [{ connection: "default", skewMs }] });
const ack = (p99Ms: number, count = 20) => ({ acknowledgements: { count, p99Ms } });
const turns = (failedCount: number, count: number) => ({ turns: { count, failedCount } });
const requests = (failedCount: number, count: number) => ({ requests: { count, failedCount } });
const answers = (lowCount: number, count: number) => ({ answers: { count, lowCount } });
const waits = (oldestMs: number) => ({ unanswered: { conversationCount: 1, oldestMs } });
const spends = (usedPercent: number) => ({ spenders: [{ userId: "u-1", usedPercent }] });

/** What raises it, what only keeps it open, what ends it. */
const EDGES: [
  name: string,
  subjectId: string,
  raise: Partial<WatchFacts>,
  hold: Partial<WatchFacts> | null,
  over: Partial<WatchFacts>,
][] = [
  ["unanswered", "", waits(5 * MINUTE), waits(5 * MINUTE - 1), waits(4 * MINUTE - 1)],
  ["failed_jobs", "", { failedJobCount: 1 }, null, { failedJobCount: 0 }],
  ["quarantined_job", "j-1", { quarantinedJobIds: ["j-1"] }, null, { quarantinedJobIds: ["j-2"] }],
  ["low_quality", "", answers(3, 10), answers(2, 10), answers(1, 10)],
  ["low_quality", "", answers(10, 10), null, answers(9, 9)],
  ["spend", "u-1", spends(95), spends(90), spends(89.9)],
  ["disk_full", "", disk(9_999, 100_000), disk(11_999, 100_000), disk(12_000, 100_000)],
  ["disk_full", "", disk(499, 1_000), disk(599, 1_000), disk(600, 1_000)],
  ["clock_skew", "default", skew(61_000), skew(-60_000), skew(29_000)],
  ["clock_skew", "default", skew(-61_000), skew(30_000), skew(-29_000)],
  ["slow_acknowledgement", "", ack(2_001), ack(2_000), ack(999)],
  ["slow_acknowledgement", "", ack(9_000), null, ack(9_000, 19)],
  ["failed_turns", "", turns(6, 100), turns(5, 100), turns(2, 100)],
  ["failed_turns", "", turns(1, 5), null, turns(4, 4)],
  ["server_errors", "", requests(2, 20), requests(1, 20), requests(1, 40)],
  ["failed_task", "backup", { failedTasks: [{ task: "backup", code: null }] }, null, {}],
  ["old_backup", "", { lastBackupAgeMs: 48 * 60 * MINUTE }, null, { lastBackupAgeMs: 47 * 60 * MINUTE }],
];

describe("an alert", () => {
  test.each(EDGES)(
    "%s of %p is raised, stays as it is, and is over",
    (name, subjectId, raise, hold, over) => {
      expect(raisedBy(raise)).toEqual([`${name}:${subjectId}`]);
      expect(staysOpen(raise, name, subjectId)).toBe(true);
      if (hold !== null) {
        expect(raisedBy(hold)).toEqual([]);
        expect(staysOpen(hold, name, subjectId)).toBe(true);
      }
      expect(raisedBy(over)).not.toContain(`${name}:${subjectId}`);
      expect(staysOpen(over, name, subjectId)).toBe(false);
    },
  );

  test("each name is on an edge above, and nothing is raised where all is well", () => {
    expect(new Set(EDGES.map(([name]) => name))).toEqual(new Set<string>(ALERT_NAMES));
    expect(judge(QUIET, [])).toEqual({ raised: [], cleared: [] });
  });

  test("a disk that the system does not tell of is nothing to be told", () => {
    expect(raisedBy({ disk: null })).toEqual([]);
  });

  test("what is open is not raised again, and one that is raised is not over", () => {
    const figures = fc.record({
      failedJobCount: fc.nat(3),
      quarantinedJobIds: fc.uniqueArray(fc.constantFrom("a", "b", "c")),
      unanswered: fc.record({ conversationCount: fc.nat(3), oldestMs: fc.nat(10 * MINUTE) }),
      turns: fc.record({ count: fc.nat(50), failedCount: fc.nat(50) }),
    });
    fc.assert(
      fc.property(figures, figures, (before, after) => {
        const { raised: open } = judge({ ...QUIET, ...before }, []);
        expect(judge({ ...QUIET, ...before }, open)).toEqual({ raised: [], cleared: [] });
        const { raised, cleared } = judge({ ...QUIET, ...after }, open);
        const key = (subject: { name: string; subjectId: string }) => `${subject.name}:${subject.subjectId}`;
        expect(raised.map(key).filter((one) => open.map(key).includes(one))).toEqual([]);
        expect(cleared.map(key).filter((one) => !open.map(key).includes(one))).toEqual([]);
      }),
    );
  });

  test.each(EDGES)("%s of %p says what is the matter, what to do and where to look", (_name, _id, raise) => {
    for (const { name, subjectId, detail } of judge({ ...QUIET, ...raise }, []).raised) {
      const { text, fix, path } = wordsOf(name, subjectId, detail);
      expect(text).toMatch(/^[A-Z0-9].*\.$/);
      expect(text).not.toMatch(/undefined|NaN|null/);
      expect(fix).toMatch(/\.$/);
      expect(path).toStartWith("/admin/");
    }
  });
});
