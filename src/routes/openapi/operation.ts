// What is said of one address: what it does, what it takes and what it gives. Who may ask is said of a whole area.
import type { TokenScope } from "../../upkeep/api-token.ts";
import {
  fields,
  listOf,
  only,
  orNull,
  type Properties,
  type Schema,
  text,
  told,
  wholeUpTo,
  words,
} from "./schema.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete" | "head";

/** Headers that mean something to lull beside the token. */
export type HeaderName = "Idempotency-Key" | "If-Match" | "Accept-Language" | "Last-Event-ID" | "Range";

export interface Body {
  contentType: string;
  schema: Schema;
}

export interface Operation {
  method: Method;
  /** As the server has it: with `:id`. */
  path: string;
  summary: string;
  answer: Body;
  query: Properties;
  /** Names in the query that must be there. */
  needed: readonly string[];
  headers: readonly HeaderName[];
  /** Any of these. */
  bodies: readonly Body[];
  /** Its answer has an ETag. */
  isTagged: boolean;
}

export interface Area {
  tag: string;
  text: string;
  /** Whose token may ask; null: everybody, signature: whoever signs as a connection's Chatwoot does. */
  scopes: readonly TokenScope[] | "signature" | null;
  operations: readonly Operation[];
}

/** What is read and changed at one address. */
export type Pair = (
  path: string,
  shows: string,
  changes: string,
  answer: Schema,
  body: Schema,
) => Operation[];

interface More {
  query?: Properties;
  needed?: readonly string[];
  headers?: readonly HeaderName[];
  /** JSON, unless it says otherwise. */
  body?: Schema | Body | readonly Body[];
}

export const get = verb("get");
export const post = verb("post");
export const put = verb("put");
export const patch = verb("patch");
export const remove = verb("delete");
export const head = verb("head");

function verb(method: Method) {
  return (path: string, summary: string, answer: Schema | Body, more: More = {}): Operation => ({
    method,
    path,
    summary,
    answer: bodyOf(answer),
    query: more.query ?? {},
    needed: more.needed ?? [],
    headers: more.headers ?? [],
    bodies:
      more.body === undefined ? [] : Array.isArray(more.body) ? more.body : [bodyOf(more.body as Schema)],
    isTagged: false,
  });
}

export const pair: Pair = (path, shows, changes, answer, body) => [
  get(path, shows, answer),
  put(path, changes, answer, { body }),
];

/** A setting: it has a tag of its present form, and a change may be meant for that form alone. */
export const setting: Pair = (...told) => pair(...told).map(ofSetting);

/** Reads a setting, or changes it. */
export function ofSetting(operation: Operation): Operation {
  return { ...operation, isTagged: true, headers: operation.method === "get" ? [] : ["If-Match"] };
}

const JSON_TYPE = "application/json";

function bodyOf(body: Schema | Body): Body {
  return isBody(body) ? body : { contentType: JSON_TYPE, schema: body };
}

function isBody(body: Schema | Body): body is Body {
  return typeof (body as Body).contentType === "string";
}

export function json(schema: Schema): Body {
  return { contentType: JSON_TYPE, schema };
}

export function form(properties: Properties): Body {
  return { contentType: "multipart/form-data", schema: fields(properties, Object.keys(properties)) };
}

export const bytes: Body = {
  contentType: "application/octet-stream",
  schema: { type: "string", format: "binary" },
};

export const nothing: Body = { contentType: "", schema: {} };

const success = only(true);

/** `{"success":true,…}` with these beside it. */
export function answer(properties: Properties, mayMiss: readonly string[] = []): Schema {
  return fields({ success, ...properties }, mayMiss);
}

export function data(schema: Schema): Schema {
  return answer({ data: schema });
}

/** A page of a list; `nextCursor` is null on the last one. */
export function page(row: Schema): Schema {
  return answer({ data: listOf(row), nextCursor: orNull(text) });
}

/** What was done, in one word. */
export function done(action: string): Schema {
  return answer({ action: only(action) });
}

/** By which every list is read. */
export const LIST: Properties = {
  limit: told(wholeUpTo(200), "How many rows at once; 50 where it is not said."),
  cursor: told(text, "The nextCursor of the page before."),
};

/** A list of rows that have a state. */
export function listOfStates(...states: readonly string[]): Properties {
  return { ...LIST, state: words(...states) };
}
