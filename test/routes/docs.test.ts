// The operator's pages: every command of docs/connections.md, docs/identity.md, docs/notifications.md, docs/people.md, docs/turn.md
// and docs/storage.md is run as it stands there, and every address named is one.
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { type KeyFault, ModelError } from "../../src/ai/provider.ts";
import { restAfter } from "../../src/ai/rest.ts";
import { SILENCE_REASONS } from "../../src/turn/outcome.ts";
import { ADMIN_TOKEN, openTestApp } from "../harness/app.ts";
import { addKey, addToken, chat } from "../harness/tenants.ts";
import { call, ROUTES } from "./table.ts";

const root = join(import.meta.dir, "../..");
const admin = await Bun.file(join(root, "docs/admin.md")).text();
const connections = await Bun.file(join(root, "docs/connections.md")).text();
const identity = await Bun.file(join(root, "docs/identity.md")).text();
const storage = await Bun.file(join(root, "docs/storage.md")).text();
const notifications = await Bun.file(join(root, "docs/notifications.md")).text();
const operations = await Bun.file(join(root, "docs/operations.md")).text();
const people = await Bun.file(join(root, "docs/people.md")).text();
const turn = await Bun.file(join(root, "docs/turn.md")).text();
const importing = await Bun.file(join(root, "docs/import.md")).text();
const oldDeployment = await Bun.file(join(root, "docs/old-deployment.md")).text();
const rollout = await Bun.file(join(root, "docs/rollout.md")).text();
const privacy = await Bun.file(join(root, "docs/privacy.md")).text();
const watching = await Bun.file(join(root, "docs/watching.md")).text();
const jobs = await Bun.file(join(root, "docs/jobs.md")).text();
const readme = await Bun.file(join(root, "README.md")).text();

interface Command {
  who: string;
  address: string;
  method: string;
  body: string | null;
  headers: Record<string, string>;
  /** What of the answer stands in later commands, and under which name. */
  gives: { field: string; name: string } | null;
}

const WORD = /"((?:\\.|[^"\\])*)"|'([^']*)'|(\S+)/g;
/** What a key of the examples stands for. */
const KEY_REST = "0123456789";

/** The lines `who address [-X method] [-d body]  # data.field is NAME` of the page. */
function commandsOf(page: string): Command[] {
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);
  const lines = blocks
    .flatMap((text) => text.split("\n"))
    .filter((line) => /^(admin|service|chat|me) /.test(line));
  return lines.map((line) => {
    const [, text = "", field, name] = /^(.*?)(?:\s+# data\.(\w+) is (\w+))?$/.exec(line) ?? [];
    const words = [...text.matchAll(WORD)].map(
      ([, double, single, plain]) => double?.replaceAll('\\"', '"') ?? single ?? plain ?? "",
    );
    const after = (flag: string): string | null =>
      words.includes(flag) ? (words[words.indexOf(flag) + 1] ?? null) : null;
    const body = after("-d");
    const [header, value] = after("-H")?.split(": ") ?? [];
    return {
      who: words[0] ?? "",
      address: words[1] ?? "",
      method: after("-X") ?? (body === null ? "GET" : "POST"),
      body,
      headers: header === undefined || value === undefined ? {} : { [header]: value },
      gives: field === undefined || name === undefined ? null : { field, name },
    };
  });
}

const PAGES = [
  { page: "the admin's JSON", text: admin, tellers: ["admin"], commandsMin: 13 },
  { page: "connections", text: connections, tellers: ["admin"], commandsMin: 7 },
  { page: "identity", text: identity, tellers: ["admin", "service", "chat", "me"], commandsMin: 35 },
  { page: "imports", text: importing, tellers: ["admin"], commandsMin: 4 },
  { page: "personal data", text: privacy, tellers: ["admin"], commandsMin: 6 },
  { page: "notifications", text: notifications, tellers: ["admin", "service"], commandsMin: 6 },
  { page: "operations", text: operations, tellers: ["admin"], commandsMin: 12 },
  { page: "people", text: people, tellers: ["admin"], commandsMin: 6 },
  { page: "turns", text: turn, tellers: ["admin"], commandsMin: 6 },
  { page: "watching", text: watching, tellers: ["admin"], commandsMin: 5 },
  { page: "jobs", text: jobs, tellers: ["admin", "service"], commandsMin: 12 },
  {
    page: "the old deployment",
    text: oldDeployment,
    tellers: ["admin", "service", "chat"],
    commandsMin: 20,
  },
  { page: "storage", text: storage, tellers: ["admin", "service"], commandsMin: 20 },
  { page: "taking over", text: rollout, tellers: ["admin"], commandsMin: 18 },
];

test.each(PAGES)(
  "every command on the page about $page works, in the order in which it stands there",
  async ({ text: page, tellers, commandsMin }) => {
    await using app = await openTestApp();
    // Of whom the page about notifications speaks.
    await app.receive("oi", { contact: { id: 71, name: "Ana", phoneNumber: "+5511987654321" } });
    await app.clock.tick(30_010);
    const known: Record<string, string> = { LULL: "", ADMIN_TOKEN };
    const fill = (text: string): string =>
      text
        .replaceAll("…", KEY_REST)
        .replace(/\$(\w+)/g, (_, name: string) => known[name] ?? `no ${name} is known`);
    const tokens: Record<string, string> = {
      admin: "ADMIN_TOKEN",
      service: "SERVICE_TOKEN",
      chat: "CHAT_TOKEN",
      me: "USER_TOKEN",
    };
    const commands = commandsOf(page);
    expect(new Set(commands.map(({ who }) => who))).toEqual(new Set(tellers));
    expect(commands.length).toBeGreaterThanOrEqual(commandsMin);
    for (const { who, address, method, body, headers, gives } of commands) {
      const token = known[tokens[who] ?? ""] ?? null;
      const wanted: unknown = body === null ? undefined : JSON.parse(fill(body));
      const answer = await call(app, { method, path: fill(address) }, token, wanted, headers);
      expect([who, method, address, answer.status, answer.body["error"]]).toEqual([
        who,
        method,
        address,
        200,
        undefined,
      ]);
      if (gives !== null)
        known[gives.name] = String((answer.body["data"] as Record<string, unknown>)[gives.field]);
    }
  },
);

