// The document is whole and right in itself: every address is in it, every reference leads somewhere, every schema is one.
import { describe, expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020.js";
import openapiTS from "openapi-typescript";
import { openTestApp } from "../harness/app.ts";
import { ROUTES, scopesOf } from "../routes/table.ts";
import { DOCUMENT, OPERATIONS } from "./described.ts";

/** Pages, and what they alone call: nobody's program does. */
const isPage = (path: string): boolean => /^\/(?:playground|api)(?:\/|$)/.test(path);

/** All that stands under a name, wherever it is. */
function valuesOf(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === name ? [inner] : []),
    ...valuesOf(inner, name),
  ]);
}

describe("the OpenAPI document", () => {
  test("describes every address but those of pages, and nothing else", () => {
    const routes = ROUTES.filter(({ path }) => !isPage(path)).map(({ method, path }) => `${method} ${path}`);
    expect([...OPERATIONS.keys()].toSorted()).toEqual(routes.toSorted());
  });

  test("says of every address whose token may ask, as the guard has it", () => {
    for (const [route, { security }] of OPERATIONS) {
      const [method = "", path = ""] = route.split(" ");
      const scopes = scopesOf({ method, path });
      const asked = security.flatMap(({ token = [] }) => token);
      const isAdmins = asked.length > 0 && !asked.includes("user") && !asked.includes("admin");
      expect([route, (isAdmins ? [...asked, "admin"] : asked).toSorted()]).toEqual([
        route,
        [...(scopes ?? [])].toSorted(),
      ]);
    }
  });

  test("names every operation once, and every name in an address as a parameter", () => {
    const ids = [...OPERATIONS.values()].map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [route, { parameters = [], responses }] of OPERATIONS) {
      const named = [...route.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
      const inPath = parameters.filter((one) => one.in === "path" && one.required === true);
      expect([route, inPath.map(({ name }) => name)]).toEqual([route, named]);
      expect(Object.keys(responses)).toEqual(["200", "default"]);
    }
  });

  test("has nothing but schemas of JSON Schema 2020-12, and references that lead somewhere", () => {
    const ajv = new Ajv2020({ strict: false });
    for (const schema of valuesOf(DOCUMENT, "schema"))
      expect(ajv.validateSchema(schema as object)).toBe(true);
    const names = Object.keys(DOCUMENT.components.schemas);
    for (const [name, schema] of Object.entries(DOCUMENT.components.schemas))
      expect([name, ajv.validateSchema(schema)]).toEqual([name, true]);
    const used = new Set(valuesOf(DOCUMENT, "$ref").map(String));
    const known = names.map((name) => `#/components/schemas/${name}`);
    expect([...used].toSorted()).toEqual([...known, "#/components/responses/Refusal"].toSorted());
  });

  test("is read by a program that reads OpenAPI 3.1", async () => {
    expect(DOCUMENT.openapi).toBe("3.1.0");
    const types = await openapiTS(structuredClone(DOCUMENT) as never);
    expect(types.length).toBeGreaterThan(3);
  });

  test("is served by the daemon, to anybody, as it stands here", async () => {
    await using app = await openTestApp();
    const response = await app.handle(new Request("http://localhost/openapi.json"));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toStartWith("application/json");
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(DOCUMENT)));
  });
});
