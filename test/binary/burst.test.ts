// The whole way on real sockets: Chatwoot's webhook in, one model call, one reply out.
import { afterAll, expect, test } from "bun:test";
import { endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary } from "../harness/executable.ts";
import { endOutside, openOutside } from "../harness/outside.ts";

binary();
afterAll(async () => {
  await endDaemons();
  await endOutside();
});

test("a burst of three messages and a duplicate is asked once and answered once, and a second conversation keeps its own time", async () => {
  const outside = await openOutside();
  outside.ai.answerWith(({ prompt }) => (prompt.includes("other") ? "to the other" : "Custa dez."));
  const daemon = await startDaemon({ env: { ...outside.env, MESSAGE_BUFFER_DURATION_MS: "500" } });
  outside.lead(daemon.address);

  const first = await outside.say(458, "bom dia");
  const second = await outside.say(458, "quanto custa?");
  const third = await outside.say(458, "o azul");
  const other = await outside.say(77, "other");
  expect(await outside.deliver(second)).toEqual({
    status: 200,
    body: { success: true, action: "duplicate" },
  });
  for (const { answer } of [first, second, third, other]) {
    expect(answer).toMatchObject({ status: 200, body: { action: "buffered", dueAt: expect.any(String) } });
  }
  expect(third.answer?.body["bufferId"]).toBe(first.answer?.body["bufferId"]);
  expect(other.answer?.body["bufferId"]).not.toBe(first.answer?.body["bufferId"]);

  await daemon.atRest();
  expect(outside.ai.asked.map(({ prompt }) => prompt.split("\n").slice(1))).toEqual([
    ["[1] bom dia", "[2] quanto custa?", "[3] o azul"],
    ["[1] other"],
  ]);
  expect(outside.chatwoot.sent(458)).toEqual(["Custa dez."]);
  expect(outside.chatwoot.sent(77)).toEqual(["to the other"]);
  expect(outside.chatwoot.violations).toEqual([]);
  expect(await daemon.stop()).toBe(0);
});
