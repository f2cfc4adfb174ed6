// Small words for JSON Schema, by which the areas say what they take and give. A schema with a title becomes a component of
// the document under that name.

export type Schema = Readonly<Record<string, unknown>>;
export type Properties = Readonly<Record<string, Schema>>;

export const text: Schema = { type: "string" };
export const number: Schema = { type: "number" };
export const whole: Schema = { type: "integer" };
export const flag: Schema = { type: "boolean" };
export const moment: Schema = { type: "string", format: "date-time" };
export const id: Schema = { type: "string", format: "uuid" };
export const url: Schema = { type: "string", format: "uri" };
export const anything: Schema = {};

export function upTo(lengthMax: number): Schema {
  return { type: "string", maxLength: lengthMax };
}

/** At least 1. */
export function wholeUpTo(maximum: number): Schema {
  return { type: "integer", minimum: 1, maximum };
}

export function words(...known: readonly string[]): Schema {
  return { type: "string", enum: known };
}

export function only(value: string | boolean): Schema {
  return { const: value };
}

export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

export function either(...schemas: readonly Schema[]): Schema {
  return { anyOf: schemas };
}

export function listOf(items: Schema): Schema {
  return { type: "array", items };
}

/** An object whose names are anybody's. */
export function mapOf(values: Schema): Schema {
  return { type: "object", additionalProperties: values };
}

/** An object with all of these, but for those that may be missing. */
export function fields(properties: Properties, mayMiss: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !mayMiss.includes(name));
  return { type: "object", properties, ...(required.length === 0 ? {} : { required }) };
}

/** An object with some of these: what is left out stays as it is. */
export function someOf(properties: Properties): Schema {
  return { type: "object", properties };
}

export function named(title: string, schema: Schema): Schema {
  return { title, ...schema };
}

/** With a word for people. */
export function told(schema: Schema, description: string): Schema {
  return { ...schema, description };
}