describe("the chat API on the page", () => {
  const section = /^## Ask and be answered now\n([\s\S]*?)^## /m.exec(identity)?.[1] ?? "";
  const named = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, field = ""]) => field);
  const [inBody, inAnswer] = [
    named.slice(0, named.indexOf("response")),
    named.slice(named.indexOf("response")),
  ];

  test("reads every field that stands there", async () => {
    await using app = await openTestApp();
    const token = await addToken(app, "chat");
    expect(inBody).toHaveLength(6);
    // A field that nothing reads could be anything.
    for (const field of inBody) {
      const { status, body } = await chat(app, token, { text: "oi", [field]: ["a list"] });
      expect([status, body["error"]]).toEqual([400, expect.stringMatching(new RegExp(`^${field} must be`))]);
    }
  });

  test("answers with the fields that stand there and no others; with a reason only when it is silent", async () => {
    await using app = await openTestApp();
    const token = await addToken(app, "chat");
    const spoken = await chat(app, token, { text: "oi" });
    const always = ["success", ...inAnswer.filter((field) => field !== "reason")];
    expect(Object.keys(spoken.body).toSorted()).toEqual(always.toSorted());
    app.ai.rawAnswer('{"shouldRespond":false,"content":"","confidence":0.9,"intent":"thanks"}');
    const silent = await chat(app, token, { text: "obrigada" });
    expect(Object.keys(silent.body).toSorted()).toEqual([...always, "reason"].toSorted());
    expect(silent.body).toMatchObject({ response: null, shouldRespond: false, reason: "model_silent" });
    expect(section).toContain("`model_silent`");
  });

  test("fails in the two ways that stand there", async () => {
    await using app = await openTestApp({ hasModel: false });
    const token = await addToken(app, "chat");
    const unconfigured = await chat(app, token, { text: "oi" });
    expect(unconfigured).toMatchObject({ status: 503, body: { configRequired: true, retryable: false } });
    await addKey(app, null, "gsk_system-0123456789");
    app.ai.failNext("no_such_model", 10);
    const failed = await chat(app, token, { text: "oi" });
    expect(failed).toMatchObject({ status: 500, body: { retryable: true } });
    const said = new Set(["success", "error"]);
    for (const { status, body } of [unconfigured, failed]) {
      expect(section).toContain(`| ${status} `);
      expect(Object.keys(body).filter((name) => !said.has(name) && !section.includes(name))).toEqual([]);
    }
  });
});

test("the hours on the page about people are taken as they stand there, and every silence is on it", async () => {
  await using app = await openTestApp();
  const hours: unknown = JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(people)?.[1] ?? "");
  expect(await app.admin("PUT", "/inboxes/default/12", hours)).toMatchObject({
    status: 200,
    body: { data: { settings: hours } },
  });
  expect(SILENCE_REASONS.filter((reason) => !people.includes(`\`${reason}\``))).toEqual(["flag_off"]);
});

test("every task of the schedule is on the page about operations", async () => {
  await using app = await openTestApp();
  const { body } = await app.admin("GET", "/schedules");
  const names = (body["data"] as { name: string }[]).map(({ name }) => name);
  const shown = [...operations.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, name = ""]) => name);
  expect(shown.toSorted()).toEqual(names.toSorted());
});

test("keys rest as long as the page says", () => {
  const restOf = (fault: KeyFault, details = {}) =>
    restAfter(new ModelError("ai_refused", "No.", details, fault))?.restMs;
  expect(identity).toMatch(/an hour\s+after 401 or 403, 15 minutes where it is about\s+billing/);
  const [hourMs, dayMs] = [60 * 60_000, 24 * 60 * 60_000];
  expect([restOf("unauthorized"), restOf("forbidden"), restOf("billing")]).toEqual([
    hourMs,
    hourMs,
    hourMs / 4,
  ]);
  expect(identity).toMatch(/as long as\s+the provider says \(20 seconds where it does not, a day at most\)/);
  const told = [{ retryAfterMs: 7_000 }, {}, { retryAfterMs: 1e12 }];
  expect(told.map((details) => restOf("rate_limited", details))).toEqual([7_000, 20_000, dayMs]);
});

test("every address that the README and the page name is one that lull answers at", () => {
  const routes = ROUTES.map(({ path }) => path.replace(/:\w+/g, ":"));
  const named = [
    ...`${readme}\n${rollout}\n${identity}\n${notifications}\n${people}\n${turn}`.matchAll(
      /[`, ](\/(?:admin|v1|functions)\/[\w/:-]+)/g,
    ),
  ];
  const addresses = named.map(([, path = ""]) => path.replace(/:\w+/g, ":").replace(/\/$/, ""));
  expect(addresses.length).toBeGreaterThan(25);
  expect(
    addresses.filter((path) => !routes.some((route) => route === path || route.startsWith(`${path}/`))),
  ).toEqual([]);
});
