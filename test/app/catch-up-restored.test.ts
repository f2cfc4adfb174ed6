// An old copy of the database is put back: what lull did since stands in Chatwoot alone. Nobody is answered a second time, and
// nobody who was not answered is forgotten.
import { expect, test } from "bun:test";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { openTestApp, type TestApp } from "../harness/app.ts";

const MINUTE_MS = 60_000;
/** A silence, and a little for the turn. */
const TURN_MS = 30_010;

/** The rows of now come back after `happens`, as if they were all that was ever written. */
async function forgetting(app: TestApp, happens: () => Promise<void>): Promise<void> {
  const path = join(app.dataDir, "lull.db");
  await app.stop();
  copyFileSync(path, `${path}.old`);
  await app.start();
  await happens();
  await app.stop();
  for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  copyFileSync(`${path}.old`, path);
}

async function burst(app: TestApp, conversationId: number, ...texts: string[]): Promise<void> {
  for (const text of texts) await app.receive(text, { conversationId });
  await app.clock.tick(TURN_MS);
}

function replyTo({ prompt }: { prompt: string }): string {
  return `re: ${prompt.split("\n").slice(1).join(" ")}`;
}

test("what was answered since is not answered again, whether it waited when the copy was made or came later", async () => {
  await using app = await openTestApp();
  await burst(app, 1, "antes");
  await app.receive("esperando", { conversationId: 2 });
  await forgetting(app, async () => {
    await app.clock.tick(TURN_MS);
    await burst(app, 1, "um", "dois");
    await burst(app, 3, "novo");
    await app.clock.tick(2 * MINUTE_MS);
  });
  const before = [1, 2, 3].map((id) => app.chatwoot.sent(id).length);
  expect(before).toEqual([2, 1, 1]);
  await app.start();
  await app.clock.tick(10 * MINUTE_MS);
  expect([1, 2, 3].map((id) => app.chatwoot.sent(id).length)).toEqual(before);
  // What waited in the copy had its turn again, and the look before the POST found the answer.
  expect((await app.store().counts()).messages).toEqual({ answered: 4, silenced: 1 });
  expect(new Set(visibleReplies(app.chatwoot.ledger).values())).toEqual(new Set([1]));
});

test("what came since and was not answered is, with all that was said in between as its history", async () => {
  await using app = await openTestApp();
  app.ai.answerWith(replyTo);
  await burst(app, 1, "antes");
  await forgetting(app, () => burst(app, 1, "um"));
  app.chatwoot.customerSays(1, "dois");
  await app.clock.tick(MINUTE_MS);
  await app.start();
  await app.clock.tick(TURN_MS);
  expect(app.chatwoot.sent(1)).toEqual(["re: [1] antes", "re: [1] um", "re: [1] dois"]);
  const [asked] = app.ai.asked.slice(-1);
  const history = JSON.stringify(asked);
  for (const said of ["antes", "um", "re: [1] um"]) expect(history).toContain(said);
});

test("a message that came in the middle of what waited and what was answered joins neither", async () => {
  await using app = await openTestApp();
  app.ai.answerWith(replyTo);
  await app.receive("um", { conversationId: 1 });
  await forgetting(app, async () => {
    await app.receive("dois", { conversationId: 1 });
    await app.clock.tick(TURN_MS);
  });
  app.chatwoot.customerSays(1, "três");
  await app.clock.tick(MINUTE_MS);
  await app.start();
  await app.clock.tick(3 * MINUTE_MS);
  expect(app.chatwoot.sent(1)).toEqual(["re: [1] um [2] dois", "re: [1] três"]);
});

test("a message that stands before a reply which did not answer it is answered", async () => {
  await using app = await openTestApp();
  app.ai.answerWith(replyTo);
  await app.receive("antes", { conversationId: 2 });
  const { fetch: answer } = app.chatwoot;
  let isSaid = false;
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    if (!isSaid && init.method === "POST" && url.endsWith("/1/messages")) {
      isSaid = true;
      app.chatwoot.customerSays(1, "espera");
    }
    return answer(url, init);
  };
  await forgetting(app, async () => {
    Object.assign(app.chatwoot, { fetch });
    await burst(app, 1, "um");
  });
  const [question, between, reply] = app.chatwoot.messages(1);
  expect([question?.content, between?.content, reply?.content]).toEqual(["um", "espera", "re: [1] um"]);
  await app.clock.tick(MINUTE_MS);
  await app.start();
  await app.clock.tick(3 * MINUTE_MS);
  expect(app.chatwoot.sent(1)).toEqual(["re: [1] um", "re: [1] espera"]);
});

test("where a colleague took over since, lull keeps out", async () => {
  await using app = await openTestApp();
  await app.receive("oi", { conversationId: 1 });
  await forgetting(app, async () => {
    await app.deliver(app.chatwoot.humanSays(1, "Ana aqui"));
    await app.clock.tick(TURN_MS);
  });
  await app.start();
  await app.receive("obrigado", { conversationId: 1 });
  await app.clock.tick(3 * MINUTE_MS);
  expect(app.chatwoot.sent(1)).toEqual([]);
});

test("many conversations at all stages: none is lost, none is answered twice", async () => {
  await using app = await openTestApp();
  app.ai.answerWith(replyTo);
  const ids = Array.from({ length: 40 }, (_, index) => index + 1);
  const say = async (every: number, text: string): Promise<void> => {
    for (const conversationId of ids.filter((id) => id % every === 0))
      await app.receive(`${text}${conversationId}`, { conversationId });
  };
  await say(2, "a");
  await app.clock.tick(20_000);
  await say(3, "b");
  await forgetting(app, async () => {
    await app.clock.tick(20_000);
    await say(5, "c");
    await app.clock.tick(TURN_MS);
    await say(4, "d");
    await app.clock.tick(10_000);
  });
  await app.clock.tick(MINUTE_MS);
  await app.start();
  await app.clock.tick(5 * MINUTE_MS);
  const replies = ids.flatMap((id) => app.chatwoot.sent(id)).join(" ");
  const said = ids
    .flatMap((id) => app.chatwoot.messages(id))
    .filter(({ direction }) => direction === "incoming");
  for (const { content } of said)
    expect({ content, times: replies.match(new RegExp(`\\] ${content}\\b`, "g"))?.length }).toEqual({
      content,
      times: 1,
    });
});
