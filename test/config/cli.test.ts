import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import type { Daemon, OpenDaemon } from "../../src/cli/serve.ts";
import { AppError } from "../../src/errors.ts";
import { fakeDaemon, lull, noDaemon } from "../harness/command.ts";

describe("lull version", () => {
  test("prints the version and nothing else", async () => {
    expect(await lull(["version"])).toEqual({ code: 0, printed: manifest.version, complained: "" });
  });

  test("prints it as JSON", async () => {
    const { code, printed } = await lull(["version", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toEqual({ version: manifest.version, bun: Bun.version });
  });
});

describe("lull config check", () => {
  test("says that the settings are right", async () => {
    expect(await lull(["config", "check"])).toEqual({
      code: 0,
      printed: "✔ the settings are right",
      complained: "",
    });
  });

  test("says all that is wrong on the way for complaints, and ends with 78", async () => {
    const { code, printed, complained } = await lull(["config", "check"], {
      env: { PORT: "x", LULL_LOGLEVEL: "info" },
    });
    expect(code).toBe(78);
    expect(printed).toBe("");
    expect(complained).toStartWith("✗ 2 settings need attention\n");
    expect(complained).toContain("did you mean LULL_LOG_LEVEL?");
  });

  test("reads an env file under the environment: an empty value does not hide the file's", async () => {
    const files = { "/etc/lull.env": "# ours\nPORT=x\nMAX_BUFFER_SIZE='0'\n" };
    const check = ["config", "check", "--env-file", "/etc/lull.env"];
    const both = await lull(check, { files });
    expect(both.complained).toContain("  PORT\n");
    expect(both.complained).toContain("  MAX_BUFFER_SIZE\n");
    const overridden = await lull(check, { files, env: { PORT: "9000", MAX_BUFFER_SIZE: "" } });
    expect(overridden.complained).not.toContain("  PORT\n");
    expect(overridden.complained).toContain("  MAX_BUFFER_SIZE\n");
  });

  test("ends with 78 when the env file cannot be read", async () => {
    const { code, complained } = await lull(["config", "check", "--env-file", "/nowhere"]);
    expect(code).toBe(78);
    expect(complained).toBe("✗ The file /nowhere cannot be read.\n  Check --env-file.");
  });
});

describe("a wrong command", () => {
  test.each([
    [["serv"], "Did you mean serve?"],
    [["versoin"], "Did you mean version?"],
    [["config", "chek"], "Did you mean check?"],
    [["serve", "--env-fil", "x"], "Did you mean --env-file?"],
    [["version", "--jsn"], "Did you mean --json?"],
    [["frobnicate"], "unknown command 'frobnicate'"],
    [["version", "--loud"], "unknown option '--loud'"],
    [["--loud"], "unknown option '--loud'"],
    [["version", "extra"], "too many arguments"],
    [["config", "check", "--env-file"], "argument missing"],
    [["usr", "list"], "Did you mean user?"],
    [["user", "lst"], "Did you mean list?"],
    [["number", "explian", "1"], "Did you mean explain?"],
    [["key", "add", "grok"], "Allowed choices are groq, openai."],
    [["status", "--hour", "1"], "Did you mean --hours?"],
    [["status", "--hours", "1.5"], "It must be a whole number."],
    [["user", "limits", "u", "--tokens-per-day", "-1"], "It must be a whole number above 0, or none."],
    [["user", "limits", "u", "--spend-per-month-usd", "5,00"], "an amount above 0 such as 12.50, or none"],
    [["key", "add", "groq", "--temperature", "warm"], "a number such as 0.7"],
    [["user", "add"], "missing required argument 'name'"],
  ])("%p is told why, with a suggestion where one is near, and ends with 2", async (argv, words) => {
    const { code, printed, complained } = await lull(argv);
    expect(code).toBe(2);
    expect(printed).toBe("");
    expect(complained).toContain(words);
  });

  test.each([[[]], [["config"]], [["user"]], [["key"]]])(
    "%p alone shows the verbs and ends with 2",
    async (argv: string[]) => {
      const { code, complained } = await lull(argv);
      expect(code).toBe(2);
      expect(complained).toContain("Commands:");
    },
  );

  test.each([[["--help"]], [["help"]], [["serve", "--help"]]])("%p is none", async (argv) => {
    const { code, printed, complained } = await lull(argv);
    expect(code).toBe(0);
    expect(printed).toContain("Usage: lull");
    expect(complained).toBe("");
  });
});

test("the README names every verb", async () => {
  const { printed } = await lull(["--help"]);
  const verbs = [...printed.matchAll(/^ {2}([a-z]+) /gm)].map(([, verb = ""]) => verb);
  const readme = await Bun.file(join(import.meta.dir, "../../README.md")).text();
  const line = readme.split("\n").find((one) => one.startsWith("`lull serve`")) ?? "";
  const named = [...line.matchAll(/`(?:lull )?([a-z]+)[^`]*`/g)].map(([, verb = ""]) => verb);
  expect(["help", ...named].toSorted()).toEqual(verbs.toSorted());
});

describe("lull serve", () => {
  const folder = mkdtempSync(join(tmpdir(), "lull-cli-"));
  const env = { LULL_DATA_DIR: folder, LULL_LOG_LEVEL: "error" };
  const tokenFile = join(folder, "admin.token");
  const umask = process.umask();
  afterAll(() => {
    process.umask(umask);
    rmSync(folder, { recursive: true, force: true });
  });

  /** A daemon that is told to end as soon as it listens. */
  function briefDaemon(overrides: Partial<Daemon> = {}) {
    const { calls, openDaemon } = fakeDaemon(
      {},
      {
        listen() {
          calls.push("listen");
          setImmediate(() => process.emit("SIGTERM", "SIGTERM"));
          return Promise.resolve("http://127.0.0.1:8787");
        },
        ...overrides,
      },
    );
    return { calls, openDaemon };
  }

  test("starts, listens, and stops when it is told to", async () => {
    const { calls, openDaemon } = briefDaemon();
    expect(await lull(["serve"], { env, openDaemon })).toEqual({ code: 0, printed: "", complained: "" });
    expect(calls).toEqual(["start", "listen", "stop"]);
  });

  test("says on a terminal where the playground is", async () => {
    const { openDaemon } = briefDaemon();
    const { complained } = await lull(["serve"], { env, openDaemon, isTerminal: true });
    expect(complained).toContain("http://127.0.0.1:8787/playground");
    expect(complained).toContain("nothing leaves this machine");
  });

  test("opens nothing when a setting is wrong", async () => {
    let isOpened = false;
    const openDaemon: OpenDaemon = () => {
      isOpened = true;
      return noDaemon({} as never, {} as never);
    };
    expect((await lull(["serve"], { env: { ...env, PORT: "x" }, openDaemon })).code).toBe(78);
    expect(isOpened).toBe(false);
  });

  test.each([
    ["second_instance", 1],
    ["cannot_store", 1],
    ["busy", 69],
    ["bad_config", 78],
  ] as const)(
    "stops what it began and says why when it cannot go on: %s ends with %d",
    async (errorCode, code) => {
      const error = new AppError(errorCode, "It cannot go on.", { fix: "Do this." });
      const { calls, openDaemon } = briefDaemon({ listen: () => Promise.reject(error) });
      const ran = await lull(["serve"], { env, openDaemon });
      expect(ran).toEqual({ code, printed: "", complained: "✗ It cannot go on.\n  Do this." });
      expect(calls).toEqual(["start", "stop"]);
    },
  );

  test("shows a new admin token once on a terminal, and keeps it nowhere then", async () => {
    const { openDaemon } = briefDaemon({ madeAdminToken: "the-new-token" });
    const { complained, printed } = await lull(["serve"], { env, openDaemon, isTerminal: true });
    expect(complained.split("the-new-token")).toHaveLength(2);
    expect(printed).toBe("");
    expect(existsSync(tokenFile)).toBe(false);
  });

  test("leaves a new admin token in a file of its own user's alone when there is no terminal", async () => {
    const { openDaemon } = briefDaemon({ madeAdminToken: "the-new-token" });
    const { complained, printed } = await lull(["serve"], { env, openDaemon });
    expect(complained + printed).toBe("");
    expect(readFileSync(tokenFile, "utf8")).toBe("the-new-token\n");
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    rmSync(tokenFile);
  });

  test("hands a new admin token out even when the start then fails: only its hash is kept", async () => {
    const listen = () => Promise.reject(new AppError("bad_config", "The port is taken."));
    const { openDaemon } = briefDaemon({ madeAdminToken: "the-new-token", listen });
    expect((await lull(["serve"], { env, openDaemon })).code).toBe(78);
    expect(readFileSync(tokenFile, "utf8")).toBe("the-new-token\n");
    rmSync(tokenFile);
  });
});
