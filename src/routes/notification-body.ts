// What a request says that is to be told to a customer: a text, a draft to look at, a template of WhatsApp.
import type { TemplateParams } from "../chatwoot/api.ts";
import type { Draft, Notification } from "../delivery/notification.ts";
import { Fields, wrong } from "./fields.ts";

const CATEGORIES = ["UTILITY", "MARKETING", "AUTHENTICATION"] as const;

const TEXT_LENGTH_MAX = 200;
/** In characters: what it is written as has to fit into one message. */
const MESSAGE_LENGTH_MAX = 4_000;
/** WhatsApp's own limit of a template's name. */
const NAME_LENGTH_MAX = 512;
/** Of all values of a template, as JSON. */
const PARAMS_LENGTH_MAX = 8_000;

/** Throws AppError `invalid_body` naming the first field that is wrong. */
export function readNotification(fields: Fields): Notification {
  return {
    message: fields.needed("message", fields.lines("message", MESSAGE_LENGTH_MAX)),
    draft: readPart(fields, "draft", ["id", "title", "url"], readDraft),
    template: readPart(fields, "template", ["name", "language", "category", "processedParams"], readTemplate),
  };
}

/** An object in a field, with these fields of its own and no others; null when it is not there. */
function readPart<Part>(
  fields: Fields,
  name: string,
  known: readonly string[],
  read: (part: Fields, name: string) => Part,
): Part | null {
  const value = fields.value(name);
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw wrong(name, "an object");
  const keys = Object.keys(value);
  if (keys.some((key) => !known.includes(key))) throw wrong(name, `an object of ${known.join(", ")}`);
  const entries = Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner]);
  return read(new Fields(Object.fromEntries(entries) as Record<string, unknown>), name);
}

function readDraft(fields: Fields, name: string): Draft {
  return {
    id: fields.line(`${name}.id`, TEXT_LENGTH_MAX) ?? null,
    title: fields.needed(`${name}.title`, fields.line(`${name}.title`, TEXT_LENGTH_MAX)),
    url: fields.needed(`${name}.url`, fields.url(`${name}.url`)),
  };
}

function readTemplate(fields: Fields, name: string): TemplateParams {
  const title = fields.needed(`${name}.name`, fields.line(`${name}.name`, NAME_LENGTH_MAX));
  if (!/^[a-z0-9_]+$/.test(title)) throw wrong(`${name}.name`, "small letters, digits and underscores");
  const language = fields.needed(`${name}.language`, fields.line(`${name}.language`, TEXT_LENGTH_MAX));
  if (!/^[a-z]{2,3}(?:_[A-Z]{2,3})?$/.test(language)) throw wrong(`${name}.language`, "such as en or pt_BR");
  const category = fields.word(`${name}.category`, CATEGORIES);
  const values = readValues(fields, `${name}.processedParams`);
  return {
    name: title,
    language,
    ...(category === undefined ? {} : { category }),
    ...(values === null ? {} : { processed_params: values }),
  };
}

/** Chatwoot's own shape, which differs between its versions: whatever object it is. */
function readValues(fields: Fields, name: string): Record<string, unknown> | null {
  const value = fields.value(name);
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw wrong(name, "an object");
  if (JSON.stringify(value).length > PARAMS_LENGTH_MAX)
    throw wrong(name, `at most ${PARAMS_LENGTH_MAX} characters of JSON`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
