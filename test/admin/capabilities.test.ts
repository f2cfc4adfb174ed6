// What an admin says that models can do: the next question goes by it.
import { describe, expect, test } from "bun:test";
import { filesAt } from "../doubles/files-network.ts";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { openAttachmentApp } from "../harness/attachments-in-sight.ts";
import { jpeg } from "../harness/pictures.ts";

const PATH = "/model-capabilities";
const SILENCE_MS = 30_010;

async function sendPicture(app: TestApp): Promise<void> {
  await app.receive("veja", {
    attachments: [{ id: 1, file_type: "image", data_url: "http://chatwoot.test/1.jpg" }],
  });
  await app.clock.tick(SILENCE_MS);
}

test("a model that is said not to see is shown no picture, and one that obeys no schema is held to none", async () => {
  await using app = await openAttachmentApp(filesAt("chatwoot.test", { "/1.jpg": [await jpeg(20, 10)] }));
  await sendPicture(app);
  expect(app.ai.asked[0]).toMatchObject({ images: [{ width: 20 }], schema: "decision" });
  const { body } = await app.admin("PUT", PATH, { "gpt-5.4-mini": { sees: false, obeysSchema: false } });
  expect(body["data"]).toEqual({ "gpt-5.4-mini": { sees: false, obeysSchema: false } });
  await sendPicture(app);
  expect(app.ai.asked).toHaveLength(2);
  expect(app.ai.asked[1]).not.toHaveProperty("images");
  expect(app.ai.asked[1]).not.toHaveProperty("schema");
  expect(app.ai.asked[1]?.prompt).toContain("(image could not be read: nobody can do that here now)");
});

test("what was said stays so over a restart, until something else is said", async () => {
  await using app = await openTestApp();
  expect((await app.admin("GET", PATH)).body["data"]).toEqual({});
  await app.admin("PUT", PATH, { "gpt-7": { sees: true }, "llama-9": { obeysSchema: true } });
  await app.stop();
  await app.start();
  expect((await app.admin("GET", PATH)).body["data"]).toEqual({
    "gpt-7": { sees: true },
    "llama-9": { obeysSchema: true },
  });
  await app.admin("PUT", PATH, {});
  expect((await app.admin("GET", PATH)).body["data"]).toEqual({});
});

test("each change is told in the log, and no look is", async () => {
  await using app = await openTestApp();
  await app.admin("GET", PATH);
  await app.admin("PUT", PATH, { "gpt-7": { sees: true } });
  await app.admin("PUT", PATH, { "gpt-7": { sees: "yes" } });
  const told = app.events.filter(({ name }) => name === "admin.changed").map(({ fields }) => fields);
  expect(told).toMatchObject([{ action: "models.change" }]);
});

describe("what cannot be meant is refused, and changes nothing:", () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`m${index}`, { sees: true }]));
  test.each<[what: string, body: unknown]>([
    ["no object", []],
    ["a model that can nothing", { "gpt-7": {} }],
    ["a model that is no object", { "gpt-7": true }],
    ["a model that is empty", { "gpt-7": null }],
    ["a capability that is none", { "gpt-7": { hears: true } }],
    ["a capability that is neither true nor false", { "gpt-7": { sees: 1 } }],
    ["a name that no model has", { "gpt 7\n": { sees: true } }],
    ["no name", { "": { sees: true } }],
    ["more models than there are", many],
  ])("%s", async (_what, body) => {
    await using app = await openTestApp();
    await app.admin("PUT", PATH, { "gpt-6": { sees: false } });
    const answer = await app.admin("PUT", PATH, body);
    expect([answer.status, answer.body["success"]]).toEqual([400, false]);
    expect((await app.admin("GET", PATH)).body["data"]).toEqual({ "gpt-6": { sees: false } });
  });
});
