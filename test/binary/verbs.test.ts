// The verbs about users, numbers and keys as an operator types them: over the socket while the daemon runs, straight on the
// data folder while it does not.
import { afterAll, describe, expect, test } from "bun:test";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Daemon, endDaemons, startDaemon } from "../harness/daemon.ts";
import {
  binary,
  type Ended,
  environment,
  LIMIT_MS,
  makeFolder,
  runBinary,
  within,
} from "../harness/executable.ts";

binary();
afterAll(endDaemons);

const KEY = "gsk_a-key-that-nobody-may-see-0001";
const NUMBER = "+55 11 98765-4321";
/** The part of the key that no list may show. */
const SECRET = "nobody-may-see";
const STOPPED = "✗ A lull works on this data folder but does not answer on its socket.\n";

const newDataDir = (): string => join(makeFolder(), "data");
const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function lull(dataDir: string, args: readonly string[], input?: string): Promise<Ended> {
  return runBinary(args, { env: { LULL_DATA_DIR: dataDir }, ...(input === undefined ? {} : { input }) });
}

/** The JSON of a verb that went well. */
async function ask(dataDir: string, args: readonly string[], input?: string): Promise<unknown> {
  const { code, stdout, stderr } = await lull(dataDir, [...args, "--json"], input);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: "" });
  return JSON.parse(stdout);
}

async function addUser(dataDir: string, name: string): Promise<string> {
  return ((await ask(dataDir, ["user", "add", name])) as { id: string }).id;
}

async function userNames(dataDir: string): Promise<string[]> {
  return ((await ask(dataDir, ["user", "list"])) as { name: string }[]).map(({ name }) => name);
}

/** What the daemon itself was asked to change. */
function changesOf(daemon: Daemon): unknown[] {
  return daemon.lines.filter(({ name }) => name === "admin.changed").map(({ fields }) => fields["action"]);
}

