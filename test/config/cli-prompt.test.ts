// `lull inbox prompts` and `lull inbox prompt`: what each asks of the daemon and what it prints. The daemon is a fake.
import { expect, test } from "bun:test";
import { askDaemon, type Place } from "../harness/command.ts";

const PATH = "/inboxes/default/7/prompts";
const ROW = {
  version: 2,
  note: "shorter",
  length: 20,
  turns: 10,
  answered: 8,
  handedOff: 1,
  meanConfidence: 0.823,
  silenced: { low_confidence: 1 },
  percent: 80,
  createdAt: "2026-03-01T10:00:00.000Z",
};

const ask = (verbs: string[], answers: Record<string, unknown>, place: Place = {}) =>
  askDaemon(["inbox", ...verbs], answers, place);

test("prompts tells how each version did", async () => {
  const { printed } = await ask(["prompts", "default", "7"], {
    [`GET ${PATH}?limit=200`]: { data: [ROW], nextCursor: null },
  });
  expect(printed.split("\n")).toEqual([
    "VERSION  SHARE  TURNS  ANSWERED  HANDED OFF  CONFIDENCE  SINCE                     NOTE",
    "2        80 %   10     8         1           0.82        2026-03-01T10:00:00.000Z  shorter",
  ]);
});

test("prompts says so where there is none", async () => {
  const none = { [`GET ${PATH}?limit=200`]: { data: [], nextCursor: null } };
  expect((await ask(["prompts", "default", "7"], none)).printed).toContain("no prompt of its own");
});

test("show prints the text alone", async () => {
  const answers = { [`GET ${PATH}/2`]: { data: { version: 2, text: "We sell paint." } } };
  expect((await ask(["prompt", "show", "default", "7", "2"], answers)).printed).toBe("We sell paint.");
});

test("add takes the text from a file", async () => {
  const { asked, printed } = await ask(
    ["prompt", "add", "default", "7", "--file", "p.txt", "--note", "first"],
    { [`POST ${PATH}`]: { data: { version: 3 } } },
    { files: { "p.txt": "We sell paint." } },
  );
  expect(asked[0]?.body).toEqual({ text: "We sell paint.", note: "first" });
  expect(printed).toBe("Version 3 is kept.");
});

test("add without a text asks nothing of the daemon", async () => {
  const { asked, code } = await ask(["prompt", "add", "default", "7", "--file", "nowhere"], {});
  expect([code, asked]).toEqual([2, []]);
});

test("restore makes an old text the newest version", async () => {
  const answers = { [`POST ${PATH}/1/restore`]: { data: { version: 4 } } };
  const { printed } = await ask(["prompt", "restore", "default", "7", "1"], answers);
  expect(printed).toBe("Version 4 has the text of version 1.");
});

test.each([
  [
    "2=80,3=20",
    [
      { version: 2, percent: 80 },
      { version: 3, percent: 20 },
    ],
    "version 2  80 %\nversion 3  20 %",
  ],
  ["newest", [], "The newest version answers everybody."],
])("shares %s", async (words, shares, told) => {
  const answers = { [`PUT ${PATH}/shares`]: { data: { shares } } };
  const { asked, printed } = await ask(["prompt", "shares", "default", "7", words], answers);
  expect(asked[0]?.body).toEqual({ shares });
  expect(printed).toBe(told);
});

test("shares that are none are a mistake of the command", async () => {
  expect((await ask(["prompt", "shares", "default", "7", "all"], {})).code).toBe(2);
});
