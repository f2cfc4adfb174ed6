// `lull inbox`: what each verb asks of the daemon and how it shows what it gets. The daemon is a fake.
import { expect, test } from "bun:test";
import { askDaemon, type Place } from "../harness/command.ts";

const INBOX = {
  connection: "default",
  inboxId: 7,
  id: null,
  userId: "u-1",
  settings: { mode: "watch", window: { silenceMs: 10_000 }, hours: null, labels: ["vip"] },
  defaults: ["hours", "labels"],
  waits: { silenceMs: 10_000, ageMaxMs: 300_000, sizeMax: 50 },
};
const AT = "/inboxes/default/7";

async function set(flags: string[], place: Place = {}): Promise<unknown> {
  const { asked, code } = await askDaemon(
    ["inbox", "set", "default", "7", ...flags],
    { [`PUT ${AT}`]: { data: INBOX } },
    place,
  );
  expect(code).toBe(0);
  return asked[0]?.body;
}

test("list tells of each inbox its mode, wait, hours and owner", async () => {
  const { printed } = await askDaemon(["inbox", "list"], {
    "GET /inboxes?limit=200": { data: [INBOX], nextCursor: null },
  });
  expect(printed).toBe(
    "CONNECTION  INBOX  MODE   SILENCE  HOURS   OWNER\ndefault     7      watch  10 s     always  u-1",
  );
});

test("show tells every setting and which are the default", async () => {
  const { printed } = await askDaemon(["inbox", "show", "default", "7"], { [`GET ${AT}`]: { data: INBOX } });
  expect(printed.split("\n").slice(3)).toEqual([
    "mode        watch",
    "window      10 s, at longest 300 s, at 50 messages at once",
    "hours       – (default)",
    'labels      ["vip"] (default)',
  ]);
});

test("set sends what its flags say and no more", async () => {
  expect(await set(["--mode", "off"])).toEqual({ mode: "off" });
  expect(await set(["--silence", "1500ms", "--longest", "2m", "--messages", "9"])).toEqual({
    window: { silenceMs: 1_500, ageMaxMs: 120_000, sizeMax: 9 },
  });
  expect(await set(["--block", "+1*, +5511912345678", "--allow", ""])).toEqual({
    lists: { block: ["+1*", "+5511912345678"], allow: [] },
  });
  expect(await set(["--groups", "answer", "--answers-per-hour", "5"])).toEqual({
    groups: "answer",
    answersPerHourMax: 5,
  });
});

test("set takes the rest from a file of JSON, under its flags", async () => {
  const files = { "/tmp/inbox.json": '{"mode":"off","hours":null}' };
  expect(await set(["--json-file", "/tmp/inbox.json", "--mode", "watch"], { files })).toEqual({
    mode: "watch",
    hours: null,
  });
});

test.each([
  [[], "✗ Nothing was said to change."],
  [["--mode", "loud"], "error: option '--mode <mode>' argument 'loud' is invalid."],
  [["--silence", "10"], "error: option '--silence <time>' argument '10' is invalid."],
  [["--json-file", "/tmp/none.json"], "✗ /tmp/none.json is no file with a JSON object."],
])("set %j ends with 2 and asks nobody", async (flags, complaint) => {
  const { code, asked, complained } = await askDaemon(["inbox", "set", "default", "7", ...flags], {});
  expect([code, asked]).toEqual([2, []]);
  expect(complained).toStartWith(complaint);
});
