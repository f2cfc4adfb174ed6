// What is another than before, field by field. Of texts only words of settings are told: names, numbers and what people wrote
// are a matter of whoever may read the thing itself, and a log is not.
import type { Difference } from "../db/store-audit.ts";

type Told = string | number | boolean | null;

/** Fields whose texts are words of lull's or names of models, never of people. */
const TOLD_FIELDS: ReadonlySet<string> = new Set([
  "mode",
  "model",
  "language",
  "provider",
  "scope",
  "state",
  "baseUrl",
  "cron",
  "timeZone",
  "audience",
]);
/** Of one change: more are not of a setting. */
const DIFFERENCES_MAX = 100;

/** Nested fields are joined by dots; a list is one field. What only one side has is null on the other. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [from, to] = [flat(before), flat(after)];
  const fields = [...new Set([...from.keys(), ...to.keys()])].filter(
    (field) => JSON.stringify(from.get(field) ?? null) !== JSON.stringify(to.get(field) ?? null),
  );
  return fields.slice(0, DIFFERENCES_MAX).map((field) => differenceOf(field, from.get(field), to.get(field)));
}

function differenceOf(field: string, was: unknown, is: unknown): Difference {
  const [from, to] = [was ?? null, is ?? null];
  return isTold(field, from) && isTold(field, to) ? { field, from, to } : { field };
}

function isTold(field: string, value: unknown): value is Told {
  if (typeof value === "string") return TOLD_FIELDS.has(field.slice(field.lastIndexOf(".") + 1));
  return value === null || typeof value === "number" || typeof value === "boolean";
}

function flat(value: unknown, prefix = ""): Map<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return new Map(prefix === "" ? [] : [[prefix, value]]);
  return new Map(
    Object.entries(value).flatMap(([name, one]) => [
      ...flat(one, prefix === "" ? name : `${prefix}.${name}`),
    ]),
  );
}
