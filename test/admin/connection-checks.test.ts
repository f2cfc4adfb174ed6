// What a connection's Chatwoot says of its tokens, asked for one and by the doctor for all: each finding with what to do.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { openBesideSecond, SECOND, SECOND_BOT_TOKEN, SECOND_TOKEN } from "../harness/second.ts";

interface Check {
  name: string;
  state: string;
  tokenKind: string | null;
  findings: { name: string; state: string }[];
}

/** What a check says, its findings in short. */
async function findings(
  app: TestApp,
  connection: string,
): Promise<Omit<Check, "findings"> & { findings: string[] }> {
  const { body } = await app.admin("POST", `/connections/${connection}/check`);
  const check = body["data"] as Check;
  return { ...check, findings: check.findings.map(({ name, state }) => `${name} ${state}`) };
}

test("the doctor asks every Chatwoot, and says which of them can do what", async () => {
  await using two = await openBesideSecond();
  const { app } = two;
  const chatwoot = async () => {
    const { body } = await app.admin("POST", "/doctor", {});
    return (body["data"] as { name: string }[]).find(({ name }) => name === "chatwoot");
  };
  expect(await chatwoot()).toEqual({ name: "chatwoot", state: "ok", text: "1 answer", items: [] } as never);
  await app.admin("POST", "/connections", { ...SECOND, apiToken: SECOND_BOT_TOKEN });
  expect(await chatwoot()).toMatchObject({
    state: "ok",
    text: "2 answer",
    items: ["second: lists: messages cannot be listed: only known conversations can be looked at"],
    fix: expect.stringContaining("user's token"),
  } as never);
  await app.admin("PUT", "/connections/second", { apiToken: "wrong-token" });
  expect(await chatwoot()).toMatchObject({
    state: "failed",
    text: "1 of 2 failed",
    items: [expect.stringContaining("second: api_token")],
    code: "chatwoot_refused",
  } as never);
});

describe("a check", () => {
  test("finds a user's token good for everything", async () => {
    await using two = await openBesideSecond();
    await two.app.admin("POST", "/connections", SECOND);
    expect(await findings(two.app, "second")).toEqual({
      name: "second",
      state: "ok",
      tokenKind: "user",
      findings: ["api_token ok", "account ok", "lists ok"],
    });
    expect(await findings(two.app, "default")).toMatchObject({ state: "ok", tokenKind: "user" });
    expect(two.second.violations).toEqual([]);
  });

  test("finds that a bot's token alone cannot list, and that a user's beside it can", async () => {
    await using two = await openBesideSecond();
    const { app } = two;
    await app.admin("POST", "/connections", { ...SECOND, apiToken: SECOND_BOT_TOKEN });
    expect(await findings(app, "second")).toMatchObject({
      state: "limited",
      tokenKind: "bot",
      findings: ["api_token ok", "account ok", "lists limited"],
    });
    await app.admin("PUT", "/connections/second", { userToken: SECOND_TOKEN });
    expect(await findings(app, "second")).toMatchObject({ state: "ok", tokenKind: "bot" });
    await app.admin("PUT", "/connections/second", { userToken: SECOND_BOT_TOKEN });
    expect(await findings(app, "second")).toMatchObject({
      state: "failed",
      findings: ["api_token ok", "account ok", "user_token failed", "lists limited"],
    });
  });

  test("finds a wrong token, another account and an address where nobody is, each with what to do", async () => {
    await using two = await openBesideSecond();
    const { app } = two;
    await app.admin("POST", "/connections", { ...SECOND, apiToken: "wrong-token" });
    await app.admin("POST", "/connections", { ...SECOND, name: "other", accountId: 99 });
    await app.admin("POST", "/connections", { ...SECOND, name: "nowhere", baseUrl: "http://nowhere.test" });
    const found = async (name: string) =>
      (await app.admin("POST", `/connections/${name}/check`)).body["data"];
    expect(await found("second")).toMatchObject({
      state: "failed",
      tokenKind: null,
      findings: [
        { name: "api_token", code: "chatwoot_refused", fix: expect.stringContaining("Copy it again") },
      ],
    });
    expect(await findings(app, "other")).toMatchObject({
      findings: ["api_token ok", "account failed", "lists ok"],
    });
    expect(await found("nowhere")).toMatchObject({ findings: [{ code: "chatwoot_unreachable" }] });
  });

  test("finds that a connection without a Chatwoot can do nothing", async () => {
    const none = { CHATWOOT_BASE_URL: "", CHATWOOT_ACCOUNT_ID: "", CHATWOOT_API_TOKEN: "" };
    await using app = await openTestApp({ env: none });
    expect(await findings(app, "default")).toMatchObject({ state: "failed", findings: ["api_token failed"] });
  });
});
