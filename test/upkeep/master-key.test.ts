// The master key: given or made once, and never taken for another.
import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  existsSync,
  writeFileSync,
  mkdirSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "bun:test";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import type { SettingsStore } from "../../src/db/store-settings.ts";
import { AppError } from "../../src/errors.ts";
import { parseMasterKey, Sealer } from "../../src/sealing.ts";
import { ensureSealer } from "../../src/upkeep/master-key.ts";
import { seededRandom } from "../harness/random.ts";

const CANARY = "master_key_canary";
const GIVEN = new Uint8Array(32).fill(5);
const OTHER = new Uint8Array(32).fill(6);
const AT = { table: "ai_credentials", column: "sealed_key", id: "one" };

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A data folder and the settings of its database, started any number of times. */
function openPlace(seed = 1) {
  const dataDir = mkdtempSync(join(tmpdir(), "lull-key-"));
  folders.push(dataDir);
  const kept = new Map<string, string>();
  const store: Partial<SettingsStore> = {
    setting: async (name) => kept.get(name) ?? null,
    saveSetting: async (name, value) => void kept.set(name, value),
  };
  const random = seededRandom(seed);
  const start = (given: Uint8Array | null = null): Promise<Sealer> =>
    ensureSealer({ given, dataDir, store: store as SettingsStore, random, now: 0 });
  return { dataDir, path: join(dataDir, "master.key"), kept, start };
}

/** What a start that goes wrong says; the test fails when it goes right. */
async function complaint(start: Promise<Sealer>): Promise<AppError> {
  const error: unknown = await start.then(
    () => new Error("it started"),
    (reason: unknown) => reason,
  );
  if (error instanceof AppError && error.code === "bad_config") return error;
  throw error;
}

const WRONG_KEY = "The master key is not the one that sealed this database.";

describe("when no key is given", () => {
  test("one is made at the first start, in a file of lull's user alone, and used at every later one", async () => {
    const place = openPlace();
    const sealed = (await place.start()).seal("a secret", AT);
    const text = readFileSync(place.path, "utf8");
    expect(text).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    expect(statSync(place.path).mode & 0o777).toBe(0o600);
    expect((await place.start()).unseal(sealed, AT)).toBe("a secret");
    expect(readFileSync(place.path, "utf8")).toBe(text);
  });

  test("another one is made for another database", async () => {
    const places = [openPlace(1), openPlace(2)];
    for (const { start } of places) await start();
    const made = places.map(({ path }) => readFileSync(path, "utf8"));
    expect(new Set(made).size).toBe(2);
  });

  test("a file that was there before the first start is taken as it is", async () => {
    const place = openPlace();
    writeFileSync(place.path, Buffer.from(GIVEN).toString("base64url"));
    const sealed = (await place.start()).seal("a secret", AT);
    rmSync(place.path);
    expect((await place.start(GIVEN)).unseal(sealed, AT)).toBe("a secret");
  });
});

describe("when a key is given", () => {
  test("it is used, and no file is made", async () => {
    const place = openPlace();
    const sealed = (await place.start(GIVEN)).seal("a secret", AT);
    expect(existsSync(place.path)).toBe(false);
    expect((await place.start(GIVEN)).unseal(sealed, AT)).toBe("a secret");
  });

  test("it stands before the file", async () => {
    const place = openPlace();
    await place.start();
    expect((await complaint(place.start(OTHER))).message).toBe(WRONG_KEY);
    const key = parseMasterKey(readFileSync(place.path, "utf8").trim());
    expect(await place.start(key)).toBeInstanceOf(Sealer);
  });
});

