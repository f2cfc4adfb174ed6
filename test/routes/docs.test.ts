// The operator's pages: every command of docs/identity.md is run as it stands there, and every address named is one.
import { join } from "node:path";
import { expect, test } from "bun:test";
import { ADMIN_TOKEN, openTestApp } from "../harness/app.ts";
import { call, ROUTES } from "./table.ts";

const root = join(import.meta.dir, "../..");
const identity = await Bun.file(join(root, "docs/identity.md")).text();
const readme = await Bun.file(join(root, "README.md")).text();

interface Command {
  who: string;
  address: string;
  method: string;
  body: string | null;
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
    .filter((line) => /^(admin|service|me) /.test(line));
  return lines.map((line) => {
    const [, text = "", field, name] = /^(.*?)(?:\s+# data\.(\w+) is (\w+))?$/.exec(line) ?? [];
    const words = [...text.matchAll(WORD)].map(
      ([, double, single, plain]) => double?.replaceAll('\\"', '"') ?? single ?? plain ?? "",
    );
    const after = (flag: string): string | null =>
      words.includes(flag) ? (words[words.indexOf(flag) + 1] ?? null) : null;
    const body = after("-d");
    return {
      who: words[0] ?? "",
      address: words[1] ?? "",
      method: after("-X") ?? (body === null ? "GET" : "POST"),
      body,
      gives: field === undefined || name === undefined ? null : { field, name },
    };
  });
}

test("every command on the page about identity works, in the order in which it stands there", async () => {
  await using app = await openTestApp();
  const known: Record<string, string> = { LULL: "", ADMIN_TOKEN };
  const fill = (text: string): string =>
    text
      .replaceAll("…", KEY_REST)
      .replace(/\$(\w+)/g, (_, name: string) => known[name] ?? `no ${name} is known`);
  const tokens: Record<string, string> = { admin: "ADMIN_TOKEN", service: "SERVICE_TOKEN", me: "USER_TOKEN" };
  const commands = commandsOf(identity);
  expect(commands.length).toBeGreaterThanOrEqual(30);
  for (const { who, address, method, body, gives } of commands) {
    const token = known[tokens[who] ?? ""] ?? null;
    const wanted: unknown = body === null ? undefined : JSON.parse(fill(body));
    const answer = await call(app, { method, path: fill(address) }, token, wanted);
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
});

test("every address that the README and the page name is one that lull answers at", () => {
  const routes = ROUTES.map(({ path }) => path.replace(/:\w+/g, ":"));
  const named = [...`${readme}\n${identity}`.matchAll(/[`, ](\/(?:admin|v1|functions)\/[\w/:-]+)/g)];
  const addresses = named.map(([, path = ""]) => path.replace(/:\w+/g, ":").replace(/\/$/, ""));
  expect(addresses.length).toBeGreaterThan(25);
  expect(
    addresses.filter((path) => !routes.some((route) => route === path || route.startsWith(`${path}/`))),
  ).toEqual([]);
});
