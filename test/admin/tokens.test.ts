// Tokens: handed out once, listed without what they are, taken back.
import { describe, expect, test } from "bun:test";
import { openTestApp } from "../harness/app.ts";
import { addUser } from "../harness/tenants.ts";
import { NOBODY } from "../routes/table.ts";

test.each(["admin", "service", "chat", "user"])(
  "a token of scope %s is shown when it is made, and never again",
  async (word) => {
    await using app = await openTestApp();
    const scope = word === "user" ? `user:${await addUser(app, "Ana")}` : word;
    const { status, body } = await app.admin("POST", "/tokens", { name: "the panel", scope });
    expect(status).toBe(200);
    const made = body["data"] as Record<string, string>;
    expect(made).toEqual({
      id: expect.any(String),
      name: "the panel",
      scope,
      token: expect.stringMatching(new RegExp(`^lull_${word}_`)),
    });
    const { token = "none", ...rest } = made;
    const list = await app.admin("GET", "/tokens");
    expect(list.body["data"]).toEqual([{ ...rest, createdAt: expect.stringMatching(/^2026-06-18T13/) }]);
    expect(JSON.stringify([list.body, app.events])).not.toContain(token.slice(-43));
  },
);

test("two tokens of one name are two", async () => {
  await using app = await openTestApp();
  const made = await Promise.all(
    [1, 2].map(() => app.admin("POST", "/tokens", { name: "x", scope: "chat" })),
  );
  const tokens = made.map(({ body }) => (body["data"] as Record<string, string>)["token"]);
  expect(new Set(tokens).size).toBe(2);
});

test("tokens made in one moment come page by page, newest first, each once", async () => {
  await using app = await openTestApp();
  for (const name of ["1", "2", "3", "4", "5"]) await app.admin("POST", "/tokens", { name, scope: "chat" });
  const seen: unknown[] = [];
  for (let cursor: unknown = null, pages = 0; pages < 3; pages++) {
    const from = typeof cursor === "string" ? `&cursor=${cursor}` : "";
    const { body } = await app.admin("GET", `/tokens?limit=2${from}`);
    seen.push(...(body["data"] as { name: string }[]).map(({ name }) => name));
    cursor = body["nextCursor"];
  }
  expect(seen).toEqual(["5", "4", "3", "2", "1"]);
});

describe("no token is made", () => {
  test.each([
    ["without a name", { scope: "chat" }, 400, "name"],
    ["without a scope", { name: "x" }, 400, "scope"],
    ["of another scope", { name: "x", scope: "root" }, 400, "scope"],
    ["of a user that is not named", { name: "x", scope: "user" }, 400, "scope"],
    ["of a user that is named by nothing", { name: "x", scope: "user:" }, 400, "scope"],
    ["of a scope that is no text", { name: "x", scope: ["admin"] }, 400, "scope"],
    ["of a user that is not there", { name: "x", scope: `user:${NOBODY}` }, 404, "There is no such user"],
    [
      "with a token that somebody chose",
      { name: "x", scope: "chat", token: "mine" },
      400,
      "known are name, scope",
    ],
  ])("%s", async (_how, wanted, status, said) => {
    await using app = await openTestApp();
    const answer = await app.admin("POST", "/tokens", wanted);
    expect(answer.status).toBe(status);
    expect(String(answer.body["error"])).toContain(said);
    expect((await app.admin("GET", "/tokens")).body["data"]).toEqual([]);
    expect(app.events.filter(({ name }) => name === "admin.changed")).toEqual([]);
  });
});
