// What the client really sends, held against Chatwoot's own OpenAPI document. The document is not part of this
// repository: where it does not stand beside it, the suite is skipped and says so.
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020";
import { openChatwootClient } from "../../src/chatwoot/client.ts";
import { ChatwootDouble } from "../doubles/chatwoot.ts";

const DOCUMENT = new URL("../../../shared/openapi/chatwoot.json", import.meta.url);
const isThere = existsSync(DOCUMENT);
if (!isThere) console.log("skipped: Chatwoot's OpenAPI document is not at ../shared/openapi/chatwoot.json");

const CONVERSATION = 458;
const never = new AbortController().signal;

interface Sent {
  method: string;
  path: string;
  query: string[];
  body: unknown;
  headers: Headers;
}

interface Parameter {
  $ref?: string;
  in?: string;
  name?: string;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: unknown;
  security?: Record<string, unknown>[];
}
type PathItem = Record<string, Operation>;

/** Every kind of request, as the client makes it. */
async function everyRequest(): Promise<Sent[]> {
  const sent: Sent[] = [];
  const double = new ChatwootDouble({
    accountId: 3,
    userToken: "user",
    now: () => 0,
    delay: () => Promise.resolve(),
  });
  double.customerSays(CONVERSATION, "oi");
  const client = openChatwootClient({
    baseUrl: "http://chatwoot.test",
    accountId: 3,
    apiToken: "user",
    userToken: null,
    clock: { now: () => 0, monotonic: () => 0, setTimer: () => ({ cancel: () => undefined }) },
    fetch: (url, init) => {
      sent.push(sentBy(url, init));
      return double.fetch(url, init);
    },
  });
  await client.listMessages(CONVERSATION, 0, never);
  await client.showConversation(CONVERSATION, never);
  await client.createMessage(CONVERSATION, { text: "Temos!", replyId: "r-1" }, never);
  const template = {
    name: "shipped",
    language: "pt_BR",
    category: "UTILITY",
    processed_params: { 1: "Ana" },
  };
  await client.createMessage(CONVERSATION, { text: "Saiu!", replyId: "r-2", template }, never);
  await client.createPrivateNote(CONVERSATION, { text: "nota", noteId: "n-1" }, never);
  await client.setTyping(CONVERSATION, true, never);
  await client.setTyping(CONVERSATION, false, never);
  await client.setStatus(CONVERSATION, "open", never);
  await client.setStatus(CONVERSATION, "resolved", never);
  await client.addLabels(CONVERSATION, ["vip"], never);
  await client.assign(CONVERSATION, { assigneeId: 41 }, never);
  await client.assign(CONVERSATION, { teamId: 2 }, never);
  return sent;
}

function sentBy(url: string, init: RequestInit): Sent {
  const { pathname, searchParams } = new URL(url);
  const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
  const query = [...searchParams.keys()];
  return {
    method: (init.method ?? "GET").toLowerCase(),
    path: pathname,
    query,
    body,
    headers: new Headers(init.headers),
  };
}

/** The document's template of a path, null when it has none. */
function templateOf(path: string, templates: string[]): string | null {
  const matches = (template: string): boolean =>
    new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path);
  return templates.find(matches) ?? null;
}

describe.skipIf(!isThere)("what the client sends is what Chatwoot documents", async () => {
  const document = isThere ? JSON.parse(readFileSync(DOCUMENT, "utf8")) : { paths: {} };
  const paths = document.paths as Record<string, PathItem>;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, "chatwoot");
  const requests = isThere ? await everyRequest() : [];

  test("fourteen requests of nine kinds are looked at", () => {
    expect(requests).toHaveLength(14);
    expect(new Set(requests.map(({ method, path }) => `${method} ${path}`)).size).toBe(9);
  });

  test.each(requests)("$method $path", ({ method, path, query, body, headers }) => {
    const template = templateOf(path, Object.keys(paths)) ?? "";
    const operation = paths[template]?.[method];
    expect(operation).toBeDefined();
    const documented = operation?.parameters?.flatMap(({ name }) => (name === undefined ? [] : [name])) ?? [];
    expect(documented).toEqual(expect.arrayContaining(query));
    expect(operation?.security).toContainEqual({ userApiKey: [] });
    expect(headers.get("api-access-token")).toBe("user");
    expect(operation?.requestBody !== undefined).toBe(body !== undefined);
    if (body !== undefined) expect(problemsOf(template, method, body)).toEqual([]);
  });

  test("a message without content would have been found", () => {
    const create = requests.find(({ body }) => body !== undefined && "content" in (body as object));
    const template = templateOf(create?.path ?? "", Object.keys(paths)) ?? "";
    expect(problemsOf(template, "post", { message_type: "outgoing" })).not.toEqual([]);
    expect(problemsOf(template, "post", { content: "x", message_type: "sideways" })).not.toEqual([]);
  });

  function problemsOf(template: string, method: string, body: unknown): string[] {
    const place = template
      .replaceAll("~", "~0")
      .replaceAll("/", "~1")
      .replaceAll("{", "%7B")
      .replaceAll("}", "%7D");
    const schema = `chatwoot#/paths/${place}/${method}/requestBody/content/application~1json/schema`;
    const validate = ajv.compile({ $ref: schema });
    validate(body);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
});
