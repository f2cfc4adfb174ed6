// What both providers check of `response_format` before they ask a model: JSON mode, and schemas in their strict form.

/** What is wrong with a format, as a provider would say; null: nothing. */
export function judgeFormat(format: unknown, messages: readonly { content: unknown }[]): string | null {
  if (!isRecord(format)) return "response_format must be an object";
  if (format["type"] === "json_object") return judgeJsonMode(messages);
  if (format["type"] !== "json_schema") return "response_format has an unknown type";
  const held = format["json_schema"];
  if (!isRecord(held)) return "json_schema is missing";
  const { name, strict, schema } = held;
  if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) return "json_schema needs a name";
  if (strict !== true) return "the schema is not strict";
  if (!isRecord(schema) || schema["type"] !== "object") return "the schema is of no object";
  return judgeSchema(schema);
}

/** The name of the schema that a well-formed format holds an answer to; null: none. */
export function schemaNameOf(format: unknown): string | null {
  const held = isRecord(format) ? format["json_schema"] : undefined;
  return isRecord(held) ? String(held["name"]) : null;
}

function judgeJsonMode(messages: readonly { content: unknown }[]): string | null {
  const saysJson = messages.some(({ content }) => /json/i.test(JSON.stringify(content)));
  return saysJson ? null : "json_object needs the word json in a message";
}

/** Strict schemas name every field as required and allow no other, down to the last object. */
function judgeSchema(schema: Record<string, unknown>): string | null {
  const { type, properties, required, additionalProperties, items } = schema;
  if (type === "array") return isRecord(items) ? judgeSchema(items) : "an array needs items";
  if (type !== "object") return typeof type === "string" ? null : "a field needs a type";
  if (additionalProperties !== false) return "additionalProperties must be false";
  if (!isRecord(properties)) return "an object needs properties";
  const names = Object.keys(properties).toSorted();
  const needed = Array.isArray(required) ? required.map(String).toSorted() : [];
  if (names.join() !== needed.join()) return "every property must be required";
  const faults = Object.values(properties).map((field) =>
    isRecord(field) ? judgeSchema(field) : "a field must be a schema",
  );
  return faults.find((fault) => fault !== null) ?? null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
