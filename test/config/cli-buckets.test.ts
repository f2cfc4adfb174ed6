// `lull bucket` and `lull doctor`: what they ask, what they print, what they leave on the disk, how they end.
import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "bun:sqlite";
import { checkDatabase } from "../../src/db/check.ts";
import { AppError } from "../../src/errors.ts";
import { askDaemon, fakeDaemon, fakeSocket, lull, type Place } from "../harness/command.ts";

const folder = mkdtempSync(join(tmpdir(), "lull-buckets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { LULL_DATA_DIR: folder };
const TASK = { id: "t-1", kind: "move", bucket: "lull-user-x", state: "waiting" };
const ROW = {
  name: "lull-user-a",
  kind: "user",
  state: "ready",
  userId: "u-1",
  contactId: null,
  connection: null,
  reason: null,
  createdAt: "2026-03-01T10:00:00.000Z",
};
const VERIFIED = {
  checkedCount: 3,
  missing: [{ bucketName: "lull-user-m", owner: "u-2" }],
  notOurs: [],
  orphans: ["lull-user-o"],
  retired: [{ name: "lull-user-r", reason: "user_deleted" }],
  creating: [],
  spool: { objectCount: 2, bytes: 10, failed: [] },
  counts: { missing: 1, notOurs: 0, orphans: 1, retired: 1, creating: 0, failed: 0 },
};

const ask = (argv: string[], answers: Record<string, unknown>, place: Place = {}) =>
  askDaemon(argv, answers, { env, ...place });

describe("lull bucket", () => {
  test("list and show tell whose each is", async () => {
    const list = await ask(["bucket", "list"], {
      "GET /buckets?limit=200": { data: [ROW], nextCursor: null },
    });
    expect(list).toMatchObject({ code: 0, printed: expect.stringMatching(/lull-user-a +ready +u-1/) });
    const show = await ask(["bucket", "show", "lull-user-a"], { "GET /buckets/lull-user-a": { data: ROW } });
    expect(show.printed).toMatch(/userId +u-1/);
    const empty = await ask(["bucket", "list"], { "GET /buckets?limit=200": { data: [], nextCursor: null } });
    expect(empty.printed).toBe("There are no buckets yet.");
  });

  test("verify names what does not agree, and nothing where all does", async () => {
    const ran = await ask(["bucket", "verify"], { "GET /buckets/verify": { data: VERIFIED } });
    expect(ran.code).toBe(0);
    expect(ran.printed).toContain("The store does not have:\n  lull-user-m  u-2");
    expect(ran.printed).toContain("No mapping knows:\n  lull-user-o");
    expect(ran.printed).toContain("Left over:\n  lull-user-r  user_deleted");
    expect(ran.printed).not.toContain("Not this lull's:");
    const json = await ask(["bucket", "verify", "--json"], { "GET /buckets/verify": { data: VERIFIED } });
    expect(JSON.parse(json.printed)).toEqual(VERIFIED);
  });

  test("merge lists the strays, and lets one follow into a user's", async () => {
    const strays = { data: [{ bucketName: "lull-user-x", suggestedUserId: "u-1" }], nextCursor: null };
    const list = await ask(["bucket", "merge"], { "GET /buckets/duplicates?limit=200": strays });
    expect(list.printed).toMatch(/lull-user-x +u-1/);
    const answers = { "POST /buckets/lull-user-x/merge": { data: TASK } };
    const merged = await ask(["bucket", "merge", "lull-user-x", "--user", "u-1"], answers);
    expect(merged).toMatchObject({ code: 0, printed: "✔ the objects follow from now on: task t-1" });
    expect(merged.asked).toEqual([
      { method: "POST", path: "/buckets/lull-user-x/merge", body: { userId: "u-1" } },
    ]);
    const whose = await ask(["bucket", "merge", "lull-user-x"], {});
    expect([whose.code, whose.asked]).toEqual([2, []]);
  });

  test("erase asks first, or is told --yes, and says when it begins", async () => {
    const answers = { "DELETE /buckets/lull-user-x/objects": { data: { ...TASK, kind: "erase" } } };
    const erase = ["bucket", "erase", "lull-user-x"];
    expect(await ask(erase, answers)).toMatchObject({ code: 2, asked: [] });
    const input = (answer: string): Place => ({
      input: { isTerminal: true, ask: () => Promise.resolve(answer) },
    });
    expect(await ask(erase, answers, input("n"))).toMatchObject({
      printed: "Nothing was taken out.",
      asked: [],
    });
    expect((await ask(erase, answers, input("y"))).asked).toHaveLength(1);
    const { openDaemon } = fakeDaemon(answers);
    const down = await lull([...erase, "--yes"], { env, openDaemon });
    expect(down.printed).toBe("✔ everything is taken out once the daemon runs: task t-1");
  });

  describe("export", () => {
    const at = "GET /users/u-1/bucket/export";
    const exporting = (out: string): string[] => ["bucket", "export", "u-1", "--out", out];
    const bytes = Buffer.from("PK\u0003\u0004 and so on");

    test("saves the bytes as they are, for its own user alone", async () => {
      const out = join(folder, "ana.zip");
      const ran = await ask(exporting(out), { [at]: new Response(bytes) });
      expect(ran).toMatchObject({ code: 0, printed: `✔ ${out} was made: ${bytes.length} bytes` });
      expect(Buffer.compare(await Bun.file(out).bytes(), bytes)).toBe(0);
      const again = await ask(exporting(out), { [at]: new Response("other") });
      expect([again.code, again.complained]).toEqual([1, expect.stringContaining("is there already")]);
      expect(Buffer.compare(await Bun.file(out).bytes(), bytes)).toBe(0);
    });

    test("leaves nothing behind when it breaks off, is refused, or cannot be written", async () => {
      const out = join(folder, "broken.zip");
      const { fetch } = fakeSocket({});
      const breaks: Place["fetch"] = (url, init) => {
        if (url.endsWith("/livez")) return fetch(url, init);
        const pieces = [bytes];
        const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
          const piece = pieces.pop();
          if (piece === undefined) throw new TypeError("ECONNRESET");
          controller.enqueue(piece);
        };
        return Promise.resolve(new Response(new ReadableStream({ pull })));
      };
      const broken = await lull(exporting(out), { env, fetch: breaks });
      expect(broken).toMatchObject({ code: 69, complained: expect.stringContaining("broke off") });
      const refusal = { success: false, error: "There is no such bucket.", code: "not_found" };
      const refusedRun = await ask(exporting(out), { [at]: Response.json(refusal, { status: 404 }) });
      expect(refusedRun).toMatchObject({ code: 1, complained: "✗ There is no such bucket." });
      const nowhere = join(folder, "no", "such", "folder.zip");
      expect((await ask(exporting(nowhere), { [at]: new Response(bytes) })).code).toBe(1);
      expect(readdirSync(folder).filter((name) => name.startsWith("broken"))).toEqual([]);
    });

    test("that breaks off without a daemon leaves nothing either", async () => {
      const out = join(folder, "broken.zip");
      const body = new ReadableStream({ pull: (controller) => controller.error() });
      const { openDaemon } = fakeDaemon({ [at]: new Response(body) });
      expect((await lull(exporting(out), { env, openDaemon })).code).toBe(69);
      expect(readdirSync(folder).filter((name) => name.startsWith("broken"))).toEqual([]);
    });

    test("comes over a real socket, and ends with 69 when the daemon breaks off there", async () => {
      const place = mkdtempSync(join(tmpdir(), "lull-s-"));
      let isBroken = false;
      using _server = Bun.serve({
        unix: join(place, "lull.sock"),
        fetch: ({ url }) => {
          if (url.endsWith("/livez")) return Response.json({ success: true });
          const pieces = Array.from({ length: 40 }, () => new Uint8Array(100_000));
          const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
            const piece = pieces.pop();
            if (isBroken && pieces.length < 5) controller.error();
            else if (piece === undefined) controller.close();
            else controller.enqueue(piece);
          };
          return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
        },
      });
      const own: Place = { env: { LULL_DATA_DIR: place }, fetch: (url, init) => fetch(url, init) };
      const whole = await lull(exporting(join(place, "a.zip")), own);
      expect([whole.code, Bun.file(join(place, "a.zip")).size]).toEqual([0, 4_000_000]);
      isBroken = true;
      const broken = await lull(exporting(join(place, "b.zip")), own);
      expect([broken.code, existsSync(join(place, "b.zip"))]).toEqual([69, false]);
      rmSync(place, { recursive: true, force: true });
    });
  });
});

