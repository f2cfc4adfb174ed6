// What lull answers is what the document says of it: no field more, none fewer, each of its kind.
import { expect, test } from "bun:test";
import { ADMIN_TOKEN, openTestApp } from "../harness/app.ts";
import { call, NOBODY, ROUTES, scopesOf } from "../routes/table.ts";
import { openJudge, OPERATIONS } from "./described.ts";
import { walk } from "./walk.ts";
import type { Walked } from "./walker.ts";

/** What the walk has no occasion for. */
const UNWALKED = [
  "POST /admin/jobs/:id/discard",
  "POST /admin/outbox/:id/retry",
  "POST /admin/errands/:id/retry",
  "POST /admin/forwards/:id/retry",
  "POST /admin/buckets/:rowId/merge",
];

let walked: Promise<Walked[]> | null = null;
/** One walk for all who look at it. */
const walking = (): Promise<Walked[]> => (walked ??= walk());

test("a walk through the API finds every answer as it is described", async () => {
  const judge = openJudge({ isExact: true });
  const answers = await walking();
  const faults = answers.flatMap(({ route, status, etag, body }) => {
    if (status >= 300) return [`${route} was answered ${status}: ${JSON.stringify(body)}`];
    const schema = OPERATIONS.get(route)?.responses["200"]?.content?.["application/json"]?.schema;
    if (body === null) return [];
    const isTagged = OPERATIONS.get(route)?.responses["200"]?.headers?.ETag !== undefined;
    if (isTagged !== (etag !== null)) return [`${route} ${isTagged ? "has no" : "has an"} ETag`];
    if (schema === undefined) return [`${route} has no answer described`];
    const fault = judge(body, schema);
    return fault === null ? [] : [`${route}: ${fault}`];
  });
  expect(faults).toEqual([]);
  const seen = new Set(answers.map(({ route }) => route));
  const unseen = [...OPERATIONS.keys()].filter((route) => !seen.has(route));
  expect(unseen.toSorted()).toEqual(UNWALKED.toSorted());
});

test("everything that it asked with is described as it was sent", async () => {
  const judge = openJudge({ isExact: true });
  const faults = (await walking()).flatMap(({ route, sent }) => {
    const schema = OPERATIONS.get(route)?.requestBody?.content["application/json"]?.schema;
    const isEmpty = sent === undefined || JSON.stringify(sent) === "{}";
    if (schema === undefined) return isEmpty ? [] : [`${route} has no body described`];
    const fault = sent === undefined ? null : judge(sent, schema);
    return fault === null ? [] : [`${route}: ${fault}`];
  });
  expect(faults).toEqual([]);
});

/** What looks closely, or tries, or changes nothing that anybody set; the batches of an import are told at its end. */
const UNAUDITED = [
  "POST /admin/connections/:name/check",
  "POST /admin/backups/:id/verify",
  "POST /admin/maintenance/checkpoint",
  "POST /admin/doctor",
  "POST /admin/import/dry-run",
  "POST /admin/import",
];
/** The walk asks for these where there is nothing to do: a dry run's end, a bucket that is there. */
const CHANGED_NOTHING = ["POST /admin/import/finish", "POST /admin/users/:id/bucket"];
/** Who may change something there, as the audit names them. */
function actorAt(route: string): RegExp {
  if (route.includes(" /admin/")) return /^admin \w+\./;
  return route.includes(" /v1/me/") ? /^user:[\w-]+ \w+\./ : /^token:[\w-]+ \w+\./;
}

/** One for each of its runs. */
const SEVERAL = "POST /admin/maintenance/:work";

test("every change by an admin, a user or a program is in the audit once, and nothing is there that only looked", async () => {
  const answers = (await walking()).filter(({ route }) => / \/(admin|v1\/me|v1\/knowledge)\//.test(route));
  const isChange = ({ route }: Walked) =>
    !/^(GET|HEAD) /.test(route) && ![...UNAUDITED, ...CHANGED_NOTHING].includes(route);
  const isTold = ({ route, audited }: Walked) =>
    (audited.length === 1 || (route === SEVERAL && audited.length > 0)) &&
    audited.every((change) => actorAt(route).test(change));
  const faults = answers.filter((one) => (isChange(one) ? !isTold(one) : one.audited.length > 0));
  expect(faults.map(({ route, audited }) => `${route}: ${audited.join(", ")}`)).toEqual([]);
  expect(answers.filter(isChange).length).toBeGreaterThan(50);
});

test("every address refuses strangers and strange rows in the words of the envelope", async () => {
  await using app = await openTestApp();
  const judge = openJudge({ isExact: true });
  const faults: string[] = [];
  for (const { method, path } of ROUTES) {
    if (method === "HEAD" || scopesOf({ method, path }) === null) continue;
    const schema = OPERATIONS.get(`${method} ${path}`)?.responses["default"];
    if (schema === undefined) continue;
    const address = { method, path: path.replaceAll(/:\w+/g, NOBODY) };
    const token = path.startsWith("/admin") ? ADMIN_TOKEN : null;
    const { status, body } = await call(app, address, token, { "no such field": 1 });
    const fault = status < 400 ? null : judge(body, { $ref: "#/components/schemas/Refusal" });
    if (fault !== null) faults.push(`${method} ${path} ${status}: ${fault}`);
  }
  expect(faults).toEqual([]);
});

test("the judge sees a field too many, one too few and one of another kind", () => {
  const judge = openJudge({ isExact: true });
  const schema = OPERATIONS.get("GET /livez")?.responses["200"]?.content?.["application/json"]?.schema ?? {};
  expect(judge({ success: true, status: "alive" }, schema)).toBeNull();
  expect(judge({ success: true }, schema)).toContain("status");
  expect(judge({ success: true, status: "alive", more: 1 }, schema)).toContain("additional");
  expect(judge({ success: true, status: 1 }, schema)).not.toBeNull();
});
