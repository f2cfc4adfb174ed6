// The document as tests look at it: its operations by route, and a judge of answers and bodies.
import Ajv2020, { type ErrorObject } from "ajv/dist/2020.js";
import { openApiDocument } from "../../src/routes/openapi/document.ts";

export interface Described {
  operationId: string;
  security: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content; headers?: { ETag?: object } }>;
}

type Content = Record<string, { schema: object }>;

export const DOCUMENT = openApiDocument() as unknown as {
  openapi: string;
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, object> };
};

/** By the words of the router: `GET /admin/users/:id`. */
export const OPERATIONS: ReadonlyMap<string, Described> = new Map(
  Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
      operation,
    ]),
  ),
);

const FORMATS = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uri: /^https?:\/\//,
  binary: true,
} as const;

/** What is wrong with a value by a schema of the document; null: nothing. */
export type Judge = (value: unknown, schema: object) => string | null;

/** `isExact`: what is not described may not be there, either. */
export function openJudge({ isExact }: { isExact: boolean }): Judge {
  const ajv = new Ajv2020({
    formats: FORMATS,
    strict: true,
    strictRequired: false,
    allErrors: true,
    allowUnionTypes: true,
  });
  const ready = (schema: object): object => (isExact ? closed(schema) : schema) as object;
  const components = ready(DOCUMENT.components);
  ajv.addVocabulary(["components"]);
  return (value, schema) => {
    const validate = ajv.compile({ ...ready(schema), components });
    return validate(value) ? null : [...new Set((validate.errors ?? []).map(faultOf))].join("\n");
  };
}

/** Rows of one list that have the same fault have it once. */
function faultOf({ instancePath, message, params }: ErrorObject): string {
  const name = (params as { additionalProperty?: string }).additionalProperty ?? "";
  return `${instancePath.replaceAll(/\/\d+/g, "/…")} ${message} ${name}`.trim();
}

/** Objects that name their properties have no others. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, closed(part)]));
  const isObject = parts["type"] === "object" && typeof parts["properties"] === "object";
  return isObject ? { additionalProperties: false, ...parts } : parts;
}
