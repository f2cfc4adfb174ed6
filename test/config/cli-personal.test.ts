// `lull contact export|erase`, `lull user export|keep|remove`: what they ask, what they print, what they need confirmed.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askDaemon, lull, type Place } from "../harness/command.ts";

const folder = mkdtempSync(join(tmpdir(), "lull-personal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { LULL_DATA_DIR: folder };
const RECEIPT = {
  id: "e-1",
  kind: "contact",
  state: "running",
  counts: { messages: 3, history: 5 },
  remains: ["Chatwoot keeps its own copy: delete the contact there, too."],
  backups: [],
};
const ERASED = { action: "removed", data: RECEIPT };

const ask = (argv: string[], answers: Record<string, unknown>, place: Place = {}) =>
  askDaemon(argv, answers, { env, ...place });

const typing = (answer: string | null): Place => ({
  input: { isTerminal: true, ask: () => Promise.resolve(answer) },
});

describe("lull contact erase", () => {
  const argv = ["contact", "erase", "71", "--connection", "shop"];
  const answers = { "DELETE /contacts/71?connection=shop": ERASED };

  test("needs the number once more, typed", async () => {
    for (const wrong of ["", "y", "72", null]) {
      const ran = await ask(argv, answers, typing(wrong));
      expect([ran.code, ran.printed, ran.asked]).toEqual([0, "Nothing was erased.", []]);
    }
    const ran = await ask(argv, answers, typing("71"));
    expect(ran.printed).toContain("✔ contact 71 was erased");
    expect(ran.printed).toContain("receipt e-1, running: messages 3, history 5");
    expect(ran.printed).toContain("Chatwoot keeps its own copy");
  });

  test("asks nothing with --yes, and does nothing where nobody can be asked", async () => {
    const ran = await ask([...argv, "--yes", "--json"], answers);
    expect(JSON.parse(ran.printed)).toEqual({ erased: true, receipt: RECEIPT });
    expect(await ask(argv, answers)).toMatchObject({ code: 2, asked: [] });
  });
});

describe("exports", () => {
  test.each([
    [["contact", "export", "71"], "GET /contacts/71/export"],
    [["user", "export", "u-1"], "GET /users/u-1/export"],
  ])("lull %j saves what is kept", async (argv, request) => {
    const out = join(folder, `${argv[0]}.zip`);
    const fetch: NonNullable<Place["fetch"]> = (url, { method = "GET" }) =>
      Promise.resolve(
        url.endsWith("/livez")
          ? Response.json({ success: true })
          : new Response(`${method} ${new URL(url).pathname.replace("/admin", "")}`),
      );
    const ran = await lull([...argv, "--out", out], { env, fetch });
    expect([ran.code, ran.printed]).toEqual([0, `✔ ${out} was made: ${request.length} bytes`]);
    expect(readFileSync(out, "utf8")).toBe(request);
  });

  test("ask where to", async () => {
    const ran = await ask(["contact", "export", "71"], {});
    expect([ran.code, ran.asked, existsSync(join(folder, "71"))]).toEqual([2, [], false]);
  });
});

describe("lull user", () => {
  test("keep sets for how long, and takes it back", async () => {
    const answers = { "PUT /users/u-1": { data: { id: "u-1" } } };
    const set = await ask(["user", "keep", "u-1", "--days", "30"], answers);
    expect([set.printed, set.asked[0]?.body]).toEqual([
      "✔ what user u-1 said is kept for 30 days",
      { retentionDays: 30 },
    ]);
    const back = await ask(["user", "keep", "u-1"], answers);
    expect(back.asked[0]?.body).toEqual({ retentionDays: null });
  });

  test.each([
    [["remove", "u-1", "--yes"], "/users/u-1"],
    [["rm", "u-1", "--yes", "--keep-objects"], "/users/u-1?objects=keep"],
  ])("%j erases", async (argv, path) => {
    const ran = await ask(["user", ...argv], { [`DELETE ${path}`]: ERASED });
    expect(ran.asked.map((each) => each.path)).toEqual([path]);
    expect(ran.printed).toContain("✔ user u-1 was removed");
  });
});
