// Backups by the executable itself: made while it runs, in its own thread; gone back to only once it has stopped; nothing of them
// is open to others, and the key is in none.
import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary, type Ended, makeFolder, runBinary } from "../harness/executable.ts";

binary();
afterAll(endDaemons);

test("an operator backs up, breaks something, and goes back", async () => {
  const dataDir = join(makeFolder(), "data");
  const lull = (...args: string[]): Promise<Ended> => runBinary(args, { env: { LULL_DATA_DIR: dataDir } });
  const names = async (): Promise<string[]> => {
    const { stdout } = await lull("user", "list", "--json");
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
  };
  const daemon = await startDaemon({ dataDir });
  await lull("user", "add", "Ana");
  expect(await lull("backup", "create")).toMatchObject({ code: 0, stderr: "" });
  expect(await lull("backup", "verify", "latest")).toMatchObject({ code: 0 });
  await lull("user", "add", "Bia");
  expect(await lull("backup", "restore", "latest", "--yes")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Another lull already works on this data folder."),
  });
  expect(await names()).toEqual(["Bia", "Ana"]);
  await daemon.stop();

  const folder = join(dataDir, "backups");
  const files = readdirSync(folder);
  expect(files).toHaveLength(2);
  expect(files.map((file) => statSync(join(folder, file)).mode & 0o777)).toEqual([0o600, 0o600]);
  const key = readFileSync(join(dataDir, "master.key"), "utf8").trim();
  expect(files.filter((file) => readFileSync(join(folder, file)).includes(key))).toEqual([]);

  expect(await lull("backup", "restore", "latest", "--yes")).toMatchObject({ code: 0 });
  expect(await names()).toEqual(["Ana"]);
  const again = await startDaemon({ dataDir });
  expect(await names()).toEqual(["Ana"]);
  await again.stop();
});
