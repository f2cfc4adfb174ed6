// The command line and the settings, as whoever installs lull meets them.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary, makeFolder, runBinary } from "../harness/executable.ts";

binary();
afterAll(endDaemons);

describe("bad settings", () => {
  const BAD = {
    PORT: "http",
    MESSAGE_BUFFER_DURATION_MS: "30s",
    CHATWOOT_BASE_URL: "chat.example.com",
    CHATWOOT_ACCOUNT_ID: "3",
    CHATWOOT_WEBHOOK_SECRET: "short",
    LULL_LOG_LEVEL: "loud",
    LULL_DATADIR: "/var/lib/lull",
  };

  test.each([[["serve"]], [["config", "check"]]])(
    "%p shows every mistake at once, each with its rule and a fix, and starts nothing",
    async (args) => {
      const cwd = makeFolder();
      const { code, stdout, stderr } = await runBinary(args, { cwd, env: BAD });
      expect(code).toBe(78);
      expect(stdout).toBe("");
      expect(stderr).toBe(`✗ 7 settings need attention
  PORT
    must be a whole number from 0 to 65535  → use 8787, the default
  LULL_LOG_LEVEL
    must be one of debug, info, warning, error  → use info
  MESSAGE_BUFFER_DURATION_MS
    must be a whole number from 100 to 600000  → use 30000, the default
  CHATWOOT_BASE_URL
    must be an address that starts with http:// or https://  → for example https://chat.example.com
  CHATWOOT_API_TOKEN
    is needed once any of the CHATWOOT_ connection settings is given  → set CHATWOOT_API_TOKEN
  CHATWOOT_WEBHOOK_SECRET
    must have at least 16 characters  → make one with: openssl rand -hex 24
  LULL_DATADIR
    unknown setting  → did you mean LULL_DATA_DIR?
Nothing was started.
`);
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  test("a secret that is wrong is not shown", async () => {
    const { stderr } = await runBinary(["config", "check"], { env: { LULL_ADMIN_TOKEN: "geheim" } });
    expect(stderr).toContain("LULL_ADMIN_TOKEN");
    expect(stderr).not.toContain("geheim");
  });

  test("a data folder that cannot be made is told in one sentence", async () => {
    const file = join(makeFolder(), "file");
    writeFileSync(file, "");
    const { code, stderr } = await runBinary(["serve"], { env: { LULL_DATA_DIR: join(file, "data") } });
    expect(code).not.toBe(0);
    expect(stderr).toContain("✗ ");
    expect(stderr).toContain("LULL_DATA_DIR");
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe("the command line", () => {
  test.each([
    [["srve"], "serve"],
    [["serve", "--env-fil", "x"], "--env-file"],
    [["config", "chek"], "check"],
    [["version", "--jsn"], "--json"],
  ])("%p is refused with what was probably meant", async (args, meant) => {
    const { code, stdout, stderr } = await runBinary(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(`Did you mean ${meant}?`);
  });

  test("no verb at all shows the help and is a mistake of usage", async () => {
    const { code, stdout, stderr } = await runBinary([]);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain("Usage: lull");
  });

  test("--help shows the verbs and is no mistake", async () => {
    const { code, stdout } = await runBinary(["--help"]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/serve[^]+config[^]+version/)]);
  });

  test("version tells the version of package.json, as a line and as JSON", async () => {
    const { version } = (await Bun.file(join(import.meta.dir, "../../package.json")).json()) as {
      version: string;
    };
    expect(await runBinary(["version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    const { stdout } = await runBinary(["version", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ version, bun: Bun.version });
  });

  test("config check is content with good settings and starts nothing", async () => {
    const cwd = makeFolder();
    expect(await runBinary(["config", "check"], { cwd })).toEqual({
      code: 0,
      stdout: "✔ the settings are right\n",
      stderr: "",
    });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("where settings come from", () => {
  const TOKEN = "a-token-from-a-file-0001";
  const stats = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test("a secret is read from the file that NAME_FILE names", async () => {
    const file = join(makeFolder(), "token");
    writeFileSync(file, `${TOKEN}\n`);
    await using daemon = await startDaemon({ env: { LULL_ADMIN_TOKEN: "", LULL_ADMIN_TOKEN_FILE: file } });
    expect(await daemon.ask("/admin/stats", stats(TOKEN))).toMatchObject({ status: 200 });
    expect(existsSync(join(daemon.dataDir, "admin.token"))).toBe(false);
  });

  test("a secret is read from a credential of systemd", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "LULL_ADMIN_TOKEN"), TOKEN);
    await using daemon = await startDaemon({ env: { LULL_ADMIN_TOKEN: "", CREDENTIALS_DIRECTORY: folder } });
    expect(await daemon.ask("/admin/stats", stats(TOKEN))).toMatchObject({ status: 200 });
  });

  test("a NAME_FILE that is not there is a mistake", async () => {
    const { code, stderr } = await runBinary(["config", "check"], {
      env: { OPENAI_API_KEY_FILE: "/nowhere/key" },
    });
    expect([code, stderr]).toEqual([
      78,
      expect.stringContaining("OPENAI_API_KEY_FILE\n    must name a readable file"),
    ]);
  });

  test("--env-file gives what the environment does not", async () => {
    const folder = makeFolder();
    const file = join(folder, "lull.env");
    writeFileSync(file, `LULL_ADMIN_TOKEN=${TOKEN}\nMESSAGE_BUFFER_DURATION_MS="1234"\nMAX_BUFFER_SIZE=7\n`);
    await using daemon = await startDaemon({
      env: { LULL_ADMIN_TOKEN: "", MAX_BUFFER_SIZE: "9" },
      args: ["--env-file", file],
    });
    expect(await daemon.ask("/admin/stats", stats(TOKEN))).toMatchObject({ status: 200 });
    expect((await daemon.ask("/playground/state")).body).toMatchObject({ silenceMs: 1234, sizeMax: 9 });
  });

  test("the mistakes of an --env-file, and one that is not there, are mistakes in the settings", async () => {
    const file = join(makeFolder(), "lull.env");
    writeFileSync(file, "LULL_NONSENSE=1\nPORT=x\n");
    const { code, stderr } = await runBinary(["config", "check", "--env-file", file], { env: { PORT: "" } });
    expect([code, stderr]).toEqual([78, expect.stringContaining("2 settings need attention")]);
    const missing = await runBinary(["config", "check", "--env-file", "/nowhere.env"]);
    expect([missing.code, missing.stderr]).toEqual([
      78,
      expect.stringContaining("/nowhere.env cannot be read"),
    ]);
  });
});