describe("while the daemon runs", () => {
  test("the verbs ask it over a socket that only its own user can open", async () => {
    await using daemon = await startDaemon();
    const { dataDir } = daemon;
    const socket = lstatSync(join(dataDir, "lull.sock"));
    expect([socket.isSocket(), socket.mode & 0o777]).toEqual([true, 0o600]);

    const userId = await addUser(dataDir, "Ana");
    const number = await ask(dataDir, ["number", "add", userId, NUMBER]);
    expect(await ask(dataDir, ["number", "list", userId])).toEqual([number]);
    expect(await ask(dataDir, ["number", "explain", "(11) 98765-4321"])).toMatchObject({
      normalizedNumber: "+5511987654321",
      userId,
      isVerified: true,
      matchedBy: "whatsapp_user_mapping",
    });
    const limits = ["user", "limits", userId, "--requests-per-minute", "5", "--spend-per-month-usd", "2.50"];
    const spend = { requestsPerMinute: 5, tokensPerDay: null, spendPerMonthMicroUsd: 2_500_000 };
    expect(await ask(dataDir, limits)).toEqual(spend);
    expect(await ask(dataDir, ["user", "limits", userId])).toEqual(spend);
    expect(await ask(dataDir, ["status"])).toMatchObject({
      daemon: { isUp: true, uptimeMs: expect.any(Number) },
      metrics: { identification: { target: 0.95 }, credentialCoverage: { users: 1, usersWithKey: 0 } },
    });
    const numberId = (number as { id: string }).id;
    await ask(dataDir, ["number", "remove", userId, numberId]);
    expect(await ask(dataDir, ["number", "explain", NUMBER])).toMatchObject({ userId: null });
    expect(await ask(dataDir, ["key", "wake"])).toEqual({ action: "woken" });
    await ask(dataDir, ["user", "remove", userId, "--yes"]);
    expect(await userNames(dataDir)).toEqual([]);
    expect(changesOf(daemon)).toEqual([
      "user.add",
      "number.add",
      "user.limits",
      "number.remove",
      "key.wake",
      "user.delete",
    ]);
    expect(await daemon.stop()).toBe(0);
    expect(isThere(join(dataDir, "lull.sock"))).toBe(false);
  });

  test("its port asks for the token all the same", async () => {
    await using daemon = await startDaemon();
    await addUser(daemon.dataDir, "Ana");
    expect(await daemon.ask("/admin/users")).toMatchObject({ status: 401 });
    expect(await daemon.admin("GET", "/users")).toMatchObject({
      status: 200,
      body: { data: [{ name: "Ana" }] },
    });
  });

  test("its own words are told when it refuses", async () => {
    await using daemon = await startDaemon();
    const { dataDir } = daemon;
    expect(await lull(dataDir, ["user", "show", "nobody"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "✗ There is no such user.\n",
    });
    const userId = await addUser(dataDir, "Ana");
    const wrong = await lull(dataDir, ["number", "add", userId, "12"]);
    expect([wrong.code, wrong.stdout]).toEqual([1, ""]);
    expect(wrong.stderr).toStartWith("✗ ");
    expect(wrong.stderr).not.toContain(" at ");
  });

  test("but does not answer, the verbs say so and end with 69", async () => {
    await using daemon = await startDaemon();
    daemon.signal("SIGSTOP");
    const { code, stdout, stderr } = await lull(daemon.dataDir, ["user", "add", "Ana"]);
    expect([code, stdout]).toEqual([69, ""]);
    expect(stderr).toStartWith(STOPPED);
    daemon.signal("SIGCONT");
    expect(await userNames(daemon.dataDir)).toEqual([]);
  });

  test("without a socket, for its path would be too long, the verbs end with 69 and its log tells why", async () => {
    const dataDir = join(makeFolder(), "d".repeat(100));
    await using daemon = await startDaemon({ dataDir });
    const { fields } = await daemon.waitFor("boot.no_socket");
    expect(fields["fix"]).toContain("LULL_DATA_DIR");
    const { code, stderr } = await lull(dataDir, ["status"]);
    expect(code).toBe(69);
    expect(stderr).toStartWith(STOPPED);
  });
});

describe("while no daemon runs", () => {
  test("the verbs work on the data folder, and the daemon that starts next knows", async () => {
    const dataDir = newDataDir();
    const first = await startDaemon({ dataDir });
    await addUser(dataDir, "Ana");
    expect(await first.stop()).toBe(0);

    const userId = await addUser(dataDir, "Bea");
    await ask(dataDir, ["number", "add", userId, NUMBER]);
    expect(await userNames(dataDir)).toEqual(["Bea", "Ana"]);
    expect(await ask(dataDir, ["status"])).toMatchObject({ daemon: { isUp: false, uptimeMs: null } });
    expect(isThere(join(dataDir, "lull.sock"))).toBe(false);

    await using second = await startDaemon({ dataDir });
    expect(await ask(dataDir, ["number", "explain", NUMBER])).toMatchObject({ userId });
    expect(changesOf(second)).toEqual([]);
  });

  test("because it was killed, the socket that it left is in nobody's way", async () => {
    const dataDir = newDataDir();
    const killed = await startDaemon({ dataDir });
    const userId = await addUser(dataDir, "Ana");
    await killed.kill();
    expect(isThere(join(dataDir, "lull.sock"))).toBe(true);

    expect(await userNames(dataDir)).toEqual(["Ana"]);
    await ask(dataDir, ["user", "limits", userId, "--tokens-per-day", "1000"]);

    await using next = await startDaemon({ dataDir });
    expect(next.lines.map(({ name }) => name)).not.toContain("boot.no_socket");
    expect(await ask(dataDir, ["user", "limits", userId])).toMatchObject({ tokensPerDay: 1000 });
    expect(await ask(dataDir, ["status"])).toMatchObject({ daemon: { isUp: true } });
  });

  test("nor ever did, a data folder is made for its own user alone, and that is said", async () => {
    const dataDir = newDataDir();
    const { code, stdout, stderr } = await lull(dataDir, ["user", "list"]);
    expect([code, stdout]).toEqual([0, "There are no users yet.\n"]);
    expect(stderr).toBe(`  There was no lull in ${dataDir}: a new data folder was made.\n`);
    for (const name of readdirSync(dataDir)) expect(lstatSync(join(dataDir, name)).mode & 0o077).toBe(0);
  });
});

describe("a key", () => {
  test("that is piped in is kept, and is nowhere to be read: no argument, no log, no answer, no file", async () => {
    const daemon = await startDaemon();
    const { dataDir } = daemon;
    const userId = await addUser(dataDir, "Ana");
    const child = Bun.spawn([binary(), "key", "add", "groq", userId, "--json"], {
      env: environment({ LULL_DATA_DIR: dataDir }),
      stdio: ["pipe", "pipe", "pipe"],
    });
    void child.stdin.write(`${KEY}\n`);
    await child.stdin.flush();
    const seen = await within(LIMIT_MS, seenOf(child.pid), () => "the process to be seen");
    await child.stdin.end();
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect(await within(LIMIT_MS, child.exited, () => "the key to be kept")).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ provider: "groq", lastFour: "0001" });
    expect(seen[0]).toContain("groq");

    const system = await lull(dataDir, ["key", "add", "openai"], KEY);
    const lists = await Promise.all(
      [["key", "list"], ["key", "list", userId], ["user", "show", userId], ["status"]].flatMap((verb) => [
        lull(dataDir, verb),
        lull(dataDir, [...verb, "--json"]),
      ]),
    );
    expect(lists.map(({ code }) => code)).toEqual(lists.map(() => 0));
    expect(lists[2]?.stdout).toContain("…0001");
    expect(await daemon.stop()).toBe(0);

    const entries = readdirSync(dataDir, { withFileTypes: true, recursive: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"));
    expect(files.some((text) => text.includes(userId))).toBe(true);
    const told = [...seen, stdout, stderr, system.stdout, system.stderr, daemon.stderr, ...files];
    told.push(...lists.flatMap((list) => [list.stdout, list.stderr]));
    expect(told.filter((text) => text.includes(SECRET))).toEqual([]);
  });

  test("that is piped in while no daemon runs is kept as well, and removed again", async () => {
    const dataDir = newDataDir();
    expect((await lull(dataDir, ["key", "add", "groq"], `${KEY}\n`)).code).toBe(0);
    const keys = (await ask(dataDir, ["key", "list"])) as { id: string; lastFour: string }[];
    expect(keys).toMatchObject([{ provider: "groq", lastFour: "0001" }]);
    await ask(dataDir, ["key", "remove", keys[0]?.id ?? ""]);
    expect(await ask(dataDir, ["key", "list"])).toEqual([]);
  });

  test("among the words of the command is refused before anything is asked or made", async () => {
    const dataDir = newDataDir();
    const { code, stdout, stderr } = await lull(dataDir, ["key", "add", "groq", KEY], "");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toStartWith("✗ A key must not stand on the command line");
    expect(stderr).not.toContain(SECRET);
    expect(isThere(dataDir)).toBe(false);
  });

  test("that is typed at a terminal is not shown while it is typed", async () => {
    const dataDir = newDataDir();
    expect((await lull(dataDir, ["user", "list"])).code).toBe(0);
    const shown = await typeAt(dataDir, ["key", "add", "groq"], "(it is not shown): ", `${KEY}\r`);
    expect(shown).toMatch(/✔ key \S+ is the system's/);
    expect(shown).not.toContain(SECRET);
    expect(await ask(dataDir, ["key", "list"])).toMatchObject([{ lastFour: "0001" }]);
  });

  test("that is not typed after all is none", async () => {
    const dataDir = newDataDir();
    const shown = await typeAt(dataDir, ["key", "add", "groq"], "(it is not shown): ", "gsk_\x03");
    expect(shown).toContain("✗ No key was given.");
    expect(isThere(dataDir)).toBe(false);
  });
});

test("a user is removed at a terminal once the question is answered", async () => {
  const dataDir = newDataDir();
  expect((await lull(dataDir, ["user", "add", "Ana"])).code).toBe(0);
  const [user] = (await ask(dataDir, ["user", "list"])) as { id: string }[];
  const remove = ["user", "remove", user?.id ?? ""];
  expect(await typeAt(dataDir, remove, "[y/N] ", "n\r")).toContain("Nothing was removed.");
  expect(await userNames(dataDir)).toEqual(["Ana"]);
  expect(await typeAt(dataDir, remove, "[y/N] ", "y\r")).toContain("was removed");
  expect(await userNames(dataDir)).toEqual([]);
});

test("whoever reads only the beginning of an answer is not told off", async () => {
  const dataDir = newDataDir();
  await lull(dataDir, ["user", "list"]);
  const piped = Bun.spawn(["sh", "-c", '"$0" user list | true', binary()], {
    env: environment({ LULL_DATA_DIR: dataDir }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(await piped.stderr.text()).toBe("");
  expect(await piped.exited).toBe(0);
});

/** What any program of the same user sees of a process; there is nothing yet in the moment in which it begins. */
async function seenOf(pid: number): Promise<string[]> {
  for (;;) {
    const seen = ["cmdline", "environ"].map((name) => readFileSync(`/proc/${pid}/${name}`, "utf8"));
    if (seen.every((text) => text !== "")) return seen;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Runs a verb at a terminal of its own and types `keys` when `question` is shown; gives all that was to be seen. */
async function typeAt(
  dataDir: string,
  args: readonly string[],
  question: string,
  keys: string,
): Promise<string> {
  let shown = "";
  let isTyped = false;
  const child = Bun.spawn([binary(), ...args], {
    env: environment({ LULL_DATA_DIR: dataDir }),
    terminal: {
      cols: 200,
      data(terminal, bytes) {
        shown += Buffer.from(bytes).toString();
        if (isTyped || !shown.includes(question)) return;
        isTyped = true;
        terminal.write(keys);
      },
    },
  });
  try {
    await within(LIMIT_MS, child.exited, () => `${question} to be answered: ${shown}`);
    return shown;
  } finally {
    child.kill("SIGKILL");
    child.terminal?.close();
  }
}