describe("lull doctor", () => {
  const CHECKS = [
    { name: "storage", state: "ok", text: "the disk keeps" },
    { name: "webhooks", state: "skipped", text: "no Chatwoot is connected" },
  ];
  const home = join(folder, "home");
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(join(home, "lull.db"), "");
  const own = { LULL_DATA_DIR: home };

  const doctor = (checks: readonly Record<string, unknown>[], place: Place = {}, argv: string[] = []) =>
    lull(["doctor", ...argv], { env: own, ...fakeSocket({ "POST /doctor": { data: checks } }), ...place });

  test("says of each thing that it is well, and ends with 0", async () => {
    const { code, printed, complained } = await doctor(CHECKS);
    expect([code, complained]).toEqual([0, ""]);
    expect(printed.split("\n").map((line) => line.slice(0, 14).trimEnd())).toEqual([
      "✔ settings",
      "✔ data folder",
      "✔ database",
      "✔ daemon",
      "✔ master key",
      "✔ storage",
      "– webhooks",
    ]);
    expect(readdirSync(home)).toEqual(["lull.db"]);
  });

  test("ends with 1 where something is wrong, and with 69 where the store is down", async () => {
    const wrong = {
      name: "buckets",
      state: "failed",
      text: "1 unknown",
      items: ["no mapping knows x"],
      fix: "Merge.",
    };
    const ran = await doctor([...CHECKS, wrong]);
    expect(ran.code).toBe(1);
    expect(ran.printed).toEndWith("✖ buckets      1 unknown\n    no mapping knows x\n    → Merge.");
    const away = { name: "storage", state: "failed", text: "It is away.", code: "storage_unavailable" };
    expect((await doctor([away, wrong])).code).toBe(69);
    const json = await doctor([wrong], {}, ["--json"]);
    expect(JSON.parse(json.printed).at(-1)).toEqual(wrong);
    const many = { ...wrong, items: Array.from({ length: 25 }, (_, nth) => `no mapping knows ${nth}`) };
    expect((await doctor([many])).printed).toContain("    and 5 more\n");
  });

  test("asks the data folder when no daemon runs, and starts nothing", async () => {
    const { calls, openDaemon } = fakeDaemon({ "POST /doctor": { data: CHECKS } });
    const { code, printed } = await lull(["doctor"], { env: own, openDaemon });
    expect(code).toBe(0);
    expect(printed).toContain("✔ daemon       it does not run: its data folder was asked");
    expect(calls).toEqual(["stop"]);
  });

  test("makes no data folder where there is none, and no database either", async () => {
    const nowhere = join(folder, "nowhere");
    const ran = await lull(["doctor"], { env: { LULL_DATA_DIR: nowhere } });
    expect([ran.code, existsSync(nowhere)]).toEqual([0, false]);
    expect(ran.printed).toContain(`– data folder  ${nowhere} is not there yet`);
    mkdirSync(nowhere, { mode: 0o700 });
    const empty = await lull(["doctor"], { env: { LULL_DATA_DIR: nowhere } });
    expect([empty.code, readdirSync(nowhere)]).toEqual([0, []]);
    expect(empty.printed).toContain("– database");
  });

  test("finds a data folder that others can open", async () => {
    chmodSync(home, 0o755);
    const { code, printed } = await doctor(CHECKS);
    chmodSync(home, 0o700);
    expect([code, printed]).toEqual([1, expect.stringContaining(`→ chmod 700 ${home}`)]);
  });

  test("finds wrong settings and looks no further", async () => {
    const ran = await lull(["doctor"], { env: { ...own, PORT: "x" } });
    expect([ran.code, ran.complained]).toEqual([1, ""]);
    expect(ran.printed).toStartWith("✖ settings");
    expect(ran.printed).not.toContain("data folder");
  });

  test("finds another master key, and a lull that holds its data without answering", async () => {
    const fails = (error: AppError): Place => ({ env: own, openDaemon: () => Promise.reject(error) });
    const key = new AppError("bad_config", "The master key is another.", {
      reason: "master_key",
      fix: "Restore it.",
    });
    const lost = await lull(["doctor"], fails(key));
    expect([lost.code, lost.printed]).toEqual([
      1,
      expect.stringContaining("✖ master key   The master key is another.\n    → Restore it."),
    ]);
    const silent = await lull(["doctor"], fails(new AppError("second_instance", "Another lull.")));
    expect([silent.code, silent.printed]).toEqual([69, expect.stringContaining("✖ daemon")]);
  });

  test("finds a damaged database", async () => {
    const { code, printed } = await doctor(CHECKS, { checkDatabase: () => "row 1 missing from index one" });
    expect([code, printed]).toEqual([
      1,
      expect.stringContaining("✖ database     row 1 missing from index one"),
    ]);
  });
});

describe("a database", () => {
  const path = join(folder, "some.db");
  const make = (): void => {
    using db = new Database(path);
    db.run("CREATE TABLE t (a TEXT)");
    const rows = Array.from({ length: 2_000 }, (_, nth) => `('${"x".repeat(50)}${nth}')`);
    db.run(`INSERT INTO t VALUES ${rows.join(",")}`);
    db.run("CREATE INDEX t_a ON t (a)");
  };

  test("is whole, or damaged, or none", async () => {
    make();
    expect(checkDatabase(path)).toBeNull();
    const bytes = await Bun.file(path).bytes();
    bytes.fill(0xff, 5_000, 9_000);
    writeFileSync(path, bytes);
    expect(checkDatabase(path)).toBeString();
    expect(checkDatabase(join(folder, "none.db"))).toBe("it cannot be read (SQLITE_CANTOPEN)");
    writeFileSync(path, "no database".repeat(1_000));
    expect(checkDatabase(path)).toBe("it cannot be read (SQLITE_NOTADB)");
  });
});
