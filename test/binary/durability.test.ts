// "200" means "on the disk": seen from the kernel, call by call.
import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary, makeFolder, within } from "../harness/executable.ts";
import { endOutside, openOutside } from "../harness/outside.ts";
import { readAcknowledgements, writtenFiles } from "./trace.ts";

binary();

const WEBHOOKS = 60;
const CALLS = "fdatasync,fsync,recvfrom,read,sendto,sendmsg,write,writev,pwrite64";
const strace = Bun.which("strace");
if (strace === null)
  console.log("skipped: strace is not installed, so the order of fsync and 200 cannot be seen");

afterAll(async () => {
  await endDaemons();
  await endOutside();
});

test.skipIf(strace === null)(
  "each of 60 webhooks is synced to the write-ahead log before its 200 is written",
  async () => {
    const outside = await openOutside();
    const pipe = join(makeFolder(), "trace");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    // The pipe ends when strace does, so the trace is whole when it has been read.
    const reader = Bun.spawn(["cat", pipe], { stdout: "pipe" });
    const trace = reader.stdout.text();
    try {
      const daemon = await startDaemon({
        // -D: strace stands aside, and the process started here is the daemon itself.
        command: [strace ?? "", "-D", "-f", "-yy", "-s", "48", "-e", `trace=${CALLS}`, "-o", pipe, binary()],
        env: {
          ...outside.env,
          MESSAGE_BUFFER_DURATION_MS: "600000",
          MAX_BUFFER_AGE_MS: "3600000",
          MAX_BUFFER_SIZE: "500",
        },
      });
      outside.lead(daemon.address);
      for (let count = 1; count <= WEBHOOKS; count++) {
        const { answer } = await outside.say(1 + (count % 7), `message ${count}`);
        expect(answer).toMatchObject({ status: 200, body: { action: "buffered" } });
      }
      expect(await daemon.stop()).toBe(0);
      const text = await within(10_000, trace, () => "strace to end");
      const acknowledgements = readAcknowledgements(text);
      const early = acknowledgements.filter(({ isWritten, isSynced }) => !isWritten || !isSynced);
      console.log(
        `${acknowledgements.length} webhooks answered 200, ${early.length} of them before their fsync`,
      );
      expect(acknowledgements).toHaveLength(WEBHOOKS);
      expect(early).toEqual([]);
      expect(
        [...writtenFiles(text)].filter(
          (path) => !path.startsWith(`${daemon.dataDir}/`) && !path.startsWith("/dev/"),
        ),
      ).toEqual([]);
    } finally {
      reader.kill();
    }
  },
  60_000,
);

describe("the reader of traces", () => {
  const ASKED = `10 recvfrom(13<TCP:[127.0.0.1:1->127.0.0.1:2]>, "POST /webhooks/chatwoot HTTP/1.1\\r\\nHo"..., 524288, MSG_DONTWAIT, NULL, NULL) = 3623`;
  const WRITTEN = `10 pwrite64(9</data/lull.db-wal>, "\\r\\0\\0"..., 16384, 820456) = 16384`;
  const SYNCED = "10 fdatasync(9</data/lull.db-wal>) = 0";
  const ANSWERED = `10 sendto(13<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 200 OK\\r\\nContent"..., 452, MSG_DONTWAIT|MSG_NOSIGNAL, NULL, 0) = 452`;
  const [SYNC_BEGUN, SYNC_ENDED] = [
    "11 fdatasync(9</data/lull.db-wal> <unfinished ...>",
    "11 <... fdatasync resumed>) = 0",
  ];
  const kept = { isWritten: true, isSynced: true };

  test.each<[string, string[], { isWritten: boolean; isSynced: boolean }[]]>([
    ["is content with written, synced, answered", [ASKED, WRITTEN, SYNCED, ANSWERED], [kept]],
    ["is content when another thread syncs", [ASKED, WRITTEN, SYNC_BEGUN, SYNC_ENDED, ANSWERED], [kept]],
    [
      "sees an answer before the sync",
      [ASKED, WRITTEN, ANSWERED, SYNCED],
      [{ isWritten: true, isSynced: false }],
    ],
    [
      "sees an answer before a sync has ended",
      [ASKED, WRITTEN, SYNC_BEGUN, ANSWERED, SYNC_ENDED],
      [{ isWritten: true, isSynced: false }],
    ],
    [
      "sees a sync that failed",
      [ASKED, WRITTEN, SYNCED.replace("= 0", "= -1 EIO"), ANSWERED],
      [{ isWritten: true, isSynced: false }],
    ],
    [
      "sees a sync begun before the write",
      [ASKED, SYNC_BEGUN, WRITTEN, SYNC_ENDED, ANSWERED],
      [{ isWritten: true, isSynced: false }],
    ],
    [
      "sees a write after the sync",
      [ASKED, WRITTEN, SYNCED, WRITTEN, ANSWERED],
      [{ isWritten: true, isSynced: false }],
    ],
    [
      "sees the sync of another file",
      [ASKED, WRITTEN, SYNCED.replace("-wal", ""), ANSWERED],
      [{ isWritten: true, isSynced: false }],
    ],
    [
      "sees that nothing was written",
      [WRITTEN, SYNCED, ASKED, ANSWERED],
      [{ isWritten: false, isSynced: false }],
    ],
    ["does not count a refusal", [ASKED, ANSWERED.replace("200 OK", "401 Unauthorized")], []],
  ])("%s", (_name, lines, expected) => {
    expect(readAcknowledgements(lines.join("\n"))).toEqual(expected);
  });
});
