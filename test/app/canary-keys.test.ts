// A user's key goes to its provider and nowhere else, however its calls end.
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AI_FAILURES } from "../doubles/ai.ts";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addKey, addNumber, addToken, addUser, chat } from "../harness/tenants.ts";

const CANARY = "gsk-sparrow-7f3a91c2d4e5";
/** A part of it that nothing else holds. */
const FEATHER = "sparrow";
const NUMBER = "+5511987654321";

async function openWithKey() {
  const app = await openTestApp({ hasModel: false, env: { AI_PROCESSING_TIMEOUT_MS: "1000" } });
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, NUMBER);
  await addKey(app, userId, CANARY);
  return { app, userId, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** Everything that lull has written or said, but to the provider. */
async function traces(app: TestApp, userId: string): Promise<string> {
  const asked = [
    "/jobs",
    "/outbox",
    "/users",
    `/users/${userId}/ai-keys`,
    `/users/${userId}/usage`,
    "/metrics",
  ];
  const answers = await Promise.all(asked.map(async (path) => (await app.admin("GET", path)).body));
  const metrics = await (await app.handle(new Request("http://localhost/metrics"))).text();
  const files = readdirSync(app.dataDir, { withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.map(({ name }) => readFileSync(join(app.dataDir, name), "latin1"));
  const notes = JSON.stringify(app.chatwoot.visible(458));
  return [JSON.stringify(app.events), JSON.stringify(answers), metrics, notes, ...bytes].join("\n");
}

describe("a key whose call ends in", () => {
  test.each(AI_FAILURES)("%s is in no log, answer, row, file or note", async (failure) => {
    await using world = await openWithKey();
    const { app, userId } = world;
    app.ai.failNext(failure, 20);
    await app.receive("oi", { contact: { id: 71, name: "Ana", phoneNumber: NUMBER } });
    await app.clock.tick(200_000);
    expect(app.ai.asked.map(({ key }) => key)).toContain(CANARY);
    const text = await traces(app, userId);
    expect(text.includes('"lastFour":"d4e5"')).toBe(true);
    expect(text.includes(FEATHER)).toBe(false);
  });

  test.each(AI_FAILURES.filter((failure) => failure !== "hang" && failure !== "stall_body"))(
    "%s is in no answer of the chat API",
    async (failure) => {
      await using world = await openWithKey();
      const { app, userId } = world;
      app.ai.failNext(failure, 20);
      const token = await addToken(app, "chat");
      const { status, body } = await chat(app, token, { text: "oi", phoneNumber: NUMBER });
      expect(status).toBe(500);
      expect(JSON.stringify(body)).not.toContain(FEATHER);
      expect((await traces(app, userId)).includes(FEATHER)).toBe(false);
    },
  );
});

test("a refused body that holds a key does not say it again", async () => {
  await using world = await openWithKey();
  const { app, userId } = world;
  for (const body of [
    { provider: "mistral", apiKey: CANARY },
    { provider: "groq", apiKey: `${CANARY} with blanks` },
    { provider: "groq", apiKey: CANARY, temperature: CANARY },
    { provider: CANARY, apiKey: CANARY },
  ]) {
    const answer = await app.admin("POST", `/users/${userId}/ai-keys`, body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).not.toContain(FEATHER);
  }
  expect(JSON.stringify(app.events)).not.toContain(FEATHER);
});