describe("a database sealed by another key is not opened", () => {
  test("when another one is given, and is with the right one again", async () => {
    const place = openPlace();
    await place.start(GIVEN);
    const canary = place.kept.get(CANARY);
    const error = await complaint(place.start(OTHER));
    expect(error.message).toBe(WRONG_KEY);
    expect(error.message).not.toContain("\n");
    expect(error.fix).toContain(place.path);
    expect(error.fix).toContain("LULL_MASTER_KEY");
    expect(place.kept.get(CANARY)).toBe(canary);
    expect(await place.start(GIVEN)).toBeInstanceOf(Sealer);
  });

  test("when its key is gone: none is made in its place", async () => {
    const place = openPlace();
    await place.start();
    rmSync(place.path);
    expect((await complaint(place.start())).message).toBe(WRONG_KEY);
    expect(existsSync(place.path)).toBe(false);
  });

  test("when the file holds the key of another database", async () => {
    const [place, foreign] = [openPlace(), openPlace()];
    await place.start();
    await foreign.start(OTHER);
    writeFileSync(place.path, Buffer.from(OTHER).toString("base64"));
    expect((await complaint(place.start())).message).toBe(WRONG_KEY);
  });

  test.each(["", "null", "[]", "{}", "{", '{"box":"AAAA","keyVersion":1}', '{"box":7,"keyVersion":"x"}'])(
    "when what it knows its key by is damaged: %p",
    async (canary) => {
      const place = openPlace();
      await place.start(GIVEN);
      place.kept.set(CANARY, canary);
      expect((await complaint(place.start(GIVEN))).message).toBe(WRONG_KEY);
    },
  );

  test("when what it knows its key by was sealed under another version, or holds another text", async () => {
    const place = openPlace();
    const sealer = await place.start(GIVEN);
    const at = { table: "settings", column: "value", id: CANARY };
    place.kept.set(CANARY, JSON.stringify({ ...sealer.seal("lull", at), keyVersion: 2 }));
    expect((await complaint(place.start(GIVEN))).message).toBe(WRONG_KEY);
    place.kept.set(CANARY, JSON.stringify(sealer.seal("other", at)));
    expect((await complaint(place.start(GIVEN))).message).toBe(WRONG_KEY);
    place.kept.set(CANARY, JSON.stringify(sealer.seal("lull", at)));
    expect(await place.start(GIVEN)).toBeInstanceOf(Sealer);
  });
});

describe("a file that holds no key", () => {
  test.each([
    ["is empty", ""],
    ["was cut off", `${Buffer.from(GIVEN).toString("base64").slice(0, 30)}\n`],
    ["holds too much", Buffer.alloc(48, 1).toString("base64")],
    ["holds words", "this is my secret key"],
    [
      "holds two keys",
      `${Buffer.from(GIVEN).toString("base64")}\n${Buffer.from(OTHER).toString("base64")}\n`,
    ],
  ])("is said to be so, kept, and not shown, when it %s", async (_, text) => {
    const place = openPlace();
    writeFileSync(place.path, text);
    const error = await complaint(place.start());
    expect(error.message).toBe(`The file ${place.path} does not hold a master key: 32 bytes in base64.`);
    expect(error.fix).toContain("nothing is sealed with it yet");
    if (text !== "") expect(Bun.inspect(error)).not.toContain(text.trim());
    expect(readFileSync(place.path, "utf8")).toBe(text);
    expect(place.kept.size).toBe(0);
  });

  test("is not to be deleted once something was sealed", async () => {
    const place = openPlace();
    await place.start();
    writeFileSync(place.path, "");
    expect((await complaint(place.start())).fix).toBe(
      "Restore it from a copy, or set LULL_MASTER_KEY to what it held.",
    );
  });

  test("is none that cannot be read", async () => {
    const place = openPlace();
    mkdirSync(place.path);
    expect((await complaint(place.start())).message).toBe(`The master key in ${place.path} cannot be read.`);
  });

  test("is not made up for when its place leads nowhere", async () => {
    const place = openPlace();
    symlinkSync(join(place.dataDir, "elsewhere"), place.path);
    expect((await complaint(place.start())).message).toBe(
      `The master key cannot be written to ${place.path}.`,
    );
    expect(existsSync(join(place.dataDir, "elsewhere"))).toBe(false);
    expect(place.kept.size).toBe(0);
  });
});

test("a first start that ended between the file and the database goes on with the same key", async () => {
  const place = openPlace();
  const sealed = (await place.start()).seal("a secret", AT);
  place.kept.clear();
  expect((await place.start()).unseal(sealed, AT)).toBe("a secret");
  expect(place.kept.size).toBe(1);
});

test("the key stands nowhere in the database, what it is known by does", async () => {
  const { dataDir } = openPlace();
  const store = openSqliteStore({ path: join(dataDir, "lull.db"), random: seededRandom() });
  const ensure = (): Promise<Sealer> =>
    ensureSealer({ given: null, dataDir, store, random: seededRandom(), now: 1 });
  const sealed = (await ensure()).seal("a secret", AT);
  expect((await ensure()).unseal(sealed, AT)).toBe("a secret");
  const canary = JSON.parse((await store.setting(CANARY)) ?? "null") as Record<string, unknown>;
  expect(canary).toEqual({ box: expect.any(String), keyVersion: 1 });
  await store.close();
  const key = readFileSync(join(dataDir, "master.key"), "utf8").trim();
  const database = readFileSync(join(dataDir, "lull.db"));
  expect(database.includes(CANARY)).toBe(true);
  expect(database.includes(key)).toBe(false);
  expect(database.includes(Buffer.from(key, "base64"))).toBe(false);
});
