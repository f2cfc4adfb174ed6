// `lull contact`: what it asks of the daemon, and what it says. The daemon is a fake.
import { expect, test } from "bun:test";
import { askDaemon } from "../harness/command.ts";

const UNTIL = "2026-06-18T13:30:00.000Z";

const contact = (argv: string[], answers: Record<string, unknown>) =>
  askDaemon(["contact", ...argv], answers);

test("pause says until when lull is quiet", async () => {
  const answers = { "POST /conversations/458/pause": { data: { conversationId: 458, pausedUntil: UNTIL } } };
  const { code, printed, asked } = await contact(["pause", "458", "--minutes", "30"], answers);
  expect([code, printed]).toEqual([0, `✔ lull is quiet in conversation 458 until ${UNTIL}`]);
  expect(asked[0]?.body).toEqual({ minutes: 30 });
});

test("pause without minutes has no end of its own", async () => {
  const answers = {
    "POST /conversations/clinic%3A458/pause": { data: { conversationId: 458, pausedUntil: null } },
  };
  const { printed, asked } = await contact(["pause", "458", "--connection", "clinic"], answers);
  expect(printed).toBe("✔ lull is quiet in conversation 458 until it is resolved or resumed");
  expect(asked[0]?.body).toEqual({});
});

test.each([
  [null, ""],
  ["human_assigned", "; it still keeps silent there: human_assigned"],
])("resume says what else keeps lull silent: %j", async (silence, still) => {
  const answers = { "POST /conversations/458/resume": { data: { conversationId: 458, silence } } };
  const { code, printed } = await contact(["resume", "458"], answers);
  expect([code, printed]).toEqual([0, `✔ nobody keeps lull quiet in conversation 458${still}`]);
});

test("a conversation that is not there ends with 1, a wrong flag with 2", async () => {
  expect((await contact(["resume", "1"], {})).code).toBe(1);
  expect((await contact(["pause", "1", "--minutes", "soon"], {})).code).toBe(2);
});
