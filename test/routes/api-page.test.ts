// The API page and its document over the whole app: open to whoever reaches the port, with everything from the daemon itself.
import { expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";

async function get(
  app: TestApp,
  path: string,
): Promise<{ status: number; type: string; policy: string; text: string }> {
  const response = await app.handle(new Request(`https://lull.example.com${path}`));
  return {
    status: response.status,
    type: response.headers.get("content-type") ?? "",
    policy: response.headers.get("content-security-policy") ?? "",
    text: await response.text(),
  };
}

test("the page names nothing but its own parts, and each is there under a policy that allows no other", async () => {
  await using app = await openTestApp({ env: { LULL_PUBLIC_URL: "https://lull.example.com" } });
  const page = await get(app, "/api");
  expect([page.status, page.type]).toEqual([200, "text/html; charset=utf-8"]);
  expect(page.policy).toContain("script-src 'self';");
  expect(page.policy).not.toContain("unsafe");
  expect(page.text).not.toMatch(/<script(?![^>]* src=)/);
  const named = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(4);
  for (const path of named) {
    const part = await get(app, path);
    const type = path.endsWith(".css")
      ? "text/css"
      : path.endsWith(".js")
        ? "text/javascript"
        : "application/json";
    expect([path, part.status, part.type.split(";")[0]]).toEqual([path, 200, type]);
    expect(part.text.length).toBeGreaterThan(100);
  }
});

test("what the page would try needs its token there as everywhere", async () => {
  await using app = await openTestApp({ env: { LULL_PUBLIC_URL: "https://lull.example.com" } });
  expect((await get(app, "/admin/stats")).status).toBe(401);
});
