// What a colleague's note says to lull, and what only looks like it.
import { describe, expect, test } from "bun:test";
import { type Command, readCommand } from "../../src/chatwoot/command.ts";
import { outcome, outgoing, skipped } from "./fixture.ts";

const NOTE = { private: true, sender: { id: 41, name: "Bruno", type: "user" } };

describe("a note", () => {
  test.each<[string, Command]>([
    ["/bot on", { isOn: true }],
    ["/bot off", { isOn: false, forMs: null }],
    ["/bot off 30", { isOn: false, forMs: 1_800_000 }],
    ["  /BOT   Off  5 \n", { isOn: false, forMs: 300_000 }],
    ["/lull off", { isOn: false, forMs: null }],
    ["/lull on", { isOn: true }],
    ["/bot off 43200", { isOn: false, forMs: 2_592_000_000 }],
  ])("%j is a command", (note, command) => {
    expect(readCommand(note)).toEqual(command);
  });

  test.each([
    [null],
    [""],
    ["/bot"],
    ["bot off"],
    ["/bot offline"],
    ["/bot off 0"],
    ["/bot off 43201"],
    ["/bot off -1"],
    ["/bot on 5"],
    ["write /bot off to stop it"],
    ["/bot off\nplease"],
  ])("%j is none", (note) => {
    expect(readCommand(note)).toBeNull();
  });
});

describe("a command is taken", () => {
  test("from a colleague's new note", () => {
    expect(outcome(outgoing({ ...NOTE, content: "/bot off 5" }))).toMatchObject({
      arrival: { kind: "command", command: { isOn: false, forMs: 300_000 }, writerName: "Bruno" },
    });
  });

  test.each([
    ["a note of lull's own", { ...NOTE, content_attributes: { lull_reply_id: "0199" } }],
    ["a note of a bot", { ...NOTE, sender: { id: 7, name: "Bot", type: "agent_bot" } }],
    ["a note of a rule", { ...NOTE, content_attributes: { automation_rule_id: 3 } }],
    ["a note without a writer", { ...NOTE, sender: null, content_attributes: { external_echo: true } }],
    ["a note that is changed", { ...NOTE, event: "message_updated" }],
  ])("not from %s", (_whose, changes) => {
    expect(skipped(outgoing({ ...changes, content: "/bot off" }))).toBe("private_note");
  });

  test("not from what the customer can read: that is a person's reply", () => {
    expect(outcome(outgoing({ ...NOTE, private: false, content: "/bot off" }))).toMatchObject({
      arrival: { kind: "human_reply" },
    });
  });
});
