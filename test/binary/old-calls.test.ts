// The old documents' calls once more, by the real curl against the real executable, each command as a shell reads it.
import { afterAll, describe, expect, test } from "bun:test";
import { endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary } from "../harness/executable.ts";
import { filled, OLD_CALLS, type OldCallName } from "../harness/old-calls.ts";

binary();
afterAll(endDaemons);

const curl = Bun.which("curl");
if (curl === null) console.log("old calls: there is no curl on this machine, so none of them is made by it");

/** What is asked of each answer: [status, a field and its value]. No key is set, and the chat says so as it always did. */
const NO_KEY = ["503", "configRequired", true] as const;
const ANSWERS: Readonly<Record<OldCallName, readonly [status: string, field: string, value: unknown]>> = {
  userA: NO_KEY,
  userB: NO_KEY,
  userC: NO_KEY,
  userD: NO_KEY,
  bufferManager: ["200", "action", "buffered"],
  bufferProcessor: ["200", "remaining", 0],
  webhook: ["200", "action", "duplicate"],
  userBucketService: ["200", "success", true],
};

describe("curl", () => {
  test.skipIf(curl === null)(
    "makes every call of the old documents, with only the host changed",
    async () => {
      await using daemon = await startDaemon();
      const { address } = daemon;
      const made = async (path: string, body: unknown, field: string): Promise<string> => {
        const { data } = (await daemon.admin("POST", path, body)).body;
        return String((data as Record<string, unknown>)[field]);
      };
      const values = {
        YOUR_ANON_KEY: await made("/tokens", { name: "chat", scope: "chat" }, "token"),
        "your-service-role-key": await made("/tokens", { name: "service", scope: "service" }, "token"),
        "optional-user-id": await made("/users", { name: "Ana" }, "id"),
      };
      for (const name of Object.keys(OLD_CALLS) as OldCallName[]) {
        const command = filled(name, address, values).replace("curl ", "curl -s -w '\\n%{http_code}' ");
        const { stdout } = Bun.spawnSync(["bash", "-c", command]);
        const [text = "", status] = stdout.toString().split(/\n(?=\d{3}$)/);
        const [expected, field, value] = ANSWERS[name];
        expect([name, status, (JSON.parse(text) as Record<string, unknown>)[field]]).toEqual([
          name,
          expected,
          value,
        ]);
      }
    },
  );
});
