// The double as another process meets it: an address, and nothing asked but what Google asks of an emulator's client.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { GcsDouble } from "./gcs.ts";

const CHILD = join(import.meta.dir, "gcs-child.ts");
const LIMIT_MS = 30_000;

test(
  "another process works on it without a token, and the test sees all of it",
  async () => {
    const gcs = await GcsDouble.open({ account: null, now: () => systemClock().now(), place: "EU" });
    try {
      const child = Bun.spawn([process.execPath, CHILD, gcs.url, "10", "50"], {
        stdout: "pipe",
        stderr: "inherit",
      });
      const told = await new Response(child.stdout).text();
      expect(await child.exited).toBe(0);
      expect(JSON.parse(told)).toEqual({ listed: 500, first: "lull-user-1 0", bucketCount: 10 });
      expect(gcs.bucketNames()).toHaveLength(10);
      expect(gcs.objectNames("lull-user-7")).toHaveLength(50);
      expect(gcs.bytesOf("lull-user-7", "v1/49")?.toString()).toBe("lull-user-7 49");
      expect(gcs.violations).toEqual([]);
      expect(gcs.doneCount("token")).toBe(0);
    } finally {
      await gcs.close();
    }
  },
  LIMIT_MS,
);
