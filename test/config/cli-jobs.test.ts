// `lull jobs`: what each verb asks of the daemon and how it shows what it gets. The daemon is a fake.
import { expect, test } from "bun:test";
import { askDaemon } from "../harness/command.ts";

const JOB = {
  id: "j-1",
  connection: "default",
  conversationId: 7,
  bufferId: "b-1",
  state: "failed",
  reason: "ai_unavailable",
  errorCode: "ai_unavailable",
  failureCount: 3,
  quarantinedAt: "2026-06-18T13:05:02.000Z",
  discardedAt: null,
  createdAt: "2026-06-18T13:00:00.000Z",
};
const STEP = { attempt: 2, name: "generate", outcome: "ai_unavailable", durationMs: 210 };

const ask = (argv: string[], answers: Record<string, unknown>) => askDaemon(["jobs", ...argv], answers);

test("list asks for what its flags say and shows what is quarantined", async () => {
  const flags = [
    "--state",
    "failed",
    "--quarantined",
    "--conversation",
    "7",
    "--error-code",
    "ai_unavailable",
  ];
  const path = "/jobs?quarantined=true&conversationId=7&errorCode=ai_unavailable&state=failed&limit=50";
  const { printed } = await ask(["list", ...flags], { [`GET ${path}`]: { data: [JOB], nextCursor: null } });
  expect(printed.split("\n")[1]).toBe(
    "j-1  default     7             quarantined  ai_unavailable  3       2026-06-18T13:00:00.000Z",
  );
});

test("show tells the failure and each step", async () => {
  const { printed } = await ask(["show", "j-1"], { "GET /jobs/j-1": { data: { ...JOB, steps: [STEP] } } });
  expect(printed).toContain("errorCode       ai_unavailable");
  expect(printed.split("\n").at(-1)).toBe("step 2          generate ai_unavailable, 210 ms");
});

test("retry and discard name one job", async () => {
  const answers = {
    "POST /jobs/j-1/retry": { action: "scheduled" },
    "POST /jobs/j-1/discard": { action: "discarded" },
  };
  expect((await ask(["retry", "j-1"], answers)).printed).toBe("✓ Job j-1 is tried again.");
  expect((await ask(["discard", "j-1", "--json"], answers)).printed).toBe('{"action":"discarded"}');
});

test("retry-failed and discard by flags tell how many", async () => {
  const retried = { retried: 2, left: { quarantined: 1, other: 0 } };
  const many = await ask(["retry-failed", "--connection", "shop", "--include-quarantined", "--limit", "9"], {
    "POST /jobs/retry-failed": { data: retried },
  });
  expect(many.asked[0]?.body).toEqual({ connection: "shop", includeQuarantined: true, limit: 9 });
  expect(many.printed).toBe("✓ 2 jobs are tried again; 1 quarantined and 0 others were left alone.");
  const given = await ask(["discard", "--error-code", "ai_refused"], {
    "POST /jobs/discard": { data: { discarded: 4 } },
  });
  expect([given.asked[0]?.body, given.printed]).toEqual([
    { errorCode: "ai_refused" },
    "✓ 4 jobs are given up.",
  ]);
});

test("reprocess shows the answer; with --post it confirms the buffer by its id", async () => {
  const answer = { reply: "Dez.", silence: null, confidence: 0.9, deliveryIds: [] };
  const answers = { "POST /buffers/b-1/reprocess": { data: answer } };
  const asked = await ask(["reprocess", "b-1"], answers);
  expect(asked.asked[0]?.body).toEqual({});
  expect(asked.printed.split("\n")[0]).toBe("reply          Dez.");
  const posted = await ask(["reprocess", "b-1", "--post", "--yes"], answers);
  expect(posted.asked[0]?.body).toEqual({ post: true, confirm: "b-1" });
});

test.each([
  [["reprocess", "b-1", "--post"], "nobody to ask"],
  [["discard"], "not said which"],
  [["discard", "j-1", "--quarantined"], "not clear which"],
  [["list", "--state", "lost"], "Allowed choices"],
  [["list", "--limit", "201"], "from 1 to 200"],
  [["retry-failed", "--limit", "x"], "whole number"],
])("%p is a mistake that is named", async (argv, words) => {
  const { code, complained, asked } = await ask(argv, {});
  expect([code, asked]).toEqual([2, []]);
  expect(complained).toContain(words);
});
