// `lull flags`: what it asks of the daemon, and what it says. The daemon is a fake.
import { expect, test } from "bun:test";
import { askDaemon } from "../harness/command.ts";

const FLAG = {
  name: "message_buffering",
  description: "Wait for silence",
  default: true,
  isEnabled: true,
  rolloutPercent: 25,
  isLocked: false,
  set: { isEnabled: true, rolloutPercent: 25 },
  overrides: { "connection:clinic": { isEnabled: false, rolloutPercent: 100 } },
};

const flags = (argv: string[], answers: Record<string, unknown>) => askDaemon(["flags", ...argv], answers);

test("list is one line a flag; with --json it is the daemon's own answer", async () => {
  const locked = { ...FLAG, name: "split_replies", isEnabled: false, isLocked: true, overrides: {} };
  const answers = { "GET /flags": { data: [FLAG, locked] } };
  expect((await flags(["list"], answers)).printed.split("\n")).toEqual([
    "FLAG               STATE        DEFAULT  OVERRIDES  LOCKED",
    "message_buffering  on for 25 %  on       1          –",
    "split_replies      off          on       –          by the environment",
  ]);
  expect(JSON.parse((await flags(["list", "--json"], answers)).printed)).toEqual([FLAG, locked]);
});

test("show tells all that was set, and what the environment holds against it", async () => {
  const locked = { ...FLAG, isEnabled: false, isLocked: true };
  const { printed } = await flags(["show", "message_buffering"], {
    "GET /flags/message_buffering": { data: locked },
  });
  expect(printed).toContain("off (locked by the environment; set is on for 25 %)");
  expect(printed).toMatch(/connection:clinic +off/);
});

test("set says what was asked for and nothing else", async () => {
  const answers = { "PUT /flags/message_buffering": { data: FLAG } };
  const plain = await flags(["set", "message_buffering", "on"], answers);
  expect([plain.code, plain.asked[0]?.body]).toEqual([0, { enabled: true }]);
  const full = await flags(
    ["set", "message_buffering", "off", "--rollout", "25", "--scope", "user:u1", "--why", "a try"],
    answers,
  );
  const body = { enabled: false, rolloutPercent: 25, scope: "user:u1", why: "a try" };
  expect(full.asked[0]?.body).toEqual(body);
});

test("unset names whose setting goes", async () => {
  const answers = {
    "DELETE /flags/message_buffering?scope=connection%3Aclinic": { data: { ...FLAG, overrides: {} } },
  };
  const { code } = await flags(["unset", "message_buffering", "--scope", "connection:clinic"], answers);
  expect(code).toBe(0);
});

test("history is one line a change", async () => {
  const changes = [{ scope: "all", field: "rolloutPercent", from: 100, to: 25 }];
  const entry = { id: "1", at: "2026-06-18T13:00:00.000Z", actor: "socket", why: "a try", changes };
  const answers = { "GET /flags/message_buffering/history?limit=200": { data: [entry], nextCursor: null } };
  const { printed } = await flags(["history", "message_buffering"], answers);
  expect(printed.split("\n")[1]).toBe(
    "2026-06-18T13:00:00.000Z  socket  all rolloutPercent: 100 → 25  a try",
  );
});

test("processing off says what still happens", async () => {
  const answers = { "POST /processing": { data: { enabled: false } } };
  const { printed, asked } = await flags(["processing", "off"], answers);
  expect(printed).toBe("✔ lull only stores what comes; nothing closes, turns or sends");
  expect(asked[0]?.body).toEqual({ enabled: false });
});

test("a state that is none, a share that is no number and a missing scope are wrong usage", async () => {
  const wrong = [
    ["set", "message_buffering", "maybe"],
    ["set", "message_buffering", "on", "--rollout", "half"],
    ["unset", "message_buffering"],
    ["processing", "now"],
  ];
  for (const argv of wrong) expect((await flags(argv, {})).code).toBe(2);
});
