// The filters of every list: those that are described, and no others, are what it reads.
import { expect, test } from "bun:test";
import { ADMIN_TOKEN, CONVERSATION, openTestApp } from "../harness/app.ts";
import { addToken, addUser } from "../harness/tenants.ts";
import { call } from "../routes/table.ts";
import { OPERATIONS } from "./described.ts";

const LISTS = [...OPERATIONS].flatMap(([route, { parameters = [] }]) => {
  const names = parameters.filter((one) => one.in === "query").map(({ name }) => name);
  return route.startsWith("GET ") && names.includes("limit") ? [{ route, names }] : [];
});
/** Read by every list, told only where there are states. */
const isTold = (name: string): boolean => name !== "state";

/** The name of one that is there. */
const nameIn = (route: string): string => (route.includes("/flags/") ? "split_replies" : "outbox");

const CONVERSATIONS = ["/conversations/:id", `/conversations/${CONVERSATION}`] as const;

test("every list refuses a filter that it does not know, and knows those that are described", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  await app.receive("oi");
  const own = await addToken(app, `user:${userId}`);
  const faults: string[] = [];
  for (const { route, names } of LISTS) {
    const named = route
      .replace("GET ", "")
      .replace(":name", nameIn(route))
      .replace(...CONVERSATIONS);
    const path = named.replaceAll(/:(?:id|userId)/g, userId);
    const token = path.startsWith("/v1/me") ? own : ADMIN_TOKEN;
    const { status, body } = await call(app, { method: "GET", path: `${path}?nosuchfilter=1` }, token);
    const known = /known are (.*)\.$/.exec(String(body["error"]))?.[1]?.split(", ") ?? [];
    const [read, described] = [known, names].map((list) => list.filter(isTold).toSorted().join(" "));
    if (status !== 400 || read !== described)
      faults.push(`${route} ${status}: reads ${read}; described are ${described}`);
  }
  expect(LISTS.length).toBeGreaterThan(20);
  expect(faults).toEqual([]);
});
