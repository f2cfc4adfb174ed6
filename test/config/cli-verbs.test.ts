// The verbs that ask the daemon: what they ask, what they print, how they end. The daemon is a fake.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../src/errors.ts";
import { StoreError } from "../../src/db/store.ts";
import { askDaemon, fakeDaemon, fakeSocket, lull, type Place, type Ran } from "../harness/command.ts";
import { ManualClock } from "../harness/clock.ts";

const folder = mkdtempSync(join(tmpdir(), "lull-verbs-"));
const umask = process.umask();
afterAll(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

const ANA = {
  id: "u-1",
  name: "Ana",
  email: "ana@example.com",
  connection: null,
  createdAt: "2026-03-01T10:00:00.000Z",
};
const LIMITS = { requestsPerMinute: 20, tokensPerDay: null, spendPerMonthMicroUsd: 12_500_000 };
const KEY = "gsk_a-key-that-nobody-may-see-0001";

const env = { LULL_DATA_DIR: folder };

const ask = (argv: string[], answers: Record<string, unknown>, place: Place = {}) =>
  askDaemon(argv, answers, { env, ...place });

describe("a verb", () => {
  test("asks the daemon on the socket of its data folder and opens nothing else", async () => {
    const { sockets, fetch } = fakeSocket({ "GET /users?limit=200": { data: [], nextCursor: null } });
    const ran = await lull(["user", "list"], { env, fetch });
    expect(ran).toEqual({ code: 0, printed: "There are no users yet.", complained: "" });
    expect(new Set(sockets)).toEqual(new Set([join(folder, "lull.sock")]));
  });

  test("opens the data folder without starting anything when no daemon answers, and lets it go", async () => {
    const { calls, asked, openDaemon } = fakeDaemon({
      "GET /users?limit=200": { data: [ANA], nextCursor: null },
    });
    const { code, printed } = await lull(["user", "list", "--json"], { env, openDaemon });
    expect([code, JSON.parse(printed)]).toEqual([0, [ANA]]);
    expect(asked).toHaveLength(1);
    expect(calls).toEqual(["stop"]);
  });

  test("lets the data folder go also when the answer is a refusal", async () => {
    const { calls, openDaemon } = fakeDaemon();
    expect((await lull(["user", "show", "u-9"], { env, openDaemon })).code).toBe(1);
    expect(calls).toEqual(["stop"]);
  });

  test("ends with 69 when a daemon holds the data folder but does not answer", async () => {
    const openDaemon = () => Promise.reject(new AppError("second_instance", "Another lull."));
    const { code, printed, complained } = await lull(["user", "list"], { env, openDaemon });
    expect([code, printed]).toEqual([69, ""]);
    expect(complained).toStartWith(
      "✗ A lull works on this data folder but does not answer on its socket.\n  It may be",
    );
  });

  test("ends with 69 when the daemon hangs, after it was waited for", async () => {
    const clock = new ManualClock();
    const openDaemon = () => Promise.reject(new AppError("second_instance", "Another lull."));
    const asking = Promise.withResolvers<void>();
    const fetch = (_url: string, { signal }: RequestInit) =>
      new Promise<Response>((_, reject) => {
        signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
        asking.resolve();
      });
    const ending = lull(["user", "list"], { env, clock, fetch, openDaemon });
    await asking.promise;
    await clock.tick(5_000);
    expect((await ending).code).toBe(69);
    expect(clock.armedCount).toBe(0);
  });

  test("never makes a change a second time by the other way when the daemon goes away in the middle", async () => {
    const { calls, openDaemon } = fakeDaemon({ "POST /users": { data: { id: "u-1" } } });
    const { fetch } = fakeSocket({});
    const goesAway: Place["fetch"] = (url, init) =>
      url.endsWith("/livez") ? fetch(url, init) : Promise.reject(new TypeError("ECONNRESET"));
    const { code, complained } = await lull(["user", "add", "Ana"], { env, fetch: goesAway, openDaemon });
    expect(code).toBe(69);
    expect(complained).toStartWith("✗ The daemon went away before it answered.\n");
    expect(calls).toEqual([]);
  });

  test.each([
    ["conflict", 409, 1],
    ["unauthorized", 401, 1],
    ["stopping", 503, 69],
    ["a_code_of_tomorrow", 500, 1],
  ])("says the daemon's own words when it refuses: %s (%d) ends with %d", async (errorCode, status, code) => {
    const refusal = { success: false, error: "It is so.", code: errorCode, fix: "Do this.", requestId: "r" };
    const answers = { "POST /users": Response.json(refusal, { status }) };
    const ran = await ask(["user", "add", "Ana"], answers);
    expect(ran).toMatchObject({ code, printed: "", complained: "✗ It is so.\n  Do this." });
  });

  test("says so when the answer is none", async () => {
    const ran = await ask(["user", "add", "Ana"], { "POST /users": new Response("<html>", { status: 502 }) });
    expect(ran).toMatchObject({ code: 1, complained: "✗ The daemon answered 502 without a word." });
  });

  test("ends with 78 when a setting is wrong, and with 1 when the data cannot be opened", async () => {
    expect((await lull(["user", "list"], { env: { ...env, PORT: "x" } })).code).toBe(78);
    const openDaemon = () => Promise.reject(new StoreError("full", undefined));
    const { code, complained } = await lull(["user", "list"], { env, openDaemon });
    expect(code).toBe(1);
    expect(complained).toContain("✗ The database cannot be written (full).");
  });

  test("takes its data folder from --env-file", async () => {
    const { sockets, fetch } = fakeSocket({ "GET /users?limit=200": { data: [] } });
    const files = { "/etc/lull.env": `LULL_DATA_DIR=${folder}/other\n` };
    expect((await lull(["user", "list", "--env-file", "/etc/lull.env"], { fetch, files })).code).toBe(0);
    expect(sockets[0]).toBe(join(folder, "other", "lull.sock"));
  });

  test("says that it made a new data folder, and leaves its admin token where only its user reads it", async () => {
    const { openDaemon } = fakeDaemon(
      { "GET /users?limit=200": { data: [] } },
      { madeAdminToken: "the-new-token" },
    );
    const { code, printed, complained } = await lull(["user", "list"], { env, openDaemon });
    expect([code, printed]).toEqual([0, "There are no users yet."]);
    expect(complained).toBe(`  There was no lull in ${folder}: a new data folder was made.`);
    const tokenFile = join(folder, "admin.token");
    expect(readFileSync(tokenFile, "utf8")).toBe("the-new-token\n");
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    rmSync(tokenFile);
  });
});

describe("a list", () => {
  test("is read to its last page", async () => {
    const page = (id: string, nextCursor: string | null) => ({ data: [{ ...ANA, id }], nextCursor });
    const { printed, asked } = await ask(["user", "list", "--json"], {
      "GET /users?limit=200": page("u-3", "7"),
      "GET /users?limit=200&cursor=7": page("u-2", "4"),
      "GET /users?limit=200&cursor=4": page("u-1", null),
    });
    expect(JSON.parse(printed)).toMatchObject([{ id: "u-3" }, { id: "u-2" }, { id: "u-1" }]);
    expect(asked).toHaveLength(3);
  });

  test("stands in columns, wide letters and all, and a name cannot move the cursor", async () => {
    const users = [
      { ...ANA, name: "\u001b[31m红\n" },
      { ...ANA, id: "u-22", name: "Bea", email: null, connection: "clinic" },
    ];
    const { printed } = await ask(["user", "list"], { "GET /users?limit=200": { data: users } });
    expect(printed).toBe(
      [
        "ID    NAME      EMAIL            CONNECTION  SINCE",
        "u-1    [31m红   ana@example.com  all         2026-03-01T10:00:00.000Z",
        "u-22  Bea       –                clinic      2026-03-01T10:00:00.000Z",
      ].join("\n"),
    );
  });
});

describe("lull user", () => {
  test("add sends what it is given and tells the id", async () => {
    const answers = { "POST /users": { data: { id: "u-1" } } };
    const bare = await ask(["user", "add", "Ana Lima"], answers);
    expect(bare).toMatchObject({ code: 0, printed: "✔ user u-1 was made" });
    expect(bare.asked).toEqual([{ method: "POST", path: "/users", body: { name: "Ana Lima" } }]);
    const whole = ["user", "add", "Ana", "--email", "ana@example.com", "--connection", "clinic", "--json"];
    const { asked, printed } = await ask(whole, answers);
    expect(asked[0]?.body).toEqual({ name: "Ana", email: "ana@example.com", connection: "clinic" });
    expect(JSON.parse(printed)).toEqual({ id: "u-1" });
  });

  test("show tells limits, numbers and keys, and of a key its last four alone", async () => {
    const answers = {
      "GET /users/u-1": { data: { ...ANA, limits: LIMITS } },
      "GET /users/u-1/numbers?limit=200": {
        data: [{ id: "n-1", number: "+5511987654321", kind: "phone", isVerified: 1 }],
      },
      "GET /users/u-1/ai-keys?limit=200": {
        data: [{ id: "k-1", provider: "groq", lastFour: "0001", priority: 0 }],
      },
    };
    const { code, printed } = await ask(["user", "show", "u-1"], answers);
    expect(code).toBe(0);
    expect(printed).toMatch(/requests per minute +20\ntokens per day +none\nspend per month +12\.50 USD\n/);
    expect(printed).toMatch(/n-1 +\+5511987654321 +phone +all +yes/);
    expect(printed).toMatch(/k-1 +groq +…0001/);
    const asJson = await ask(["user", "show", "u-1", "--json"], answers);
    expect(JSON.parse(asJson.printed)).toMatchObject({
      id: "u-1",
      limits: LIMITS,
      numbers: [{ id: "n-1" }],
      aiKeys: [{ id: "k-1" }],
    });
  });

  test("an id is one part of the address, whatever stands in it", async () => {
    const { asked } = await ask(["user", "show", "../flags?x=1"], {});
    expect(asked[0]?.path).toBe("/users/..%2Fflags%3Fx%3D1");
  });

  describe("remove", () => {
    const answers = { "GET /users/u-1": { data: ANA }, "DELETE /users/u-1": { action: "removed" } };
    const answering = (word: string | null) => {
      const questions: string[] = [];
      const say = (question: string) => Promise.resolve(void questions.push(question)).then(() => word);
      return { questions, input: { isTerminal: true, ask: say } };
    };

    test.each(["y", "Yes", " yes "])("asks on a terminal, and %p means it", async (word) => {
      const { questions, input } = answering(word);
      const { code, asked } = await ask(["user", "remove", "u-1"], answers, { input });
      expect(code).toBe(0);
      expect(questions).toEqual(["Remove Ana with all numbers, keys and history? [y/N] "]);
      expect(asked.map(({ method }) => method)).toEqual(["GET", "DELETE"]);
    });

    test.each(["n", "", "yep", null])("takes %p for a no", async (word) => {
      const { input } = answering(word);
      const ran = await ask(["user", "remove", "u-1"], answers, { input });
      expect(ran).toMatchObject({ code: 0, printed: "Nothing was removed." });
      expect(ran.asked.map(({ method }) => method)).toEqual(["GET"]);
    });

    test("--yes asks nothing", async () => {
      const { asked, printed } = await ask(["user", "remove", "u-1", "--yes", "--json"], answers);
      expect(asked.map(({ method }) => method)).toEqual(["DELETE"]);
      expect(JSON.parse(printed)).toMatchObject({ removed: true });
    });

    test("without a terminal and without --yes is a mistake of usage, and asks the daemon nothing", async () => {
      const { code, complained, asked } = await ask(["user", "remove", "u-1"], answers);
      expect([code, complained]).toEqual([2, "✗ There is nobody to ask whether you mean it.\n  Add --yes."]);
      expect(asked).toEqual([]);
    });
  });

  describe("limits", () => {
    const answers = {
      "GET /users/u-1/limits": { data: LIMITS },
      "PUT /users/u-1/limits": { data: { ...LIMITS, tokensPerDay: 1000 } },
    };

    test("without a flag are shown and left alone", async () => {
      const { printed, asked } = await ask(["user", "limits", "u-1"], answers);
      expect(printed).toBe(
        "requests per minute  20\ntokens per day       none\nspend per month      12.50 USD",
      );
      expect(asked.every(({ method }) => method === "GET")).toBe(true);
    });

    test.each([
      [["--tokens-per-day", "1000"], { tokensPerDay: 1000 }],
      [["--requests-per-minute", "none"], { requestsPerMinute: null }],
      [["--spend-per-month-usd", "0.07"], { spendPerMonthMicroUsd: 70_000 }],
      [["--spend-per-month-usd", "4.35"], { spendPerMonthMicroUsd: 4_350_000 }],
      [["--spend-per-month-usd", "none"], { spendPerMonthMicroUsd: null }],
    ])("%p asks for that change alone, and the answer is shown", async (flags, change) => {
      const { printed, asked } = await ask(["user", "limits", "u-1", ...flags], answers);
      expect(asked).toEqual([{ method: "PUT", path: "/users/u-1/limits", body: change }]);
      expect(printed).toContain("tokens per day       1000\n");
    });

    test.each([
      ["--requests-per-minute", "0", "a whole number above 0, or none"],
      ["--requests-per-minute", "null", "a whole number above 0, or none"],
      ["--tokens-per-day", "1.5", "a whole number above 0, or none"],
      ["--spend-per-month-usd", "0.00", "an amount above 0 such as 12.50, or none"],
      ["--spend-per-month-usd", "1e3", "an amount above 0 such as 12.50, or none"],
    ])("%s %s is refused with what the flag takes, and the daemon not asked", async (flag, value, rule) => {
      const { code, complained, asked } = await ask(["user", "limits", "u-1", flag, value], answers);
      expect([code, asked]).toEqual([2, []]);
      expect(complained).toContain(flag);
      expect(complained).toEndWith(`It must be ${rule}.`);
    });
  });
});

describe("lull number", () => {
  const POST = "POST /users/u-1/numbers";

  test.each([
    [[], { verified: true }],
    [["--unverified"], { verified: false }],
    [["--exact", "--connection", "clinic"], { verified: true, exact: true, connection: "clinic" }],
  ])("add %p", async (flags, wanted) => {
    const { asked, printed } = await ask(["number", "add", "u-1", "+55 11 98765-4321", ...flags], {
      [POST]: { data: { id: "n-1" } },
    });
    expect(asked[0]?.body).toEqual({ number: "+55 11 98765-4321", ...wanted });
    expect(printed).toBe("✔ number n-1 is the user's");
  });

  test.each([
    [[], "; --exact keeps digits that are no number as they are."],
    [["--exact"], "."],
  ])("add %p of what is no number says what its own flags can do", async (flags, end) => {
    const refusal = {
      success: false,
      error: "It is none.",
      code: "invalid_number",
      fix: 'Use "exact":true.',
    };
    const answers = { [POST]: Response.json(refusal, { status: 422 }) };
    const { code, complained } = await ask(["number", "add", "u-1", "12", ...flags], answers);
    expect([code, complained]).toEqual([
      1,
      `✗ It is none.\n  Write it with its country, as +55 11 91234-5678${end}`,
    ]);
  });

  test("list and remove name the user's numbers", async () => {
    const path = "/users/u-1/numbers";
    const list = await ask(["number", "list", "u-1"], { [`GET ${path}?limit=200`]: { data: [] } });
    expect(list.printed).toBe("There are no numbers yet.");
    const removed = await ask(["number", "remove", "u-1", "n-1"], { [`DELETE ${path}/n-1`]: {} });
    expect(removed.printed).toBe("✔ number n-1 was removed");
  });

  const EXPLAINED = {
    kind: "phone",
    key: "5511987654321",
    normalizedNumber: "+5511987654321",
    matchedBy: "profiles",
    userId: "u-1",
    isVerified: true,
    ambiguous: false,
    layers: [
      { layer: "whatsapp_user_mapping", users: [] },
      {
        layer: "profiles",
        users: [
          { userId: "u-1", isVerified: true },
          { userId: "u-2", isVerified: false },
        ],
      },
    ],
  };

  test("explain tells the reading and every layer's word", async () => {
    const query = "GET /identity?number=%2B55+11+98765-4321&origin=stored";
    const { printed } = await ask(["number", "explain", "+55 11 98765-4321"], {
      [query]: { data: EXPLAINED },
    });
    expect(printed).toMatch(/^kind +phone\nkey +5511987654321\ndialled as +\+5511987654321\nuser +u-1\n/);
    expect(printed).toMatch(/whatsapp_user_mapping +–\nprofiles +u-1, u-2 \(unverified\)$/);
  });

  test("explain says why a text is no number", async () => {
    const none = { kind: "none", key: null, normalizedNumber: null, reason: "too_short" };
    const { printed } = await ask(["number", "explain", "12"], {
      "GET /identity?number=12&origin=stored": { data: { ...EXPLAINED, ...none } },
    });
    expect(printed).toMatch(/^kind +none\nreason +too_short\nkey +–\n/);
  });

  test("explain names the layers that disagree, where there are any", async () => {
    const explain = async (disagreeing: string[]) => {
      const answer = { data: { ...EXPLAINED, disagreeing } };
      return (await ask(["number", "explain", "11"], { "GET /identity?number=11&origin=stored": answer }))
        .printed;
    };
    expect(await explain(["profiles", "meeting_notes"])).toMatch(/\ndisagreeing +profiles, meeting_notes\n/);
    expect(await explain([])).not.toContain("disagreeing");
  });

  test("explain says that several are nobody", async () => {
    const answer = { data: { ...EXPLAINED, userId: null, ambiguous: true } };
    const { printed } = await ask(["number", "explain", "11"], {
      "GET /identity?number=11&origin=stored": answer,
    });
    expect(printed).toMatch(/\nuser +several: nobody is taken\n/);
  });

  test("explain passes on where to look from", async () => {
    const flags = ["--country", "FR", "--connection", "clinic", "--whatsapp"];
    const { asked } = await ask(["number", "explain", "06", ...flags], {});
    expect(asked[0]?.path).toBe("/identity?number=06&origin=whatsapp&country=FR&connection=clinic");
  });
});

describe("lull key", () => {
  const added = { "POST /users/u-1/ai-keys": { data: { id: "k-1", lastFour: "0001" } } };
  const piped = (text: string) => ({ input: { readAll: () => Promise.resolve(text) } });
  const everythingIn = ({ code, printed, complained }: Ran) => `${code} ${printed} ${complained}`;

  test("add takes what is piped in, without the line's end, and shows nothing of it", async () => {
    const flags = ["--model", "m", "--temperature", "0.7", "--priority", "2"];
    const ran = await ask(["key", "add", "groq", "u-1", ...flags], added, piped(`${KEY}\n`));
    const manner = { model: "m", temperature: 0.7, priority: 2 };
    expect(ran.asked).toEqual([
      { method: "POST", path: "/users/u-1/ai-keys", body: { provider: "groq", apiKey: KEY, ...manner } },
    ]);
    expect(ran).toMatchObject({ code: 0, printed: "✔ key k-1 is the user's" });
    expect(everythingIn(ran)).not.toContain("nobody-may-see");
  });

  test("add without a user keeps the system's", async () => {
    const answers = { "POST /ai-keys": { data: { id: "k-2" } } };
    const ran = await ask(["key", "add", "openai"], answers, piped(KEY));
    expect(ran.asked[0]).toMatchObject({ path: "/ai-keys", body: { provider: "openai", apiKey: KEY } });
    expect(ran.printed).toBe("✔ key k-2 is the system's");
  });

  test("add asks for it on a terminal, hidden", async () => {
    const hidden: boolean[] = [];
    const say = (_question: string, isHidden: boolean) =>
      Promise.resolve(hidden.push(isHidden)).then(() => KEY);
    const ran = await ask(["key", "add", "groq", "u-1"], added, { input: { isTerminal: true, ask: say } });
    expect(ran.asked[0]?.body).toMatchObject({ apiKey: KEY });
    expect(hidden).toEqual([true]);
  });

  test("add reads it from --key-file", async () => {
    const argv = ["key", "add", "groq", "u-1", "--key-file", "/run/key"];
    const ran = await ask(argv, added, { files: { "/run/key": `${KEY}\n` } });
    expect(ran.asked[0]?.body).toMatchObject({ apiKey: KEY });
    expect(await ask(argv, added)).toMatchObject({ code: 2, asked: [] });
  });

  test.each([
    ["", "No key was given."],
    ["  \n", "No key was given."],
    ["GROQ_API_KEY = value", "That is no key"],
    ["x".repeat(1_000), "That is no key"],
  ])("add refuses %p and does not repeat it", async (text, words) => {
    const ran = await ask(["key", "add", "groq", "u-1"], added, piped(text));
    expect(ran).toMatchObject({ code: 1, printed: "", asked: [] });
    expect(ran.complained).toContain(words);
    expect(ran.complained).not.toContain("GROQ_API_KEY");
  });

  test.each([
    [["key", "add", "groq", KEY]],
    [["key", "add", "groq", "u-1", `--key=${KEY}`]],
    [["key", "add", "openai", "u-1", "sk-proj-abcdefghijkl"]],
    [["key", "remove", `Bearer ${KEY}`]],
    [["user", "add", KEY]],
    [["frobnicate", KEY]],
  ])("a key among the words of a command is refused with the reason and not repeated: %#", async (argv) => {
    const ran = await ask(argv, added, piped(KEY));
    expect(ran).toMatchObject({ code: 2, printed: "", asked: [] });
    expect(ran.complained).toStartWith("✗ A key must not stand on the command line");
    expect(ran.complained).not.toMatch(/nobody-may-see|abcdefghijkl/);
  });

  test("a word that only begins like one is none", async () => {
    expect((await ask(["user", "add", "sk-ater"], { "POST /users": { data: { id: "u-1" } } })).code).toBe(0);
  });

  test.each([
    [["key", "list"], "GET /ai-keys?limit=200"],
    [["key", "list", "u-1"], "GET /users/u-1/ai-keys?limit=200"],
    [["key", "remove", "k-1"], "DELETE /ai-keys/k-1"],
    [["key", "wake"], "POST /ai-keys/wake"],
    [["key", "remove", "k-1", "u-1"], "DELETE /users/u-1/ai-keys/k-1"],
  ])("%p asks %s", async (argv, request) => {
    const { code, asked } = await ask(argv, { [request]: { data: [] } });
    expect([code, asked.map(({ method, path }) => `${method} ${path}`)]).toEqual([0, [request]]);
  });
});

test("lull key wake says that no key rests any more", async () => {
  const answers = { "POST /ai-keys/wake": { action: "woken" } };
  expect((await ask(["key", "wake"], answers)).printed).toBe("✔ no key rests any more");
  expect(JSON.parse((await ask(["key", "wake", "--json"], answers)).printed)).toEqual({ action: "woken" });
});

describe("lull status", () => {
  const stats = {
    version: "1.2.3",
    bootedAt: "2026-03-01T10:00:00.000Z",
    isProcessingOn: true,
    buffers: { active: 2, completed: 40 },
    jobs: { failed: 1, completed: 0 },
    deliveries: {},
    messages: { answered: 80 },
  };
  const metrics = {
    identification: {
      customerMessages: 200,
      identifiedMessages: 193,
      rate: 0.965,
      target: 0.95,
      byLayer: { profiles: 193 },
    },
    credentialCoverage: { users: 5, usersWithKey: 4, rate: 0.8, withoutKey: [{ id: "u-5", name: "Bea" }] },
    fallback: { calls: 0, systemCalls: 0, rate: null },
  };
  const answers = {
    "GET /stats": { data: stats },
    "GET /metrics?hours=24": { data: metrics },
    "GET /alerts?state=open": { data: [] },
  };
  const clock = { now: () => Date.parse("2026-03-02T13:30:00Z") };
  const later = Object.assign(new ManualClock(), clock);

  test("tells what runs, what waits, and each figure beside its target", async () => {
    const { code, printed } = await ask(["status"], answers, { clock: later });
    expect(code).toBe(0);
    expect(printed).toBe(`daemon      up
version     1.2.3
uptime      1 d 3 h
processing  on
buffers     active 2 · completed 40
jobs        failed 1
deliveries  –
buffered    answered 80

last 24 h                  measured             target
messages with a user       96.5 % (193 of 200)  95 % ✔
messages without a user    7
found by                   profiles 193
users with a key           80 % (4 of 5)
without a key              Bea
calls on the system's key  – (0 of 0)`);
  });

  test("marks a target that is missed, and says that processing is off", async () => {
    const missed = { ...metrics, identification: { ...metrics.identification, rate: 0.9 } };
    const off = { "GET /stats": { data: { ...stats, isProcessingOn: false } } };
    const { printed } = await ask(["status", "--hours", "1"], {
      ...off,
      "GET /metrics?hours=1": { data: missed },
      "GET /alerts?state=open": { data: [{ text: "3 turns failed for good.", fix: "Look at them." }] },
    });
    expect(printed).toMatch(/^alert +3 turns failed for good\. Look at them\.$/m);
    expect(printed).toMatch(/messages with a user +90 % \(193 of 200\) +95 % ✗/);
    expect(printed).toMatch(/processing +off: messages are only stored/);
  });

  test("tells as JSON what it read and whether the daemon is up", async () => {
    const { printed } = await ask(["status", "--json"], answers, { clock: later });
    const daemon = { isUp: true, version: "1.2.3", uptimeMs: 27.5 * 60 * 60_000 };
    expect(JSON.parse(printed)).toEqual({ daemon, stats, alerts: [], metrics });
  });

  test("of a daemon that is down tells what its data folder holds, and no uptime", async () => {
    const { openDaemon } = fakeDaemon(answers);
    const { code, printed } = await lull(["status"], { env, openDaemon });
    expect(code).toBe(0);
    expect(printed).toStartWith("daemon      down: read from its data folder\n");
    expect(printed).not.toContain("uptime");
    expect(existsSync(join(folder, "lull.sock"))).toBe(false);
  });
});
