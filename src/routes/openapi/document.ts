// The whole API as one OpenAPI 3.1 document, put together from its areas. Nothing here knows what any address does.
import { ERROR_STATUS } from "../../errors.ts";
import { VERSION } from "../../version.ts";
import { AREAS } from "./areas.ts";
import type { Area, Body, HeaderName, Operation } from "./operation.ts";
import { fields, flag, named, only, type Schema, text, words } from "./schema.ts";

type Json = Record<string, unknown>;

export function openApiDocument(): Json {
  const components = new Map<string, Schema>();
  const hoist = (schema: Schema): unknown => hoisted(schema, components);
  const paths: Record<string, Json> = {};
  for (const area of AREAS)
    for (const operation of area.operations) {
      const path = braced(operation.path);
      paths[path] = { ...paths[path], [operation.method]: describe(operation, area, hoist) };
    }
  const refusal = hoist(REFUSAL);
  return {
    openapi: "3.1.0",
    info: {
      title: "lull",
      version: VERSION,
      description:
        'Answers a burst of WhatsApp messages once, beside Chatwoot. Answers are `{"success":true,…}`, or `{"success":false,…}` with a code, a text and what can be done about it.',
    },
    servers: [{ url: "/" }],
    tags: AREAS.map(({ tag: name, text: description }) => ({ name, description })),
    paths,
    components: {
      securitySchemes: SECURITY,
      responses: {
        Refusal: {
          description: "It was refused, or failed.",
          content: { "application/json": { schema: refusal } },
        },
      },
      schemas: Object.fromEntries([...components].toSorted(([one], [other]) => (one < other ? -1 : 1))),
    },
  };
}

const REFUSAL = named(
  "Refusal",
  fields(
    {
      success: only(false),
      error: text,
      code: words(...Object.keys(ERROR_STATUS)),
      retryable: flag,
      requestId: { type: "string", description: "Stands in the log beside the cause." },
      reason: text,
      fix: { type: "string", description: "What can be done about it." },
      configRequired: flag,
    },
    ["reason", "fix", "configRequired"],
  ),
);

const SECURITY = {
  token: {
    type: "http",
    scheme: "bearer",
    description:
      "A token: the admin's of the first start, or one that an admin handed out. The roles are the scopes that may ask; an admin may do what service and chat may.",
  },
  signature: {
    type: "apiKey",
    in: "header",
    name: "X-Chatwoot-Signature",
    description:
      "sha256= and the HMAC of `<X-Chatwoot-Timestamp>.<body>` under the connection's webhook secret, in hex.",
  },
};

const HEADERS: Readonly<Record<HeaderName, string>> = {
  "Idempotency-Key":
    "A name of the caller's for this request: sent again, it is answered as before and done once.",
  "If-Match": "The ETag that was read: the change is refused with 412 when another was made since.",
  "Accept-Language": "en, fr or pt-BR: the language of texts.",
  "Last-Event-ID": "The id of the last event that was seen: those after it are sent first.",
  Range: "One range of bytes, such as bytes=0-1023; answered with 206.",
};

/** What stands in an address for its names. */
const NAMES: Readonly<Record<string, string>> = {
  id: "Its id.",
  rowId: "The id of the row.",
  userId: "The user's id.",
  fileId: "The file's id.",
  name: "Its name.",
  connection: "The name of a connection, such as default.",
  inboxId: "Chatwoot's own number of the inbox.",
  version: "The number of a version.",
  work: "Which work.",
  pathSecret: "The secret of a connection whose Chatwoot does not sign.",
};

const TAG = {
  ETag: { description: "Of its present form, for If-Match.", schema: { type: "string" } },
};

type Hoist = (schema: Schema) => unknown;

function describe(operation: Operation, { tag, scopes }: Area, hoist: Hoist): Json {
  const { method, path, summary, bodies, answer, isTagged } = operation;
  const parameters = parametersOf(operation, hoist);
  const done = answer.contentType === "" ? {} : { content: contentOf([answer], hoist) };
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    security: securityOf(scopes),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(bodies.length === 0 ? {} : { requestBody: { required: true, content: contentOf(bodies, hoist) } }),
    responses: {
      "200": { description: "It was done.", ...(isTagged ? { headers: TAG } : {}), ...done },
      default: { $ref: "#/components/responses/Refusal" },
    },
  };
}

function parametersOf(operation: Operation, hoist: Hoist): Json[] {
  const { path, query, needed } = operation;
  const schema = { type: "string" };
  const inPath = namesIn(path).map((name) => {
    return { name, in: "path", required: true, description: NAMES[name] ?? "Its name.", schema };
  });
  const inQuery = Object.entries(query).map(([name, { description, ...one }]) => ({
    name,
    in: "query",
    ...(needed.includes(name) ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    schema: hoist(one),
  }));
  const inHeader = headersOf(operation).map((name) => ({
    name,
    in: "header",
    description: HEADERS[name],
    schema,
  }));
  return [...inPath, ...inQuery, ...inHeader];
}

/** Every change by an admin may have a key, but for uploads. */
function headersOf({ method, path, headers, bodies }: Operation): readonly HeaderName[] {
  const isChange = method !== "get" && method !== "head" && path.startsWith("/admin/");
  const isUpload = bodies.some(({ contentType }) => contentType.startsWith("multipart/"));
  return isChange && !isUpload ? ["Idempotency-Key", ...headers] : headers;
}

function contentOf(bodies: readonly Body[], hoist: Hoist): Json {
  return Object.fromEntries(
    bodies.map(({ contentType, schema }) => [contentType, { schema: hoist(schema) }]),
  );
}

function securityOf(scopes: Area["scopes"]): Json[] {
  if (scopes === null) return [];
  return [scopes === "signature" ? { signature: [] } : { token: scopes }];
}

/** `getAdminUsersById`. */
function operationId(method: string, path: string): string {
  const parts = path.split("/").map((part) => part.replace(/^:(\w)/, (_, first: string) => `By-${first}`));
  const capitals = parts.join("-").replaceAll(/[^a-zA-Z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase());
  return `${method}${capitals}`;
}

function braced(path: string): string {
  return path.replaceAll(/:(\w+)/g, "{$1}");
}

function namesIn(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
}

/** The schema with a reference in the place of each part that has a name; those are kept by it. */
function hoisted(value: unknown, components: Map<string, Schema>): unknown {
  if (Array.isArray(value)) return value.map((item) => hoisted(item, components));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, hoisted(inner, components)] as const);
  const { title, ...schema } = Object.fromEntries(entries) as Json;
  // A property may be called title: then it is a schema, and no name.
  if (typeof title !== "string") return Object.fromEntries(entries);
  components.set(title, schema);
  return { $ref: `#/components/schemas/${title}` };
}
