// `lull backup`: what it asks, what it prints, and that a restore is meant.
import { expect, test } from "bun:test";
import { AppError } from "../../src/errors.ts";
import { askDaemon, type Place } from "../harness/command.ts";

const env = { LULL_DATA_DIR: "/nowhere/lull" };
const BACKUP = {
  id: "b-1",
  file: "lull-2026-06-18T021700Z-b-1.db",
  createdAt: "2026-06-18T02:17:00.000Z",
  verifiedAt: "2026-06-18T02:17:01.000Z",
  sizeBytes: 3 * 2 ** 20,
  counts: { buffered_messages: 40, message_buffer: 12 },
};

const ask = (argv: string[], answers: Record<string, unknown>, place: Place = {}) =>
  askDaemon(argv, answers, { env, ...place });

/** A restore that works, and what it was asked for. */
function restorer() {
  const restored: string[] = [];
  const restore: Place["restore"] = (_, named) => {
    restored.push(named);
    return { from: "/nowhere/b.db", keptAs: "/nowhere/lull.db.before-restore", counts: BACKUP.counts };
  };
  return { restored, restore };
}

test("list shows when each was made and proven, and says where there is none", async () => {
  const { printed } = await ask(["backup", "list"], {
    "GET /backups?limit=200": { data: [BACKUP], nextCursor: null },
  });
  expect(printed).toMatch(/2026-06-18T02:17:00.000Z +b-1 +3\.0 +40 +2026-06-18T02:17:01.000Z/);
  const none = await ask(["backup", "list"], { "GET /backups?limit=200": { data: [], nextCursor: null } });
  expect(none.printed).toContain("There are no backups yet");
});

test("create waits until it is made, and says what is not in it", async () => {
  const { code, printed } = await ask(["backup", "create"], {
    "POST /schedules/backup/run": { data: { id: "r-1", state: "succeeded", count: 1 } },
    "GET /backups?limit=200": { data: [BACKUP], nextCursor: null },
  });
  expect(code).toBe(0);
  expect(printed).toContain("made and proven: b-1");
  expect(printed).toContain("The master key is in no backup");
});

test("verify ends well for one that is whole, and badly for another", async () => {
  const answer = (isWhole: boolean, fault: string | null) => ({
    "POST /backups/b-1/verify": { data: { ...BACKUP, isWhole, fault } },
  });
  expect(await ask(["backup", "verify", "b-1"], answer(true, null))).toMatchObject({
    code: 0,
    printed: "✔ it is whole: 52 rows",
  });
  expect(await ask(["backup", "verify", "b-1"], answer(false, "it is empty"))).toMatchObject({
    code: 1,
    complained: expect.stringContaining("not to be relied on: it is empty"),
  });
});

test("restore asks a person, wants --yes where there is none, and says where the rest is", async () => {
  const { restored, restore } = restorer();
  const nobody = await ask(["backup", "restore", "latest"], {}, { restore });
  expect([nobody.code, restored]).toEqual([2, []]);
  const input = (answer: string | null) => ({ isTerminal: true, ask: () => Promise.resolve(answer) });
  const no = await ask(["backup", "restore", "latest"], {}, { restore, input: input("n") });
  expect([no.code, no.printed, restored]).toEqual([0, "Nothing was changed.", []]);
  const yes = await ask(["backup", "restore", "b-1"], {}, { restore, input: input("y") });
  expect([yes.code, restored]).toEqual([0, ["b-1"]]);
  expect(yes.printed).toMatch(/kept aside +\/nowhere\/lull\.db\.before-restore/);
  const json = await ask(["backup", "restore", "latest", "--yes", "--json"], {}, { restore });
  expect(JSON.parse(json.printed)).toMatchObject({ from: "/nowhere/b.db" });
});

test("restore refuses as it is refused", async () => {
  const restore = (): never => {
    throw new AppError("second_instance", "Another lull already works on this data folder.", {
      fix: "Stop the other one.",
    });
  };
  expect(await ask(["backup", "restore", "latest", "--yes"], {}, { restore })).toMatchObject({
    code: 1,
    complained: expect.stringContaining("Stop the other one."),
  });
});
