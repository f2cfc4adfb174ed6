// What becomes of an audio that nobody heard: which failures the turn lives with, and which of them are for good.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { StoreError } from "../../src/db/store.ts";
import { AppError, type ErrorCode } from "../../src/errors.ts";
import { createLog } from "../../src/log.ts";
import { openMetrics } from "../../src/metrics.ts";
import { refused, unavailable } from "../../src/media/failure.ts";
import { Hearing } from "../../src/turn/hearing.ts";
import type { Attached } from "../../src/turn/senses.ts";
import { ManualClock } from "../harness/clock.ts";
import { oggOpus } from "../harness/sounds.ts";

const folder = mkdtempSync(join(tmpdir(), "lull-hearing-"));
const path = join(folder, "voice");
const FILE = { path, sizeBytes: 0, contentType: "audio/ogg", sha256: "ab", checksum: "x" };
const NEVER = new AbortController().signal;

beforeAll(() => writeFileSync(path, oggOpus(1)));
afterAll(() => rmSync(folder, { recursive: true }));

const ATTACHED: Attached = {
  claim: {
    jobKey: 1,
    jobId: "job",
    attempt: 1,
    bufferId: "buffer",
    connectionKey: 1,
    conversationId: 5,
    errorAttempts: 0,
  },
  known: {
    asking: { senderId: null, ownerId: null, isPlayground: false },
  } as Attached["known"],
  message: { messageId: 10, content: null, kind: "audio", attachments: [], receivedAt: 0, extra: null },
  attachment: {
    id: 7,
    kind: "audio",
    url: "http://chatwoot.test/7",
    contentType: null,
    sizeBytes: null,
    title: null,
    transcript: null,
  },
  position: 0,
  order: 0,
};

/** A hearing whose file comes, or not, and whose listener fails so. */
function openHearing(failures: { bring?: Error; hear?: Error; keep?: Error }) {
  const kept: unknown[] = [];
  const failing = (error: Error | undefined) =>
    error === undefined ? Promise.resolve() : Promise.reject(error);
  const hearing = new Hearing({
    store: {
      audioNews: async () => ({ end: null, told: null }),
      keepAudio: async (_place, audio) => {
        await failing(failures.keep);
        kept.push(audio.end);
        return true;
      },
      recordStep: async () => {},
    },
    clock: new ManualClock(),
    metrics: openMetrics("test"),
    log: createLog(() => {}),
    files: {
      async bring() {
        await failing(failures.bring);
        return { ...FILE, sizeBytes: oggOpus(1).length, [Symbol.dispose]: () => {} };
      },
    },
    asker: {
      ask: () => Promise.reject(new Error("nobody asks")),
      async hear() {
        await failing(failures.hear);
        throw new Error("nobody hears");
      },
    },
    isNoting: () => true,
    onNote: () => {},
  });
  return { kept, hear: (attached: Attached = ATTACHED) => hearing.hear(attached, NEVER) };
}

test.each<[ErrorCode, string]>([
  ["no_credential", "no_model"],
  ["ai_refused", "no_model"],
  ["rate_limited", "no_model"],
  ["spend_ceiling", "no_model"],
  ["ai_unavailable", "unavailable"],
  ["ai_bad_answer", "unavailable"],
])("%s leaves the audio unread as %s, and to be tried again", async (code, reason) => {
  const { hear, kept } = openHearing({ hear: new AppError(code, "no") });
  expect(await hear()).toEqual({ kind: "unread", reason } as never);
  expect(kept).toEqual([]);
});

test.each<[string, AppError, string, number]>([
  ["that is missing", unavailable("missing"), "unavailable", 0],
  ["whose host is forbidden", refused("host"), "unavailable", 0],
  ["for which the disk has no room", new AppError("storage_unavailable", "no"), "unavailable", 0],
  ["that is too large", refused("too_large"), "too_large", 1],
])(
  "a file %s leaves it unread, for good only when it is the file's fault",
  async (_what, bring, reason, count) => {
    const { hear, kept } = openHearing({ bring });
    expect(await hear()).toEqual({ kind: "unread", reason } as never);
    expect(kept).toHaveLength(count);
  },
);

test("an audio without an address is unread", async () => {
  const attachment = { ...ATTACHED.attachment, url: null };
  expect(await openHearing({}).hear({ ...ATTACHED, attachment })).toEqual({
    kind: "unread",
    reason: "unavailable",
  });
});

test.each<[string, { hear?: Error; bring?: Error; keep?: Error }]>([
  ["a mistake of the program", { hear: new TypeError("bug") }],
  ["a store that cannot keep it", { bring: refused("too_large"), keep: new StoreError("full", null) }],
])("%s is no fault of the audio", async (_what, failures) => {
  const failure: unknown = await openHearing(failures)
    .hear()
    .catch((error: unknown) => error);
  expect(failure).toBe(failures.keep ?? failures.hear);
});
