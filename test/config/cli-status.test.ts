// What `lull status` tells of the work: each aim beside what was measured, what is in trouble, the hours side by side.
import { expect, test } from "bun:test";
import { fakeSocket, lull } from "../harness/command.ts";

const HOUR = "2026-06-18T13:00:00.000Z";
const METRICS = {
  buffers: {
    perHour: [{ hourAt: HOUR, buffersCreated: 12, averageMessagesPerBuffer: 2.5 }],
    processingPerHour: [
      { hourAt: "2026-06-18T12:00:00.000Z", buffersProcessed: 1, averageProcessingSeconds: 31 },
      { hourAt: HOUR, buffersProcessed: 11, averageProcessingSeconds: 34.2 },
    ],
  },
  failedJobs: { count: 2, quarantinedCount: 1 },
  messageCounts: { checked: 40, miscounted: [] },
  criteria: [
    { name: "bufferSuccess", unit: "share", target: 0.99, aim: "above", measured: 0.9958, isMet: true },
    {
      name: "replyAfterSilence",
      unit: "seconds",
      target: 5,
      aim: "at most",
      measured: 6.2,
      isMet: false,
      beside: { modelSeconds: 3.1 },
    },
    { name: "satisfaction", unit: "of 5", target: 4.5, aim: "above", measured: null, isMet: null },
  ],
};

async function status(metrics: unknown): Promise<string[]> {
  const answers = {
    "GET /stats": { data: {} },
    "GET /metrics?hours=24": { data: metrics },
    "GET /alerts?state=open": { data: [] },
  };
  const { fetch } = fakeSocket(answers);
  const { printed } = await lull(["status"], { env: { LULL_DATA_DIR: "/nowhere" }, fetch });
  return printed.split("\n\n").slice(2);
}

test("each aim stands beside what was measured, and nothing where nothing was", async () => {
  const [aims] = await status(METRICS);
  expect(aims?.split("\n")).toEqual([
    "aim                             measured                   target",
    "buffers that were processed     99.58 %                    > 99 % ✔",
    "reply after the silence (95 %)  6.2 s, models 3.1 s apart  ≤ 5 s ✗",
    "satisfaction                    –                          > 4.5",
  ]);
});

test("what is in trouble is counted, and the hours stand side by side", async () => {
  const [, trouble, hours] = await status(METRICS);
  expect(trouble).toBe(
    "failed jobs                            2 · quarantined 1\ncounts that are not those of the rows  0 of 40 buffers",
  );
  expect(hours?.split("\n")).toEqual([
    "HOUR                      BUFFERS  MESSAGES EACH  PROCESSED  SECONDS",
    "2026-06-18T12:00:00.000Z  –        –              1          31",
    `${HOUR}  12       2.5            11         34.2`,
  ]);
});

test("a daemon that tells nothing of the work is shown without it", async () => {
  expect(await status({})).toEqual([]);
});
